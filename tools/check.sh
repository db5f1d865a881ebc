#!/bin/bash
# All that CI checks, a line a stage, and last `N passed, N failed`, in stages.
# check.sh [STAGE...] runs only the stages named, and never those in CHECK_WITHOUT.
# Each stage's output is in build/check/STAGE.log.
set -u
cd "$(dirname "$0")/.." || exit 1
tools/setup.sh check || exit 1
if [ -z "${CHECK_NO_RANDOM:-}" ] && setarch -R true 2>/dev/null; then
    # The sanitizers of Clang 14 fail under the larger address randomisation of new kernels.
    CHECK_NO_RANDOM=1 exec setarch -R "$0" "$@"
fi

logs=build/check
mkdir -p "$logs"
only=" $* "
passed=0
failed=0

report() { # report NAME EXIT_CODE [SECONDS]: counts a stage and says how it went
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
        echo "ok      $1${3:+ ($3 s)}"
    else
        failed=$((failed + 1))
        echo "FAILED  $1${3:+ ($3 s)} ($logs/$1.log):"
        # What is long may hide what was found.
        { grep -E 'ERROR: |SUMMARY: |runtime error: |^FAILED' "$logs/$1.log" | head -n 30
          echo ...
          tail -n 30 "$logs/$1.log"; } | sed 's/^/        /'
    fi
}

wanted() {
    [[ " ${CHECK_WITHOUT:-} " != *" $1 "* ]] && { [ "$only" = "  " ] || [[ $only == *" $1 "* ]]; }
}

stage() { # stage NAME COMMAND...
    local name=$1 began=$SECONDS
    shift
    wanted "$name" || return 0
    "$@" >"$logs/$name.log" 2>&1 </dev/null
    report "$name" $? $((SECONDS - began))
}

meson() { env -u PYTHONHOME -u PYTHONPATH /usr/bin/meson "$@"; }

configure() { # configure FOLDER COMPILER [meson options]
    local folder=$1 compiler=$2
    shift 2
    [ -f "$folder/build.ninja" ] || CC=$compiler meson setup "$folder" "$@"
}

build() { # the same, and builds it
    configure "$@" && /usr/bin/ninja -C "$1"
}

sanitized() { # sanitized FOLDER SANITIZERS: configures a build with Clang's sanitizers
    # Reports name lines, for which line tables are enough.  All three options make the build cheaper; what -O1 costs
    # where tests run was not measured.  -O0 halves the build, but long tests take 1.3 to 6 times as long: it is for the
    # unit tests' own files (src/meson.build), where nothing was lost.
    CC_LD=lld configure "$1" clang "-Db_sanitize=$2" -Db_lundef=false -Doptimization=1 \
        -Dc_args=-gline-tables-only
}

release() { build build gcc && tools/test.sh build; }
rooms() { build build gcc && /usr/bin/python3 tools/check_rooms.py build; }
instructions() { tools/instructions.sh; }
format() { tools/c_files.sh | xargs -r /usr/bin/clang-format --dry-run -Werror; }
# A finding ends a program with 99, which no answer of ours does.  Of random cases one in CHECK_SHARE (all) is run.
address() {
    local without="--no-suite tools"
    sanitized build-asan address,undefined || return 1
    if [ -z "${CHECK_WITHOUT_LONG:-}" ]; then
        /usr/bin/ninja -C build-asan meson-test-prereq || return 1
    else
        without+=" --no-suite live --no-suite cross --no-suite long"
        run_by build-asan unit corpus golden | xargs /usr/bin/ninja -C build-asan || return 1
    fi
    # shellcheck disable=SC2086
    TEST_SHARE=${CHECK_SHARE:-1} ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=exitcode=99:print_stacktrace=1 \
        tools/test.sh build-asan --timeout-multiplier 5 $without
}

run_by() { # run_by FOLDER SUITE...: what the tests of these suites want built, as Ninja calls it
    local folder=$1
    shift
    meson introspect --tests "$folder" | /usr/bin/python3 -c '
import json, os, sys
build, suites = os.path.abspath(sys.argv[1]) + os.sep, set(sys.argv[2:])
tests = [test for test in json.load(sys.stdin) if suites & {suite.split(":")[-1] for suite in test["suite"]}]
words = {os.path.normpath(word) for test in tests for word in [*test["cmd"], *test["env"].values()]}
print(*sorted(word[len(build):] for word in words if word.startswith(build)), sep="\n")' "$folder" "$@"
}

threads() {
    sanitized build-tsan thread || return 1
    run_by build-tsan threads | xargs /usr/bin/ninja -C build-tsan || return 1
    TSAN_OPTIONS="exitcode=99:halt_on_error=1:suppressions=$PWD/tools/tsan.supp" \
        tools/test.sh build-tsan --suite threads --timeout-multiplier 10 ${CHECK_WITHOUT_LONG:+--no-suite long}
}

findings() { grep -v ' generated\.$'; } # not how many warnings about others' headers were left out

# With the commands of Clang's build. Clang's analyzer, nearly all of the time, walks a third of the
# states that it would (75,000 a function) in what we ship, and leaves out tests and benchmarks;
# with CHECK_WITHOUT_ANALYZER it leaves out all.
tidy() {
    sanitized build-asan address,undefined || return 1
    local files few='--extra-arg=-Xclang --extra-arg=-analyzer-config --extra-arg=-Xclang --extra-arg=max-nodes=75000'
    [ -z "${CHECK_WITHOUT_ANALYZER:-}" ] || few='--checks=-clang-analyzer-*'
    files=$(tools/c_files.sh | grep '\.c$' | grep -v '^fuzz/')
    # shellcheck disable=SC2086
    grep '^src/' <<<"$files" | grep -v '_test\.c$' |
        xargs -r -n 4 -P "$(nproc)" /usr/bin/clang-tidy -p build-asan --quiet $few 2> >(findings >&2) || return 1
    grep -e '^tests/' -e '^bench/' -e '_test\.c$' <<<"$files" |
        xargs -r -n 8 -P "$(nproc)" /usr/bin/clang-tidy -p build-asan --quiet --checks='-clang-analyzer-*' \
            2> >(findings >&2)
}

fuzz() { # each target from its kept inputs; FUZZ_JOBS (2) at a time
    wanted fuzz || return 0
    local names name
    if ! names=$(tools/fuzz.sh 2>"$logs/fuzz.log"); then
        report fuzz 1
        return
    fi
    echo "$names" | xargs -r -P "${FUZZ_JOBS:-2}" -I{} \
        bash -c 'tools/fuzz.sh {} >'"$logs"'/fuzz-{}.log 2>&1; echo $? >'"$logs"'/fuzz-{}.code'
    for name in $names; do
        report "fuzz-$name" "$(cat "$logs/fuzz-$name.code")"
    done
}

stage release release
stage rooms rooms
stage format format
stage tidy tidy
stage instructions instructions
stage address address
stage threads threads
fuzz

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
