#include "addon/call.h"

#include <utility>

#include "addon/environment.h"
#include "addon/reader_process.h"

namespace ebs_nvme::addon {
namespace {

/// One pool for the process, whatever the number of worker_threads: what is outstanding is known to all.
/// Never destroyed, because its threads may outlive main().
ReaderPool& reader_pool() {
  static ReaderPool* const pool = new ReaderPool(ask_device);
  return *pool;
}

}  // namespace

Call::Call(Environment& environment, Napi::Float64Array block, std::size_t row_length,
           Napi::Function callback)
    : environment_(environment),
      block_(Napi::Persistent(block)),
      rows_(block.Data(), block.ElementLength()),
      row_length_(row_length),
      callback_(Napi::Persistent(callback)) {}

void Call::submit(ReaderPool::Requests requests, Clock::duration timeout) {
  // The reader process answers no Identify, which takes no privilege.
  ReaderClient* const reader = connected_reader();
  if (reader != nullptr && requests->front().query != Query::identify) {
    reader_batch_ = reader->submit(*requests, timeout, *this);
  } else {
    batch_ = reader_pool().submit(std::move(requests), timeout, *this);
  }
}

void Call::cancel() {
  if (reader_batch_) connected_reader()->cancel(*reader_batch_);
  if (batch_ != nullptr) reader_pool().cancel(batch_);
}

void Call::call_back(Napi::Env env) {
  callback_.Call({result(env)});
}

void Call::exchanged(std::size_t index, const Exchange& exchange) {
  const auto target = row(index);
  write_outcome(exchange.outcome, target);
  if (exchange.outcome.verdict == Verdict::answered) answered(index, exchange, target);
}

void Call::given_up(std::size_t index, const Outcome& outcome) {
  write_outcome(outcome, row(index));
}

void Call::complete() {
  environment_.deliver(*this);
}

std::span<double> Call::row(std::size_t index) const noexcept {
  return rows_.subspan(index * row_length_, row_length_);
}

}  // namespace ebs_nvme::addon
