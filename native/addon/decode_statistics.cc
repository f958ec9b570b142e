#include "addon/decode_statistics.h"

#include <span>

#include "core/decoder.h"
#include "core/outcome.h"

namespace ebs_nvme::addon {

Napi::Value decode_statistics(const Napi::CallbackInfo& info) {
  const auto array = info[0].As<Napi::Uint8Array>();
  auto block = info[1].As<Napi::Float64Array>();
  const auto bytes = std::as_bytes(std::span(array.Data(), array.ElementLength()));
  const std::span record(block.Data(), block.ElementLength());

  const auto page = bytes.first<transfer_bytes>();
  const bool decoded = ebs_nvme::decode_statistics(page, bytes.subspan(transfer_bytes), record);
  Outcome outcome{.verdict = decoded ? Verdict::answered : Verdict::invalid_magic};
  outcome.code = decoded ? 0 : magic_of(page);
  write_outcome(outcome, record);
  return info.Env().Undefined();
}

}  // namespace ebs_nvme::addon
