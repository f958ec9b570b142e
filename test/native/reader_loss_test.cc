#include <fcntl.h>
#include <poll.h>

#include <cerrno>
#include <filesystem>
#include <memory>

#include "check.h"
#include "reader/socket.h"
#include "reader_pair.h"

/// What becomes of requests when the reader is not there, or not what it should be.

TEST("a reader that ends gives up what was asked; the next one answers again") {
  const Pair pair = connected();
  auto& changes = keep<Changes>();
  pair.client.observe(changes);
  Results during(2);
  pair.client.submit(requests(2), ample, during);
  send_ended(pair, 9);
  during.wait();
  CHECK(during.outcomes[1].verdict == Verdict::reader_ended && during.outcomes[1].code == (9U | 42U << 16));
  CHECK(changes.wait(1).ended->restart_in_ms == 100 && !changes.wait(1).reader);

  Results after(1);
  pair.client.submit(requests(1), ample, after);
  after.wait();
  CHECK(after.outcomes[0].verdict == Verdict::reader_ended);

  CHECK(pair.readers.send(bytes_of(hello())));
  CHECK(changes.wait(2).reader->pid == 42);
  Results again(1);
  std::array<std::byte, protocol::max_request_bytes> buffer;
  static_cast<void>(pair.readers.receive(buffer));
  pair.client.submit(requests(1), ample, again);
  auto& server = keep<Server>(pair.readers, keep<ReaderPool>(ask));
  std::thread([&server] { static_cast<void>(server.serve()); }).detach();
  again.wait();
  CHECK(again.outcomes[0].verdict == Verdict::answered);
}

TEST("once the keeper is gone, nobody is waited for") {
  const Pair pair = connected();
  auto& changes = keep<Changes>();
  pair.client.observe(changes);
  ::close(pair.readers.fd());
  CHECK(changes.wait(1).is_final);
  Results results(1);
  pair.client.submit(requests(1), ample, results);
  results.wait();
  CHECK(results.outcomes[0].verdict == Verdict::reader_ended && results.outcomes[0].code == 0);
}

TEST("a reader that listens is connected to again once it is back, and its loss is told once") {
  const std::string path = (std::filesystem::temp_directory_path() / "ebs-nvme-loss.sock").string();
  const auto accept = [](const FileDescriptor& listener) {
    pollfd asked{.fd = listener.get(), .events = POLLIN, .revents = 0};
    CHECK(::poll(&asked, 1, 60'000) == 1);
    const Channel readers(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    std::array<std::byte, 512> buffer;
    CHECK(protocol::parse_configure(readers.receive(buffer)) == "/host/dev");
    CHECK(readers.send(bytes_of(hello())));
    return readers;
  };
  auto listener = std::make_unique<FileDescriptor>(listen_at(path, ::getuid(), ::getgid()));
  CHECK(listener->is_open());
  const int fd = ::fcntl(connect_to(path).get(), F_DUPFD_CLOEXEC, 3);
  auto& client = keep<ReaderClient>(Channel(fd), "/host/dev", path);
  auto& changes = keep<Changes>();
  client.observe(changes);
  std::thread first([&] {
    const Channel readers = accept(*listener);
    // Gone, and so is the next one before it says a word.
    listener.reset();
    ::close(readers.fd());
  });
  CHECK(client.connect(ample).empty());
  first.join();
  CHECK(changes.wait(1).is_lost && !changes.wait(1).is_final);
  Results during(1);
  client.submit(requests(1), ample, during);
  during.wait();
  CHECK(during.outcomes[0].verdict == Verdict::reader_ended);
  CHECK(during.outcomes[0].code == ReaderClient::lost_code);

  listener = std::make_unique<FileDescriptor>(listen_at(path, ::getuid(), ::getgid()));
  const int mute = [&] {
    pollfd asked{.fd = listener->get(), .events = POLLIN, .revents = 0};
    CHECK(::poll(&asked, 1, 60'000) == 1);
    return ::accept4(listener->get(), nullptr, nullptr, SOCK_CLOEXEC);
  }();
  ::close(mute);
  const Channel readers = accept(*listener);
  CHECK(changes.wait(2).reader->pid == 42 && !changes.wait(2).is_lost);
  auto& server = keep<Server>(readers, keep<ReaderPool>(ask));
  std::thread([&server] { static_cast<void>(server.serve()); }).detach();
  Results again(1);
  client.submit(requests(1), ample, again);
  again.wait();
  CHECK(again.outcomes[0].verdict == Verdict::answered);
  std::filesystem::remove(path);
}

TEST("a socket is for one user, takes the place of one that is left, and needs a name that fits") {
  const std::string path = (std::filesystem::temp_directory_path() / "ebs-nvme-place.sock").string();
  CHECK(listen_at(path, ::getuid(), ::getgid()).is_open());
  CHECK(!connect_to(path).is_open() && errno == ECONNREFUSED);
  const auto listener = listen_at(path, ::getuid(), ::getgid());
  CHECK(listener.is_open() && connect_to(path).is_open());
  CHECK(std::filesystem::status(path).permissions() ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  CHECK(!listen_at("/nowhere/reader.sock", ::getuid(), ::getgid()).is_open() && errno == ENOENT);
  CHECK(!listen_at(std::string(108, 'x'), ::getuid(), ::getgid()).is_open() && errno == ENAMETOOLONG);
  CHECK(!connect_to("").is_open() && errno == ENAMETOOLONG);
  std::filesystem::remove(path);
}

TEST("a reader that takes nobody is not waited for, however many knocked") {
  const std::string path = (std::filesystem::temp_directory_path() / "ebs-nvme-full.sock").string();
  const auto listener = listen_at(path, ::getuid(), ::getgid());
  CHECK(listener.is_open());
  // Those who are gone again count until they are taken.
  int knocks = 0;
  while (connect_to(path).is_open()) CHECK(++knocks < 100);
  CHECK(errno == EAGAIN && knocks > 0);
  std::filesystem::remove(path);
}

TEST("a reader that does not answer, or answers rubbish, is waited for until a while after the deadline") {
  const Pair pair = connected();
  Results results(2);
  pair.client.submit(requests(2), 10ms, results);
  const std::array<std::byte, 100> rubbish{};
  CHECK(pair.readers.send(rubbish));
  const auto odd = protocol::to_answer(1, 77, {.verdict = Verdict::no_answer}, 0);
  std::vector<std::byte> message;
  const auto header = protocol::header_of(protocol::Kind::answers, 0, 1);
  for (const std::byte byte : bytes_of(header)) message.push_back(byte);
  for (const std::byte byte : bytes_of(odd)) message.push_back(byte);
  CHECK(pair.readers.send(message));
  results.wait();
  for (const auto& outcome : results.outcomes) CHECK(outcome.verdict == Verdict::reader_silent);
}

TEST("after a cancellation a batch's sink is not called") {
  const Pair pair = connected();
  {
    Results results(1);
    pair.client.cancel(pair.client.submit(requests(1), ample, results));
  }
  send_ended(pair, 9);
  auto& changes = keep<Changes>();
  pair.client.observe(changes);
  CHECK(pair.readers.send(bytes_of(hello())));
  CHECK(changes.wait(1).reader || changes.wait(2).reader);
}

TEST("a path that is none of the reader's is not asked for") {
  const Pair pair = connected();
  auto asked = requests(1);
  asked[0].path = "/dev/nvme0n1";
  Results results(1);
  pair.client.submit(asked, ample, results);
  results.wait();
  CHECK(results.outcomes[0].verdict == Verdict::system_error && results.outcomes[0].code == 13);
}

TEST("a reader that could not confine itself is not connected, and says why") {
  std::array<int, 2> ends{};
  CHECK(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends.data()) == 0);
  const protocol::Failed failed{.header = protocol::header_of(protocol::Kind::failed),
                                .step = static_cast<std::uint32_t>(Confinement::files),
                                .error = 1};
  CHECK(Channel(ends[1]).send(bytes_of(failed)));
  auto& client = keep<ReaderClient>(Channel(ends[0]), "/dev");
  CHECK(client.connect(ample).find("CAP_SYS_CHROOT") != std::string::npos);
  ::close(ends[1]);
}

TEST("a reader ends over what is no request") {
  std::array<int, 2> ends{};
  CHECK(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends.data()) == 0);
  auto& server = keep<Server>(Channel(ends[1]), keep<ReaderPool>(ask));
  const std::array<std::byte, 24> rubbish{};
  CHECK(Channel(ends[0]).send(rubbish));
  CHECK(server.serve() == Server::End::not_a_request);
  ::close(ends[0]);
  CHECK(server.serve() == Server::End::client_gone);
}
