#!/bin/sh
# Runs the main.ts of an example: sh examples/run-main.sh NAME
# With Bun if there is one, else with the Bun that npx brings. Sets the checkout up first, if need be.
set -eu

name=${1:?usage: sh examples/run-main.sh NAME}
examples=$(cd "$(dirname "$0")" && pwd)

if command -v bun >/dev/null 2>&1; then
  bun=bun
else
  bun="npx -y bun@1.4.5"
fi

# $bun may be several words.
$bun "$examples/../src/setup.ts"
exec $bun "$examples/$name/main.ts"
