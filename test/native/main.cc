#include "check.h"

int main() {
  for (const auto& [statement, body] : all_tests()) {
    std::printf("%s\n", statement);
    std::fflush(stdout);
    body();
  }
  std::printf("%zu passed\n", all_tests().size());
}
