#include <napi.h>

#include "addon/allocator.h"
#include "addon/decode_statistics.h"
#include "addon/environment.h"
#include "addon/exit_process.h"
#include "addon/file_system_usage.h"
#include "addon/identify.h"
#include "addon/layout.h"
#include "addon/list_folder.h"
#include "addon/page_text.h"
#include "addon/read_statistics.h"
#include "addon/reader_process.h"

/// The face towards JavaScript, as receiver/native-addon.ts describes it. Callers check every argument before
/// they call.
static Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  using namespace ebs_nvme::addon;
  keep_allocator_small();
  env.SetInstanceData(new Environment(env));
  exports.Set("prepareReading", Napi::Function::New(env, prepare_reading));
  exports.Set("readStatistics", Napi::Function::New(env, read_statistics));
  exports.Set("identify", Napi::Function::New(env, identify));
  exports.Set("decodeStatistics", Napi::Function::New(env, decode_statistics));
  exports.Set("listFolder", Napi::Function::New(env, list_folder));
  exports.Set("createPageText", Napi::Function::New(env, create_page_text));
  exports.Set("measurePage", Napi::Function::New(env, measure_page));
  exports.Set("writePage", Napi::Function::New(env, write_page));
  exports.Set("connectReader", Napi::Function::New(env, connect_reader));
  exports.Set("listDevices", Napi::Function::New(env, list_devices));
  exports.Set("replaceProcess", Napi::Function::New(env, replace_process));
  exports.Set("exitProcess", Napi::Function::New(env, exit_process));
  exports.Set("readFileSystem", file_system_reader(env));
  exports.Set("fields", field_indices(env));
  exports.Set("verdicts", verdict_names(env));
  exports.Set("steps", step_names(env));
  return exports;
}

NODE_API_MODULE(ebs_nvme, initialize)
