#pragma once

namespace ebs_nvme {

/// Starts a detached thread with a small stack that takes no signals.
/// 0, or the errno of what failed. (std::thread offers neither stack size nor an error without exceptions.)
[[nodiscard]] int start_detached_thread(void* (*run)(void*), void* argument) noexcept;

/// What `top -H` shows; at most 15 characters.
void name_this_thread(const char* name) noexcept;

}  // namespace ebs_nvme
