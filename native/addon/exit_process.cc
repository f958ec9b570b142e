#include "addon/exit_process.h"

#include <unistd.h>

namespace ebs_nvme::addon {

Napi::Value exit_process(const Napi::CallbackInfo& info) {
  ::_exit(info[0].As<Napi::Number>().Int32Value());
}

}  // namespace ebs_nvme::addon
