#!/bin/bash
# Runs the tests of a built folder and counts their cases: test.sh BUILD [meson test options]
set -u
cd "$(dirname "$0")/.." || exit 1
build=$1
shift

# More at once than there are cores: those with daemons and routers mostly wait.
rm -f "$build"/meson-logs/testlog*
env -u PYTHONHOME -u PYTHONPATH /usr/bin/meson test -C "$build" --no-rebuild --quiet \
    --num-processes $(($(nproc) + 2)) "$@" \
    >"$build/meson-test.txt" 2>&1
code=$?
/usr/bin/python3 tools/count_tests.py "$code" "$build"/meson-logs/testlog*.json ||
    { echo "see $build/meson-logs/testlog.txt" >&2; exit 1; }
