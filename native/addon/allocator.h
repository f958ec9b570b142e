#pragma once

namespace ebs_nvme::addon {

/// Has malloc give memory back, where it is glibc's: one arena instead of one a thread, and large blocks from
/// the system and back to it, for as long as the process lives. Measured with 28 volumes: 2 MiB resident.
void keep_allocator_small() noexcept;

}  // namespace ebs_nvme::addon
