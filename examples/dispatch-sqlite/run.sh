#!/bin/sh
# Builds the library and runs main.ts: sh examples/dispatch-sqlite/run.sh
set -eu

examples=$(cd "$(dirname "$0")/.." && pwd)
sh "$examples/build.sh" dispatch-sqlite
exec sh "$examples/run-main.sh" dispatch-sqlite
