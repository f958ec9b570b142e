#include "reader/channel.h"

#include <cerrno>

namespace ebs_nvme {

std::span<const std::byte> Channel::receive(std::span<std::byte> buffer) const noexcept {
  for (;;) {
    // MSG_TRUNC: the length that the message has, whatever the buffer's.
    const ssize_t length = ::recv(fd_, buffer.data(), buffer.size(), MSG_TRUNC);
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0 || static_cast<std::size_t>(length) > buffer.size()) return {};
    return buffer.first(static_cast<std::size_t>(length));
  }
}

bool Channel::send(std::span<const std::byte> message, int flags) const noexcept {
  for (;;) {
    const ssize_t length = ::send(fd_, message.data(), message.size(), flags | MSG_NOSIGNAL);
    if (length < 0 && errno == EINTR) continue;
    return length == static_cast<ssize_t>(message.size());
  }
}

}  // namespace ebs_nvme
