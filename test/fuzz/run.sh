#!/bin/sh
# Fuzzes what reads bytes that others wrote: the decoder of a drive's pages, and the reader's protocol, both ends.
#   test/fuzz/run.sh [EXECUTIONS] [decoder|protocol]...
# Begins with the corpus beside this script; what it finds there goes to build/fuzz. A finding ends it, and is left there.
set -eu
cd "$(dirname "$0")/../.."

executions=${1:-1000000}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- decoder protocol
compiler=${CLANG:-clang++-14}
command -v "$compiler" >/dev/null || { echo "fuzzing needs libFuzzer: apt-get install clang-14" >&2; exit 1; }

build=build/fuzz
mkdir -p "$build"
for target in "$@"; do
  case $target in
    decoder) sources='native/core/decoder.cc native/core/identity.cc' ;;
    protocol) sources='native/reader/protocol.cc' ;;
    *) echo "no such target: $target (decoder, protocol)" >&2; exit 2 ;;
  esac
  # shellcheck disable=SC2086
  "$compiler" -std=c++20 -O2 -g -fno-exceptions -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
    -I native "test/fuzz/${target}_fuzz.cc" $sources -o "$build/$target"
  mkdir -p "$build/corpus-$target"
  echo "fuzzing the $target, $executions executions:"
  "$build/$target" -runs="$executions" -max_len=8300 -artifact_prefix="$build/$target-" -print_final_stats=1 -verbosity=0 \
    "$build/corpus-$target" "test/fuzz/corpus/$target" 2>"$build/$target.log" || { cat "$build/$target.log" >&2; exit 1; }
  grep -E '^stat::(number_of_executed_units|average_exec_per_sec)' "$build/$target.log"
  echo "1 passed"
done
