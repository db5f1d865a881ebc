"""A headend with cleanpath-agent among network namespaces, for tests.

    h1 --- r1 --- r4 --- r8 --- h2        r1 is the headend; its first hops are e-r4 and, beside it, f-r4
             \\-- b ---/                   the ordinary way goes over b, which no sensitive packet may see

h1 is 10.2.1.2 and fc02:1::2, h2 10.2.2.2 and fc02:2::2.  Sensitive is what has DSCP 32.  b counts what it sees of it.
All namespaces have the process's number in their names, and are removed.
"""

import base64
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import pinging  # noqa: E402

AGENT = os.environ.get("CLEANPATH_AGENT", "build/cleanpath-agent")
BARRIER_PROGRAM = os.environ.get("CLEANPATH_BARRIER", "build/cleanpath-barrier")
SEGMENTS, PATHS = 12, 4
PATH = struct.Struct("=192sQIIBBB5x")
REQUEST = struct.Struct("=6I")
ANSWER = struct.Struct("=8I2Q4Q")
ORDER, STOP, READ, COUNTERS, LOCALS, POLICY = range(1, 7)
(DONE, MALFORMED, UNKNOWN, FIRST, SID, EXPIRED, CHAIN, END, HMAC, TOO_NARROW, BARRIER,
 KERNEL) = range(12)
STOPPED, INSTALLED, BROKEN = 2, 3, 4
NODES = ("h1", "r1", "r4", "b", "r8", "h2")
VIA_R4 = ["fcbb:4::48"]

POLICY_TEXT = """cleanpath-edge-policy 1
serial {serial}
issued 2026-01-01T00:00:00Z
head 1 r1
node 4 r4
node 8 r8
source fcff:1::1
class 100 sensitive
inside e-h1
first 1 e-r4 fc01:1::4 4 100
first 2 f-r4 fc01:2::4 4 100
{selects}
{sids}
unpack4 fcbb:4::d4 4
unpack4 fcbb:8::d4 8
unpack6 fcbb:8::d6 8
behind 100 4 10.0.0.0/8
behind 100 8 10.2.2.0/24
behind 100 8 fc02:2::/64
local-end fcbb:1::e
hmac 17 sha256
mtu {mtu}
"""
SELECTS = "select 100 to 10.2.2.0/24 dscp 32\nselect 100 to fc02:2::/64 dscp 32"
SIDS = "adjacency fcbb:4::48 4 8 100\nadjacency fcbb:4::49 4 8 100"


def run(*words, check=True, **options):
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False, **options)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(words)}: {done.stdout}{done.stderr}")
    return done.stdout


def lacking():
    """Why there can be no such lab here; empty: there can"""
    if os.geteuid() != 0:
        return "only root may make a network namespace"
    for program in ("ip", "nft", "openssl", "ping"):
        if not shutil.which(program):
            return f"there is no {program} here"
    name = f"cpa{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode != 0:
        return "there are no network namespaces here"
    try:
        run("ip", "-n", name, "link", "add", "sr0", "type", "bridge")
        run("ip", "-n", name, "link", "set", "sr0", "up")
        if "seg6" not in run("ip", "-n", name, "-6", "route", "add", "fc00::1", "encap", "seg6local", "action", "End",
                             "dev", "sr0", check=False) + run("ip", "-n", name, "-6", "route", check=False):
            return "this kernel has no SRv6"
    finally:
        run("ip", "netns", "del", name)
    return ""


def path(segments, first=1, hmac=0, weight=1, reduced=0):
    raw = b"".join(socket.inet_pton(socket.AF_INET6, sid) for sid in segments)
    return PATH.pack(raw, 0, first, hmac, weight, reduced, len(segments))


def request(kind, number=0, paths=(), demand=(0, 0)):
    return REQUEST.pack(kind, number, *demand, len(paths), 0) + b"".join(paths).ljust(PATHS * PATH.size, b"\0")


def understand(raw):
    names = ("kind", "number", "class", "endpoint", "path_count", "result", "state", "error", "serial", "now_us")
    said = dict(zip(names, ANSWER.unpack_from(raw)))
    said["count"] = ANSWER.unpack_from(raw)[10:]
    said["paths"] = []
    for i in range(said["path_count"]):
        sids, packets, first, hmac, weight, reduced, count = PATH.unpack_from(raw, ANSWER.size + i * PATH.size)
        said["paths"].append({"segments": [socket.inet_ntop(socket.AF_INET6, sids[16 * s:16 * s + 16])
                                           for s in range(count)], "packets": packets, "first": first,
                              "hmac": hmac, "weight": weight, "reduced": reduced})
    return said


class Lab:
    def __init__(self):
        self.prefix = f"cpa{os.getpid()}"
        self.folder = Path(tempfile.mkdtemp(prefix="cleanpath-agent-"))
        self.agent = None
        self.socket = None
        self.serial = 0
        self.key = self.folder / "key"
        run("openssl", "genpkey", "-algorithm", "ed25519", "-out", str(self.key))
        run("openssl", "pkey", "-in", str(self.key), "-pubout", "-out", str(self.folder / "public"))
        (self.folder / "hmac").write_text("17 a secret of some length\n", encoding="ascii")

    def space(self, node):
        return f"{self.prefix}-{node}"

    def at(self, node, *words, check=True, **options):
        return run("ip", "netns", "exec", self.space(node), *words, check=check, **options)

    # --- the network

    def link(self, a, a_name, a_addresses, b, b_name, b_addresses):
        run("ip", "link", "add", a_name, "netns", self.space(a), "type", "veth", "peer", "name", b_name, "netns",
            self.space(b))
        for node, name, addresses in ((a, a_name, a_addresses), (b, b_name, b_addresses)):
            run("ip", "-n", self.space(node), "link", "set", name, "mtu", "1700", "up")
            self.at(node, "sysctl", "-qw", f"net.ipv6.conf.{name}.seg6_enabled=1")
            for address in addresses:
                more = ["nodad"] if ":" in address else []
                run("ip", "-n", self.space(node), "addr", "add", address, "dev", name, *more)

    def up(self):
        for node in NODES:
            run("ip", "netns", "add", self.space(node))
            run("ip", "-n", self.space(node), "link", "set", "lo", "up")
            self.at(node, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1",
                    "net.ipv6.conf.all.seg6_enabled=1", "net.ipv4.conf.all.rp_filter=0",
                    "net.ipv4.conf.default.rp_filter=0", "net.ipv6.conf.default.accept_dad=0",
                    "net.ipv6.conf.all.accept_dad=0")
        self.link("h1", "eth0", ["10.2.1.2/24", "fc02:1::2/64"], "r1", "e-h1", ["10.2.1.1/24", "fc02:1::1/64"])
        self.link("r1", "e-r4", ["fc01:1::1/64", "10.1.1.1/24"], "r4", "e-r1", ["fc01:1::4/64", "10.1.1.4/24"])
        self.link("r1", "f-r4", ["fc01:2::1/64"], "r4", "f-r1", ["fc01:2::4/64"])
        self.link("r4", "e-r8", ["fc01:3::4/64", "10.1.3.4/24"], "r8", "e-r4", ["fc01:3::8/64", "10.1.3.8/24"])
        self.link("r1", "e-b", ["fc01:4::1/64", "10.1.4.1/24"], "b", "e-r1", ["fc01:4::b/64", "10.1.4.11/24"])
        self.link("b", "e-r8", ["fc01:5::b/64", "10.1.5.11/24"], "r8", "e-b", ["fc01:5::8/64", "10.1.5.8/24"])
        self.link("r8", "e-h2", ["10.2.2.1/24", "fc02:2::1/64"], "h2", "eth0", ["10.2.2.2/24", "fc02:2::2/64"])
        for node, routes in {
                "h1": ["default via 10.2.1.1", "default via fc02:1::1"],
                "h2": ["default via 10.2.2.1", "default via fc02:2::1"],
                "r1": ["10.2.2.0/24 via 10.1.4.11", "fc02:2::/64 via fc01:4::b"],
                "b": ["10.2.2.0/24 via 10.1.5.8", "fc02:2::/64 via fc01:5::8", "10.2.1.0/24 via 10.1.4.1",
                      "fc02:1::/64 via fc01:4::1"],
                "r8": ["10.2.1.0/24 via 10.1.3.4", "fc02:1::/64 via fc01:3::4", "10.1.1.0/24 via 10.1.3.4",
                       "fc01:1::/64 via fc01:3::4", "10.1.4.0/24 via 10.1.3.4", "fc01:4::/64 via fc01:3::4",
                       "fc01:2::/64 via fc01:3::4"],
                "r4": ["10.2.1.0/24 via 10.1.1.1", "fc02:1::/64 via fc01:1::1", "fcbb:8::/48 via fc01:3::8",
                       "10.1.4.0/24 via 10.1.1.1", "fc01:4::/64 via fc01:1::1"]}.items():
            for route in routes:
                run("ip", "-n", self.space(node), "route", "add", *route.split())
        self.segment("r4", "fcbb:4::48", "action End.X nh6 fc01:3::8")
        self.segment("r4", "fcbb:4::49", "action End.X nh6 fc01:3::8")
        self.segment("r4", "fcbb:4::d4", "action End.DX4 nh4 0.0.0.0")
        self.segment("r8", "fcbb:8::d4", "action End.DX4 nh4 0.0.0.0")
        self.segment("r8", "fcbb:8::d6", "action End.DT6 table 254")
        for node in ("b", "r4"):
            self.at(node, "nft", "-f", "-", input="""table inet seen {
                counter sensitive { }
                counter outer { }
                chain in { type filter hook prerouting priority -400; policy accept;
                    ip saddr { 10.2.1.0/24, 10.1.0.0/16 } ip dscp 32 counter name sensitive
                    ip6 saddr { fc02:1::/64, fc01::/16 } ip6 dscp 32 counter name sensitive
                    ip6 saddr fcff:1::1 counter name outer
                }
            }""")
        return self

    def segment(self, node, sid, action):
        if "sr0" not in run("ip", "-n", self.space(node), "link"):
            run("ip", "-n", self.space(node), "link", "add", "sr0", "type", "bridge")
            run("ip", "-n", self.space(node), "link", "set", "sr0", "up")
        run("ip", "-n", self.space(node), "-6", "route", "add", sid, "encap", "seg6local", *action.split(), "dev", "sr0")

    def down(self):
        self.kill()
        for node in NODES:
            name = self.space(node)
            for pid in run("ip", "netns", "pids", name, check=False).split():
                os.kill(int(pid), signal.SIGKILL)
            run("ip", "netns", "del", name, check=False)
        shutil.rmtree(self.folder)

    # --- the agent

    def write_policy(self, serial=None, selects=SELECTS, sids=SIDS, mtu=1280, text=POLICY_TEXT):
        self.serial = self.serial + 1 if serial is None else serial
        body = self.folder / "body"
        body.write_text(text.format(serial=self.serial, selects=selects, sids=sids, mtu=mtu), encoding="ascii")
        signature = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", self.key, "-in", body],
                                   capture_output=True, check=True).stdout
        fresh = self.folder / "fresh"
        fresh.write_text(f"{body.read_text()}signature {base64.b64encode(signature).decode()}\n", encoding="ascii")
        fresh.rename(self.folder / "policy")

    def signed(self):
        return ["--policy", str(self.folder / "policy"), "--key", str(self.folder / "public")]

    def words(self, *more):
        return [AGENT, *more, *self.signed(), "--socket", str(self.folder / "socket")]

    def barrier_words(self):
        return [BARRIER_PROGRAM, *self.signed(), "--hmac", str(self.folder / "hmac")]

    def barrier(self):
        return self.at("r1", *self.barrier_words())

    def start(self, *before):
        with open(self.folder / "log", "a", encoding="utf-8") as log:
            self.agent = subprocess.Popen(["ip", "netns", "exec", self.space("r1"), *before, *self.words()],
                                          stdout=log, stderr=log)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                self.connect()
                if self.ask(POLICY) is not None:
                    return
            except OSError:
                time.sleep(0.02)
        raise AssertionError((self.folder / "log").read_text())

    def connect(self):
        self.hang_up()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(60)
        self.socket.connect(str(self.folder / "socket"))

    def hang_up(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def kill(self):
        self.hang_up()
        if self.agent is not None:
            self.agent.kill()
            self.agent.wait()
            self.agent = None

    def send(self, raw):
        self.socket.send(raw)
        said = self.socket.recv(4096)
        if not said:
            raise ConnectionError("the agent is gone")
        return understand(said)

    def ask(self, kind, *paths, demand=(100, 8)):
        return self.send(request(kind, 7, paths, demand if kind <= READ else (0, 0)))

    def reload(self):
        """As `systemctl reload cleanpath-agent` does: the barrier by the newer policy, then the agent"""
        before = self.ask(POLICY)["serial"]
        self.at("r1", *self.barrier_words(), check=False)
        self.agent.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.ask(POLICY)["serial"] == before:
            time.sleep(0.005)

    # --- what is seen

    def ping(self, where="h1", to="10.2.2.2", count=3, dscp=32, size=56, interface=None):
        """How many come back"""
        more = ["-I", interface] if interface else []
        return pinging.ping(self.space(where), to, "-Q", str(dscp << 2), "-s", str(size), *more, count=count)

    def seen(self, node="b", name="sensitive", table="seen"):
        said = self.at(node, "nft", "list", "counter", "inet", table, name)
        return int(said.split("packets ")[1].split()[0])

    def state(self):
        """All of the headend's kernel that is ours, without counts, nor when and by which serial the barrier was raised"""
        said = [self.at("r1", "ip", *family, *what.split()) for family in (["-4"], ["-6"])
                for what in ("rule", "route show table all proto 201")]
        filter_ = re.sub(r"set (clock|issued|turn) \{.*?\}\n\t\}|priority [^;]+", "", self.at("r1", "nft", "-s", "list", "ruleset"),
                         flags=re.S)
        return "\n".join([*said, self.at("r1", "ip", "nexthop"), filter_])
