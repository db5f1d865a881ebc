"""Three machines, and not one sensitive packet over the forbidden one:

          clean link, metric 100
    us ========================== them
      \\                          /
       ------- forbidden --------        metric 10: all that is ordinary goes here

Each is a network namespace. At both ends stands cleanpath-agent behind its barrier; ping marked as sensitive (DSCP cs4)
goes over the clean link or not at all. Run by `make edge-demo`; all of it is gone when it ends.
"""

import base64
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

AGENT, BARRIER = "build/cleanpath-agent", "build/cleanpath-barrier"
SPACES = ["us", "them", "forbidden"]
NUMBER = {"us": 1, "them": 2}
FAR = {"us": "them", "them": "us"}
CLASS = 100
SEEN = """table netdev seen {
    counter sensitive { }
    counter ordinary { }
    chain in {
        type filter hook ingress devices = { us, them } priority 0;
        ip saddr 10.2.0.0/16 ip dscp cs4 counter name sensitive
        ip6 saddr { fcfe:1::1, fcfe:2::1 } counter name sensitive
        ip saddr 10.2.0.0/16 ip dscp 0 counter name ordinary
    }
}
"""

POLICY = """cleanpath-edge-policy 1
serial 1
issued 2026-11-29T00:00:00Z
head {own} {name}
node {other} {far}
source fcfe:{own}::1
class 100 sensitive
first 1 clean fc01:1::{other} {other} 100
select 100 from 10.2.{own}.0/24 to 10.2.{other}.0/24 dscp 32
unpack4 fcbb:{other}::d4 {other}
behind 100 {other} 10.2.{other}.0/24
local-unpack4 fcbb:{own}::d4
mtu 1280
"""


def do(*words, **options):
    done = subprocess.run([str(x) for x in words], check=False, capture_output=True, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}: {done.stderr}")
    return done.stdout


def inside(space, *words, **options):
    return do("ip", "netns", "exec", space, *words, **options)


def alone():
    """Namespaces of our own for mounts, processes and the network, and root's rights in them for who has none"""
    if os.environ.get("DEMO_ALONE") == "1":
        os.makedirs("/run/netns", exist_ok=True)
        do("mount", "-t", "tmpfs", "demo", "/run/netns")
        return
    os.environ["DEMO_ALONE"] = "1"
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    os.execvp("unshare", ["unshare", *user, "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc",
                          sys.executable, *sys.argv])


def network():
    for space in SPACES:
        do("ip", "netns", "add", space)
        inside(space, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1",
               "net.ipv6.conf.all.seg6_enabled=1", "net.ipv6.conf.default.seg6_enabled=1",
               "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0",
               "net.ipv6.conf.all.keep_addr_on_down=1", "net.ipv6.conf.default.keep_addr_on_down=1")
        do("ip", "-n", space, "link", "set", "lo", "up")
    do("ip", "link", "add", "clean", "netns", "us", "type", "veth", "peer", "name", "clean", "netns", "them")
    for name, n in NUMBER.items():
        other = NUMBER[FAR[name]]
        do("ip", "link", "add", "short", "netns", name, "type", "veth", "peer", "name", name, "netns", "forbidden")
        for line in (f"addr add 10.2.{n}.1/32 dev lo", f"addr add 10.1.1.{n}/24 dev clean",
                     f"addr add fc01:1::{n}/64 dev clean nodad", f"addr add 10.1.{n + 1}.1/24 dev short"):
            do("ip", "-n", name, *line.split())
        do("ip", "-n", "forbidden", "addr", "add", f"10.1.{n + 1}.2/24", "dev", name)
        do("ip", "-n", "forbidden", "link", "set", name, "up")
        do("ip", "-n", "forbidden", "route", "add", f"10.2.{n}.0/24", "via", f"10.1.{n + 1}.1", "dev", name)
        inside(name, "sysctl", "-qw", "net.ipv6.conf.clean.seg6_enabled=1")
        routes = [f"route add 10.2.{other}.0/24 via 10.1.{n + 1}.2 dev short metric 10",
                  f"route add 10.2.{other}.0/24 via 10.1.1.{other} dev clean metric 100"]
        yield name, routes
    inside("forbidden", "nft", "-f", "-", input=SEEN)


class Edge:
    """A headend: its policy, signed; the barrier; the agent"""

    def __init__(self, name, folder):
        self.name = name
        self.folder = folder / name
        self.folder.mkdir()
        key, public, text = (self.folder / x for x in ("key", "pem", "policy"))
        do("openssl", "genpkey", "-algorithm", "ed25519", "-out", key)
        do("openssl", "pkey", "-in", key, "-pubout", "-out", public)
        text.write_text(POLICY.format(own=NUMBER[name], other=NUMBER[FAR[name]], name=name, far=FAR[name]))
        signed = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", text], check=True,
                                capture_output=True).stdout
        with open(text, "a", encoding="ascii") as file:
            file.write(f"signature {base64.b64encode(signed).decode()}\n")
        self.words = ["--policy", text, "--key", public]
        self.process = None

    def barrier(self):
        inside(self.name, BARRIER, *self.words)

    def start(self):
        path = self.folder / "socket"
        self.process = subprocess.Popen(["ip", "netns", "exec", self.name, AGENT, *map(str, self.words), "--socket",
                                         str(path)])
        for _ in range(100):
            if path.exists():
                break
            time.sleep(0.05)

    def order(self):
        """The one link is the whole path: no segment but the one that unpacks"""
        path = struct.pack("192sQIIBBB5x", b"", 0, 1, 0, 1, 0, 0)
        request = struct.pack("6I", 1, 1, CLASS, NUMBER[FAR[self.name]], 1, 0) + path + bytes(3 * len(path))
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as sock:
            sock.connect(str(self.folder / "socket"))
            sock.send(request)
            result = struct.unpack_from("8I", sock.recv(4096))[5]
        if result != 0:
            sys.exit(f"{self.name}: the agent refuses the order: {result}")


def ping(dscp):
    """How many of ten come back; what the forbidden machine saw meanwhile"""
    said = subprocess.run(["ip", "netns", "exec", "us", "ping", "-n", "-q", "-c", "10", "-i", "0.05", "-W", "1", "-Q",
                           str(dscp << 2), "-I", "10.2.1.1", "10.2.2.1"], capture_output=True, text=True, check=False)
    seen = re.findall(r"packets (\d+)", inside("forbidden", "nft", "reset", "counters", "table", "netdev", "seen"))
    return int(re.search(r"(\d+) received", said.stdout)[1]), list(map(int, seen))


def await_ping():
    """A link that comes up carries packets a little later"""
    for _ in range(20):
        if ping(32)[0] == 10:
            break


def main():
    if not Path(AGENT).exists():
        sys.exit(f"{AGENT} is not there: run it by make edge-demo, at the top of the repository")
    alone()
    good = 0
    with tempfile.TemporaryDirectory() as folder:
        routes = dict(network())
        edges = [Edge(name, Path(folder)) for name in NUMBER]
        for edge in edges:
            edge.barrier()  # before any interface is up
            for port in ("clean", "short"):
                do("ip", "-n", edge.name, "link", "set", port, "up")
            for line in routes[edge.name]:
                do("ip", "-n", edge.name, *line.split())
        time.sleep(1)

        def scene(says, sensitive, ordinary):
            nonlocal good
            came, seen = ping(32)
            plain, plain_seen = ping(0)
            leaks = seen[0] + plain_seen[0]
            right = (came > 0, plain > 0, leaks) == (sensitive, ordinary, 0)
            good += right
            print(f"{'ok    ' if right else 'FAILED'}  {says}: sensitive ping {came} of 10, ordinary {plain} of 10; "
                  f"the forbidden machine saw {leaks} sensitive packets and {plain_seen[1]} ordinary ones", flush=True)

        scene("the barrier alone", False, True)
        for edge in edges:
            edge.start()
            edge.order()
        scene("both agents ordered to the clean link", True, True)
        do("ip", "-n", "us", "link", "set", "clean", "down")
        scene("the clean link is cut", False, True)
        do("ip", "-n", "us", "link", "set", "clean", "up")
        await_ping()
        scene("it is back", True, True)
        for edge in edges:
            edge.process.kill()
            edge.process.wait()
        scene("both agents are killed", True, True)
        do("ip", "-n", "them", "link", "set", "clean", "down")
        scene("and the clean link is cut", False, True)
    print(f"{good} passed, {6 - good} failed")
    return 0 if good == 6 else 1


if __name__ == "__main__":
    sys.exit(main())
