#pragma once

#include "core/device.h"
#include "core/identity.h"

namespace ebs_nvme {

/// Whether Amazon's statistics command may be sent to a drive that says this of itself.
[[nodiscard]] bool is_amazon(const Identity& identity) noexcept;

/// `ask_device` for a process that takes nobody's word for what a drive is: it sends Identify before the
/// first statistics command to each attachment. An unknown log page grows the error log of somebody else's
/// drive.
void ask_amazon_drive(const Request& request, Exchange& exchange) noexcept;

}  // namespace ebs_nvme
