#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <thread>

#include "core/thread.h"
#include "reader/client.h"
#include "reader/confinement.h"
#include "reader/socket.h"

/// How a client begins, and begins again.
namespace ebs_nvme {
namespace {

/// Between attempts to reach a reader that is lost.
constexpr std::chrono::milliseconds first_delay{100};
constexpr std::chrono::milliseconds longest_delay{5'000};

/// False where nothing came in time. A signal that comes meanwhile (to reload, to end) is for somebody else.
bool wait_for_message(int fd, Clock::duration timeout) {
  const auto deadline = Clock::now() + timeout;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd readable{.fd = fd, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&readable, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready < 0 && errno == EINTR) continue;
    return ready > 0;
  }
}

std::string explain_failed(const protocol::Failed& failed) {
  return explain({.step = static_cast<Confinement>(failed.step), .error = static_cast<int>(failed.error)});
}

}  // namespace

/// Says where the device nodes are. False where nobody listens.
bool ReaderClient::introduce() const {
  protocol::Configure configure{.header = protocol::header_of(protocol::Kind::configure), .dev_path = {}};
  std::ranges::copy(dev_path_, configure.dev_path.begin());
  return channel_.send(bytes_of(configure));
}

std::string ReaderClient::connect(Clock::duration timeout) {
  ::fcntl(channel_.fd(), F_SETFD, FD_CLOEXEC);
  if (dev_path_.size() >= sizeof(protocol::Configure::dev_path)) {
    return "the path of the device nodes is too long";
  }
  if (!introduce()) return "there is none";

  if (!wait_for_message(channel_.fd(), timeout)) return "it does not answer";
  std::array<std::byte, 512> buffer;
  const auto message = channel_.receive(buffer);
  const auto header = protocol::parse_header(message);
  if (!header) return message.empty() ? "it ended at once" : "it is of another version";
  if (header->kind == protocol::Kind::failed) {
    const auto failed = protocol::parse_record<protocol::Failed>(message);
    return failed ? explain_failed(*failed) : "it is of another version";
  }
  const auto hello = protocol::parse_record<protocol::Hello>(message);
  if (header->kind != protocol::Kind::hello || !hello) return "it could not start";
  state_.reader = *hello;
  keeper_ = static_cast<pid_t>(hello->keeper_pid);

  wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_ < 0) return std::string("no descriptor to wait with: ") + std::strerror(errno);
  if (const int error = start_detached_thread(run, this); error != 0) {
    return std::string("no thread to wait with: ") + std::strerror(error);
  }
  return {};
}

/// Meanwhile nothing is asked: there is no reader. The descriptor stays the same, whatever is behind it.
void ReaderClient::connect_again() const {
  for (auto delay = first_delay;; delay = std::min(2 * delay, longest_delay)) {
    std::this_thread::sleep_for(delay);
    const auto connection = connect_to(socket_path_);
    if (!connection.is_open() || ::dup3(connection.get(), channel_.fd(), O_CLOEXEC) < 0) continue;
    if (introduce()) return;
  }
}

void ReaderClient::observe(Observer& observer) {
  const std::lock_guard lock(mutex_);
  observer_ = &observer;
}

ReaderClient::State ReaderClient::state() {
  const std::lock_guard lock(mutex_);
  return state_;
}

}  // namespace ebs_nvme
