#pragma once

#include <napi.h>

namespace ebs_nvme::addon {

/// identify(paths: string[], timeoutMs: number, block: Float64Array, rowLength: number,
///   callback: (identities: (Identity | undefined)[]) => void): void
/// The rows hold the outcomes, the heads of records.
Napi::Value identify(const Napi::CallbackInfo& info);

}  // namespace ebs_nvme::addon
