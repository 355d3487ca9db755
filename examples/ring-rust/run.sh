#!/bin/sh
# Builds the library with rustc alone and runs main.ts: sh examples/ring-rust/run.sh
set -eu

examples=$(cd "$(dirname "$0")/.." && pwd)
folder=$examples/ring-rust
rustc=${RUSTC:-rustc}

if ! command -v "$rustc" >/dev/null 2>&1; then
  echo "error: no Rust compiler: install rustc, or set RUSTC" >&2
  exit 1
fi

case $(uname -s) in
  Darwin) library=$folder/libring-rust.dylib ;;
  *) library=$folder/libring-rust.so ;;
esac

# A process that has the old library loaded keeps it: the new one is a file of its own until the end.
unfinished=$library.$$
trap 'rm -f "$unfinished"' EXIT
"$rustc" --edition 2021 --crate-name ring_rust --crate-type cdylib -O -D warnings -o "$unfinished" \
  "$folder/ring-rust.rs"
mv "$unfinished" "$library"
echo "built $library"
sh "$examples/run-main.sh" ring-rust
