#include "core/identity.h"

#include <array>
#include <cstring>
#include <string_view>

namespace ebs_nvme {
namespace {

/// Identify Controller (NVM Express base specification) with Amazon's vendor-specific part, as far as it is
/// used.
struct IdentifyController {
  std::uint16_t vendor_id;
  std::uint16_t subsystem_vendor_id;
  std::array<char, 20> serial;
  std::array<char, 40> model;
  std::array<char, 8> firmware;
  std::array<std::byte, 3000> standard;
  std::array<char, 32> block_device_mapping;
  std::array<std::byte, 992> rest;
};
static_assert(sizeof(IdentifyController) == transfer_bytes);
static_assert(offsetof(IdentifyController, serial) == 4);
static_assert(offsetof(IdentifyController, model) == 24);
static_assert(offsetof(IdentifyController, firmware) == 64);
static_assert(offsetof(IdentifyController, block_device_mapping) == 3072);

/// Fields are padded with spaces, or with NULs.
template <std::size_t Length>
std::string_view trimmed(const std::array<char, Length>& field) {
  constexpr std::string_view padding{" \0", 2};
  const std::string_view text{field.data(), Length};
  const std::size_t first = text.find_first_not_of(padding);
  if (first == std::string_view::npos) return {};
  const std::string_view rest = text.substr(first);
  const std::size_t end = rest.find('\0');
  const std::string_view content = rest.substr(0, end);
  return content.substr(0, content.find_last_not_of(padding) + 1);
}

}  // namespace

Identity decode_identity(std::span<const std::byte, transfer_bytes> bytes) {
  IdentifyController page;
  std::memcpy(&page, bytes.data(), sizeof(page));
  constexpr std::string_view folder = "/dev/";
  std::string_view mapping = trimmed(page.block_device_mapping);
  if (mapping.starts_with(folder)) mapping.remove_prefix(folder.size());
  return {
      .vendor_id = page.vendor_id,
      .serial = std::string(trimmed(page.serial)),
      .model = std::string(trimmed(page.model)),
      .firmware = std::string(trimmed(page.firmware)),
      .block_device_mapping = std::string(mapping),
  };
}

}  // namespace ebs_nvme
