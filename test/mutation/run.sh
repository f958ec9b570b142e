#!/bin/sh
# Changes the arithmetic and the queue in every way Stryker knows, and says which changes no test sees.
#   test/mutation/run.sh [STRYKER'S OPTIONS]      --mutate pipeline/exporters/sending-queue/backoff.ts for one file
# Stryker lives in build/mutation: below test/ the tests inside its packages would be taken for ours.
set -eu
cd "$(dirname "$0")/../.."

home=build/mutation
mkdir -p "$home"
if ! cmp -s test/mutation/package-lock.json "$home/package-lock.json" || [ ! -e "$home/node_modules/.package-lock.json" ]; then
  cp test/mutation/.npmrc test/mutation/package.json test/mutation/package-lock.json "$home/"
  npm ci --prefix "$home"
fi
exec "$home/node_modules/.bin/stryker" run "$@" test/mutation/stryker.config.json
