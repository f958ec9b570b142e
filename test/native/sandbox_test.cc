#include "reader/sandbox.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/nvme_ioctl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "confined.h"
#include "reader/device_list.h"
#include "reader/privileges.h"

using namespace ebs_nvme;

/// What a reader must not do, attempted by one. Needs root.

namespace {

/// A folder that stands for /dev, with two nodes in it.
const std::string& dev_folder() {
  static const std::string path = [] {
    std::string name = (std::filesystem::temp_directory_path() / "ebs-nvme-sandbox-XXXXXX").string();
    CHECK(::mkdtemp(name.data()) != nullptr);
    for (const char* node : {"nvme1n1", "nvme2n1", "nvme1n1p1", "sda"}) {
      CHECK(::close(::open((name + "/" + node).c_str(), O_CREAT | O_WRONLY, 0600)) == 0);
    }
    return name;
  }();
  return path;
}

bool become_reader() {
  FileConfinement files;
  return !enter_sandbox(dev_folder(), SystemCalls::keeper, files) && !limit_system_calls(SystemCalls::reader);
}

template <typename Body>
Attempt as_reader(Body attempt) {
  return in_child(become_reader, attempt);
}

int error_of(long result) {
  return result < 0 ? errno : 0;
}

/// A system call as a reader makes it, where it is let.
template <typename... Arguments>
Attempt call(long number, Arguments... arguments) {
  return as_reader([=] { return error_of(::syscall(number, arguments...)); });
}

int open_reading(const char* path) {
  return error_of(::open(path, O_RDONLY | O_CLOEXEC));
}

/// The lines of /proc/PID/status, by their names.
std::map<std::string, std::string> status_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/status");
  std::map<std::string, std::string> fields;
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(':');
    const std::size_t value = line.find_first_not_of("\t ", colon + 1);
    fields[line.substr(0, colon)] = value == line.npos ? "" : line.substr(value);
  }
  return fields;
}

void* do_nothing(void*) {
  return nullptr;
}

}  // namespace

TEST("a reader opens the nodes of its folder, reading") {
  CHECK(as_reader([] { return open_reading("nvme1n1"); }) == failed_with(0));
  CHECK(as_reader([] { return open_reading("/nvme1n1"); }) == failed_with(0));
}

TEST("a reader opens no other file") {
  for (const char* path : {"/etc/shadow", "/etc/hostname", "../../etc/shadow", "../../../etc/hostname"}) {
    CHECK(as_reader([=] { return open_reading(path); }) == failed_with(ENOENT));
  }
}

TEST("a reader opens no other file where only Landlock keeps it") {
  const auto confine = [] {
    FileConfinement files;
    const auto keep = capability(CAP_SYS_ADMIN);
    if (keep_capabilities(keep) || confine_to_directory(dev_folder(), files)) return false;
    return files.landlock_abi > 0 && !files.is_chrooted && !limit_system_calls(SystemCalls::reader);
  };
  CHECK(in_child(confine, [] { return open_reading("nvme1n1"); }) == failed_with(0));
  CHECK(in_child(confine, [] { return open_reading("/etc/shadow"); }) == failed_with(EACCES));
  CHECK(in_child(confine, [] { return open_reading("../../etc/hostname"); }) == failed_with(EACCES));
}

TEST("a reader opens nothing for writing, and makes nothing") {
  for (const int flags : {O_WRONLY, O_RDWR, O_RDONLY | O_CREAT, O_RDONLY | O_TRUNC, O_PATH}) {
    CHECK(as_reader([=] { return error_of(::open("nvme1n1", flags | O_CLOEXEC, 0600)); }) ==
          refused(SYS_openat));
  }
  CHECK(call(SYS_mkdirat, AT_FDCWD, "x", 0700) == refused(SYS_mkdirat));
  CHECK(call(SYS_mknodat, AT_FDCWD, "x", S_IFBLK | 0600, 0) == refused(SYS_mknodat));
  CHECK(call(SYS_unlinkat, AT_FDCWD, "nvme1n1", 0) == refused(SYS_unlinkat));
  CHECK(call(SYS_fchmodat, AT_FDCWD, "nvme1n1", 0666) == refused(SYS_fchmodat));
}

TEST("a reader does not read what it opened: it sends admin commands to it, and nothing else") {
  char byte = 0;
  CHECK(call(SYS_read, 0, &byte, 1) == refused(SYS_read));
  CHECK(call(SYS_pread64, 0, &byte, 1, 0) == refused(SYS_pread64));
  CHECK(call(SYS_write, 1, &byte, 1) == refused(SYS_write));
  CHECK(call(SYS_ioctl, 0, BLKGETSIZE64, &byte) == refused(SYS_ioctl));
  CHECK(call(SYS_ioctl, 0, NVME_IOCTL_IO_CMD, &byte) == refused(SYS_ioctl));
  CHECK(call(SYS_ioctl, 0, NVME_IOCTL_RESET, 0) == refused(SYS_ioctl));
  CHECK(call(SYS_ioctl, 0, NVME_IOCTL_ADMIN_CMD, &byte) == failed_with(ENOTTY));
  for (const int flags : {MAP_PRIVATE, MAP_SHARED}) {
    CHECK(as_reader([=] {
            const int device = ::open("nvme1n1", O_RDONLY | O_CLOEXEC);
            return ::mmap(nullptr, 4096, PROT_READ, flags, device, 0) == MAP_FAILED ? errno : 0;
          }) == refused(SYS_mmap));
  }
}

TEST("a reader gives to nobody what it opened") {
  const msghdr message{};
  CHECK(call(SYS_sendmsg, 0, &message, 0) == refused(SYS_sendmsg));
}

TEST("a reader makes no socket and no other way out") {
  for (const int family : {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK, AF_PACKET, AF_VSOCK}) {
    CHECK(call(SYS_socket, family, SOCK_STREAM, 0) == refused(SYS_socket));
  }
  int ends[2];
  CHECK(call(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, ends) == refused(SYS_socketpair));
  CHECK(call(SYS_connect, 3, ends, 2) == refused(SYS_connect));
  CHECK(call(SYS_pipe2, ends, 0) == refused(SYS_pipe2));
  CHECK(call(SYS_io_uring_setup, 8, ends) == refused(SYS_io_uring_setup));
}

TEST("a reader starts threads, and no process and no program") {
  CHECK(as_reader([] {
          pthread_t thread;
          const int error = ::pthread_create(&thread, nullptr, do_nothing, nullptr);
          return error != 0 ? error : ::pthread_join(thread, nullptr);
        }) == failed_with(0));
  CHECK(as_reader([] { return error_of(::fork()); }) == refused(SYS_clone));
  CHECK(call(SYS_clone, SIGCHLD | CLONE_VM, 0, 0, 0, 0) == refused(SYS_clone));
  CHECK(call(SYS_clone, SIGCHLD | CLONE_NEWUSER, 0, 0, 0, 0) == refused(SYS_clone));
  for (const int space : {CLONE_NEWNS, CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWCGROUP}) {
    const int thread = CLONE_VM | CLONE_SIGHAND | CLONE_THREAD;
    CHECK(call(SYS_clone, thread | space, 0, 0, 0, 0) == refused(SYS_clone));
  }
  clone_args arguments{};
  CHECK(call(SYS_clone3, &arguments, sizeof(arguments)) == failed_with(ENOSYS));
  CHECK(call(SYS_execve, "/nvme1n1", nullptr, nullptr) == refused(SYS_execve));
  CHECK(call(SYS_execveat, AT_FDCWD, "nvme1n1", nullptr, nullptr, 0) == refused(SYS_execveat));
}

TEST("a reader does nothing that CAP_SYS_ADMIN would let it do beside") {
  CHECK(call(SYS_mount, "/", "/", "", MS_BIND, nullptr) == refused(SYS_mount));
  CHECK(call(SYS_umount2, "/", 0) == refused(SYS_umount2));
  CHECK(call(SYS_pivot_root, ".", ".") == refused(SYS_pivot_root));
  CHECK(call(SYS_chroot, ".") == refused(SYS_chroot));
  CHECK(call(SYS_unshare, CLONE_NEWNS) == refused(SYS_unshare));
  CHECK(call(SYS_setns, 0, 0) == refused(SYS_setns));
  CHECK(call(SYS_bpf, BPF_PROG_LOAD, nullptr, 0) == refused(SYS_bpf));
  CHECK(call(SYS_sethostname, "x", 1) == refused(SYS_sethostname));
  CHECK(call(SYS_open_by_handle_at, 0, nullptr, 0) == refused(SYS_open_by_handle_at));
  CHECK(call(SYS_perf_event_open, nullptr, 0, 0, 0, 0) == refused(SYS_perf_event_open));
  CHECK(call(SYS_seccomp, 0, 0, nullptr) == refused(SYS_seccomp));
}

TEST("a reader touches no other process") {
  CHECK(call(SYS_ptrace, PTRACE_ATTACH, 1, 0, 0) == refused(SYS_ptrace));
  CHECK(call(SYS_process_vm_readv, 1, nullptr, 0, nullptr, 0, 0) == refused(SYS_process_vm_readv));
  CHECK(call(SYS_kill, 1, SIGKILL) == refused(SYS_kill));
  CHECK(call(SYS_tgkill, 1, 1, SIGKILL) == refused(SYS_tgkill));
  CHECK(call(SYS_pidfd_open, 1, 0) == refused(SYS_pidfd_open));
}

TEST("a reader runs no code that it did not begin with") {
  CHECK(call(SYS_mmap, 0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
        refused(SYS_mmap));
  CHECK(call(SYS_mprotect, 0, 4096, PROT_READ | PROT_EXEC) == refused(SYS_mprotect));
}

TEST("a reader gets no privilege back") {
  CHECK(call(SYS_setuid, 0) == refused(SYS_setuid));
  CHECK(call(SYS_capset, nullptr, nullptr) == refused(SYS_capset));
  CHECK(call(SYS_prctl, PR_SET_SECUREBITS, 0, 0, 0, 0) == refused(SYS_prctl));
  CHECK(call(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0) == refused(SYS_prctl));
}

TEST("a keeper starts processes and may confine them; all else is refused to it as to a reader") {
  const auto become_keeper = [] {
    FileConfinement files;
    return !enter_sandbox(dev_folder(), SystemCalls::keeper, files);
  };
  const auto fork_and_wait = [] {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    int status = 0;
    return ::waitpid(child, &status, 0) == child ? WEXITSTATUS(status) : errno;
  };
  CHECK(in_child(become_keeper, fork_and_wait) == failed_with(0));
  CHECK(in_child(become_keeper, [] { return error_of(::socket(AF_INET, SOCK_STREAM, 0)); }) ==
        refused(SYS_socket));
  CHECK(in_child(become_keeper, [] { return error_of(::execl("/nvme1n1", "x", nullptr)); }) ==
        refused(SYS_execve));
  CHECK(in_child(become_keeper, [] { return open_reading("/etc/shadow"); }) == failed_with(ENOENT));
}

TEST("a reader keeps CAP_SYS_ADMIN alone, gains nothing, and is in no group") {
  std::array<int, 2> ends{};
  CHECK(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends.data()) == 0);
  const auto [ours, readers] = ends;
  const pid_t reader = ::fork();
  CHECK(reader >= 0);
  std::array<char, 1> word{};
  if (reader == 0) {
    ::close(ours);
    constexpr gid_t some_group = 6;
    if (::setgroups(1, &some_group) != 0 || !become_reader()) ::_exit(1);
    ::send(readers, word.data(), word.size(), 0);
    // Until it has been looked at.
    ::recv(readers, word.data(), word.size(), 0);
    ::_exit(0);
  }
  ::close(readers);
  CHECK(::recv(ours, word.data(), word.size(), 0) == 1);
  // It may not ask the kernel for these itself any more.
  const auto status = status_of(reader);
  ::close(ours);
  CHECK(::waitpid(reader, nullptr, 0) == reader);
  const std::string none(16, '0');
  const std::string admin = "0000000000200000";
  CHECK(status.at("CapEff") == admin && status.at("CapPrm") == admin && status.at("CapBnd") == admin);
  CHECK(status.at("CapInh") == none && status.at("CapAmb") == none);
  CHECK(status.at("NoNewPrivs") == "1" && status.at("Groups").empty());
}

TEST("a reader lists the namespaces of its folder, and nothing else that is in it") {
  const auto attempt = [] {
    std::string names;
    for (const auto& device : list_devices()) names += std::string(*protocol::text_of(device.name)) + " ";
    return names == "nvme1n1 nvme2n1 " || names == "nvme2n1 nvme1n1 " ? 0 : 1;
  };
  CHECK(as_reader(attempt) == failed_with(0));
}

TEST("a listener takes connections, and makes no socket, no connection and no program") {
  const auto as_listener = [](auto attempt) {
    const auto confine = [] {
      FileConfinement files;
      return !enter_sandbox(dev_folder(), SystemCalls::listener, files);
    };
    return in_child(confine, attempt);
  };
  const auto listened = [&](long number) {
    return as_listener([=] { return error_of(::syscall(number, 0, nullptr, nullptr, 0)); });
  };
  CHECK(listened(SYS_accept4) == failed_with(ENOTSOCK));
  for (const long number : {SYS_socket, SYS_bind, SYS_listen, SYS_connect, SYS_execve, SYS_read, SYS_write}) {
    CHECK(listened(number) == refused(number));
  }
  CHECK(as_listener([] { return open_reading("/etc/shadow"); }) == failed_with(ENOENT));
  CHECK(call(SYS_accept4, 0, 0, 0, 0) == refused(SYS_accept4));
}

TEST("the folder must be there") {
  FileConfinement files;
  const auto shortfall = confine_to_directory("/nowhere", files);
  CHECK(shortfall.step == Confinement::directory && shortfall.error == ENOENT);
  std::filesystem::remove_all(dev_folder());
}
