"""Traffic of the laboratory and who looks at it: senders and receivers of numbered packets, the sniffer on all that is
forbidden, and, as a second witness that has no buffer to run over, counters of nftables on the same interfaces."""

import mmap
import os
import re
import struct
import subprocess
import time

import network

FLOWS = 16
BUCKET_S = 0.01
BUCKETS = 1 << 19
HEADER = 8 + 8 * FLOWS
SENSITIVE, ORDINARY = range(0, 4), range(4, 8)  # flows: IPv4 and IPv6 from r1's host, then from r8's
PROGRAM = os.environ.get("LEAKLAB_TRAFFIC", "build/tests/leaklab/leaklab_traffic")
SNIFFER = os.environ.get("LEAKLAB_SNIFFER", "build/tests/leaklab/leaklab_sniffer")

FRAMES = os.environ.get("LEAKLAB_FRAMES")  # a folder that gets the first frames that leaked


class Arrivals:
    """The table that a receiver writes (flow.h)"""

    def __init__(self, path):
        self.path = path
        with open(path, "wb") as file:
            file.truncate(HEADER + 4 * FLOWS * BUCKETS)
        with open(path, "rb") as file:
            self.map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def bucket(self, when):
        began = struct.unpack_from("Q", self.map, 0)[0]
        return max(0, int((when * 1e6 - began) / 1e4))

    def counts(self, flow, begin, end):
        """Packets of a flow in each hundredth of a second between two moments of time.monotonic()"""
        a, b = self.bucket(begin), min(self.bucket(end), BUCKETS)
        return struct.unpack_from(f"{max(0, b - a)}I", self.map, HEADER + 4 * (flow * BUCKETS + a))


class Sniffer:
    def __init__(self, lab):
        self.lab = lab
        words = [SNIFFER, FRAMES] if FRAMES else [SNIFFER]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        lines = []
        while True:
            got = self.process.stdout.readline()
            if got == ".\n":
                break
            if not got:
                raise network.netlab.Failed("the sniffer is gone")
            lines.append(got.split())
        if any(x[0] == "refused" for x in lines):
            raise network.netlab.Failed(f"the sniffer: {line}: {lines}")
        return lines

    def watch(self, name, router, interface=""):
        self.ask(f"watch {name} /run/netns/{self.lab.space(router)} {interface}")

    def leave(self, name):
        self.ask(f"leave {name}")

    def report(self):
        """name: (in, out, first, last, missed)"""
        return {x[0]: tuple(map(int, x[1:])) for x in self.ask("report")}

    def end(self):
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()


def counter_rules(lab):
    """What is sensitive, in nftables' words: clear, and anything from a tunnel's source"""
    rules = []
    for head in network.HEADS:
        for family, here, there in zip(("ip", "ip6"), lab.prefixes(head),
                                       lab.prefixes(network.far(head))):
            rules.append(f"{family} saddr {here} {family} daddr {there} {family} dscp {network.DSCP} "
                         f"udp dport {network.PORTS[0]}-{network.PORTS[1]} counter name seen")
        rules.append(f"ip6 saddr {lab.source(head)} counter name seen")
    return "\n".join(rules)


class Traffic:
    """rate: sensitive packets a second, all flows together"""

    def __init__(self, lab, rate, ordinary_rate=2000):
        self.lab = lab
        self.rate = rate
        self.ordinary_rate = ordinary_rate
        self.tables = {}  # head: what its host receives
        self.senders = []
        self.sniffer = None

    def start(self):
        lab = self.lab
        self.sniffer = Sniffer(lab)
        for node in sorted(network.FORBIDDEN):
            self.watch_node(node)
        a, b = network.FORBIDDEN_LINK
        self.sniffer.watch("link", a, f"e-{b}")
        for head in network.HEADS:
            host = lab.host_of(head)
            self.tables[head] = Arrivals(lab.folder / f"{host}.arrivals")
            lab.start(host, PROGRAM, "sink", self.tables[head].path, "5001", "2")
        for head in network.HEADS:
            self.send(head, "sensitive", SENSITIVE, self.rate // 4, 5001, network.DSCP)
            self.send(head, "ordinary", ORDINARY, self.ordinary_rate // 4, 5002, 0)

    def send(self, head, kind, flows, rate, port, dscp):
        lab = self.lab
        ends = zip(lab.host_addresses(head), lab.host_addresses(network.far(head)))
        words = []
        for k, (here, there) in enumerate(ends):
            flow = flows[2 * network.HEADS.index(head) + k]
            words += [str(flow), here, there, str(port), str(dscp)]
        self.senders.append((kind, lab.start(lab.host_of(head), "nice", "-n", "-5", PROGRAM, "send", kind,
                                             str(rate), "200", *words, stdout=subprocess.PIPE)))

    def watch_node(self, node):
        """From now on a sensitive packet there is a leak"""
        self.sniffer.watch(node, node)
        ports = ", ".join(f'"{port}"' for port, _, _, _ in self.lab.interfaces(node))
        text = f"""table netdev leaklab {{
            counter seen {{ }}
            chain in {{ type filter hook ingress devices = {{ {ports} }} priority -400;
            {counter_rules(self.lab)}
            }}
        }}"""
        self.lab.must("ip", "netns", "exec", self.lab.space(node), "nft", "-f", "-", input=text)

    def leave_node(self, node):
        self.sniffer.leave(node)
        self.lab.must("ip", "netns", "exec", self.lab.space(node), "nft", "delete", "table", "netdev",
                      "leaklab")

    def counted(self, node):
        text = self.lab.must("ip", "netns", "exec", self.lab.space(node), "nft", "list", "counter",
                             "netdev", "leaklab", "seen")
        return int(re.search(r"packets (\d+)", text)[1])

    def leaks(self):
        """place: sensitive packets seen there so far, by whichever witness saw more; (sum that may have been missed)"""
        seen, missed = {}, 0
        for name, (came, went, _, _, lost) in self.sniffer.report().items():
            seen[name] = came + went if name == "link" else max(came, self.counted(name))
            missed += lost
        return seen, missed

    def flow_table(self, flow):
        """The table in which a flow arrives: at the other end"""
        return self.tables[network.HEADS[1] if flow % 4 < 2 else network.HEADS[0]]

    def counts(self, flow, begin, end):
        return self.flow_table(flow).counts(flow, begin, end)

    def gap(self, flow, begin, end):
        """The longest time without a packet, in seconds"""
        longest = run = 0
        for count in self.counts(flow, begin, end):
            run = 0 if count else run + 1
            longest = max(longest, run)
        return longest * BUCKET_S

    def flowing(self, flows=SENSITIVE, seconds=0.1):
        """All of them arrived just now"""
        now = time.monotonic()
        return all(any(self.counts(flow, now - seconds, now)) for flow in flows)

    def received(self, flows, begin, end):
        return sum(sum(self.counts(flow, begin, end)) for flow in flows)

    def stop(self):
        """How many were sent of each kind"""
        sent = {"sensitive": 0, "ordinary": 0}
        for kind, process in self.senders:
            process.terminate()
        for kind, process in self.senders:
            sent[kind] += int(process.communicate(timeout=20)[0] or 0)
        return sent
