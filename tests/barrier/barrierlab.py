"""A headend behind its barrier, and all that its first hops see of it, for tests.

    h ==e-a== f        f counts what comes of the tunnel's source, by the link that it comes over, and drops it
      ==e-b==

Nodes 2 to 14 are a chain of adjacencies fcbb:N::a, from first hop 1 (node 2, e-a) on; each unpacks at fcbb:N::4 and
fcbb:N::6 what goes to 10.N.0.0/16 and fd00:N::/32.  Inside of what lies behind 8 there are a prefix behind 9 and, inside
of that, one behind 8 again.  DSCP 32 is class 100, 40 is class 200, which may not pass 4.  First hop 2 (e-b) leads to node 3.
All namespaces have the process's number in their names, and are removed.
"""

import base64
import contextlib
import ctypes
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import time
from pathlib import Path

BARRIER = os.environ.get("CLEANPATH_BARRIER", "build/cleanpath-barrier")
OUTER, LOCALS, CLASS = 0x43500000, 0x43500001, 0x43500400
NODES = range(2, 15)
SOURCE = "fcff:1::1"
DSCP = {100: 32, 200: 40}
IPV6_RTHDR, IPV6_TCLASS, CLONE_NEWNET = 57, 67, 0x40000000


def run(*words, check=True, **options):
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False, **options)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(words)}: {done.stdout}{done.stderr}")
    return done.stdout


def lacking():
    """Why there can be no such lab here; empty: there can"""
    if os.geteuid() != 0:
        return "only root may make a network namespace"
    for program in ("ip", "nft", "openssl"):
        if not shutil.which(program):
            return f"there is no {program} here"
    name = f"cpb{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode != 0:
        return "there are no network namespaces here"
    try:
        run("ip", "-n", name, "link", "add", "sr0", "type", "bridge")
        run("ip", "-n", name, "link", "set", "sr0", "up")
        if "seg6" not in run("ip", "-n", name, "-6", "route", "add", "fc00::1", "encap", "seg6", "mode", "encap.red", "segs",
                             "fc00::2", "dev", "sr0", check=False) + run("ip", "-n", name, "-6", "route", check=False):
            return "this kernel has no SRv6"
    finally:
        run("ip", "netns", "del", name)
    return ""


@contextlib.contextmanager
def inside(space):
    """Sockets that are opened in the block are of the namespace"""
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/self/ns/net", "rb") as here, open(f"/run/netns/{space}", "rb") as there:
        if libc.setns(there.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")
        try:
            yield
        finally:
            libc.setns(here.fileno(), CLONE_NEWNET)


def adjacency(node):
    return f"fcbb:{node}::a"


def unpack(node, family=4):
    return f"fcbb:{node}::{family}"


def chain(end, family=4, begin=2):
    """The segments to a node's unpack SID"""
    return [adjacency(node) for node in range(begin, end)] + [unpack(end, family)]


def moment(at):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f".{int(at % 1 * 1e6):06}Z"


def policy_text(serial=1, issued="2026-01-01T00:00:00Z", until=None, more=()):
    """until: {node: moment} of adjacencies.  more: lines beside, each where its kind stands"""
    classes = {node: "100" if node in (3, 4) else "100,200" for node in NODES}
    lines = {
        "head": ["head 1 h"],
        "node": [f"node {node} n{node}" for node in NODES] + ["node 20 loose"],
        "source": [f"source {SOURCE}"],
        "class": ["class 100 sensitive", "class 200 secret"],
        "inside": ["inside e-h"],
        "first": ["first 1 e-a fc01:1::2 2 100,200", "first 2 e-b fc01:2::2 3 100"],
        "select": [f"select {number} to {to} dscp {dscp}" for number, dscp in DSCP.items() for to in ("10.0.0.0/8", "fd00::/16")],
        "adjacency": [f"adjacency {adjacency(node)} {node} {node + 1} {classes[node]}" +
                      (f" until {until[node]}" if until and node in until else "") for node in NODES[:-1]],
        "node-sid": ["node-sid fcbb:20::e 20 100"],
        "unpack4": [f"unpack4 {unpack(node)} {node}" for node in [*NODES, 20]],
        "unpack6": [f"unpack6 {unpack(node, 6)} {node}" for node in [*NODES, 20]],
        "behind": [line for node in [*NODES, 20] for line in (
            f"behind 100 {node} 10.{node}.0.0/16", f"behind 100 {node} fd00:{node}::/32",
            *(["behind 100 8 10.8.9.128/25", "behind 100 8 fd00:8:9:8000::/49"] if node == 8 else []),
            *(["behind 100 9 10.8.9.0/24", "behind 100 9 fd00:8:9::/48"] if node == 9 else []))] +
                  ["behind 200 2 10.2.0.0/16", "behind 200 3 10.3.0.0/16", "behind 200 9 10.9.0.0/16"],
        "local-adjacency": ["local-adjacency fcbb:1::12 fc01:1::2 e-a"],
        "local-end": ["local-end fcbb:1::e"],
        "local-unpack4": [],
        "hmac": ["hmac 17 sha256"],
        "mtu": ["mtu 1280"]}
    for line in more:
        lines[line.split()[0]].append(line)
    head = ["cleanpath-edge-policy 1", f"serial {serial}", f"issued {issued}"]
    return "\n".join(head + [line for kind in lines.values() for line in kind]) + "\n"


def packed(outer, segments, left, inner, *, kind=4, inside_is=4, dscp=0):
    """Bytes of a packet in another one: addresses of both; segments as they stand in the list"""
    words = struct.pack("!BBHHHBBH4s4s", 0x45, dscp << 2, 20, 1, 0, 64, 59, 0, *map(socket.inet_aton, inner))
    total = sum(struct.unpack("!10H", words))
    words = words[:10] + struct.pack("!H", ~(total + (total >> 16)) & 0xffff) + words[12:]
    header = struct.pack("8B", inside_is, 2 * len(segments), kind, left, len(segments) - 1, 0, 0, 0) + b"".join(
        socket.inet_pton(socket.AF_INET6, sid) for sid in segments)
    return struct.pack("!IHBB", 6 << 28, len(header) + len(words), 43, 64) + b"".join(
        socket.inet_pton(socket.AF_INET6, address) for address in outer) + header + words


def led(source, to, segments, left, number=100):
    """An IPv6 packet of a class, without anything in it, whose routing header says by which way it goes"""
    header = struct.pack("8B", 59, 2 * len(segments), 4, left, len(segments) - 1, 0, 0, 0) + b"".join(
        socket.inet_pton(socket.AF_INET6, sid) for sid in segments)
    return struct.pack("!IHBB", 6 << 28 | DSCP[number] << 22, len(header), 43, 64) + b"".join(
        socket.inet_pton(socket.AF_INET6, address) for address in (source, to)) + header


def led4(source, to, way, option):
    """The same by an option of IPv4: 131 loosely, 137 strictly"""
    options = struct.pack("BBB4sB", option, 7, 4, socket.inet_aton(way), 0)
    words = struct.pack("!BBHHHBBH4s4s", 0x47, 0, 28, 1, 0, 64, 59, 0, *map(socket.inet_aton, (source, to))) + options
    total = sum(struct.unpack("!14H", words))
    total = (total & 0xffff) + (total >> 16)
    return words[:10] + struct.pack("!H", ~(total + (total >> 16)) & 0xffff) + words[12:]


class Lab:
    def __init__(self):
        self.prefix = f"cpb{os.getpid()}"
        self.folder = Path(tempfile.mkdtemp(prefix="cleanpath-barrier-"))
        self.key = self.folder / "key"
        run("openssl", "genpkey", "-algorithm", "ed25519", "-out", str(self.key))
        run("openssl", "pkey", "-in", str(self.key), "-pubout", "-out", str(self.folder / "public"))
        (self.folder / "hmac").write_text("17 a secret of some length\n", encoding="ascii")
        self.senders = {}

    def space(self, node):
        return f"{self.prefix}-{node}"

    def at(self, node, *words, check=True, **options):
        return run("ip", "netns", "exec", self.space(node), *words, check=check, **options)

    def up(self):
        for node in "hf":
            run("ip", "netns", "add", self.space(node))
            run("ip", "-n", self.space(node), "link", "set", "lo", "up")
            self.at(node, "sysctl", "-qw", "net.ipv6.conf.default.accept_dad=0", "net.ipv6.conf.all.accept_dad=0",
                    "net.ipv6.conf.all.forwarding=1", "net.ipv4.ip_forward=1")
        for number, name in ((1, "e-a"), (2, "e-b"), (3, "e-h")):
            run("ip", "link", "add", name, "netns", self.space("h"), "type", "veth", "peer", "name", name, "netns",
                self.space("f"))
            for node, last in (("h", 1), ("f", 2)):
                run("ip", "-n", self.space(node), "link", "set", name, "mtu", "1700", "up")
                run("ip", "-n", self.space(node), "addr", "add", f"fc01:{number}::{last}/64", "dev", name, "nodad")
                run("ip", "-n", self.space(node), "addr", "add", f"192.168.{number}.{last}/24", "dev", name)
        run("ip", "-n", self.space("h"), "route", "add", "default", "via", "192.168.2.2")
        run("ip", "-n", self.space("h"), "-6", "route", "add", "default", "via", "fc01:2::2")
        self.at("f", "nft", "-f", "-", input=f"""table inet seen {{
            counter e-a {{ }}
            counter e-b {{ }}
            counter clear {{ }}
            counter own {{ }}
            counter others {{ }}
            counter astray {{ }}
            chain in {{ type filter hook prerouting priority -400; policy accept;
                iifname "e-a" ip6 saddr {SOURCE} counter name e-a drop
                iifname "e-b" ip6 saddr {SOURCE} counter name e-b drop
                iifname "e-h" ip saddr 192.0.2.9 counter name own drop
                iifname "e-h" ip6 saddr fc01:9::9 counter name own drop
                iifname "e-b" ip6 saddr fc01:1::2 counter name others drop
                iifname {{ "e-a", "e-b" }} ip6 saddr fc01:3::2 counter name astray drop
                iifname {{ "e-a", "e-b" }} ip saddr 192.168.3.2 counter name astray drop
                ip daddr 10.0.0.0/8 counter name clear drop
                ip6 daddr fd00::/16 counter name clear drop
            }}
        }}""")
        with inside(self.space("h")):
            self.senders = {4: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
                            6: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)}
        self.senders[6].bind(("fc01:3::1", 0))  # else the kernel takes the tunnel's source
        return self

    def down(self):
        for sender in self.senders.values():
            sender.close()
        for node in "hf":
            run("ip", "netns", "del", self.space(node), check=False)
        shutil.rmtree(self.folder)

    # --- the barrier

    def write_policy(self, text):
        body = self.folder / "body"
        body.write_text(text, encoding="ascii")
        signature = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", self.key, "-in", body],
                                   capture_output=True, check=True).stdout
        fresh = self.folder / "fresh"
        fresh.write_text(f"{text}signature {base64.b64encode(signature).decode()}\n", encoding="ascii")
        fresh.rename(self.folder / "policy")

    def words(self):
        return ["ip", "netns", "exec", self.space("h"), BARRIER, "--policy", str(self.folder / "policy"), "--key",
                str(self.folder / "public"), "--hmac", str(self.folder / "hmac")]

    def raise_(self, text, check=True, **options):
        """Exit status and what it said"""
        self.write_policy(text)
        done = subprocess.run(self.words(), capture_output=True, text=True, timeout=120, check=False, **options)
        if check and done.returncode != 0:
            raise AssertionError(done.stderr)
        return done.returncode, done.stderr

    def list(self, *words):
        return self.at("h", "nft", *words)

    def table(self):
        return self.list("list", "table", "inet", "cleanpath")

    # --- what is sent, and seen

    def route(self, segments, to, link="e-a", mode="encap", hmac=0, number=100):
        """What goes to an address is sent by these segments, and the first of them over the link"""
        family = "-6" if ":" in to else "-4"
        key = ["hmac", str(hmac)] if hmac else []
        via = {"e-a": "fc01:1::2", "e-b": "fc01:2::2"}[link]
        run("ip", "-n", self.space("h"), family, "route", "replace", to, "encap", "seg6", "mode", mode, "segs",
            ",".join(segments), *key, "dev", "sr0", "table", str(CLASS + number))
        run("ip", "-n", self.space("h"), "-6", "route", "replace", segments[0], "via", via, "dev", link, "table", str(OUTER))

    def send(self, to, number=100, count=1):
        family = 6 if ":" in to else 4
        sender, tos = self.senders[family], DSCP[number] << 2
        if family == 4:
            sender.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, tos)
        else:
            sender.setsockopt(socket.IPPROTO_IPV6, IPV6_TCLASS, tos)
        for _ in range(count):
            with contextlib.suppress(OSError):  # what the filter drops of our own is told to us
                sender.sendto(b"payload", (to, 7000))

    def probe(self, segments, to="fcff:9::1", link="e-a"):
        """As cleanpath-edge sends them: the far edge's address is the last of the list"""
        count, via = len(segments), {"e-a": "fc01:1::2", "e-b": "fc01:2::2"}[link]
        run("ip", "-n", self.space("h"), "-6", "route", "replace", segments[0], "via", via, "dev", link, "table", str(OUTER))
        header = struct.pack("8B", 0, 2 * (count + 1), 4, count, count, 0, 0, 0) + bytes(16) + b"".join(
            socket.inet_pton(socket.AF_INET6, sid) for sid in reversed(segments))
        with inside(self.space("h")), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sender:
            sender.bind((SOURCE, 0))
            sender.setsockopt(socket.IPPROTO_IPV6, IPV6_RTHDR, header)
            with contextlib.suppress(OSError):
                sender.sendto(b"probe", (to, 7001))

    def craft(self, to, segments, left, inner_to, *, kind=4, inside_is=4, number=100):
        """A packet such as no route makes; segments as they stand in the list, the last one first"""
        packet = packed((SOURCE, to), segments, left, ("192.168.3.1", inner_to), kind=kind, inside_is=inside_is, dscp=DSCP[number])
        run("ip", "-n", self.space("h"), "-6", "route", "replace", to, "via", "fc01:1::2", "dev", "e-a", "table", str(OUTER))
        with inside(self.space("h")), socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW) as sender:
            sender.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, number << 16)
            sender.bind((SOURCE, 0))
            with contextlib.suppress(OSError):
                sender.sendto(packet, (to, 0))

    def arrive(self, to, segments, left, inner_to):
        """The same from f to the headend"""
        with inside(self.space("f")), socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW) as sender:
            sender.sendto(packed(("fc01:1::2", to), segments, left, ("192.0.2.9", inner_to)), (to, 0))

    def enter(self, link, packet):
        """A packet as it is, from f to the headend"""
        macs = [bytes.fromhex(self.at(node, "cat", f"/sys/class/net/{link}/address").strip().replace(":", "")) for node in "hf"]
        with inside(self.space("f")), socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
            sender.bind((link, 0))
            sender.send(b"".join(macs) + (b"\x86\xdd" if packet[0] >> 4 == 6 else b"\x08\x00") + packet)

    def counts(self):
        """{what: packets}: dropped by the barrier's counters, seen by f"""
        said = {}
        for node, table in (("h", "cleanpath"), ("f", "seen")):
            text = self.at(node, "nft", "list", "counters", "table", "inet", table)
            for part in text.split("counter ")[1:]:
                name = part.split()[0]
                if node == "h" and name == "clear":
                    name = "kept"
                said[name] = int(part.split("packets ")[1].split()[0])
        return said

    def changed(self, act, least=1):
        """What has been counted by an act, once it has been"""
        before = self.counts()
        act()
        deadline = time.monotonic() + 3
        while True:
            after = self.counts()
            said = {name: after[name] - before[name] for name in after if after[name] != before[name]}
            if sum(said.values()) >= least or time.monotonic() > deadline:
                return said

    def went(self, segments, to, **options):
        """Where one packet by these segments was counted"""
        self.route(segments, to, **options)
        return self.changed(lambda: self.send(to, options.get("number", 100)))
