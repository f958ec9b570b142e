#include "core/identity.h"

#include <array>
#include <cstring>
#include <string_view>

#include "check.h"

using namespace ebs_nvme;

namespace {

using Bytes = std::array<std::byte, transfer_bytes>;

void put(Bytes& bytes, std::size_t offset, std::string_view text) {
  std::memcpy(bytes.data() + offset, text.data(), text.size());
}

Identity with_mapping(std::string_view mapping) {
  Bytes bytes{};
  put(bytes, 3072, mapping);
  return decode_identity(bytes);
}

}  // namespace

TEST("an identity's fields lose their padding") {
  Bytes bytes{};
  put(bytes, 0, std::string_view("\x0F\x1D", 2));
  put(bytes, 4, "vol0123456789abcdef0");
  put(bytes, 24, "Amazon Elastic Block Store              ");
  put(bytes, 64, "1.0     ");
  const Identity identity = decode_identity(bytes);
  CHECK(identity.vendor_id == 0x1D0F);
  CHECK(identity.serial == "vol0123456789abcdef0");
  CHECK(identity.model == "Amazon Elastic Block Store");
  CHECK(identity.firmware == "1.0");
  CHECK(identity.block_device_mapping.empty());
}

TEST("a block device mapping is a name, however it is padded and with /dev/ or without") {
  CHECK(with_mapping("/dev/sdf                        ").block_device_mapping == "sdf");
  CHECK(with_mapping("xvdb").block_device_mapping == "xvdb");
  CHECK(with_mapping("ephemeral0:sdb  ").block_device_mapping == "ephemeral0:sdb");
  CHECK(with_mapping(std::string_view("sdg\0 garbage after the end", 26)).block_device_mapping == "sdg");
  CHECK(with_mapping("12345678901234567890123456789012").block_device_mapping.size() == 32);
}
