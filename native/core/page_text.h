#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace ebs_nvme {

/// A page of text with numbers in it, of which the next one has the same text and other numbers. Its bytes
/// are the caller's.
///
/// Numbers that stay are spelled again. Where two thirds change, which is what costs most, it takes as long
/// to tell which do, and the memory of those before.
class PageText {
 public:
  /// @param text_lengths bytes of text before each number, and after the last
  /// @param number_lengths bytes that each number takes on the first page
  PageText(std::span<const std::int32_t> text_lengths, std::span<const std::uint8_t> number_lengths);

  /// Gives the bytes that a page of these numbers takes.
  /// @param numbers as many as the first page has
  [[nodiscard]] std::size_t measure(std::span<const double> numbers) noexcept;

  /// Writes the page that was measured.
  /// @param last the page before
  /// @param next as long as was measured, and nowhere in the last page
  void write(std::span<const std::byte> last, std::span<std::byte> next) noexcept;

 private:
  std::vector<std::int32_t> text_lengths_;
  std::size_t text_length_;
  std::vector<std::uint8_t> last_lengths_;
  std::vector<std::uint8_t> next_lengths_;
  /// The next page's numbers one after the other, with room for the longest. What of it is never written
  /// takes no memory.
  std::unique_ptr<char[]> spelled_;
};

}  // namespace ebs_nvme
