#pragma once

#include <cstdio>
#include <cstdlib>
#include <vector>

/// As much of a test framework as these tests need: statements with a body, and checks that end the program.

struct Test {
  const char* statement;
  void (*body)();
};

inline std::vector<Test>& all_tests() {
  static std::vector<Test> tests;
  return tests;
}

struct Registration {
  Registration(const char* statement, void (*body)()) { all_tests().push_back({statement, body}); }
};

#define TEST_NAMED(line, statement)                                          \
  static void test_at_##line();                                              \
  static const Registration registration_##line{statement, &test_at_##line}; \
  static void test_at_##line()
#define TEST_EXPANDED(line, statement) TEST_NAMED(line, statement)
#define TEST(statement) TEST_EXPANDED(__LINE__, statement)

#define CHECK(condition)                                                           \
  do {                                                                             \
    if (!(condition)) {                                                            \
      std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                \
    }                                                                              \
  } while (false)
