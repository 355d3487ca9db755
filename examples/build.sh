#!/bin/sh
# Builds the native half of an example: sh examples/build.sh NAME
# The compiler is $CC, else cc, else Zig's, which comes with `zig` or with Python's `ziglang`.
set -eu

name=${1:?usage: sh examples/build.sh NAME}
folder=$(cd "$(dirname "$0")/$name" && pwd)

if [ -n "${CC:-}" ]; then
  compiler=$CC
elif command -v cc >/dev/null 2>&1; then
  compiler=cc
elif command -v zig >/dev/null 2>&1; then
  compiler="zig cc"
elif python3 -m ziglang version >/dev/null 2>&1; then
  compiler="python3 -m ziglang cc"
else
  echo "error: no C compiler: install cc or zig, run \`pip install ziglang\`, or set CC" >&2
  exit 1
fi

case $(uname -s) in
  Darwin) library=$folder/lib$name.dylib ;;
  *) library=$folder/lib$name.so ;;
esac

# A process that has the old library loaded keeps it: the new one is a file of its own until the end.
unfinished=$library.$$
trap 'rm -f "$unfinished"' EXIT
# $compiler may be several words.
$compiler -O2 -fPIC -shared -pthread -Wall -Wextra -o "$unfinished" "$folder/$name.c"
mv "$unfinished" "$library"
echo "built $library"
