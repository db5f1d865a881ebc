#!/bin/bash
# newer_root.sh RELEASE FOLDER PACKAGE...: another Debian release unpacked in a folder, for tests against daemons that are
# newer than this release's. From the mirror that apt uses here. Needs root and debootstrap; a folder that is whole is kept.
set -u
release=${1:?RELEASE FOLDER PACKAGE...} folder=${2:?} && shift 2

fail() {
    echo "newer_root: $1" >&2
    exit 1
}

[ -e "$folder/.whole" ] && exit 0
[ "$(id -u)" -eq 0 ] || fail "needs root"
command -v debootstrap >/dev/null || fail "debootstrap is not installed"
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
[ -n "$mirror" ] || fail "apt knows no mirror"
script=/usr/share/debootstrap/scripts/$release
[ -e "$script" ] || script=/usr/share/debootstrap/scripts/sid
rm -rf "$folder" && mkdir -p "$folder" || fail "cannot make $folder"
# The base alone: debootstrap cannot order what else is wanted.
debootstrap --variant=minbase "$release" "$folder" "$mirror" "$script" >"$folder.log" 2>&1 ||
    fail "debootstrap failed: $folder.log"
printf '#!/bin/sh\nexit 101\n' >"$folder/usr/sbin/policy-rc.d" # nothing is started
chmod 755 "$folder/usr/sbin/policy-rc.d"
# The mirror's copy of a release that still moves may be past its date.
echo 'Acquire::Check-Valid-Until "false";' >"$folder/etc/apt/apt.conf.d/99valid"
{ chroot "$folder" apt-get -q update &&
    DEBIAN_FRONTEND=noninteractive chroot "$folder" \
        apt-get install -q -y --no-install-recommends "$@"; } >>"$folder.log" 2>&1 ||
    fail "its packages cannot be had: $folder.log"
touch "$folder/.whole"
