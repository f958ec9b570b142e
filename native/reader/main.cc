#include <charconv>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "reader/channel.h"
#include "reader/exit_code.h"
#include "reader/keeper.h"
#include "reader/launch.h"
#include "reader/listener.h"

namespace {

using namespace ebs_nvme;

constexpr const char* usage =
    "usage: ebs-nvme-reader launch [--user UID:GID] [--no-reader] -- PROGRAM [ARGUMENT]...\n"
    "       ebs-nvme-reader listen [--user UID:GID] [--dev-path FOLDER] SOCKET\n"
    "\n"
    "launch starts PROGRAM without any privilege (no capability, not root, none to gain; UID:GID is\n"
    "65532:65532 where nothing is said), and beside it a confined process that keeps CAP_SYS_ADMIN and\n"
    "reads Amazon's NVMe drives for it; with --no-reader nobody does. Without CAP_SYS_ADMIN it only starts\n"
    "PROGRAM.\n"
    "\n"
    "listen is that confined process alone, for a collector in another container, which runs as UID:GID\n"
    "and finds SOCKET by service.privilege.reader_socket. It reads drives in FOLDER, /dev where nothing is\n"
    "said, until SIGTERM.\n";

bool parse_number(std::string_view text, unsigned& number) noexcept {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

/// Of what is started with either mode.
template <typename Options>
bool parse_user(std::string_view text, Options& options) noexcept {
  const std::size_t colon = text.find(':');
  if (colon == text.npos) return false;
  return parse_number(text.substr(0, colon), options.user) &&
         parse_number(text.substr(colon + 1), options.group);
}

/// Takes options off until `--`, which must come, and a program.
bool parse_launch(std::span<char*> arguments, Launch& options) noexcept {
  while (arguments.size() > 1 && std::string_view(arguments[0]) != "--") {
    const std::string_view option = arguments[0];
    const bool is_user = option == "--user" && parse_user(arguments[1], options);
    if (!is_user && option != "--no-reader") return false;
    options.with_reader = options.with_reader && option != "--no-reader";
    arguments = arguments.subspan(is_user ? 2 : 1);
  }
  if (arguments.size() < 2) return false;
  options.command = &arguments[1];
  return true;
}

/// Options, each with a value, and the path of a socket at the end.
bool parse_listen(std::span<char*> arguments, Listen& options) {
  while (arguments.size() > 2) {
    const std::string_view option = arguments[0];
    if (option == "--dev-path") {
      options.dev_path = arguments[1];
    } else if (option != "--user" || !parse_user(arguments[1], options)) {
      return false;
    }
    arguments = arguments.subspan(2);
  }
  if (arguments.size() != 1) return false;
  options.socket_path = arguments[0];
  return !options.socket_path.starts_with('-');
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view mode = count > 1 ? arguments[1] : "";
  constexpr int inherited_channel = 3;
  if (mode == "keep") return keep_reader(Channel(inherited_channel));
  const auto rest = std::span(arguments, static_cast<std::size_t>(count)).subspan(count > 1 ? 2 : 1);
  if (Launch options; mode == "launch" && parse_launch(rest, options)) {
    std::fprintf(stderr, "ebs-nvme-reader: %s\n", launch(options).c_str());
    return exit_code::could_not;
  }
  if (Listen options; mode == "listen" && parse_listen(rest, options)) return listen_for_collectors(options);
  std::fputs(usage, stderr);
  return exit_code::wrong_usage;
}
