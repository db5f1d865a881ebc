#!/bin/bash
# Installs the Debian packages that building (or checking) needs and that are missing.
#   setup.sh compile  for make controller, make headend and their installs
#   setup.sh build    these and what tests need, for make, make demo, make test
#   setup.sh check    these and the Clang tools, for make check, make fuzz, make format
#   setup.sh bench    those of build and, where they can be had, what make bench compares with
# Where nothing is missing it is silent and takes a few milliseconds.
set -u

compile_packages="gcc libc6-dev meson ninja-build pkg-config python3
    libyaml-dev libexpat1-dev libssl-dev libcmocka-dev coinor-libclp-dev
    libmnl-dev libseccomp-dev libcurl4-openssl-dev libsnmp-dev
    libsqlite3-dev libzstd-dev libmicrohttpd-dev libuv1-dev"
build_packages="$compile_packages
    snmpd openssl
    python3-yaml python3-jsonschema
    libyang2-tools|libyang-tools libyuma-base
    frr iproute2 nftables iputils-ping procps"
clang_packages="clang clang-format clang-tidy lld"
# Nothing fails without these.
check_extras="valgrind prometheus strace"
# Peers of live tests, which skip without them; debootstrap: what tools/newer_root.sh unpacks others with.
live_extras="gobgpd exabgp tshark debootstrap"
bench_extras="g++ libboost-dev liblemon-dev"

fail() {
    echo "setup: $1" >&2
    exit 1
}

# The packages among the arguments that are not installed.  Of A|B one is enough; where none is there it is
# the first that the package lists know.
missing() {
    local have package name wanted
    have=$(dpkg-query -W -f '${Package} ${Provides} ${db:Status-Status}\n' 2>/dev/null |
        sed -n 's/ installed$//p' | sed 's/([^)]*)//g' | tr ', ' '\n\n')
    for package in "$@"; do
        wanted=${package%%|*}
        for name in ${package//|/ }; do
            grep -qxF "$name" <<<"$have" && continue 2
        done
        for name in ${package//|/ }; do
            if [ "$name" != "$package" ] && apt-cache show "$name" >/dev/null 2>&1; then
                wanted=$name
                break
            fi
        done
        printf '%s ' "$wanted"
    done
}

apt() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300 \
        "$@" </dev/null
}

install_missing() {
    local need
    need=$(missing "$@")
    need=${need% }
    [ -n "$need" ] || return 0

    command -v apt-get >/dev/null ||
        fail "these Debian packages are missing and there is no apt-get: $need"
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            fail "these Debian packages are missing and only root can install them: $need"
        as_root=sudo
        [ -t 0 ] || as_root="sudo -n"
        $as_root true 2>/dev/null ||
            fail "these Debian packages are missing and sudo was refused: $need"
    fi

    echo "setup: installing $need" >&2
    # shellcheck disable=SC2086
    if ! apt install --no-install-recommends $need >/dev/null 2>&1; then
        apt update >/dev/null 2>&1 # the package lists may be missing or old
        mkdir -p build
        apt install --no-install-recommends $need >build/setup.log 2>&1 ||
            fail "these Debian packages are missing and apt-get could not install them (build/setup.log): $need"
    fi
}

# Installs what can be had of what is missing. A refusal is kept in mind for the day.
install_extras() {
    local refused="build/refused-$1"
    [ -n "$(missing "$@")" ] || return 0
    [ -z "$(find "$refused" -mtime -1 2>/dev/null)" ] || return 0
    if ! (install_missing "$@"); then
        mkdir -p build
        touch "$refused"
        echo "setup: goes on without $*" >&2
    fi
}

command -v dpkg-query >/dev/null || fail "this is not Debian; see $0 for the packages to install"

# shellcheck disable=SC2086
case "${1:-}" in
compile)
    install_missing $compile_packages
    ;;
build)
    install_missing $build_packages
    ;;
check)
    install_missing $build_packages $clang_packages
    # The sanitizers' runtime carries the compiler's version in its name.
    major=$(/usr/bin/clang -dumpversion | cut -d. -f1)
    install_missing "libclang-rt-$major-dev"
    install_extras $check_extras
    for extra in $live_extras; do
        install_extras $extra
    done
    ;;
bench)
    install_missing $build_packages
    install_extras $bench_extras
    ;;
*)
    fail "usage: setup.sh compile|build|check|bench"
    ;;
esac
