#pragma once

#include <napi.h>

namespace ebs_nvme::addon {

/// Where each field lies in a record, by its name in JavaScript.
Napi::Object field_indices(Napi::Env env);

/// The names of the verdicts, and of the steps that a system error came from, each at its number.
Napi::Array verdict_names(Napi::Env env);
Napi::Array step_names(Napi::Env env);

}  // namespace ebs_nvme::addon
