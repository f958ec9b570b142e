#!/bin/sh
# Builds the native core's and the reader's tests with each sanitizer and runs them; those of the sandbox without, as root.
set -eu
cd "$(dirname "$0")/../.."

# ThreadSanitizer of gcc 12 does not know the memory layout of kernels with 32 bits of address randomization.
without_randomization=
if command -v setarch >/dev/null && setarch -R true 2>/dev/null; then without_randomization="setarch -R"; fi

for sanitizer in address,undefined thread; do
  build=build/test/native-$(echo "$sanitizer" | tr , -)
  cmake -S . -B "$build" -DNATIVE_TESTS=ON -DSANITIZE="$sanitizer" >/dev/null
  cmake --build "$build" --parallel >/dev/null
  echo "native core, $sanitizer:"
  $without_randomization "$build/test/native/core_test"
  echo "reader and its channel, $sanitizer:"
  $without_randomization "$build/test/native/reader_test"
done

[ "$(id -u)" = 0 ] || { echo "the reader's sandbox is tried out by root only: run this as root" >&2; exit 1; }
build=build/test/native-plain
cmake -S . -B "$build" -DCMAKE_BUILD_TYPE=Release -DNATIVE_TESTS=ON >/dev/null
cmake --build "$build" --parallel --target sandbox_test >/dev/null
echo "reader's sandbox:"
"$build/test/native/sandbox_test"
