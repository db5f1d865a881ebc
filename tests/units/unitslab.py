"""A system of its own in namespaces, booted by this machine's systemd with our units, whose disk is forgotten.

What brings interfaces up is played: each such service has the ordering that its own has, and notes whether there is a filter when it
starts.  A test gives a script that acts once all of that was started or refused; what it prints is the answer.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/barrier"))
import barrierlab  # noqa: E402

UNITS = ROOT / "units"
SYSTEMD = "/lib/systemd/systemd"
SECONDS_MAX = 60
# As Debian has them; of a template one instance.
NETWORK = ["systemd-networkd.service", "NetworkManager.service", "networking.service", "ifup@e0.service", "connman.service", "dhcpcd.service",
           "iwd.service", "wpa_supplicant.service", "cloud-init-local.service", "frr.service"]

# In namespaces of its own, but for control groups, of which the child gets some below ours.
OUTER = """
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs "$1"
mkdir "$1/groups" "$1/changed" "$1/work" "$1/root"
mount -t cgroup2 cgroup2 "$1/groups"
own="$1/groups$(sed -n 's/^0:://p' /proc/self/cgroup)/cleanpath-units-$$"
mkdir "$own"
timeout -s KILL "$3" unshare --mount --pid --fork --net --uts --ipc --kill-child sh "$2/inner" "$1" "$2" "$own" || true
find "$own" -depth -type d -exec rmdir {} +
"""
INNER = """
set -e
echo 0 >"$3/cgroup.procs"
exec unshare --cgroup sh "$2/boot" "$1" "$2"
"""
BOOT = """
set -e
mount -t overlay overlay -o lowerdir=/,upperdir="$1/changed",workdir="$1/work" "$1/root"
cd "$1/root"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mount -t tmpfs tmpfs dev
for device in null zero full random urandom; do : >dev/$device; mount --bind /dev/$device dev/$device; done
mkdir -p lab dev/shm
mount --bind "$2" lab
mknod dev/console c 5 1 && mount --bind "$2/console" dev/console
sh lab/prepare
mkdir forgotten
pivot_root . forgotten
umount -l forgotten
exec env -i container=lab PATH=/usr/sbin:/usr/bin:/sbin:/bin SYSTEMD_LOG_TARGET=console SYSTEMD_UNIT_PATH=/etc/systemd/system:/units \\
    /lib/systemd/systemd --system --unit=lab.target
"""
# Of the machine's own units it knows no more than these: others would act upon the machine.
KNOWN = ["network-pre.target", "shutdown.target", "basic.target", "timers.target", "sysinit.target", "suspend.target", "hibernate.target",
         "hybrid-sleep.target", "suspend-then-hibernate.target"]
PREPARE = f"""
set -e
rm -rf etc/systemd/system etc/cleanpath
mkdir -p etc/systemd/system etc/cleanpath units/ifup@.service.d
for name in {' '.join(KNOWN)}; do cp usr/lib/systemd/system/$name units/; done
cp lab/units/*.service lab/units/*.timer lab/played/* units/
cp lab/units/cleanpath-ifup.conf units/ifup@.service.d/10-cleanpath.conf
for name in cleanpath-barrier cleanpath-barrier-clock; do
    mkdir units/$name.service.d
    printf '[Service]\\nPrivateDevices=no\\n' >units/$name.service.d/lab.conf  # there are hardly any here
done
cp lab/barrier usr/bin/cleanpath-barrier
systemd-sysusers --root="$PWD" "$PWD/lab/units/cleanpath.sysusers"
cp lab/public etc/cleanpath/edge.pub
test ! -f lab/policy || cp lab/policy etc/cleanpath/edge.policy
SYSTEMD_UNIT_PATH=/etc/systemd/system:/units systemctl --root="$PWD" enable cleanpath-barrier.service cleanpath-barrier-clock.timer
"""
LAB_TARGET = f"""[Unit]
DefaultDependencies=no
Wants=sysinit.target lab.service {' '.join(NETWORK)}
"""
LAB_SERVICE = f"""[Unit]
DefaultDependencies=no
After=sysinit.target {' '.join(NETWORK)}
[Service]
Type=oneshot
ExecStart=/bin/sh /lab/act
ExecStopPost=/usr/bin/systemctl --force exit 0
"""
PLAYED = """[Unit]
DefaultDependencies=no
After=network-pre.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'nft list table inet cleanpath >/dev/null 2>&1 && echo "%n: filter" >>/lab/started || echo "%n: none" >>/lab/started'
ExecStop=/bin/sh -c 'echo "%n: stopped" >>/lab/started'
"""


def lacking():
    """Why there can be no such lab here; empty: there can"""
    why = barrierlab.lacking()
    if why:
        return why
    for program in (SYSTEMD, "unshare", "systemd-sysusers", "systemctl"):
        if not shutil.which(program):
            return f"there is no {program} here"
    done = subprocess.run(["unshare", "--mount", "sh", "-c", "mount --make-rprivate / && mount -t tmpfs tmpfs /mnt && mkdir /mnt/c /mnt/u /mnt/w /mnt/r"
                           " && mount -t cgroup2 cgroup2 /mnt/c && mkdir /mnt/c/cleanpath-units-$$ && rmdir /mnt/c/cleanpath-units-$$"
                           " && mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/u,workdir=/mnt/w /mnt/r"],
                          capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else "no system can be booted in namespaces here: " + done.stderr.strip()[:100]


class Lab:
    """One that can be booted again and again"""
    def __init__(self):
        self.signer = barrierlab.Lab()  # of its key and its words alone
        self.folder = Path(tempfile.mkdtemp(prefix="cleanpath-units-"))
        shutil.copytree(UNITS, self.folder / "units")
        shutil.copy(barrierlab.BARRIER, self.folder / "barrier")
        shutil.copy(self.signer.folder / "public", self.folder / "public")
        (self.folder / "played").mkdir()
        for name in NETWORK:
            (self.folder / "played" / name.replace("@e0", "@")).write_text(PLAYED, encoding="ascii")
        for name, text in (("lab.target", LAB_TARGET), ("lab.service", LAB_SERVICE)):
            (self.folder / "played" / name).write_text(text, encoding="ascii")
        for name, text in (("outer", OUTER), ("inner", INNER), ("boot", BOOT), ("prepare", PREPARE)):
            (self.folder / name).write_text(text, encoding="ascii")

    def down(self):
        shutil.rmtree(self.folder)
        shutil.rmtree(self.signer.folder)

    def play(self, name, text):
        """A unit of the machine's own that is to do nothing"""
        (self.folder / "played" / name).write_text(text, encoding="ascii")

    def policy(self, name, **more):
        """Signed, as /lab/NAME; that of the name policy is there from boot on"""
        self.signer.write_policy(barrierlab.policy_text(**more).replace("hmac 17 sha256\n", ""))
        shutil.copy(self.signer.folder / "policy", self.folder / name)
        return self.folder / name

    def boot(self, act):
        """What the script printed; {network service: what it noted, in order}"""
        (self.folder / "act").write_text(f"exec >/lab/said 2>/lab/errors\n{act}", encoding="ascii")
        for name in ("said", "errors", "started", "console"):
            (self.folder / name).write_text("")
        with tempfile.TemporaryDirectory(prefix="cleanpath-units-root-") as root:
            done = subprocess.run(["unshare", "--mount", "sh", str(self.folder / "outer"), root, str(self.folder), str(SECONDS_MAX)],
                                  capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, env={"PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"})
        noted = {}
        for line in (self.folder / "started").read_text().splitlines():
            name, what = line.split(": ")
            noted.setdefault(name, []).append(what)
        said = (self.folder / "said").read_text()
        if said == "":
            raise AssertionError(done.stdout + done.stderr + (self.folder / "errors").read_text())
        return said, noted
