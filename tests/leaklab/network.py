"""The leak laboratory's network: ten FRR routers in two planes, whose kernels are SRv6 segment endpoints.

              r2 ---------- r3                 forbidden: r2, r3, r7 and the link r5--r10
            /   \\             \\                the shortest way from r1 to r8 is over r2 and r3;
    h1 -- r1 --- r4 -- r5 -- r6 -- r8 -- h8    the shortest from r4 or r9 to r6 or r10 is over r7
            \\    |\\ r7 /|\\    |   /
             \\   | /  \\ | \\   |  /
              -- r9 --- r10 -----

Router number n has the SIDs fcbb:n::e (to this node, by whatever way), fcbb:n::nm (over the link to router m, hexadecimal
digits) and, at the ends, fcbb:n::d4 and fcbb:n::d6 (decapsulate).  End.X names its interface and the neighbour's
link-local address, so that a link that is gone stops its packets: with a global address the kernel asks the routing
table, which may know another way.
"""

import heapq
import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "live"))

import netlab  # noqa: E402

HEADS = ["r1", "r8"]
FORBIDDEN = {"r2", "r3", "r7"}
FORBIDDEN_LINK = ("r5", "r10")
LINKS = [("r1", "r2", 10), ("r2", "r3", 10), ("r3", "r8", 10),
         ("r1", "r4", 20), ("r4", "r5", 20), ("r5", "r6", 20), ("r6", "r8", 20),
         ("r1", "r9", 30), ("r9", "r10", 30), ("r10", "r8", 30),
         ("r4", "r7", 10), ("r7", "r6", 10), ("r9", "r7", 10), ("r7", "r10", 10),
         ("r4", "r9", 25), ("r6", "r10", 25), ("r5", "r10", 15), ("r2", "r5", 30)]
CORE_MTU = 1700
SOURCE = "fcfe:{:x}::1"  # of a headend's tunnels, and of nothing else; no router has a way back to it
DSCP = 32
PORTS = (5000, 5999)


def far(head):
    return HEADS[1 - HEADS.index(head)]


class Network(netlab.Lab):
    def __init__(self):
        super().__init__("cpll", pretend=False, hello=1)
        for n in range(1, 11):
            self.router(f"r{n}")
        for a, b, metric in LINKS:
            self.link(a, b, metric=metric)
        for n, head in enumerate(HEADS, 1):
            self.host(f"h{head[1:]}", head)
        self.down_links = set()  # pairs, in order of name
        self.silent_links = set()

    # --- numbers

    def number(self, router):
        return self.routers[router]["n"]

    def source(self, head):
        return SOURCE.format(self.number(head))

    def host_of(self, head):
        return f"h{head[1:]}"

    def prefixes(self, head):
        """(IPv4, IPv6) of the hosts behind it"""
        h = self.hosts[self.host_of(head)]["h"]
        return f"10.2.{h}.0/24", f"fc02:{h:x}::/64"

    def host_addresses(self, head):
        h = self.hosts[self.host_of(head)]["h"]
        return f"10.2.{h}.2", f"fc02:{h:x}::2"

    def adjacency_sid(self, a, b):
        return f"fcbb:{self.number(a):x}::{self.number(a):x}{self.number(b):x}"

    def node_sid(self, node):
        return f"fcbb:{self.number(node):x}::e"

    def unpack_sid(self, node, family):
        return f"fcbb:{self.number(node):x}::d{family}"

    def end_address(self, a, b):
        """IPv6 address that b has on its link with a"""
        for x in self.links:
            if (x["a"], x["b"]) == (a, b):
                return f"fc01:{x['k']:x}::2"
            if (x["b"], x["a"]) == (a, b):
                return f"fc01:{x['k']:x}::1"
        raise netlab.Failed(f"no link {a}--{b}")

    def neighbours(self, node):
        return [x["b"] if x["a"] == node else x["a"] for x in self.links
                if node in (x["a"], x["b"])]

    # --- what is up

    def give_addresses(self, name):
        """As every router here, and: addresses stay on an interface that is down"""
        run = ["net.ipv6.conf.all.keep_addr_on_down=1", "net.ipv6.conf.default.keep_addr_on_down=1",
               "net.ipv6.conf.all.seg6_enabled=1", "net.ipv6.conf.default.seg6_enabled=1",
               "net.ipv6.conf.lo.seg6_enabled=1", "net.ipv4.fib_multipath_hash_policy=1",
               "net.ipv6.fib_multipath_hash_policy=1"]
        core = [port for port, _, _, link in self.interfaces(name) if link is not None]
        run += [f"net.ipv6.conf.{port}.seg6_enabled=1" for port in core]
        self.must("ip", "netns", "exec", self.space(name), "sysctl", "-qw", *run)
        super().give_addresses(name)
        self.batch(name, [f"link set {port} mtu {CORE_MTU}" for port in core])

    def configuration(self, name):
        """Others learn the locator.  A headend's zebra leaves nexthop objects alone: else it takes those of the agent for its
        own, and where one is replaced puts back what it knew of it, without the segments (FRR 8.4.4)."""
        n = self.number(name)
        more = f"ipv6 route fcbb:{n:x}::/32 Null0\nrouter isis 1\n redistribute ipv6 static level-2\n"
        if name in HEADS:
            more += "exit\nno zebra nexthop kernel enable\n"
        return super().configuration(name) + more

    @staticmethod
    def router_isis(n):
        """Without labels: packets here are SRv6's"""
        return [x for x in netlab.Lab.router_isis(n) if not x.startswith(" segment-routing")]

    def segments(self, strict=True):
        """SIDs of all routers but the heads' own, which the edge gives itself; `strict` is as above.  Routers that sensitive
        packets may pass have no way back to the tunnels' sources, whoever says that there is one: an ICMP error quotes the
        packet that it is about, and would go to its source by any way."""
        for name in self.routers:
            n = self.number(name)
            if name not in FORBIDDEN:
                self.batch(name, [f"-6 route add blackhole {self.source(x)}/128 metric 1" for x in HEADS if x != name])
            lines = ["link add sr0 type bridge", f"link set sr0 up mtu {CORE_MTU}"]
            lines += [f"-6 route add fcbb:{n:x}::e encap seg6local action End count dev sr0"]
            for peer in self.neighbours(name):
                via = f"nh6 {self.link_local(name, peer)} oif e-{peer}" if strict else \
                    f"nh6 {self.end_address(name, peer)}"
                lines.append(f"-6 route add {self.adjacency_sid(name, peer)} encap seg6local "
                             f"action End.X {via} count dev sr0")
            if name not in HEADS:
                self.batch(name, lines)

    def link_local(self, a, b):
        """The link-local address of b on its link with a"""
        text = self.must("ip", "-n", self.space(b), "-6", "-o", "addr", "show", "dev", f"e-{a}",
                         "scope", "link")
        return re.search(r"inet6 (fe80:[0-9a-f:]+)/", text)[1]

    # --- failures

    def pair(self, a, b):
        return (a, b) if (a, b) in [(x, y) for x, y, _ in LINKS] else (b, a)

    def fail(self, a, b, silent):
        (self.silent_links if silent else self.down_links).add(self.pair(a, b))
        if silent:
            self.silence(a, b)
        else:
            self.set_link(a, b, "down")

    def heal(self, a, b):
        pair = self.pair(a, b)
        if pair in self.silent_links:
            self.silent_links.discard(pair)
            self.silence(a, b, silent=False)
        if pair in self.down_links:
            self.down_links.discard(pair)
            self.set_link(a, b, "up")

    def broken(self):
        return self.down_links | self.silent_links

    @staticmethod
    def clean_path(head, forbidden, broken):
        """The shortest way of nodes to the other head past what is forbidden and what is broken; None: there is none.
        Ties: the one whose names come first."""
        bad_links = broken | {FORBIDDEN_LINK}
        costs = {}
        for a, b, metric in LINKS:
            if (a, b) not in bad_links and not {a, b} & forbidden:
                costs[a, b] = costs[b, a] = metric
        queue, done = [(0, [head])], set()
        while queue:
            cost, way = heapq.heappop(queue)
            at = way[-1]
            if at == far(head):
                return way
            if at in done:
                continue
            done.add(at)
            for (a, b), metric in costs.items():
                if a == at and b not in done:
                    heapq.heappush(queue, (cost + metric, [*way, b]))
        return None

    def segment_list(self, way, family, loose=False):
        """The SIDs that lead over exactly this way, or, loose, from node to node as each router likes"""
        inner = [self.node_sid(x) for x in way[1:-1]] if loose else \
            [self.adjacency_sid(a, b) for a, b in zip(way[1:], way[2:])]
        return [*inner, self.unpack_sid(way[-1], family)]

    # --- all of it

    def pids_of(self, router, daemon):
        path = self.path(router) / f"{daemon}.pid"
        return int(path.read_text(encoding="ascii"))

    def missing(self):
        """Of IPv6 too: the locators"""
        count = super().missing()
        for name in self.routers:
            routes = self.must("ip", "-n", self.space(name), "-6", "route", "show").split()
            count += sum(f"fcbb:{self.number(x):x}::/32" not in routes
                         for x in self.routers if x != name)
        return count


def alone(program):
    """Starts this program again in namespaces of its own for mounts, processes and the network: all that it makes is gone
    when it ends, however it ends, and two of them see nothing of each other."""
    if os.environ.get("LEAKLAB_ALONE") == "1":
        subprocess.run(["mount", "-t", "tmpfs", "leaklab", "/mnt"], check=True)
        os.makedirs("/run/netns", exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "leaklab", "/run/netns"], check=True)
        os.environ["TMPDIR"] = "/mnt"
        os.nice(-10)  # as the units say, and each router is a machine of its own: others' work here does not starve it
        return
    os.environ["LEAKLAB_ALONE"] = "1"
    os.execvp("unshare", ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc",
                          "--ipc", sys.executable, program, *sys.argv[1:]])
