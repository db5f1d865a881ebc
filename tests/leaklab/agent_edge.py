"""A headend with cleanpath-agent and its barrier, ordered over the agent's socket (src/permit/include/permit/request.h)."""

import base64
import datetime
import os
import signal
import socket
import struct
import subprocess
import time
from pathlib import Path

import network

AGENT = os.environ.get("CLEANPATH_AGENT", "build/cleanpath-agent")
BARRIER = os.environ.get("CLEANPATH_BARRIER", "build/cleanpath-barrier")
CLOCK = os.environ.get("LEAKLAB_CLOCK_LIBRARY", "build/tests/leaklab/libleaklab_clock.so")
CLASS = 100
SEGMENTS, PATHS = 12, 4
PATH = struct.Struct(f"{16 * SEGMENTS}sQIIBBB5x")
REQUEST = struct.Struct("6I")
ANSWER = struct.Struct("8IQQ4Q")
ORDER, STOP, READ, COUNTERS, LOCALS, POLICY = range(1, 7)
DONE = 0
INSTALLED = 3
ANSWER_S = 0.5
START_S = 10
TOGETHER_S = 5  # the agent and its headend end together


def is_over(pid):
    """A dead process has no words, whether somebody has asked for it yet or not"""
    try:
        return not Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return True


class Key:
    """An Ed25519 key pair; it signs as who makes policies off-line does"""

    def __init__(self, folder):
        self.private, self.public = folder / "edge.key", folder / "edge.pem"
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", self.private], check=True,
                       capture_output=True)
        subprocess.run(["openssl", "pkey", "-in", self.private, "-pubout", "-out", self.public], check=True,
                       capture_output=True)

    def sign(self, text, path):
        """The text, signed, in place of what stands there: never half of it"""
        fresh = path.with_suffix(".new")
        fresh.write_text(text, encoding="ascii")
        signature = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", self.private, "-in",
                                    fresh], check=True, capture_output=True).stdout
        fresh.write_text(text + f"signature {base64.b64encode(signature).decode()}\n", encoding="ascii")
        fresh.rename(path)


def policy_text(lab, head, serial, forbidden, until, loose):
    """What the headend may do: all clean ways, and no other.  until: node: the time at which its SIDs end"""
    number = lab.number
    far = network.far(head)
    clean = [x for x in lab.routers if x not in forbidden]
    port = lab.host_of(head)
    lines = ["cleanpath-edge-policy 1", f"serial {serial}",
             f"issued {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%dT%H:%M:%SZ}",
             f"head {number(head)} {head}"]
    lines += [f"node {number(x)} {x}" for x in clean if x != head]
    lines += [f"source {lab.source(head)}", f"class {CLASS} sensitive", f"inside h-{port}"]
    firsts = [x for x in lab.neighbours(head) if x in clean]
    lines += [f"first {k} e-{x} {lab.end_address(head, x)} {number(x)} {CLASS}"
              for k, x in enumerate(firsts, 1)]
    lines += [f"select {CLASS} from {here} to {there} dscp {network.DSCP} proto 17 "
              f"port {network.PORTS[0]}-{network.PORTS[1]}"
              for here, there in zip(lab.prefixes(head), lab.prefixes(far))]
    for x in clean:
        for y in lab.neighbours(x):
            if x == head or y == head or y not in clean or lab.pair(x, y) == network.FORBIDDEN_LINK:
                continue
            ends = [until[z] for z in (x, y) if z in until]
            word = f" until {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(min(ends)))}" if ends else ""
            lines.append(f"adjacency {lab.adjacency_sid(x, y)} {number(x)} {number(y)} {CLASS}{word}")
    if loose:
        lines += [f"node-sid {lab.node_sid(x)} {number(x)} {CLASS}" for x in clean if x != head]
    lines += [f"unpack{family} {lab.unpack_sid(far, family)} {number(far)}" for family in (4, 6)]
    lines += [f"behind {CLASS} {number(far)} {prefix}" for prefix in lab.prefixes(far)]
    if loose:
        lines.append(f"local-end {lab.node_sid(head)}")
    lines += [f"local-unpack{family} {lab.unpack_sid(head, family)}" for family in (4, 6)]
    return "\n".join([*lines, "mtu 1280"]) + "\n", firsts


class AgentEdge:
    """barrier: False: it has no unit of its own, is raised as the agent starts and taken down as it stops; loose: lists name
    nodes"""

    name = "cleanpath-agent"
    parts = ("agent", "headend")  # its processes

    def __init__(self, lab, head, barrier=True, loose=False):
        self.lab, self.head, self.with_barrier, self.loose = lab, head, barrier, loose
        self.folder = lab.folder / f"agent-{head}"
        self.folder.mkdir()
        self.key = self.make_key()
        self.policy = self.folder / "policy"
        self.clock = self.folder / "clock"
        self.clock.write_bytes(bytes(8))
        self.serial = int(time.time())
        self.way = None
        self.firsts = []
        self.process = None
        self.socket = None
        self.number = 0
        self.paused = []
        self.write_policy(network.FORBIDDEN, {})

    def make_key(self):
        return Key(self.folder)

    # --- its programs

    def words(self, program, *more):
        return ["env", f"LD_PRELOAD={Path(CLOCK).absolute()}", f"LEAKLAB_CLOCK={self.clock}", program, *more,
                "--policy", str(self.policy), "--key", str(self.key.public)]

    def barrier(self):
        if self.with_barrier:
            self.raise_barrier()

    def raise_barrier(self):
        self.lab.must("ip", "netns", "exec", self.lab.space(self.head), *self.words(BARRIER))

    def begin(self):
        """All of its programs, anew"""
        self.end()
        self.begin_agent()

    def begin_agent(self):
        if not self.with_barrier:
            self.raise_barrier()
        with open(self.folder / "log", "a", encoding="utf-8") as log:
            self.process = self.lab.start(self.head, *self.words(AGENT, "--socket", str(self.folder / "socket")),
                                          stdout=log, stderr=log)
        if not network.netlab.poll(self.answers, START_S, 0.02):
            log = (self.folder / "log").read_text(encoding="utf-8")[-2000:]
            raise network.netlab.Failed(f"cleanpath-agent at {self.head} does not answer: {log}")

    def end(self):
        """As a service is stopped"""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.forget()
        if not self.with_barrier:
            self.wipe()

    def pid(self, part):
        """None: it does not run"""
        if self.process is None or part == "agent":
            return self.process and self.process.pid
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        return int(children) if children else None

    def kill(self, *parts):
        """Those of its processes, without warning; none named: all.  The agent and its headend end with each other."""
        headend = self.pid("headend")
        for pid in filter(None, [self.pid(x) for x in parts or self.parts]):
            os.kill(pid, signal.SIGKILL)
        if self.process is None or parts and not {"agent", "headend"} & set(parts):
            return
        self.process.wait(timeout=TOGETHER_S)
        if headend and not network.netlab.poll(lambda: is_over(headend), TOGETHER_S, 0.01):
            raise network.netlab.Failed(f"cleanpath-headend at {self.head} goes on without its agent")
        self.forget()

    def forget(self):
        self.process = None
        self.paused = []
        self.hang_up()

    def pause(self, *parts):
        """None named: all"""
        self.paused = list(filter(None, [self.pid(x) for x in parts or self.parts]))
        for pid in self.paused:
            os.kill(pid, signal.SIGSTOP)

    def revive(self):
        """What was stopped goes on, what is gone is started again"""
        for pid in self.paused:
            os.kill(pid, signal.SIGCONT)
        self.paused = []
        if self.process is None:
            self.begin_agent()

    def wipe(self):
        """Nothing is left in the kernel, as after the machine has started anew"""
        for what in ("rules", "routes", "filter", "device"):
            self.flush(what)

    def flush(self, what):
        text = {"routes": """for f in -4 -6; do
                    for t in $(ip $f route show table all | grep -o 'table [0-9]*' | cut -d' ' -f2 | sort -u); do
                        ip $f route flush table $t
                    done
                done""",
                "rules": """for f in -4 -6; do
                    ip $f rule show | grep -v -e '^0:' -e '^32766:' -e '^32767:' | cut -d: -f1 |
                    while read pref; do ip $f rule del pref $pref; done
                done""",
                "filter": "nft flush ruleset",
                "sets": "for s in ways steps; do nft flush set inet cleanpath $s; done",
                "nexthops": "ip nexthop flush",
                "device": "ip link del sr0"}[what]
        self.lab.execute(self.head, "sh", "-c", text)

    def repair(self):
        """By hand: the barrier's unit and the agent's are started again"""
        self.raise_barrier()
        self.begin()

    def set_clock(self, offset_s):
        """As the timer of the barrier's does, which runs when the clock jumps: it is raised again"""
        with open(self.clock, "r+b") as file:
            file.write(struct.pack("q", offset_s))
        self.barrier()

    # --- its policy

    def write_policy(self, forbidden, until):
        self.serial += 1
        text, self.firsts = policy_text(self.lab, self.head, self.serial, forbidden, until, self.loose)
        self.key.sign(text, self.policy)

    def enforce(self):
        """The newer policy: the barrier is raised by it, then the agent is told.  Done once that has it in force, or at once
        where there is none that could hear it."""
        if self.with_barrier or self.process is not None:
            self.raise_barrier()
        if self.process is None:
            return
        self.process.send_signal(signal.SIGHUP)
        if not self.paused and not network.netlab.poll(self.in_force, START_S, 0.01):
            raise network.netlab.Failed(f"cleanpath-agent at {self.head} does not take policy {self.serial}")

    def in_force(self):
        answer = self.ask(POLICY)
        return answer is not None and answer["serial"] == self.serial

    # --- its socket

    def hang_up(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def ask(self, kind, endpoint=0, paths=()):
        """What it answers, or None: there is nobody, or nothing came in time"""
        self.number += 1
        request = REQUEST.pack(kind, self.number, CLASS if endpoint else 0, endpoint, len(paths), 0)
        request += b"".join(paths) + bytes(PATH.size * (PATHS - len(paths)))
        try:
            if self.socket is None:
                self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                self.socket.settimeout(ANSWER_S)
                self.socket.connect(str(self.folder / "socket"))
            self.socket.send(request)
            got = self.socket.recv(4096)
        except OSError:
            self.hang_up()
            return None
        words = ANSWER.unpack_from(got)
        if words[1] != self.number:
            raise network.netlab.Failed("cleanpath-agent answers something else than it was asked")
        return {"result": words[5], "state": words[6], "error": words[7], "serial": words[8],
                "count": words[10:14], "paths": [PATH.unpack_from(got, ANSWER.size + k * PATH.size)
                                                 for k in range(words[4])]}

    def answers(self):
        if self.process.poll() is not None:
            raise network.netlab.Failed((self.folder / "log").read_text(encoding="utf-8")[-2000:])
        return self.ask(POLICY) is not None

    def endpoint(self):
        return self.lab.number(network.far(self.head))

    def packed(self, way):
        """What unpacks is left out; a list of nodes begins after the first hop and ends with the endpoint"""
        inner = [self.lab.node_sid(x) for x in way[2:]] if self.loose else \
            self.lab.segment_list(way, 6)[:-1]
        sids = b"".join(socket.inet_pton(socket.AF_INET6, x) for x in inner)
        first = self.firsts.index(way[1]) + 1
        return PATH.pack(sids.ljust(16 * SEGMENTS, b"\0"), 0, first, 0, 1, 0, len(inner))

    def order(self, way):
        self.way = None
        if way[1] not in self.firsts:
            return False
        answer = self.ask(ORDER, self.endpoint(), [self.packed(way)])
        if answer is None or answer["result"] != DONE:
            return False
        self.way = way
        return True

    def stop(self):
        answer = self.ask(STOP, self.endpoint())
        if answer is None or answer["result"] != DONE:
            return False
        self.way = None
        return True

    def holds(self):
        """Asked for now and then; the agent puts back its own SIDs where somebody took them away"""
        self.ask(LOCALS)
        if self.way is None:
            return True
        answer = self.ask(READ, self.endpoint())
        return answer is not None and answer["result"] == DONE and answer["state"] == INSTALLED
