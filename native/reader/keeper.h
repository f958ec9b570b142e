#pragma once

#include "reader/channel.h"
#include "reader/files.h"

namespace ebs_nvme {

/// Serves one collector over the channel until it is gone: waits for the place of the device nodes, gives up
/// everything but CAP_SYS_ADMIN and these nodes, and keeps a reader running, a process of its own that has
/// given up even more. The collector cannot start another one when a reader ends: it has no privilege left.
///
/// The process's exit code.
[[nodiscard]] int keep_reader(Channel channel);

/// The same in a process that has confined itself already, and to where: what the collector says of that does
/// not count. Signals are the caller's to ignore.
[[nodiscard]] int keep_confined_reader(Channel channel, const FileConfinement& files);

}  // namespace ebs_nvme
