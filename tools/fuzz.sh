#!/bin/bash
# Builds the fuzz targets in build-fuzz/ and runs one for FUZZ_SECONDS (60), or lists them all.
#   fuzz.sh [NAME]
# The kept inputs are in fuzz/corpus/NAME; new ones go to build-fuzz/found/NAME. A crash leaves its
# input in build-fuzz/crash-NAME-*.
set -u
cd "$(dirname "$0")/.." || exit 1
tools/setup.sh check || exit 1
meson() { env -u PYTHONHOME -u PYTHONPATH CC=clang CC_LD=lld /usr/bin/meson "$@"; }

if [ ! -f build-fuzz/build.ninja ]; then
    meson setup build-fuzz -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false \
        -Dc_args=-gline-tables-only >/dev/null || exit 1
fi
/usr/bin/ninja -C build-fuzz --quiet fuzz-targets >&2 || exit 1 # of stdout the names alone are

name=${1:-}
if [ -z "$name" ]; then
    find build-fuzz/fuzz -name '*_fuzz' -type f -executable -printf '%f\n' | sed 's/_fuzz$//' | sort
    exit 0
fi
program=build-fuzz/fuzz/${name}_fuzz
[ -x "$program" ] ||
    { echo "fuzz: no target $name (fuzz/meson.build lists them)" >&2; exit 1; }

mkdir -p "build-fuzz/found/$name" "fuzz/corpus/$name"
options=(-max_total_time="${FUZZ_SECONDS:-60}" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
    -artifact_prefix="build-fuzz/crash-$name-")
[ -f "fuzz/$name.dict" ] && options+=(-dict="fuzz/$name.dict")
# The sanitizers of Clang 14 fail under the larger address randomisation of new kernels.
run=()
setarch -R true 2>/dev/null && run=(setarch -R)
exec "${run[@]}" "$program" "${options[@]}" "build-fuzz/found/$name" "fuzz/corpus/$name"
