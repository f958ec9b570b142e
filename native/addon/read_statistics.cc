#include "addon/read_statistics.h"

#include <chrono>
#include <memory>

#include "addon/call.h"
#include "addon/environment.h"
#include "core/decoder.h"

namespace ebs_nvme::addon {
namespace {

class StatisticsCall final : public Call {
 public:
  using Call::Call;

 private:
  void answered(std::size_t, const Exchange& exchange, Outcome& outcome, std::span<double> row) override {
    if (decode_statistics(exchange.page(), exchange.io_sizes(), row)) return;
    outcome.verdict = Verdict::invalid_magic;
    outcome.code = magic_of(exchange.page());
  }
};

}  // namespace

Napi::Value read_statistics(const Napi::CallbackInfo& info) {
  const auto io_sizes = info[1].As<Napi::Uint8Array>();
  const auto numbers = info[2].As<Napi::Uint32Array>();
  const std::chrono::duration<double, std::milli> timeout{info[3].As<Napi::Number>().DoubleValue()};
  const auto row_length = static_cast<std::size_t>(info[5].As<Napi::Number>().Int64Value());

  auto& environment = Environment::of(info.Env());
  auto call = std::make_unique<StatisticsCall>(environment, info[4].As<Napi::Float64Array>(), row_length,
                                               info[6].As<Napi::Function>());
  auto requests = to_requests(info[0].As<Napi::Array>(), [&](std::size_t i, Request& request) {
    request.query = io_sizes[i] == 0 ? Query::statistics : Query::statistics_with_io_sizes;
    request.number = {.major = numbers[2 * i], .minor = numbers[2 * i + 1]};
  });
  environment.start(std::move(call), std::move(requests),
                    std::chrono::duration_cast<Clock::duration>(timeout));
  return info.Env().Undefined();
}

}  // namespace ebs_nvme::addon
