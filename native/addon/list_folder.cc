#include "addon/list_folder.h"

#include <string>

#include "core/folder.h"

namespace ebs_nvme::addon {

Napi::Value list_folder(const Napi::CallbackInfo& info) {
  const std::string path = info[0].As<Napi::String>();
  std::string listing;
  const int error = ebs_nvme::list_folder(path.c_str(), listing);
  if (error != 0) return Napi::Number::New(info.Env(), error);
  return Napi::String::New(info.Env(), listing);
}

}  // namespace ebs_nvme::addon
