#include "core/sample_value.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "check.h"

using namespace ebs_nvme;

namespace {

/// On the heap, and not a byte larger than promised: a sanitizer sees every step beyond it.
std::string spelled(double value) {
  std::vector<char> text(max_sample_value_length);
  const std::size_t length =
      spell_sample_value(value, std::span<char, max_sample_value_length>(text.data(), text.size()));
  CHECK(length > 0 && length <= text.size());
  return {text.data(), length};
}

void check_reads_back(double value) {
  const std::string text = spelled(value);
  double read = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
  CHECK(error == std::errc() && end == text.data() + text.size());
  CHECK(read == value);
}

}  // namespace

TEST("whole numbers are spelled in full") {
  CHECK(spelled(0) == "0");
  CHECK(spelled(-0.0) == "0");
  CHECK(spelled(7) == "7");
  CHECK(spelled(-10) == "-10");
  CHECK(spelled(99'999'999) == "99999999");
  CHECK(spelled(100'000'000) == "100000000");
  CHECK(spelled(1'000'000'007) == "1000000007");
  CHECK(spelled(9007199254740991) == "9007199254740991");
  CHECK(spelled(9007199254740992) == "9007199254740992");
  CHECK(spelled(18446744073709551616.0) == "18446744073709552000");
  CHECK(spelled(-123456789012345680000.0) == "-123456789012345680000");
}

TEST("fractions are spelled in the fewest digits") {
  CHECK(spelled(0.1) == "0.1");
  CHECK(spelled(0.1 + 0.2) == "0.30000000000000004");
  CHECK(spelled(-33.333333) == "-33.333333");
  CHECK(spelled(0.000001) == "0.000001");
  CHECK(spelled(999'999'999.999'999) == "999999999.999999");
  CHECK(spelled(1'000'000'000.000'001) == "1000000000.000001");
  CHECK(spelled(123456789.123456789) == "123456789.12345679");
}

TEST("very large and very small numbers have an exponent, as in JavaScript") {
  CHECK(spelled(1e20) == "100000000000000000000");
  CHECK(spelled(1e21) == "1e+21");
  CHECK(spelled(1.5e300) == "1.5e+300");
  CHECK(spelled(0.0000012345) == "0.0000012345");
  CHECK(spelled(1e-7) == "1e-7");
  CHECK(spelled(1.25e-7) == "1.25e-7");
  CHECK(spelled(5e-324) == "5e-324");
  CHECK(spelled(-std::numeric_limits<double>::max()) == "-1.7976931348623157e+308");
}

TEST("what is no number, or without an end, has a name") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  CHECK(spelled(std::numeric_limits<double>::quiet_NaN()) == "NaN");
  CHECK(spelled(-std::numeric_limits<double>::quiet_NaN()) == "NaN");
  CHECK(spelled(infinity) == "+Inf");
  CHECK(spelled(-infinity) == "-Inf");
}

TEST("the longest values fit") {
  CHECK(spelled(-0.0000012345678901234567).size() == max_sample_value_length);
  CHECK(spelled(-2.2250738585072014e-308) == "-2.2250738585072014e-308");
}

TEST("any number reads back as the same double") {
  std::mt19937_64 random(7);
  for (int i = 0; i < 200'000; ++i) {
    const auto bits = random();
    const auto any = std::bit_cast<double>(bits);
    if (std::isfinite(any)) check_reads_back(any);
    check_reads_back(static_cast<double>(bits >> (bits % 64)));
    check_reads_back(static_cast<double>(bits >> (8 + bits % 56)) / 1e6);
    check_reads_back(-static_cast<double>(bits % 1'000'000'000) / 1e15);
  }
}
