#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <cstddef>
#include <span>

namespace ebs_nvme {

/// One end of a SOCK_SEQPACKET socket that stays open for the process's life. A message arrives whole or not
/// at all, also from a process that ends while it sends.
class Channel {
 public:
  explicit Channel(int fd) noexcept : fd_(fd) {}

  [[nodiscard]] int fd() const noexcept { return fd_; }

  /// The next message, in `buffer`. Empty once the other end is gone; longer ones than the buffer are empty
  /// too: nobody who speaks the protocol sends them.
  [[nodiscard]] std::span<const std::byte> receive(std::span<std::byte> buffer) const noexcept;

  /// False where the other end is gone; with MSG_DONTWAIT also where it is too far behind.
  [[nodiscard]] bool send(std::span<const std::byte> message, int flags = 0) const noexcept;

 private:
  int fd_;
};

template <typename Record>
[[nodiscard]] std::span<const std::byte> bytes_of(const Record& record) noexcept {
  return std::as_bytes(std::span(&record, 1));
}

}  // namespace ebs_nvme
