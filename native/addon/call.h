#pragma once

#include <napi.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/reader_pool.h"
#include "reader/client.h"

namespace ebs_nvme::addon {

class Environment;

/// One call from JavaScript that waits for its batch. Writes each outcome into its row of the caller's block
/// and calls back once, when all are there.
class Call : public BatchSink {
 public:
  /// `block` has room for as many rows of `row_length` doubles as there will be requests.
  Call(Environment& environment, Napi::Float64Array block, std::size_t row_length, Napi::Function callback);

  void submit(ReaderPool::Requests requests, Clock::duration timeout);
  void cancel();
  /// On the JavaScript thread, after `complete`.
  void call_back(Napi::Env env);

  void exchanged(std::size_t index, const Exchange& exchange) override;
  void given_up(std::size_t index, const Outcome& outcome) override;
  void complete() override;

 protected:
  /// What the device answered, and the row to write it to.
  virtual void answered(std::size_t index, const Exchange& exchange, std::span<double> row) = 0;
  /// The callback's argument.
  virtual Napi::Value result(Napi::Env env) { return env.Undefined(); }

 private:
  [[nodiscard]] std::span<double> row(std::size_t index) const noexcept;

  Environment& environment_;
  /// Keeps the memory that `rows_` points into.
  Napi::Reference<Napi::Float64Array> block_;
  std::span<double> rows_;
  std::size_t row_length_;
  Napi::FunctionReference callback_;
  /// Whoever was asked: the pool of this process, or the reader process.
  ReaderPool::BatchHandle batch_;
  std::optional<ReaderClient::Id> reader_batch_;
};

/// The requests for an array of paths; `complete(i, request)` says what to ask the i-th device.
template <typename Complete>
ReaderPool::Requests to_requests(Napi::Array paths, Complete complete) {
  std::vector<Request> requests(paths.Length());
  for (std::uint32_t i = 0; i < requests.size(); ++i) {
    const Napi::Value path = paths[i];
    requests[i].path = path.As<Napi::String>();
    complete(i, requests[i]);
  }
  return std::make_shared<const std::vector<Request>>(std::move(requests));
}

}  // namespace ebs_nvme::addon
