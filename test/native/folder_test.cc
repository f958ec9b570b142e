#include "core/folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <set>
#include <sstream>
#include <string>

#include "check.h"

using ebs_nvme::list_folder;

namespace {

/// With all that is in it, which is links.
class TemporaryFolder {
 public:
  TemporaryFolder() { CHECK(::mkdtemp(path_.data()) != nullptr); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    for (const std::string& name : names_) ::unlink(in(name).c_str());
    ::rmdir(path_.c_str());
  }

  [[nodiscard]] const std::string& path() const { return path_; }

  /// The line that a listing is to have of it.
  std::string link(const std::string& name) {
    CHECK(::symlink("../nowhere", in(name).c_str()) == 0);
    names_.insert(name);
    struct stat status {};
    CHECK(::lstat(in(name).c_str(), &status) == 0);
    return std::to_string(status.st_ino) + ' ' + name;
  }

 private:
  [[nodiscard]] std::string in(const std::string& name) const { return path_ + '/' + name; }

  std::string path_ = "/tmp/folder-test-XXXXXX";
  std::set<std::string> names_;
};

std::set<std::string> lines(const std::string& listing) {
  std::istringstream stream(listing);
  std::set<std::string> found;
  for (std::string line; std::getline(stream, line);) CHECK(found.insert(line).second);
  return found;
}

}  // namespace

TEST("a listing has each entry with the number of its own inode, not of what it leads to") {
  TemporaryFolder folder;
  std::set<std::string> expected;
  for (int i = 0; i < 1000; ++i) expected.insert(folder.link("nvme" + std::to_string(i)));
  std::string listing;
  CHECK(list_folder(folder.path().c_str(), listing) == 0);
  CHECK(lines(listing) == expected);
}

TEST("a listing of a folder that is left as it is stays the same") {
  TemporaryFolder folder;
  for (int i = 0; i < 10; ++i) folder.link("nvme" + std::to_string(i));
  std::string first;
  std::string second;
  CHECK(list_folder(folder.path().c_str(), first) == 0);
  CHECK(list_folder(folder.path().c_str(), second) == 0);
  CHECK(first == second);
}

TEST("an empty folder has an empty listing") {
  const TemporaryFolder folder;
  std::string listing;
  CHECK(list_folder(folder.path().c_str(), listing) == 0);
  CHECK(listing.empty());
}

TEST("what is no folder cannot be listed, and why is said") {
  std::string listing;
  CHECK(list_folder("/nowhere/at/all", listing) == ENOENT);
  CHECK(list_folder("/dev/null", listing) == ENOTDIR);
}
