#include "reader/socket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

namespace ebs_nvme {
namespace {

/// Collectors that are not taken yet; there is one, and a command that looks at volumes now and then.
constexpr int backlog = 8;

std::optional<sockaddr_un> address_of(const std::string& path) noexcept {
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  if (path.empty() || path.size() >= sizeof(address.sun_path)) {
    errno = ENAMETOOLONG;
    return std::nullopt;
  }
  std::ranges::copy(path, address.sun_path);
  return address;
}

const sockaddr* generic(const sockaddr_un& address) noexcept {
  return reinterpret_cast<const sockaddr*>(&address);
}

/// Between bind(2) and chmod(2) nobody can connect: it does not listen yet.
bool bind_for(int fd, const sockaddr_un& address, uid_t user, gid_t group) noexcept {
  const char* const path = address.sun_path;
  if (::unlink(path) != 0 && errno != ENOENT) return false;
  if (::bind(fd, generic(address), sizeof(address)) != 0) return false;
  return ::chmod(path, S_IRUSR | S_IWUSR) == 0 && ::lchown(path, user, group) == 0;
}

}  // namespace

FileDescriptor listen_at(const std::string& path, uid_t user, gid_t group) noexcept {
  const auto address = address_of(path);
  if (!address) return FileDescriptor(-1);
  // Who is gone before he is taken must not be waited for.
  FileDescriptor listener(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!listener.is_open()) return listener;
  if (!bind_for(listener.get(), *address, user, group) || ::listen(listener.get(), backlog) != 0) {
    return FileDescriptor(-1);
  }
  return listener;
}

FileDescriptor connect_to(const std::string& path) noexcept {
  const auto address = address_of(path);
  if (!address) return FileDescriptor(-1);
  // Where as many as may wait to be taken do, connect(2) would wait with them, for as long as they do.
  FileDescriptor connection(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!connection.is_open()) return connection;
  if (::connect(connection.get(), generic(*address), sizeof(*address)) != 0 ||
      ::fcntl(connection.get(), F_SETFL, 0) != 0) {
    return FileDescriptor(-1);
  }
  return connection;
}

}  // namespace ebs_nvme
