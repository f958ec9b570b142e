// What a scrape cannot cost less than: Get Log Page to every drive, and the page's bytes written once. The
// bytes say nothing, and no drive's answer is looked at. One thread, one connection at a time, HTTP as far as
// a scraper needs it.
//
//   floor PORT DEV_PATH SYS_PATH PAGE_BYTES

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/nvme_ioctl.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::uint8_t get_log_page = 0x02;
constexpr std::uint32_t statistics_log = 0xD0;
constexpr std::size_t page_bytes = 4096;

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

std::vector<std::string> controllers(const std::string& sys_path) {
  const std::string path = sys_path + "/class/nvme";
  DIR* const folder = ::opendir(path.c_str());
  if (folder == nullptr) fail(path.c_str());
  std::vector<std::string> names;
  while (const dirent* const entry = ::readdir(folder)) {
    if (std::string_view(entry->d_name).starts_with("nvme")) names.emplace_back(entry->d_name);
  }
  ::closedir(folder);
  return names;
}

void ask(const std::string& path) {
  static std::array<std::uint8_t, page_bytes> page;
  const int device = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (device < 0) fail(path.c_str());
  nvme_admin_cmd command{};
  command.opcode = get_log_page;
  command.nsid = 1;
  command.addr = reinterpret_cast<std::uint64_t>(page.data());
  command.data_len = page_bytes;
  command.cdw10 = statistics_log | (page_bytes / 4 - 1) << 16;
  if (::ioctl(device, NVME_IOCTL_ADMIN_CMD, &command) != 0) fail(path.c_str());
  ::close(device);
}

void write_all(int client, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(client, bytes.data(), bytes.size());
    if (written < 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void serve(int client, const std::string& dev_path, const std::string& sys_path, std::string_view response) {
  std::array<char, 8192> request;
  // A scraper's request is one packet, and the next one comes after the answer.
  while (::read(client, request.data(), request.size()) > 0) {
    for (const std::string& name : controllers(sys_path)) ask(dev_path + '/' + name + "n1");
    write_all(client, response);
  }
  ::close(client);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return std::fputs("usage: floor PORT DEV_PATH SYS_PATH PAGE_BYTES\n", stderr), 2;
  const std::string body(std::strtoul(argv[4], nullptr, 10), '#');
  const std::string response =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + std::to_string(body.size()) +
      "\r\n\r\n" + body;
  const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::strtoul(argv[1], nullptr, 10)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("bind");
  if (::listen(server, 8) != 0) fail("listen");
  for (;;) {
    const int client = ::accept4(server, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) fail("accept");
    const int on = 1;
    ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    serve(client, argv[2], argv[3], response);
  }
}
