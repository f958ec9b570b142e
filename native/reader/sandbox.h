#pragma once

#include <string>

#include "reader/confinement.h"
#include "reader/files.h"
#include "reader/system_calls.h"

namespace ebs_nvme {

/// Leaves this process, which has one thread, with what it takes to keep a reader: CAP_SYS_ADMIN, the folder
/// of the device nodes, a few system calls and the descriptors from 3 on. A reader gives up more
/// (SystemCalls::reader).
///
/// It stays root where it was. That is what opens device nodes everywhere, as their owner; their group has
/// another number on every system, and CAP_DAC_OVERRIDE would open more. Without capabilities root is a user
/// like others, and files other than these nodes are out of its reach.
Shortfall enter_sandbox(const std::string& dev_path, SystemCalls allowed, FileConfinement& files) noexcept;

}  // namespace ebs_nvme
