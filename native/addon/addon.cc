#include <napi.h>

#include "addon/allocator.h"
#include "addon/decode_statistics.h"
#include "addon/environment.h"
#include "addon/identify.h"
#include "addon/layout.h"
#include "addon/list_folder.h"
#include "addon/read_statistics.h"

/// The face towards JavaScript. receiver/nvme/native.ts is its only caller and checks every argument before
/// it calls.
static Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  using namespace ebs_nvme::addon;
  keep_allocator_small();
  env.SetInstanceData(new Environment(env));
  exports.Set("prepareReading", Napi::Function::New(env, prepare_reading));
  exports.Set("readStatistics", Napi::Function::New(env, read_statistics));
  exports.Set("identify", Napi::Function::New(env, identify));
  exports.Set("decodeStatistics", Napi::Function::New(env, decode_statistics));
  exports.Set("listFolder", Napi::Function::New(env, list_folder));
  exports.Set("fields", field_indices(env));
  exports.Set("verdicts", verdict_names(env));
  exports.Set("steps", step_names(env));
  return exports;
}

NODE_API_MODULE(ebs_nvme, initialize)
