#!/bin/sh
# Prints the path of a VictoriaMetrics that takes OTLP (1.112 or later), installing it first where there is none.
#
# Debian 13 has one; on an older Debian its package is fetched beside the system and unpacked, never installed: its Go
# binary runs anywhere. Root is not needed. Taken in this order: $VICTORIA_METRICS, the cache, the PATH, Debian.
set -eu

cache="${XDG_CACHE_HOME:-$HOME/.cache}/ebs-nvme-collector/victoria-metrics"
suite=trixie
package=victoria-metrics

fail() {
  echo "cannot get VictoriaMetrics: $1" >&2
  echo "put victoria-metrics 1.112 or later into the PATH, or name it in VICTORIA_METRICS" >&2
  exit 1
}

# By what is in it: Debian's says nothing at -version.
takes_otlp() {
  "$1" -version >/dev/null 2>&1 && grep -aq '/opentelemetry/v1/metrics' "$1"
}

if [ -n "${VICTORIA_METRICS:-}" ]; then
  [ -x "$VICTORIA_METRICS" ] || fail "VICTORIA_METRICS=$VICTORIA_METRICS is not an executable file"
  echo "$VICTORIA_METRICS"
  exit 0
fi

if [ -x "$cache/victoria-metrics" ]; then
  echo "$cache/victoria-metrics"
  exit 0
fi

for name in victoria-metrics victoria-metrics-prod; do
  found=$(command -v "$name" || true)
  if [ -n "$found" ] && takes_otlp "$found"; then
    echo "$found"
    exit 0
  fi
done

for tool in apt-get dpkg; do
  command -v "$tool" >/dev/null || fail "there is none, and this is no Debian ($tool is missing)"
done

# The machine's own mirror, whatever it is. Not the archive of security updates, whose URL ends otherwise.
mirror=$(
  {
    apt-get indextargets --format "\$(REPO_URI)" 'Created-By: Packages' 2>/dev/null
    grep -hoE '^deb +(\[[^]]*\] +)?[^ ]+' /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null | awk '{ print $NF }'
  } | sed 's,/*$,,' | grep -E '/debian$' | head -n 1
) || true
[ -n "$mirror" ] || fail "the sources of apt name no Debian archive (a URL ending in /debian)"

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r "$keyring" ] || fail "$keyring is missing (apt-get install debian-archive-keyring)"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/root"
echo "deb [signed-by=$keyring] $mirror $suite main" >"$work/sources.list"

apt() {
  apt-get -q \
    -o Dir::State::Lists="$work/lists" \
    -o Dir::State::Status=/dev/null \
    -o Dir::Cache="$work/cache" \
    -o Dir::Etc::SourceList="$work/sources.list" \
    -o Dir::Etc::SourceParts=/dev/null \
    -o APT::Sandbox::User=root \
    -o Acquire::Languages=none \
    -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false \
    -o Acquire::Retries=3 \
    "$@" >&2
}

apt update || fail "apt-get update failed for $mirror $suite"
(cd "$work" && apt download "$package") || fail "apt-get download $package failed for $mirror $suite"
dpkg -x "$work/$package"_*.deb "$work/root" || fail "the package cannot be unpacked"

unpacked=$work/root/usr/bin/victoria-metrics
[ -x "$unpacked" ] || fail "the package holds no /usr/bin/victoria-metrics"
takes_otlp "$unpacked" || fail "the one in $suite is too old, or does not run here"

mkdir -p "$cache"
# Renamed into place, so that two runs at once do not see half a file.
cp "$unpacked" "$cache/victoria-metrics.$$"
mv "$cache/victoria-metrics.$$" "$cache/victoria-metrics"
echo "$cache/victoria-metrics"
