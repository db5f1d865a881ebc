"""One run of the laboratory: the network, both headends' edges, who gives them orders, events, and what came of each."""

import concurrent.futures
import dataclasses
import os
import signal
import threading
import time

import network
import traffic

REACT_S = 0.2  # from a failure to the orders' giver knowing of it
HEALED_S = 2.5  # how long a link has to be well again until it is used
LOOK_S = 0.5  # how often it asks the edges whether they still have what they were ordered
SETTLE_S = 8  # how long an event may need until all flows again
HELD_S = 0.15  # all flows arrive for so long: they flow


@dataclasses.dataclass
class Outcome:
    """Of one event"""

    number: int
    kind: str
    what: str
    leaks: int  # sensitive packets on what is forbidden
    where: dict
    gap_s: float  # the longest that some sensitive flow had to wait
    ordinary_gap_s: float
    way: bool  # all the time there was a clean way, both ways
    settled: bool  # at its end all sensitive flows arrived
    revoked_s: float = None  # from a revocation to the last packet
    early_s: float = None  # from the last packet to the end of a licence


class Giver(threading.Thread):
    """Who orders paths: knows what is broken after a while, wants the shortest clean way, and asks whether it is there.
    It stands where the controller stands, in the arms that have none."""

    settle_s = SETTLE_S

    def __init__(self, run):
        super().__init__(daemon=True)
        self.run_ = run
        self.known = set()
        self.heard = []  # (when, what was broken then)
        self.frozen = False
        self.forbidden = set(network.FORBIDDEN)
        self.ended = False
        self.failed = None
        self.looked = 0

    def run(self):
        try:
            while not self.ended:
                time.sleep(0.03)
                self.hear()
                if not self.frozen:
                    self.give()
        except Exception as error:  # told to the one who waits
            self.failed = error

    def hear(self):
        now = time.monotonic()
        broken = self.run_.lab.broken()
        if not self.heard or self.heard[-1][1] != broken:
            self.heard.append((now, set(broken)))
        ends = [when for when, _ in self.heard[1:]] + [now]
        self.known = set()
        for (begin, what), end in zip(self.heard, ends):
            if begin + REACT_S <= now and end + HEALED_S > now:
                self.known |= what
        self.heard = self.heard[-50:]

    def give(self):
        look = time.monotonic() > self.looked + LOOK_S
        if look:
            self.looked = time.monotonic()
        for head, edge in self.run_.edges.items():
            way = self.run_.lab.clean_path(head, self.forbidden, self.known)
            with self.run_.lock:
                if edge.way == way and not (look and not edge.holds()):
                    continue
                if way is None:
                    edge.stop()
                else:
                    edge.order(way)


class Run:
    """make_edge(lab, head) is what the arm has at a headend, make_giver(run) who orders it"""

    def __init__(self, make_edge, rate, make_giver=Giver, out=print):
        self.lab = network.Network()
        self.make_edge = make_edge
        self.traffic = traffic.Traffic(self.lab, rate)
        self.edges = {}
        self.lock = threading.RLock()
        self.giver = make_giver(self)
        self.out = out
        self.forbidden = set(network.FORBIDDEN)
        self.past_leaks = {}  # of places that are no longer watched
        self.missed = 0
        self.outcomes = []
        self.began = None
        self.sent = {}
        self.sending_s = 0
        self.loads = []  # of the machine, at each event

    # --- begin and end

    def start(self):
        self.lab.up()
        self.lab.converge()
        self.lab.segments()
        for head in network.HEADS:
            self.edges[head] = self.make_edge(self.lab, head)
            self.ports(head, "down")
        self.sending_s = -time.monotonic()
        self.traffic.start()
        time.sleep(0.3)
        self.began = time.monotonic()

    def first_start(self, order):
        """Both headends are started in this order of steps (boot below)"""
        for head in network.HEADS:
            self.boot(head, order)
        self.giver.start()

    def stop(self):
        self.giver.ended = True
        if self.giver.is_alive():
            self.giver.join(timeout=10)
        self.sent = self.traffic.stop()
        self.sending_s += time.monotonic()
        self.traffic.sniffer.end()
        for edge in self.edges.values():
            edge.kill()
        self.lab.down()

    # --- headends

    def ports(self, head, state):
        """Its interfaces towards the core"""
        self.lab.batch(head, [f"link set {port} {state}" for port, _, _, link in self.lab.interfaces(head)
                              if link is not None and
                              (state == "down" or self.pair(link) not in self.lab.down_links)])

    @staticmethod
    def pair(link):
        return link["a"], link["b"]

    def boot(self, head, order, pauses=()):
        """Steps: net (interfaces), agent, routing (FRR's daemons).  The barrier, where the arm has one, is ahead of all:
        that is what its unit says."""
        edge = self.edges[head]
        edge.barrier()
        for number, step in enumerate(order):
            if step == "net":
                self.ports(head, "up")
            elif step == "agent":
                with self.lock:
                    edge.begin()
            elif step == "routing":
                self.start_routing(head)
            time.sleep(pauses[number] if number < len(pauses) else 0)
        if "net" in order[order.index("routing"):]:
            self.lab.mend_parameters()  # isisd was started while all its links were down

    def shut(self, head, routing):
        """As a machine that loses its power: nothing of its state is left"""
        edge = self.edges[head]
        with self.lock:
            edge.kill()
        self.ports(head, "down")
        with self.lock:
            edge.wipe()
        if routing:
            for daemon in ("isisd", "staticd", "zebra"):
                self.signal(head, daemon, signal.SIGKILL)

    def signal(self, router, daemon, number):
        try:
            os.kill(self.lab.pids_of(router, daemon), number)
        except (ProcessLookupError, FileNotFoundError):
            pass

    def runs(self, router, daemon):
        """A daemon has no parent but us, who are the first process here: a dead one waits to be asked for"""
        try:
            return os.waitpid(self.lab.pids_of(router, daemon), os.WNOHANG) == (0, 0)
        except (ChildProcessError, FileNotFoundError):
            return False

    def start_routing(self, router, daemons=("zebra", "staticd", "isisd")):
        """Those of the daemons that do not run, and their configuration"""
        begun = 0
        for daemon in daemons:
            if not self.runs(router, daemon):
                self.lab.start_daemon(router, daemon)
                begun += 1
        if begun:
            self.lab.vtysh(router, "-b")
            time.sleep(0.5)
            self.lab.mend_parameters()  # else links of it may be half described for good

    # --- what is forbidden

    def permit(self, until=None):
        """Newer policies, signed off-line; answers since when they are at the headends, which put them in force each for itself"""
        with self.lock, concurrent.futures.ThreadPoolExecutor() as pool:
            for edge in self.edges.values():
                edge.write_policy(self.forbidden, until or {})
            began = time.monotonic()
            for done in [pool.submit(edge.enforce) for edge in self.edges.values()]:
                done.result()
        return began

    def forbid(self, node, told):
        """It turns out to be of a forbidden maker; `told`: the giver of orders knows too, and not the edges' policy alone"""
        self.forbidden.add(node)
        began = self.permit()
        if told:
            self.giver.forbidden = set(self.forbidden)
        return began

    def allow(self, node):
        self.forbidden.discard(node)
        self.permit()
        self.giver.forbidden = set(self.forbidden)

    def controlled(self):
        """There are cleanpath-edge and cleanpathd"""
        return all("edge" in edge.parts for edge in self.edges.values())

    def starve(self, starved):
        """Who gives orders does nothing for a while"""
        self.giver.frozen = starved

    def set_clock(self, offset_s):
        """Of the edges' programs alone"""
        for edge in self.edges.values():
            with self.lock:
                edge.set_clock(offset_s)

    def watch(self, node):
        self.traffic.watch_node(node)

    def leaked(self, node, count):
        """At a place that was not watched then, or is no longer"""
        self.past_leaks[node] = self.past_leaks.get(node, 0) + count

    def leave(self, node):
        seen, _ = self.traffic.leaks()
        self.leaked(node, seen[node])
        self.traffic.leave_node(node)

    def leaks(self):
        seen, self.missed = self.traffic.leaks()
        for node, count in self.past_leaks.items():
            seen[node] = seen.get(node, 0) + count
        return seen

    def ways(self):
        """There is a clean way for each headend, by what is so"""
        return all(self.lab.clean_path(head, self.forbidden, self.lab.broken()) for head in network.HEADS)

    # --- events

    def settle(self):
        """Waits until all sensitive flows arrive"""
        end = time.monotonic() + self.giver.settle_s
        while time.monotonic() < end:
            if self.giver.failed:
                raise self.giver.failed
            if self.traffic.flowing(seconds=HELD_S):
                return True
            time.sleep(0.02)
        return False

    def event(self, number, kind, what, act, hold_s):
        """act() does it and answers how it is undone, or None; hold_s: how long it lasts"""
        before = self.leaks()
        began = time.monotonic()
        undo = act()
        way = self.ways()
        time.sleep(hold_s)
        way = way and self.ways()
        if undo:
            undo()
        settled = self.settle()
        if not settled and self.giver.frozen:
            self.giver.frozen = False
            settled = self.settle()
        if not settled:  # by hand, as a person would
            for edge in self.edges.values():
                with self.lock:
                    edge.repair()
            self.settle()
        end = time.monotonic()
        after = self.leaks()
        where = {x: after[x] - before.get(x, 0) for x in after if after[x] != before.get(x, 0)}
        gap = max(self.traffic.gap(flow, began, end) for flow in traffic.SENSITIVE)
        plain = max(self.traffic.gap(flow, began, end) for flow in traffic.ORDINARY)
        outcome = Outcome(number, kind, what, sum(where.values()), where, gap, plain, way, settled,
                          getattr(act, "revoked_s", None), getattr(act, "early_s", None))
        self.loads.append(os.getloadavg()[0])
        self.outcomes.append(outcome)
        self.out(f"{number:4d} {kind:16s} {what:28s} leaks {outcome.leaks:7d} {where or ''} "
                 f"gap {gap:.2f} s, ordinary {plain:.2f} s"
                 f"{'' if outcome.early_s is None else f', ended {outcome.early_s:.3f} s early'}"
                 f"{'' if outcome.revoked_s is None else f', left within {outcome.revoked_s:.3f} s'}"
                 f"{'' if settled else ', repaired by hand'}")
        return outcome

    def rates(self):
        """Sensitive and ordinary packets a second that arrived since the beginning"""
        end = time.monotonic()
        return tuple(self.traffic.received(flows, self.began, end) / (end - self.began)
                     for flows in (traffic.SENSITIVE, traffic.ORDINARY))
