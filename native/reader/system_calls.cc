#include "reader/system_calls.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/nvme_ioctl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <span>

namespace ebs_nvme {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t architecture = AUDIT_ARCH_AARCH64;
#else
#error "the reader's filter of system calls knows x86-64 and aarch64 only"
#endif

/// What an argument must be. The kernel takes each of those below as 32 bits; flags above do not count.
struct Rule {
  enum class Test : std::uint8_t { any, equals, lacks, needs, unknown };
  std::uint32_t call;
  Test test = Test::any;
  std::uint32_t argument = 0;
  std::uint32_t value = 0;
};
using enum Rule::Test;

constexpr std::uint32_t number(long call) noexcept {
  return static_cast<std::uint32_t>(call);
}

/// SIGSETXID in glibc's internal-signals.h.
constexpr std::uint32_t signal_of_new_user = 33;

/// What pthread_create(3) of glibc gives to clone(2).
constexpr std::uint32_t flags_of_new_thread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SYSVSEM |
                                              CLONE_SIGHAND | CLONE_THREAD | CLONE_SETTLS |
                                              CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;

/// A call that may be made in more than one way has a rule for each; what it `needs` comes first.
constexpr Rule reader_rules[] = {
    // The collector. No sendmsg(2), which would give descriptors away.
    {number(SYS_recvfrom)},
    {number(SYS_sendto)},
    // Drives.
    {number(SYS_openat), equals, 2, O_RDONLY | O_CLOEXEC},
    {number(SYS_openat), equals, 2, O_RDONLY | O_CLOEXEC | O_DIRECTORY},
    {number(SYS_statx)},
    {number(SYS_getdents64)},
    {number(SYS_ioctl), equals, 1, NVME_IOCTL_ADMIN_CMD},
    {number(SYS_close)},
    // Threads. A new one only, in no namespace of its own: clone(2) with the flags in a register. glibc asks
    // clone3(2) first, whose flags no filter can see, and goes on with the former where there is none.
    {number(SYS_clone), equals, 0, flags_of_new_thread},
    {number(SYS_clone3), unknown},
    {number(SYS_futex)},
    {number(SYS_set_robust_list)},
    {number(SYS_rseq)},
    // With its first thread, glibc takes the signal that tells threads of a new user.
    {number(SYS_rt_sigaction), equals, 0, signal_of_new_user},
    {number(SYS_rt_sigprocmask)},
    {number(SYS_rt_sigreturn)},
    {number(SYS_sched_yield)},
    {number(SYS_restart_syscall)},
    {number(SYS_prctl), equals, 0, PR_SET_NAME},
    {number(SYS_gettid)},
    {number(SYS_getpid)},
    {number(SYS_exit)},
    {number(SYS_exit_group)},
    // Memory, none of it executable, and none of it a file's: a device that is mapped is read.
    {number(SYS_brk)},
    {number(SYS_mmap), needs, 3, MAP_ANONYMOUS},
    {number(SYS_mmap), lacks, 2, PROT_EXEC},
    {number(SYS_mprotect), lacks, 2, PROT_EXEC},
    {number(SYS_mremap)},
    {number(SYS_munmap)},
    {number(SYS_madvise)},
    {number(SYS_getrandom)},
    // Time, where the kernel does not tell it without a call.
    {number(SYS_clock_gettime)},
};

constexpr Rule keeper_rules[] = {
    // fork(2) of glibc.
    {number(SYS_clone), equals, 0, CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD},
    {number(SYS_wait4)},
    {number(SYS_ppoll)},
#if defined(SYS_poll)
    {number(SYS_poll)},
#endif
    // What the new process does to itself before it is a reader.
    {number(SYS_prctl), equals, 0, PR_SET_PDEATHSIG},
    {number(SYS_seccomp)},
};

constexpr Rule listener_rules[] = {
    {number(SYS_accept4)},
};

constexpr std::size_t instructions_of_a_rule = 5;
constexpr std::size_t most_instructions =
    8 +
    instructions_of_a_rule * (std::size(reader_rules) + std::size(keeper_rules) + std::size(listener_rules));
static_assert(most_instructions <= BPF_MAXINSNS);

constexpr sock_filter statement(unsigned code, std::uint32_t value) noexcept {
  return {.code = static_cast<std::uint16_t>(code), .jt = 0, .jf = 0, .k = value};
}

constexpr sock_filter jump(unsigned code, std::uint32_t value, std::uint8_t if_true,
                           std::uint8_t if_false) noexcept {
  return {.code = static_cast<std::uint16_t>(code), .jt = if_true, .jf = if_false, .k = value};
}

constexpr sock_filter load(std::size_t offset) noexcept {
  return statement(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}

constexpr sock_filter give(std::uint32_t action) noexcept {
  return statement(BPF_RET | BPF_K, action);
}

/// Both architectures are little-endian: the low half of an argument comes first.
constexpr std::size_t offset_of_argument(std::uint32_t index) noexcept {
  return offsetof(seccomp_data, args) + index * sizeof(std::uint64_t);
}

class Program {
 public:
  Program() noexcept {
    add(load(offsetof(seccomp_data, arch)));
    add(jump(BPF_JMP | BPF_JEQ | BPF_K, architecture, 1, 0));
    add(give(SECCOMP_RET_KILL_PROCESS));
    add(load(offsetof(seccomp_data, nr)));
  }

  /// Each rule leaves the call's number in the accumulator for the next.
  void add(const Rule& rule) noexcept {
    constexpr unsigned if_equal = BPF_JMP | BPF_JEQ | BPF_K;
    constexpr unsigned if_set = BPF_JMP | BPF_JSET | BPF_K;
    if (rule.test == any || rule.test == unknown) {
      add(jump(if_equal, rule.call, 0, 1));
      add(give(rule.test == any ? SECCOMP_RET_ALLOW : SECCOMP_RET_ERRNO | ENOSYS));
      return;
    }
    add(jump(if_equal, rule.call, 0, 4));
    add(load(offset_of_argument(rule.argument)));
    const bool decides_where_true = rule.test == equals;
    add(jump(rule.test == equals ? if_equal : if_set, rule.value, decides_where_true ? 0 : 1,
             decides_where_true ? 1 : 0));
    add(give(rule.test == needs ? SECCOMP_RET_TRAP : SECCOMP_RET_ALLOW));
    add(load(offsetof(seccomp_data, nr)));
  }

  /// Calls of the x32 ABI have numbers of their own, so they end here as well.
  sock_fprog finish() noexcept {
    add(give(SECCOMP_RET_TRAP));
    return {.len = static_cast<unsigned short>(length_), .filter = instructions_.data()};
  }

 private:
  void add(const sock_filter& instruction) noexcept { instructions_[length_++] = instruction; }

  std::array<sock_filter, most_instructions> instructions_{};
  std::size_t length_ = 0;
};

std::atomic<std::uint32_t>* refused_call = nullptr;

/// The call was not made. SECCOMP_RET_KILL_PROCESS would end the process too, and tell nobody which it was.
void end_refused(int, siginfo_t* info, void*) {
  if (refused_call != nullptr) refused_call->store(static_cast<std::uint32_t>(info->si_syscall) + 1);
  ::_exit(exit_refused);
}

}  // namespace

void note_refused_calls_in(std::atomic<std::uint32_t>& place) noexcept {
  refused_call = &place;
}

Shortfall limit_system_calls(SystemCalls allowed) noexcept {
  struct sigaction action {};
  action.sa_sigaction = end_refused;
  action.sa_flags = SA_SIGINFO;
  // A process that is confined already may not say so again, and need not: the handler is inherited.
  static bool is_handled = false;
  if (!is_handled && ::sigaction(SIGSYS, &action, nullptr) != 0) return {Confinement::system_calls, errno};
  is_handled = true;

  Program program;
  for (const Rule& rule : reader_rules) program.add(rule);
  if (allowed != SystemCalls::reader) {
    for (const Rule& rule : keeper_rules) program.add(rule);
  }
  if (allowed == SystemCalls::listener) {
    for (const Rule& rule : listener_rules) program.add(rule);
  }
  sock_fprog filter = program.finish();
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) != 0) {
    return {Confinement::system_calls, errno};
  }
  return {};
}

}  // namespace ebs_nvme
