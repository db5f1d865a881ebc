#!/bin/bash
# Counts the instructions of the engine's parts on a small network and compares them with
# bench/instructions.txt: more than 3 % above fails. `instructions.sh record` writes that file.
# Counted by callgrind in our own code alone (not libc's), without AVX-512: the same each time.
# Where there is no valgrind, or another compiler than the recorded one, it says so and passes.
set -u
cd "$(dirname "$0")/.." || exit 1
record=bench/instructions.txt
build=${BENCH_BUILD:-build-bench}
program=$build/bench/small-parts
allowed_percent=3

skip() {
    echo "instructions: not compared: $1"
    exit 0
}

command -v valgrind >/dev/null || skip "no valgrind"
[ "$(uname -m)" = x86_64 ] || skip "recorded on x86_64"
# Its machine code would be another one, and so its counts.
compiler="# $(gcc -dumpfullversion) x86_64"
if [ "${1:-}" != record ]; then
    [ -f "$record" ] || { echo "instructions: no $record; write it with $0 record" >&2; exit 1; }
    [ "$(head -n 1 "$record")" = "$compiler" ] ||
        skip "recorded with $(head -n 1 "$record"), here is $compiler"
fi

[ -f "$build/build.ninja" ] ||
    env -u PYTHONHOME -u PYTHONPATH CC=gcc /usr/bin/meson setup "$build" --buildtype=release \
        >/dev/null || exit 1
/usr/bin/ninja -C "$build" --quiet bench/small-parts >/dev/null || exit 1

out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT

# Instructions of a part: the self costs of functions of our program, of all calls inside counted().
count() {
    valgrind --tool=callgrind --callgrind-out-file="$out" --toggle-collect=counted \
        --compress-strings=no --compress-pos=no "$program" "$1" >/dev/null 2>&1 || return 1
    awk '/^ob=/ { ours = /small-parts$/ }
         /^calls=/ { getline; next }                # what the call cost in all: counted where it ran
         /^[0-9]/ && ours { sum += $2 }
         END { printf "%d\n", sum }' "$out"
}

counts=$compiler
failed=0
for part in $("$program"); do
    now=$(count "$part") || { echo "instructions: valgrind failed on $part" >&2; exit 1; }
    counts+=$'\n'"$part $now"
    was=$(awk -v part="$part" '$1 == part { print $2 }' "$record" 2>/dev/null)
    if [ "${1:-}" = record ]; then
        echo "$part $now"
    elif [ -z "$was" ]; then
        echo "FAILED  $part is not in $record"
        failed=1
    elif [ $((now * 100)) -gt $((was * (100 + allowed_percent))) ]; then
        echo "FAILED  $part $now, recorded $was"
        failed=1
    else
        echo "ok      $part $now, recorded $was"
    fi
done
[ "${1:-}" = record ] && echo "$counts" >"$record"
exit "$failed"
