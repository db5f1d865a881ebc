"""Networks of real FRR routers in network namespaces, for live tests.

    lab = Lab("cpx")                    # prefix of the namespaces' names; short
    lab.router("r1", daemons=["pathd"]); lab.router("r2")
    lab.link("r1", "r2", metric=10)
    lab.host("h1", "r2")
    lab.up(); lab.converge()            # lab.down() in any case

Router number n (in order, from 1) has 10.255.0.n and fcff:n::1 on its loopback, system id 0000.0000.nnnn
and, for its prefix SID (label 16000+n), 10.254.0.n: FRR puts the label on the route to that prefix, which a
kernel without MPLS refuses, and so the loopbacks stay plain.  Link number k has 10.1.x.y/30 and fc01:k::/64,
its ends' interfaces are e-NAME of the other end; host number h has 10.2.h.2/24 and fc02:h::2/64 on eth0, its
router .1 on h-NAME.  IS-IS (level 2, TE, SR) or OSPF runs on all; `pretend` gives zebra's MPLS control plane a
kernel that seems to have MPLS.  All that runs is stopped by its pid, all namespaces are removed.

A router with root=newer_root()[0] runs the FRR of another Debian release, unpacked in that folder.
"""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

DAEMONS = Path("/usr/lib/frr")
MODULES = {"pathd": ["-M", "pathd_pcep"], "zebra": ["-s", "4194304"]}

NEWER = "build/roots/forky"
PATIENCE = 4  # on a busy machine all takes longer; no limit of time here is what a test is about

# zebra asks only whether /proc/sys/net/mpls is there: in its own mount namespace it gets one.  A UTS namespace:
# isisd takes its dynamic hostname from the system's.
PRETEND = """if [ "$1" = pretend ]; then
    mount --bind /proc/sys/net "$2" && mount -t tmpfs none /proc/sys/net || exit 1
    for d in "$2"/*; do b=/proc/sys/net/${d##*/}; mkdir -p $b; mount --bind $d $b; done
    mkdir -p /proc/sys/net/mpls/conf
fi
shift 2
hostname "$0"
"""

# Into another release's folder, where ours is seen too; `ip netns exec` or unshare has made a mount namespace.
ENTER = """root=$1 folder=$2
shift 2
for d in /proc /sys /dev "$folder"; do
    mkdir -p "$root$d" && mount --rbind $d "$root$d" || exit 1
done
mkdir -p "$root/run/frr"
exec chroot "$root" "$@"
"""


def run(*argv, **options):
    return subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False, **options)


def lacking(*daemons):
    """Why there can be no network here; empty: there can"""
    if os.geteuid() != 0:
        return "only root may make a network namespace"
    wanted = ["zebra", "staticd", "isisd", *daemons]
    if not all((DAEMONS / name).exists() for name in wanted) or not shutil.which("vtysh"):
        return "there is no FRR with " + ", ".join(wanted) + " here"
    if (DAEMONS / "mgmtd").exists():
        return "this FRR wants to be started otherwise than that of Debian 12"
    name = f"cpnl{os.getpid()}"
    if not shutil.which("ip") or run("ip", "netns", "add", name).returncode != 0:
        return "there are no network namespaces here"
    run("ip", "netns", "del", name)
    return ""


def newer_root():
    """(the folder of a newer Debian release with FRR 10 in it, or None; why there is none)"""
    said = os.environ.get("CLEANPATH_NEWER_ROOT", "")
    if said == "make":
        made = subprocess.run(["tools/newer_root.sh", "forky", NEWER, "frr", "gobgpd"], check=False,
                              capture_output=True, text=True, timeout=540)
        if made.returncode != 0:
            return None, f"no newer release: {made.stderr.strip()}"
    root = Path(said if said not in ("", "make") else NEWER).absolute()
    if not (root / "usr/lib/frr/mgmtd").exists():
        return None, ("FRR 10.7 is not here: CLEANPATH_NEWER_ROOT=make unpacks it in " + NEWER +
                      " (tools/newer_root.sh), CLEANPATH_NEWER_ROOT=FOLDER names where it is")
    return root, ""


def owner(root):
    """(uid, gid) that FRR's daemons of this release take"""
    for line in (root / "etc/passwd").read_text(encoding="utf-8").splitlines():
        words = line.split(":")
        if words[0] == "frr":
            return int(words[2]), int(words[3])
    raise Failed(f"{root} has no user frr")


def poll(what, seconds, every=0.1):
    """What `what()` gives, once it gives something true; what it gave last, after so many seconds of an idle machine"""
    end = time.monotonic() + seconds * PATIENCE
    while True:
        got = what()
        if got or time.monotonic() > end:
            return got
        time.sleep(every)


class Failed(Exception):
    pass


class Lab:
    def __init__(self, prefix, pretend=True, hello=1, ipv6=True, igp="isis"):
        self.prefix = f"{prefix}{os.getpid()}"
        self.pretend = pretend
        self.hello = hello
        self.igp = igp
        self.ipv6 = ipv6  # IS-IS carries it too, and has adjacency SIDs of its own for it
        self.routers = {}  # name: dict(n, daemons, config)
        self.links = []  # dict(a, b, ia, ib, k, metric, ...)
        self.hosts = {}  # name: dict(h, router)
        self.started = []  # what runs in namespaces for us: Popen
        self.folder = None

    # --- what there is

    def router(self, name, daemons=(), config="", root=None):
        """daemons: beside zebra, staticd, the IGP's; config: lines more of frr.conf; root: newer_root()[0]"""
        self.routers[name] = {"n": len(self.routers) + 1, "daemons": list(daemons),
                              "config": config, "root": root}

    def link(self, a, b, metric=10, bandwidth_mbit=1000, delay_us=None, colour=None):
        same = sum({x["a"], x["b"]} == {a, b} for x in self.links)
        more = f".{same}" if same else ""
        self.links.append({"a": a, "b": b, "ia": f"e-{b}{more}", "ib": f"e-{a}{more}",
                           "k": len(self.links) + 1, "metric": metric,
                           "bandwidth_mbit": bandwidth_mbit, "delay_us": delay_us,
                           "colour": colour})

    def host(self, name, router):
        self.hosts[name] = {"h": len(self.hosts) + 1, "router": router}

    def loopback(self, router):
        return f"10.255.0.{self.routers[router]['n']}"

    def label(self, router):
        return 16000 + self.routers[router]["n"]

    def address(self, host):
        return f"10.2.{self.hosts[host]['h']}.2"

    def space(self, name):
        return f"{self.prefix}-{name}"

    def path(self, name):
        return self.folder / name

    def interfaces(self, router):
        """(name, IPv4, IPv6, link or None) of a router"""
        for x in self.links:
            base = (x["k"] - 1) * 4
            for end, name, d in ((x["a"], x["ia"], 1), (x["b"], x["ib"], 2)):
                if end == router:
                    yield (name, f"10.1.{base // 256}.{base % 256 + d}/30",
                           f"fc01:{x['k']:x}::{d}/64", x)
        for name, host in self.hosts.items():
            if host["router"] == router:
                yield f"h-{name}", f"10.2.{host['h']}.1/24", f"fc02:{host['h']:x}::1/64", None

    # --- up

    def must(self, *argv, **options):
        done = run(*argv, **options)
        if done.returncode != 0:
            raise Failed(f"{' '.join(map(str, argv))}: {done.stdout}{done.stderr}")
        return done.stdout

    def up(self):
        self.folder = Path(tempfile.mkdtemp(prefix=self.prefix))
        self.folder.chmod(0o755)
        for name in [*self.routers, *self.hosts]:
            self.must("ip", "netns", "add", self.space(name))
        for x in self.links:
            self.must("ip", "link", "add", x["ia"], "netns", self.space(x["a"]), "type", "veth",
                      "peer", "name", x["ib"], "netns", self.space(x["b"]))
        for name, host in self.hosts.items():
            self.must("ip", "link", "add", "eth0", "netns", self.space(name), "type", "veth",
                      "peer", "name", f"h-{name}", "netns", self.space(host["router"]))
        for name in self.routers:
            self.give_addresses(name)
        for name, host in self.hosts.items():
            h = host["h"]
            self.batch(name, ["link set lo up", "link set eth0 up",
                              f"addr add 10.2.{h}.2/24 dev eth0",
                              f"addr add fc02:{h:x}::2/64 dev eth0 nodad",
                              f"route add default via 10.2.{h}.1",
                              f"-6 route add default via fc02:{h:x}::1"])
        for name in self.routers:
            self.start_router(name)

    def batch(self, name, lines):
        """ip's lines; it tells the family by the address, but for those that begin with -6"""
        for family in ([], ["-6"]):
            text = [x.removeprefix("-6 ") for x in lines if x.startswith("-6 ") == bool(family)]
            if text:
                self.must("ip", "-n", self.space(name), *family, "-batch", "-",
                          input="\n".join(text) + "\n")

    def give_addresses(self, name):
        n = self.routers[name]["n"]
        lines = ["link set lo up"]
        lines += [f"addr add {x} dev lo" for x in (f"10.255.0.{n}/32", f"10.254.0.{n}/32",
                                                   f"fcff:{n:x}::1/128")]
        for interface, v4, v6, _ in self.interfaces(name):
            lines += [f"addr add {v4} dev {interface}", f"addr add {v6} dev {interface} nodad",
                      f"link set {interface} up"]
        self.must("ip", "netns", "exec", self.space(name), "sysctl", "-qw",
                  "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1",
                  "net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0",
                  "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0")
        self.batch(name, lines)

    def configuration(self, name):
        router = self.routers[name]
        n = router["n"]
        lines = [f"hostname {name}", f"log file {self.path(name)}/frr.log", "!"]
        for interface, _, _, link in self.interfaces(name):
            lines.append(f"interface {interface}")
            lines += self.interface_isis(link) if self.igp == "isis" else self.interface_ospf(link)
            if link is None:
                lines.append("!")
                continue
            lines += [f" bandwidth {link['bandwidth_mbit']}",
                      " link-params", "  enable", f"  metric {link['metric']}"]
            if link["delay_us"] is not None:
                lines.append(f"  delay {link['delay_us']}")
            if link["colour"] is not None:
                lines.append(f"  admin-grp {link['colour']:#x}")
            lines += [" exit-link-params", "!"]
        lines += self.router_isis(n) if self.igp == "isis" else self.router_ospf(n)
        return "\n".join(lines) + "\n" + router["config"]

    def interface_isis(self, link):
        lines = [" ip router isis 1", *([" ipv6 router isis 1"] if self.ipv6 else [])]
        if link is None:
            return [*lines, " isis passive"]
        return [*lines, " isis circuit-type level-2-only", " isis network point-to-point",
                f" isis metric {link['metric']}", f" isis hello-interval {self.hello}",
                " isis hello-multiplier 3"]

    def interface_ospf(self, link):
        if link is None:
            return [" ip ospf area 0", " ip ospf passive"]
        return [" ip ospf area 0", " ip ospf network point-to-point",
                f" ip ospf cost {link['metric']}", f" ip ospf hello-interval {self.hello}",
                f" ip ospf dead-interval {3 * self.hello}"]

    @staticmethod
    def router_isis(n):
        return ["interface lo", " ip router isis 1", " ipv6 router isis 1", " isis passive", "!",
                "router isis 1", f" net 49.0001.0000.0000.{n:04d}.00", " is-type level-2-only",
                " metric-style wide", " lsp-gen-interval 1", " spf-interval 1", " mpls-te on",
                f" mpls-te router-address 10.255.0.{n}", " mpls-te export",
                " segment-routing on", " segment-routing global-block 16000 23999",
                " segment-routing node-msd 8",
                f" segment-routing prefix 10.254.0.{n}/32 index {n}", "!"]

    @staticmethod
    def router_ospf(n):
        return ["interface lo", " ip ospf area 0", "!", "router ospf",
                f" ospf router-id 10.255.0.{n}", " timers throttle spf 50 100 1000",
                " capability opaque", " router-info area", " mpls-te on",
                f" mpls-te router-address 10.255.0.{n}", " mpls-te export", " segment-routing on",
                " segment-routing global-block 16000 23999", " segment-routing node-msd 8",
                f" segment-routing prefix 10.254.0.{n}/32 index {n}", "!"]

    def start_router(self, name):
        folder = self.path(name)
        folder.mkdir()
        (folder / "net").mkdir()
        (folder / "frr.conf").write_text(self.configuration(name), encoding="utf-8")
        (folder / "vtysh.conf").write_text("", encoding="utf-8")
        root = self.routers[name]["root"]
        user, group = owner(root or Path("/"))
        for path in (folder, *folder.iterdir()):
            os.chown(path, user, group)
        igp = "isisd" if self.igp == "isis" else "ospfd"
        for daemon in ["zebra", *(["mgmtd"] if root else []), "staticd", igp,
                       *self.routers[name]["daemons"]]:
            self.start_daemon(name, daemon)
        self.vtysh(name, "-b")

    def start_daemon(self, name, daemon):
        folder = self.path(name)
        pretend = "pretend" if self.pretend and daemon == "zebra" else "plain"
        root = self.routers[name]["root"]
        # FRR 10: some daemons know no -f, and mgmtd's sockets go by -N
        more = ["-N", self.space(name)] if root else ["-f", "/dev/null"]
        text = PRETEND + (ENTER if root else 'exec "$@"')
        with open(folder / f"{daemon}.out", "w", encoding="utf-8") as out:  # it may stay open for good
            done = subprocess.run(
                ["ip", "netns", "exec", self.space(name), "unshare", "--uts", "sh", "-c", text,
                 name, pretend, folder / "net", *([root, self.folder] if root else []),
                 DAEMONS / daemon, "-d", "-z", folder / "zserv.api", "--vty_socket", folder, "-i",
                 folder / f"{daemon}.pid", "-A", "127.0.0.1", *more, *MODULES.get(daemon, [])],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, timeout=60, check=False)
        if done.returncode != 0:
            raise Failed((folder / f"{daemon}.out").read_text(encoding="utf-8"))

    def missing(self):
        """Routers and the hosts' networks that some router has no route to yet"""
        wanted = {self.loopback(x) for x in self.routers}
        count = 0
        for name in self.routers:
            routes = self.must("ip", "-n", self.space(name), "route", "show").split()
            count += len(wanted - {self.loopback(name)} - set(routes))
            count += sum(f"10.2.{x['h']}.0/24" not in routes for x in self.hosts.values())
        return count

    def converge(self, seconds=60):
        if not poll(lambda: self.missing() == 0, seconds, 0.25):
            raise Failed(f"{self.missing()} routes are missing after {seconds} s")
        self.mend_parameters()

    def mend_parameters(self):
        """isisd 8.4 can miss a link's parameters at its start, and does where the link is down then: they are touched again"""
        for name in self.routers if self.igp == "isis" else []:
            text = self.show(name, "isis mpls-te interface")
            parts = text.split("-- MPLS-TE link parameters for ")[1:]
            whole = [x.split()[0] for x in parts if "Local Interface IP Add" in x]
            for interface, _, _, link in self.interfaces(name):
                if link is not None and interface not in whole:
                    self.vtysh(name, *[y for x in ("configure terminal", f"interface {interface}",
                                                   "link-params", f"metric {link['metric'] + 1}",
                                                   f"metric {link['metric']}")
                                       for y in ("-c", x)])

    # --- use

    def vtysh(self, name, *words):
        root = self.routers[name]["root"]
        enter = ["unshare", "--mount", "sh", "-c", ENTER, name, root, self.folder] if root else []
        return run(*enter, "vtysh", "--vty_socket", str(self.path(name)), "--config_dir",
                   str(self.path(name)), *words).stdout

    def show(self, name, what):
        return self.vtysh(name, "-c", f"show {what}")

    def configure(self, name, text):
        """More of a running configuration; what vtysh says of it (empty: nothing wrong)"""
        path = self.path(name) / "more.conf"
        path.write_text(text, encoding="utf-8")
        return self.vtysh(name, "-f", str(path))

    def execute(self, name, *argv, **options):
        return run("ip", "netns", "exec", self.space(name), *argv, **options)

    def start(self, name, *argv, **options):
        """A program that goes on in a namespace; it is ended by down()"""
        process = subprocess.Popen(["ip", "netns", "exec", self.space(name), *argv], text=True,
                                   **options)
        self.started.append(process)
        return process

    def set_link(self, a, b, state):
        """state: up, down"""
        for x in self.links:
            if {x["a"], x["b"]} == {a, b}:
                self.must("ip", "-n", self.space(x["a"]), "link", "set", x["ia"], state)

    def silence(self, a, b, silent=True):
        """A loss that nobody notices: frames are dropped going out (coming in, isisd would see them first)"""
        for x in self.links:
            if {x["a"], x["b"]} != {a, b}:
                continue
            for end, interface in ((x["a"], x["ia"]), (x["b"], x["ib"])):
                table = "netdev silent_" + interface.replace("-", "_").replace(".", "_")
                text = (f"add table {table}; add chain {table} out {{ type filter hook egress "
                        f"device \"{interface}\" priority -500; policy drop; }}")
                self.must("ip", "netns", "exec", self.space(end), "nft",
                          text if silent else f"delete table {table}")

    # --- down

    def pids(self):
        found = set()
        for path in self.folder.glob("*/*.pid") if self.folder else []:
            text = path.read_text(encoding="ascii").strip()
            if text.isdigit():
                found.add(int(text))
        for name in [*self.routers, *self.hosts]:
            if Path(f"/run/netns/{self.space(name)}").exists():
                found |= {int(x) for x in run("ip", "netns", "pids", self.space(name)).stdout.split()}
        return found

    def down(self):
        for process in self.started:
            process.terminate()
        found = self.pids()
        for number in (15, 9):
            for pid in found:
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    pass
            poll(lambda: not any(Path(f"/proc/{pid}").exists() for pid in found), 3)
        for process in self.started:
            process.wait(timeout=5)
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None:
                    stream.close()
        for name in [*self.routers, *self.hosts]:
            if Path(f"/run/netns/{self.space(name)}").exists():
                run("ip", "netns", "del", self.space(name))
        self.tidy_roots()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def tidy_roots(self):
        """What the daemons left below their release's folder"""
        for name, router in self.routers.items():
            if not router["root"] or not self.folder:
                continue
            for below in ("run/frr", "etc/frr"):
                shutil.rmtree(router["root"] / below / self.space(name), ignore_errors=True)
            try:
                router["root"].joinpath(*self.folder.parts[1:]).rmdir()
            except OSError:
                pass  # another router's, or gone
