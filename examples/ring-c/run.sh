#!/bin/sh
# Builds the library and runs main.ts: sh examples/ring-c/run.sh
set -eu

examples=$(cd "$(dirname "$0")/.." && pwd)
sh "$examples/build.sh" ring-c
exec sh "$examples/run-main.sh" ring-c
