#!/bin/sh
# Prints a folder with tools that are built from Go modules, building them first where they are not there: a few minutes,
# once. Versions and checksums are those of the go.mod and go.sum of their sources.
#
#   test/install-go-tools.sh deploy-tools               kubectl, helm and the strict validator of manifests
#   test/install-go-tools.sh opentelemetry-collector    the Collector, made by its own builder
set -eu

case ${1:-} in
  deploy-tools)
    what='kubectl, helm and the validator of manifests'
    sources=deploy/tools
    build() {
      go build -buildvcs=false -trimpath -ldflags='-s -w' -o "$1/" ./kubectl ./validate helm.sh/helm/v3/cmd/helm
    }
    ;;
  opentelemetry-collector)
    what='an OpenTelemetry Collector'
    sources=opentelemetry-collector
    # Its builder resolves no modules here: what it would find is pinned already.
    build() {
      go tool builder --config builder.yaml --skip-get-modules
      mv opentelemetry-collector "$1/"
    }
    ;;
  *)
    echo "usage: test/install-go-tools.sh deploy-tools|opentelemetry-collector" >&2
    exit 2
    ;;
esac

sources="$(cd "$(dirname "$0")/$sources" && pwd)"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/ebs-nvme-collector/$1"

# What they are built from, in the name of the folder: other sources are built anew.
version=$(cd "$sources" && find . -type f | LC_ALL=C sort | xargs cat | cksum | cut -d ' ' -f 1)
folder="$cache/$version"

if [ ! -d "$folder" ]; then
  command -v go >/dev/null || {
    echo "$what: built with Go 1.26: https://go.dev/dl/" >&2
    exit 1
  }
  mkdir -p "$cache"
  # Two runs at once: the second waits, and finds what the first built.
  exec 9>"$cache/lock"
  flock 9
fi

if [ ! -d "$folder" ]; then
  echo "building $what" >&2
  work=$(mktemp -d "$cache/building-XXXXXX")
  trap 'rm -rf "$work"' EXIT
  trap 'exit 1' INT TERM
  cp -R "$sources" "$work/sources"
  mkdir "$work/tools"
  (cd "$work/sources" && CGO_ENABLED=0 GOFLAGS="${GOFLAGS:-} -buildvcs=false" build "$work/tools") >&2
  # Renamed into place, so that a run that is ended leaves no half of it.
  mv -T "$work/tools" "$folder"
fi
echo "$folder"
