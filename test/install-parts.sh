#!/bin/sh
# Brings what Node, npm, cmake and a C++ compiler do not cover: real parts to test against, linters, container tools.
# On Debian as root it installs what is missing. Elsewhere it names what is missing and the command that installs it, and
# goes on: the tests that need it fail, and say so. In CI a missing part is an error here. Then it builds the FUSE programs.
#
#   test/install-parts.sh test|bench|soak|lint|container|fuzz
set -eu

# Each line: a command or file that shows the part is there, its Debian package, and what needs it.
parts() {
  case $1 in
    test)
      cat <<'LINES'
fusermount3 fuse3 the FUSE device
/usr/include/fuse3/fuse_lowlevel.h libfuse3-dev the FUSE device
pkg-config pkg-config the FUSE device
promtool prometheus Prometheus, and promtool's lint of the page
chromium chromium the landing page in a browser
openssl openssl certificates for OTLP over TLS
systemd-analyze systemd the unit for systemd
LINES
      ;;
    bench)
      cat <<'LINES'
fusermount3 fuse3 the FUSE device
/usr/include/fuse3/fuse_lowlevel.h libfuse3-dev the FUSE device
pkg-config pkg-config the FUSE device
strace strace counting system calls
LINES
      ;;
    soak)
      cat <<'LINES'
fusermount3 fuse3 the FUSE device
/usr/include/fuse3/fuse_lowlevel.h libfuse3-dev the FUSE device
pkg-config pkg-config the FUSE device
LINES
      ;;
    lint)
      cat <<'LINES'
clang-format-14 clang-format-14 the format of C++
shellcheck shellcheck the lint of shell scripts
LINES
      ;;
    container)
      cat <<'LINES'
buildah buildah building the image
mmdebstrap mmdebstrap the stand-in for its base
LINES
      ;;
    fuzz)
      cat <<'LINES'
clang++-14 clang-14 libFuzzer and its sanitizers
/usr/lib/llvm-14/lib/clang/14.0.6/include/fuzzer/FuzzedDataProvider.h libclang-rt-14-dev libFuzzer and its sanitizers
LINES
      ;;
    *)
      echo "usage: test/install-parts.sh test|bench|soak|lint|container|fuzz" >&2
      exit 2
      ;;
  esac
}

is_there() {
  case $1 in
    /*) [ -e "$1" ] ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

missing_of() {
  parts "$1" | while read -r sign package purpose; do
    is_there "$sign" || echo "$package $purpose"
  done
}

# Mirrors fail now and then, and a list that is a few days old names files that are gone.
install() {
  for pause in 5 15 0; do
    apt-get -qq update || true
    if echo "$1" | DEBIAN_FRONTEND=noninteractive xargs apt-get -qq install --yes --no-install-recommends; then
      return 0
    fi
    sleep "$pause"
  done
  return 1
}

bring_packages() {
  missing=$(missing_of "$group")
  [ -n "$missing" ] || return 0
  packages=$(echo "$missing" | cut -d ' ' -f 1 | sort -u | tr '\n' ' ')
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "installing: $packages" >&2
    install "$packages" || true
    missing=$(missing_of "$group")
    [ -n "$missing" ] || return 0
  fi
  echo "$missing" | while read -r package purpose; do
    echo "missing: $package, for $purpose" >&2
  done
  echo "install with: sudo apt-get install --no-install-recommends $packages" >&2
  return 1
}

# Without CI the rest goes on without it.
incomplete() {
  [ "${CI:-}" != true ] || exit 1
}

here=$(dirname "$0")
group=${1:-}
parts "$group" >/dev/null
# What not every Debian has as a package. The scripts say themselves what is missing.
if [ "$group" = test ]; then
  "$here/install-victoria-metrics.sh" >/dev/null || incomplete
  "$here/install-go-tools.sh" deploy-tools >/dev/null || incomplete
  "$here/install-go-tools.sh" opentelemetry-collector >/dev/null || incomplete
fi
bring_packages || incomplete
case $group in
  # Here, because no test has the time to compile.
  test | soak | bench) "$here/fixtures/build-fuse-programs.sh" >/dev/null || incomplete ;;
esac
