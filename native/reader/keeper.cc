#include "reader/keeper.h"

#include <malloc.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <new>
#include <string>
#include <utility>

#include "core/outcome.h"
#include "core/reader_pool.h"
#include "reader/amazon_drive.h"
#include "reader/exit_code.h"
#include "reader/files.h"
#include "reader/protocol.h"
#include "reader/sandbox.h"
#include "reader/server.h"
#include "reader/system_calls.h"

namespace ebs_nvme {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds first_delay{100};
constexpr milliseconds longest_delay = seconds{10};
/// A reader that served so long did not end for a reason that meets the next one at once.
constexpr seconds steady_life{60};

/// Ctrl-C and supervisors signal whole groups of processes. The collector reads once more before it ends, and
/// its end is the reader's.
void ignore_signals() noexcept {
  for (const int signal : {SIGHUP, SIGINT, SIGTERM, SIGPIPE}) std::signal(signal, SIG_IGN);
}

/// Memory that the keeper shares with each reader, for the last words of one that was refused a system call.
std::atomic<std::uint32_t>* share_word() noexcept {
  void* const page = ::mmap(nullptr, sizeof(std::atomic<std::uint32_t>), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return nullptr;
  return new (page) std::atomic<std::uint32_t>(0);
}

struct Beginning {
  /// Null where there is nothing to begin with, and the process ends.
  std::atomic<std::uint32_t>* refused = nullptr;
  int exit_code = exit_code::done;
  std::string dev_path{};
};

/// Waits for a collector's first word.
Beginning begin(Channel channel) {
  ::prctl(PR_SET_NAME, "ebs-nvme-keeper", 0, 0, 0);
  // A heap for each thread would be most of what the reader takes.
  ::mallopt(M_ARENA_MAX, 1);

  std::array<std::byte, sizeof(protocol::Configure)> buffer;
  const auto message = channel.receive(buffer);
  if (message.empty()) return {};
  auto dev_path = protocol::parse_configure(message);
  if (!dev_path) return {.exit_code = exit_code::wrong_request};

  std::atomic<std::uint32_t>* const refused = share_word();
  if (refused == nullptr) return {.exit_code = exit_code::could_not};
  note_refused_calls_in(*refused);
  return {.refused = refused, .dev_path = std::move(*dev_path)};
}

int serve(Channel channel, const FileConfinement& files, pid_t keeper) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  ::prctl(PR_SET_NAME, "ebs-nvme-reader", 0, 0, 0);
  if (limit_system_calls(SystemCalls::reader)) return exit_code::could_not;
  const protocol::Hello hello{
      .header = protocol::header_of(protocol::Kind::hello),
      .pid = static_cast<std::uint32_t>(::getpid()),
      .landlock_abi = static_cast<std::uint32_t>(files.landlock_abi),
      .is_chrooted = files.is_chrooted ? 1U : 0U,
      .keeper_pid = static_cast<std::uint32_t>(keeper),
  };
  if (!channel.send(bytes_of(hello))) return exit_code::done;
  auto& pool = *new ReaderPool(ask_amazon_drive);
  auto& server = *new Server(channel, pool);
  return server.serve() == Server::End::client_gone ? exit_code::done : exit_code::wrong_request;
}

int wait_for(pid_t process) noexcept {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

/// Whether the collector is still there after the delay.
bool is_client_there_after(Channel channel, milliseconds delay) noexcept {
  pollfd end{.fd = channel.fd(), .events = 0, .revents = 0};
  return ::poll(&end, 1, static_cast<int>(delay.count())) == 0;
}

int restart_for_ever(Channel channel, const FileConfinement& files, std::atomic<std::uint32_t>& refused) {
  const pid_t keeper = ::getpid();
  for (milliseconds delay = first_delay;; delay = std::min(2 * delay, longest_delay)) {
    const auto started = Clock::now();
    const pid_t reader = ::fork();
    if (reader == 0) ::_exit(serve(channel, files, keeper));
    // A process that cannot be started is told as one that ended so.
    const int status = reader < 0 ? W_EXITCODE(exit_code::could_not, 0) : wait_for(reader);
    if (WIFEXITED(status) && WEXITSTATUS(status) == exit_code::done) return exit_code::done;

    if (Clock::now() - started >= steady_life) delay = first_delay;
    const protocol::Ended ended{
        .header = protocol::header_of(protocol::Kind::ended),
        .wait_status = static_cast<std::uint32_t>(status),
        .refused_call = refused.exchange(0),
        .restart_in_ms = static_cast<std::uint32_t>(delay.count()),
        .reserved = 0,
    };
    // One that does not listen is told again by the next reader's hello.
    static_cast<void>(channel.send(bytes_of(ended), MSG_DONTWAIT));
    if (!is_client_there_after(channel, delay)) return exit_code::done;
  }
}

}  // namespace

int keep_reader(Channel channel) {
  ignore_signals();
  const Beginning beginning = begin(channel);
  if (beginning.refused == nullptr) return beginning.exit_code;
  FileConfinement files;
  if (const auto shortfall = enter_sandbox(beginning.dev_path, SystemCalls::keeper, files)) {
    const protocol::Failed failed{
        .header = protocol::header_of(protocol::Kind::failed),
        .step = static_cast<std::uint32_t>(shortfall.step),
        .error = static_cast<std::uint32_t>(shortfall.error),
    };
    static_cast<void>(channel.send(bytes_of(failed)));
    return exit_code::could_not;
  }
  return restart_for_ever(channel, files, *beginning.refused);
}

int keep_confined_reader(Channel channel, const FileConfinement& files) {
  const Beginning beginning = begin(channel);
  if (beginning.refused == nullptr) return beginning.exit_code;
  if (limit_system_calls(SystemCalls::keeper)) return exit_code::could_not;
  return restart_for_ever(channel, files, *beginning.refused);
}

}  // namespace ebs_nvme
