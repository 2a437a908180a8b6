#!/usr/bin/env bash
# Builds the bridge to libtorch into native/build: Debian's libtorch by default, any other through LIBTORCH=DIR.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out="$here/build"
mkdir -p "$out/standins"

flags=(-O2 -std=c++17 -fPIC -shared -fvisibility=hidden -w)
libs=(-ltorch_cpu -lc10)
if [ -n "${LIBTORCH:-}" ]; then
  [ -e "$LIBTORCH/lib/libtorch_cpu.so" ] || { echo "LIBTORCH=$LIBTORCH: no lib/libtorch_cpu.so there" >&2; exit 1; }
  flags+=("-I$LIBTORCH/include" "-I$LIBTORCH/include/torch/csrc/api/include")
  libs=("-L$LIBTORCH/lib" "-Wl,-rpath,$LIBTORCH/lib" "${libs[@]}")
  # Nothing refers to the CUDA library by symbol; without it no CUDA kernel is registered.
  if [ -e "$LIBTORCH/lib/libtorch_cuda.so" ]; then libs+=(-Wl,--no-as-needed -ltorch_cuda -lc10_cuda); fi
else
  flags+=(-I/usr/include/torch/csrc/api/include)
fi

sources=("$here/bridge.cpp" "$here/dropout.cpp" "$here/convolution.cpp" "$here/adam.cpp" "$here/product.cpp" "$here/linear.cpp" "$here/attention.cpp")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
if ! g++ "${flags[@]}" "${sources[@]}" -o "$tmp/bridge.so" "${libs[@]}" 2>"$tmp/log"; then
  # Newer libtorch headers ask for C++20.
  g++ "${flags[@]/c++17/c++20}" "${sources[@]}" -o "$tmp/bridge.so" "${libs[@]}" || { cat "$tmp/log" >&2; exit 1; }
fi

# Debian's libtorch_cpu names OpenCV, ffmpeg and others as needed but takes no symbol from them; loading them
# costs half the start-up time. An empty library of the same SONAME, loaded first, keeps them out. The list is
# found here, from the symbols themselves. EINTHOVEN_STANDINS=0 turns it off.
symbols() { nm -D "$1" "$2" | awk '{print $NF}' | sed 's/@.*//' | sort -u; }
rm -f "$out"/standins/*.so*
if [ -z "${LIBTORCH:-}" ] && [ "${EINTHOVEN_STANDINS:-1}" != 0 ]; then
  ldconfig -p >"$tmp/libraries"
  cpu=$(awk '/libtorch_cpu\.so/ {path = $NF} END {print path}' "$tmp/libraries")
  symbols --undefined-only "$cpu" >"$tmp/undefined"
  for soname in $(readelf -d "$cpu" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p'); do
    case "$soname" in libavcodec*|libavformat*|libavutil*|libsw*|libopencv*|liblmdb*|libleveldb*|libsnappy*|libzmq*) ;; *) continue ;; esac
    path=$(awk -v soname="$soname" '$1 == soname {path = $NF} END {print path}' "$tmp/libraries")
    [ -n "$path" ] || continue
    symbols --defined-only "$path" >"$tmp/defined"
    [ -z "$(comm -12 "$tmp/undefined" "$tmp/defined")" ] || continue
    g++ -shared -nostdlib -x c /dev/null -Wl,-soname,"$soname" -o "$out/standins/$soname"
  done
fi
mv "$tmp/bridge.so" "$out/libeinthoven_torch.so"

# Process groups need Gloo's headers (Debian: libgloo-dev; other builds bring them). Without them everything else works.
if [ -n "${LIBTORCH:-}" ]; then gloo=(); else gloo=(-lgloo); fi
if [ -e "${LIBTORCH:-/usr}/lib/libtorch_cuda.so" ]; then flags+=(-DET_NCCL); fi
if echo '#include <gloo/config.h>' | g++ "${flags[@]}" -x c++ -fsyntax-only - 2>/dev/null; then
  for standard in c++17 c++20; do
    g++ "${flags[@]/c++17/$standard}" "$here/distributed.cpp" -o "$tmp/distributed.so" "${libs[@]}" "${gloo[@]}" 2>"$tmp/log" && break
  done
  if [ -e "$tmp/distributed.so" ]; then mv "$tmp/distributed.so" "$out/libeinthoven_distributed.so"; else cat "$tmp/log" >&2; exit 1; fi
fi
