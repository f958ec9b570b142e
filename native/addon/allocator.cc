#include "addon/allocator.h"

#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace ebs_nvme::addon {

void keep_allocator_small() noexcept {
#ifdef __GLIBC__
  // mallopt(3): setting a threshold also keeps glibc from raising it.
  constexpr int threshold_bytes = 128 * 1024;
  static_cast<void>(::mallopt(M_ARENA_MAX, 1));
  static_cast<void>(::mallopt(M_MMAP_THRESHOLD, threshold_bytes));
  static_cast<void>(::mallopt(M_TRIM_THRESHOLD, threshold_bytes));
#endif
}

}  // namespace ebs_nvme::addon
