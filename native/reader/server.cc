#include "reader/server.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "core/device_node.h"
#include "reader/device_list.h"

namespace ebs_nvme {
namespace {

/// Each ends at its deadline, so this many are reached only by whom would have the reader's memory grow. They
/// wait in the socket then.
constexpr std::size_t max_batches = 8;

}  // namespace

/// Takes what comes of one request. The pool calls it with its lock held, so it deletes itself.
class Server::Reply final : public BatchSink {
 public:
  Reply(Server& server, std::uint32_t id, std::vector<std::uint32_t> indices)
      : server_(server), id_(id), indices_(std::move(indices)) {}

  void exchanged(std::size_t index, const Exchange& exchange) override {
    const bool answered = exchange.outcome.verdict == Verdict::answered;
    const std::size_t pages = answered ? (exchange.has_io_sizes ? 2 : 1) : 0;
    report(index, exchange.outcome, std::span(exchange.data).first(pages * transfer_bytes));
  }

  void given_up(std::size_t index, const Outcome& outcome) override { report(index, outcome, {}); }

  void complete() override {
    server_.finish_batch();
    delete this;
  }

 private:
  void report(std::size_t index, const Outcome& outcome, std::span<const std::byte> data) {
    server_.append(protocol::to_answer(id_, indices_[index], outcome, data.size()), data);
  }

  Server& server_;
  const std::uint32_t id_;
  const std::vector<std::uint32_t> indices_;
};

Server::End Server::serve() {
  std::array<std::byte, protocol::max_request_bytes> buffer;
  for (;;) {
    const auto message = channel_.receive(buffer);
    if (message.empty()) return End::client_gone;
    if (!execute(message)) return End::not_a_request;
  }
}

bool Server::execute(std::span<const std::byte> message) {
  if (const auto id = protocol::parse_list(message)) {
    list(*id);
    return true;
  }
  auto request = protocol::parse_read(message);
  if (!request) return false;
  read(std::move(*request));
  return true;
}

void Server::list(std::uint32_t id) {
  const auto devices = list_devices();
  const auto header = protocol::header_of(protocol::Kind::listed, id, devices.size());
  std::array<std::byte, sizeof(header) + protocol::max_devices * sizeof(protocol::ListedDevice)> message;
  const auto records = std::as_bytes(std::span(devices));
  std::memcpy(message.data(), &header, sizeof(header));
  std::ranges::copy(records, message.begin() + sizeof(header));
  static_cast<void>(channel_.send(std::span(message).first(sizeof(header) + records.size())));
}

void Server::read(protocol::ReadRequest request) {
  {
    std::unique_lock lock(mutex_);
    batch_finished_.wait(lock, [this] { return batches_ < max_batches; });
    ++batches_;
  }
  auto reply = std::make_unique<Reply>(*this, request.id, std::move(request.indices));
  // `complete`, which comes in any case, deletes it.
  auto requests = std::make_shared<const std::vector<Request>>(std::move(request.requests));
  pool_.submit(std::move(requests), request.timeout, *reply.release());
}

void Server::append(const protocol::DeviceAnswer& answer, std::span<const std::byte> data) {
  const std::lock_guard lock(mutex_);
  if (buffer_.size() - length_ < sizeof(answer) + data.size()) flush();
  std::memcpy(buffer_.data() + length_, &answer, sizeof(answer));
  length_ += sizeof(answer);
  std::ranges::copy(data, buffer_.begin() + static_cast<std::ptrdiff_t>(length_));
  length_ += data.size();
  ++answers_;
}

/// Where nobody takes it any more, `serve` will see that too.
void Server::flush() {
  if (answers_ == 0) return;
  const auto header = protocol::header_of(protocol::Kind::answers, 0, answers_);
  std::memcpy(buffer_.data(), &header, sizeof(header));
  static_cast<void>(channel_.send(std::span(buffer_).first(length_)));
  answers_ = 0;
  length_ = sizeof(header);
}

void Server::finish_batch() {
  const std::lock_guard lock(mutex_);
  flush();
  --batches_;
  batch_finished_.notify_one();
}

}  // namespace ebs_nvme
