#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>

#include "core/reader_pool.h"
#include "reader/channel.h"
#include "reader/protocol.h"

namespace ebs_nvme {

/// Answers the collector: which devices there are, and what they say. Paths are names in the working
/// directory.
class Server {
 public:
  enum class End : std::uint8_t { client_gone, not_a_request };

  /// Neither the pool nor the server is ever destroyed: threads of the pool may outlive main().
  Server(Channel channel, ReaderPool& pool) noexcept : channel_(channel), pool_(pool) {}
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Serves until the other end is gone, or sends what is no request.
  [[nodiscard]] End serve();

 private:
  class Reply;

  [[nodiscard]] bool execute(std::span<const std::byte> message);
  void list(std::uint32_t id);
  void read(protocol::ReadRequest request);

  void append(const protocol::DeviceAnswer& answer, std::span<const std::byte> data);
  void flush();
  void finish_batch();

  const Channel channel_;
  ReaderPool& pool_;

  std::mutex mutex_;
  std::condition_variable batch_finished_;
  std::size_t batches_ = 0;
  /// Answers that are not sent yet, of all batches.
  std::uint32_t answers_ = 0;
  std::size_t length_ = sizeof(protocol::Header);
  std::array<std::byte, protocol::max_answers_bytes> buffer_;
};

}  // namespace ebs_nvme
