#include "addon/read_statistics.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "addon/call.h"
#include "addon/environment.h"

namespace ebs_nvme::addon {
namespace {

class StatisticsCall final : public Call {
 public:
  using Call::Call;

 private:
  void answered(std::size_t, const Exchange& exchange, std::span<double> row) override {
    const std::span record(exchange.record);
    const std::size_t end = record[field::bands] == 0 ? field::length : field::length_with_bands;
    std::ranges::copy(record.first(end).subspan(field::head_length), row.subspan(field::head_length).begin());
  }
};

using Prepared = Napi::External<ReaderPool::Requests>;

}  // namespace

Napi::Value prepare_reading(const Napi::CallbackInfo& info) {
  const auto io_sizes = info[1].As<Napi::Uint8Array>();
  const auto numbers = info[2].As<Napi::Uint32Array>();
  auto requests = to_requests(info[0].As<Napi::Array>(), [&](std::size_t i, Request& request) {
    request.query = io_sizes[i] == 0 ? Query::statistics : Query::statistics_with_io_sizes;
    request.number = {.major = numbers[2 * i], .minor = numbers[2 * i + 1]};
  });
  return Prepared::New(info.Env(), new ReaderPool::Requests(std::move(requests)),
                       [](Napi::Env, ReaderPool::Requests* kept) { delete kept; });
}

Napi::Value read_statistics(const Napi::CallbackInfo& info) {
  const ReaderPool::Requests& requests = *info[0].As<Prepared>().Data();
  const std::chrono::duration<double, std::milli> timeout{info[1].As<Napi::Number>().DoubleValue()};
  const auto row_length = static_cast<std::size_t>(info[3].As<Napi::Number>().Int64Value());

  auto& environment = Environment::of(info.Env());
  auto call = std::make_unique<StatisticsCall>(environment, info[2].As<Napi::Float64Array>(), row_length,
                                               info[4].As<Napi::Function>());
  environment.start(std::move(call), requests, std::chrono::duration_cast<Clock::duration>(timeout));
  return info.Env().Undefined();
}

}  // namespace ebs_nvme::addon
