#include "core/page_text.h"

#include <bit>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "check.h"
#include "core/sample_value.h"

using namespace ebs_nvme;

namespace {

using Bytes = std::vector<std::byte>;

std::string spelled(double value) {
  std::vector<char> text(max_sample_value_length);
  return {text.data(),
          spell_sample_value(value, std::span<char, max_sample_value_length>(text.data(), text.size()))};
}

/// A page and what makes the next one of it. Its bytes are never more than it takes: a sanitizer sees every
/// step beyond them.
class Page {
 public:
  Page(std::vector<std::string> texts, const std::vector<double>& numbers)
      : texts_(std::move(texts)), bytes_(bytes_of(joined(numbers))), text_(text_of(numbers)) {}

  /// Writes the next page, and checks it against one that is written from nothing.
  void check_next(const std::vector<double>& numbers) {
    const std::string expected = joined(numbers);
    CHECK(text_.measure(numbers) == expected.size());
    Bytes next(expected.size());
    text_.write(bytes_, next);
    CHECK(next == bytes_of(expected));
    bytes_ = std::move(next);
  }

  [[nodiscard]] PageText& text() { return text_; }

 private:
  static Bytes bytes_of(std::string_view text) {
    Bytes bytes(text.size());
    if (!text.empty()) std::memcpy(bytes.data(), text.data(), text.size());
    return bytes;
  }

  [[nodiscard]] std::string joined(const std::vector<double>& numbers) const {
    std::string page;
    for (std::size_t i = 0; i < numbers.size(); ++i) page += texts_[i] + spelled(numbers[i]);
    return page + texts_.back();
  }

  [[nodiscard]] PageText text_of(const std::vector<double>& numbers) const {
    std::vector<std::int32_t> text_lengths;
    std::vector<std::uint8_t> number_lengths;
    for (const std::string& text : texts_) text_lengths.push_back(static_cast<std::int32_t>(text.size()));
    for (const double number : numbers) {
      number_lengths.push_back(static_cast<std::uint8_t>(spelled(number).size()));
    }
    return {text_lengths, number_lengths};
  }

  std::vector<std::string> texts_;
  Bytes bytes_;
  PageText text_;
};

constexpr double longest = -0.0000012345678901234567;

}  // namespace

TEST("a page without numbers stays as it is") {
  Page page({"# EOF\n"}, {});
  page.check_next({});
  Page nothing({""}, {});
  nothing.check_next({});
}

TEST("a page of numbers alone may grow and shrink") {
  Page page({"", "", "", ""}, {1, 2, 3});
  page.check_next({longest, longest, longest});
  page.check_next({0, longest, 0});
  page.check_next({4, 5, 6});
}

TEST("texts of every length are copied, whatever stands before and behind them") {
  for (std::size_t length = 0; length < 200; ++length) {
    Page page({std::string(length, 'a'), std::string(200 - length, 'b'), std::string(length % 7, 'c')},
              {1, longest});
    page.check_next({longest, 1});
    page.check_next({1'000'000, 1'000'000});
    page.check_next({1, longest});
  }
}

TEST("nothing is read or written behind the end, whichever of two pages ends first") {
  for (const std::size_t length : {1, 63, 64, 65, 129}) {
    for (std::size_t tail = 0; tail < 70; ++tail) {
      Page page({std::string(length, 'a'), std::string(tail, 'z')}, {1});
      page.check_next({longest});
      page.check_next({2});
    }
  }
}

TEST("a page that was measured and not written is measured again") {
  Page page({"a ", "\nb ", "\n"}, {1, 2});
  CHECK(page.text().measure(std::vector<double>{100, 200}) == 12);
  page.check_next({1, 2});
  page.check_next({10, 2});
}

TEST("any numbers in a long page give the page that is written from nothing") {
  std::mt19937_64 random(11);
  std::vector<std::string> texts(1001);
  for (std::string& text : texts) text = std::string(random() % 180, 't');
  const auto any_number = [&]() -> double {
    const auto bits = random();
    switch (bits % 5) {
      case 0:
        return static_cast<double>(random() >> (random() % 64));
      case 1:
        return static_cast<double>(random() % 1'000'000'000'000) / 1e6;
      case 2:
        return std::bit_cast<double>(random());
      case 3:
        return std::numeric_limits<double>::quiet_NaN();
      default:
        return longest;
    }
  };
  std::vector<double> numbers(texts.size() - 1);
  Page page(texts, numbers);
  for (int round = 0; round < 20; ++round) {
    for (double& number : numbers) {
      if (random() % 2 == 0) number = any_number();
    }
    page.check_next(numbers);
  }
}
