#pragma once

#include <sys/types.h>

#include <string>

#include "core/file_descriptor.h"

namespace ebs_nvme {

/// A reader that runs apart from the collector, in a container of its own, is reached by a SOCK_SEQPACKET
/// socket in a folder that both see. Who may write to the socket may talk to the reader.

/// Makes the socket, in the place of one that is there, for this user alone. Not open, and errno, where that
/// cannot be.
[[nodiscard]] FileDescriptor listen_at(const std::string& path, uid_t user, gid_t group) noexcept;

/// Not open, and errno, where nobody listens, or too many wait to be taken. Does not wait itself.
[[nodiscard]] FileDescriptor connect_to(const std::string& path) noexcept;

}  // namespace ebs_nvme
