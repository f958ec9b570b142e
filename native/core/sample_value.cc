#include "core/sample_value.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

namespace ebs_nvme {
namespace {

/// 2^53: from there on neighbouring doubles are two and more apart.
constexpr double whole_limit = 9007199254740992;
/// Decimals of up to 15 digits each have a double of their own, so that the shortest spelling of the double
/// is the decimal without its zeros:
/// https://www.exploringbinary.com/decimal-precision-of-binary-floating-point-numbers/
constexpr double millionths_limit = 1e15;
constexpr std::uint64_t million = 1'000'000;
constexpr std::uint64_t eight_digits_limit = 100'000'000;

/// ECMA-262, Number::toString: with more digits before the point, or more zeros after it, there is an
/// exponent. https://tc39.es/ecma262/#sec-numeric-types-number-tostring
constexpr int max_whole_digits = 21;
constexpr int max_leading_zeros = 5;
constexpr int max_exponent_digits = 3;

char* append(char* at, std::string_view text) noexcept {
  return std::copy(text.begin(), text.end(), at);
}

static_assert(std::endian::native == std::endian::little, "the first digit is the lowest byte");

/// The digits of a number below 10^8, a byte each: pairs of four, of two and of one digit are parted side by
/// side in one register. Measured: two thirds of the time of std::to_chars, which counts them first.
std::uint64_t eight_digits(std::uint32_t value) noexcept {
  const std::uint64_t fours = value / 10'000 | std::uint64_t{value % 10'000} << 32;
  // n * 10486 >> 20 is n / 100 up to 9999, and n * 103 >> 10 is n / 10 up to 99.
  const std::uint64_t hundreds = fours * 10486 >> 20 & 0x0000'007F'0000'007F;
  const std::uint64_t twos = hundreds | (fours - hundreds * 100) << 16;
  const std::uint64_t tens = twos * 103 >> 10 & 0x000F'000F'000F'000F;
  return tens | (twos - tens * 10) << 8;
}

/// Writes eight bytes, whatever the length.
char* append_bytes(char* at, std::uint64_t digits, int length) noexcept {
  digits |= 0x3030'3030'3030'3030;
  std::memcpy(at, &digits, sizeof(digits));
  return at + length;
}

/// Without the zeros before it, of which one alone is shown.
char* append_first(char* at, std::uint32_t value) noexcept {
  const std::uint64_t digits = eight_digits(value);
  const int zeros = std::countr_zero(digits | std::uint64_t{1} << 56) / 8;
  return append_bytes(at, digits >> 8 * zeros, 8 - zeros);
}

/// @param value of at most 16 digits
char* append_whole(char* at, std::uint64_t value) noexcept {
  if (value < eight_digits_limit) return append_first(at, static_cast<std::uint32_t>(value));
  at = append_first(at, static_cast<std::uint32_t>(value / eight_digits_limit));
  return append_bytes(at, eight_digits(static_cast<std::uint32_t>(value % eight_digits_limit)), 8);
}

char* append_millionths(char* at, std::uint64_t count) noexcept {
  at = append_whole(at, count / million);
  *at++ = '.';
  const std::uint64_t fraction = eight_digits(static_cast<std::uint32_t>(count % million * 100));
  return append_bytes(at, fraction, 8 - std::countl_zero(fraction) / 8);
}

char* append_digits(char* at, std::string_view digits, int exponent) noexcept {
  const int length = static_cast<int>(digits.size());
  const int whole_digits = exponent + 1;
  if (whole_digits > max_whole_digits || -whole_digits > max_leading_zeros) {
    *at++ = digits.front();
    if (length > 1) *at++ = '.';
    at = append(append(at, digits.substr(1)), exponent < 0 ? "e-" : "e+");
    return std::to_chars(at, at + max_exponent_digits, std::abs(exponent)).ptr;
  }
  if (whole_digits <= 0) return append(std::fill_n(append(at, "0."), -whole_digits, '0'), digits);
  if (length <= whole_digits) return std::fill_n(append(at, digits), whole_digits - length, '0');
  const auto point = static_cast<std::size_t>(whole_digits);
  at = append(at, digits.substr(0, point));
  *at++ = '.';
  return append(at, digits.substr(point));
}

char* append_shortest(char* at, double value) noexcept {
  // `1.2345e-07`
  std::array<char, max_sample_value_length> text;
  char* const begin = text.data();
  char* const end = std::to_chars(begin, begin + text.size(), value, std::chars_format::scientific).ptr;
  char* const mark = std::find(begin, end, 'e');
  int exponent = 0;
  std::from_chars(mark[1] == '+' ? mark + 2 : mark + 1, end, exponent);
  // The point goes before the digits, and away.
  const bool has_point = begin[1] == '.';
  if (has_point) std::swap(begin[0], begin[1]);
  return append_digits(at, std::string_view(has_point ? begin + 1 : begin, mark), exponent);
}

/// @param value above 0, and finite
char* append_fraction(char* at, double value) noexcept {
  if (const double rounded = value * 1e6 + 0.5; rounded < millionths_limit) {
    const auto count = static_cast<std::int64_t>(rounded);
    if (static_cast<double>(count) / 1e6 == value) {
      return append_millionths(at, static_cast<std::uint64_t>(count));
    }
  }
  return append_shortest(at, value);
}

char* append_value(char* at, double value) noexcept {
  if (value >= 0 && value < whole_limit) {
    // Of 64 bits with a sign: processors have an instruction for these alone.
    const auto whole = static_cast<std::int64_t>(value);
    if (static_cast<double>(whole) == value) return append_whole(at, static_cast<std::uint64_t>(whole));
    return append_fraction(at, value);
  }
  if (std::isnan(value)) return append(at, "NaN");
  if (std::isinf(value)) return append(at, value < 0 ? "-Inf" : "+Inf");
  if (value > 0) return append_shortest(at, value);
  *at++ = '-';
  return append_value(at, -value);
}

}  // namespace

std::size_t spell_sample_value(double value, std::span<char, max_sample_value_length> into) noexcept {
  return static_cast<std::size_t>(append_value(into.data(), value) - into.data());
}

}  // namespace ebs_nvme
