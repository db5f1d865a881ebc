"""What happens in the laboratory: seeded, so that each arm lives through the same."""

import random
import signal
import time

import network

CLEAN = ["r4", "r5", "r6", "r9", "r10"]
CLEAN_LINKS = [(a, b) for a, b, _ in network.LINKS
               if not {a, b} & network.FORBIDDEN and (a, b) != network.FORBIDDEN_LINK]
DAEMONS = ["zebra", "isisd", "staticd"]
FLUSHES = ["routes", "rules", "filter", "nexthops", "device"]

# How often each kind comes, of 100 or so.
WEIGHTS = {"link-down": 9, "link-silent": 6, "node-down": 4, "node-silent": 3, "two-links": 9, "metric-lie": 6,
           "hijack": 6, "advertisement": 3, "agent-kill": 6, "agent-pause": 6, "agent-upgrade": 6,
           "routing-kill": 4, "routing-pause": 3, "controller-starved": 3, "flush": 8, "reboot": 8, "policy": 4,
           "reidentified": 5, "licence-end": 4, "clock": 4, "head-link": 5}


class Event:
    """Called, it does what it is; what it answers undoes it"""

    def __init__(self, run, kind, pick, long):
        self.run, self.kind = run, kind
        self.lab = run.lab
        self.pick = pick  # a generator of its own: what it draws changes no other event
        self.long = long
        self.what = ""
        self.hold_s = pick.uniform(0.8, 1.6)
        self.revoked_s = None
        getattr(self, "plan_" + kind.replace("-", "_"))()

    def __call__(self):
        return getattr(self, "do_" + self.kind.replace("-", "_"))()

    # --- what fails

    def plan_links(self, links, silent):
        self.links, self.silent = links, silent
        self.what = " ".join(f"{a}--{b}" for a, b in links)

    def do_links(self):
        for a, b in self.links:
            self.lab.fail(a, b, self.silent)
        return lambda: [self.lab.heal(a, b) for a, b in self.links]

    def plan_link_down(self):
        self.plan_links([self.pick.choice(CLEAN_LINKS)], False)

    def plan_link_silent(self):
        self.plan_links([self.pick.choice(CLEAN_LINKS)], True)

    def plan_two_links(self):
        self.plan_links(self.pick.sample(CLEAN_LINKS, 2), self.pick.random() < 0.4)

    def plan_node_down(self):
        self.plan_node(False)

    def plan_node_silent(self):
        self.plan_node(True)

    def plan_node(self, silent):
        node = self.pick.choice(CLEAN)
        self.plan_links([(a, b) for a, b, _ in network.LINKS if node in (a, b)], silent)
        self.what = node

    do_link_down = do_link_silent = do_two_links = do_node_down = do_node_silent = do_links

    def plan_head_link(self):
        """The first hop of a path flaps"""
        self.links = [self.pick.choice([("r1", "r4"), ("r1", "r9"), ("r6", "r8"), ("r10", "r8")])]
        self.silent = False
        self.what = "{}--{} three times".format(*self.links[0])

    def do_head_link(self):
        for _ in range(2):
            self.do_links()()
            time.sleep(0.15)
        return self.do_links()

    # --- what forbidden routers say

    def plan_metric_lie(self):
        self.node = self.pick.choice(sorted(network.FORBIDDEN))
        self.what = self.node

    def set_metrics(self, metric):
        text = "".join(f"interface {port}\n isis metric {metric or link['metric']}\n"
                       for port, _, _, link in self.lab.interfaces(self.node) if link is not None)
        self.lab.configure(self.node, text)

    def do_metric_lie(self):
        self.set_metrics(1)
        return lambda: self.set_metrics(None)

    def plan_hijack(self):
        """More specific routes to SIDs, to the tunnels' sources, to the hosts themselves: the forbidden router says that
        all of it lies behind it"""
        self.node = self.pick.choice(sorted(network.FORBIDDEN))
        self.aim = self.pick.choice(["sids", "sources", "hosts"])
        self.what = f"{self.node} {self.aim}"

    def hijacked(self):
        lab = self.lab
        if self.aim == "sids":
            return [lab.adjacency_sid(a, b) + "/128" for a, b in [*CLEAN_LINKS, *[(y, x) for x, y in CLEAN_LINKS]]] + \
                [lab.node_sid(x) + "/128" for x in CLEAN] + \
                [lab.unpack_sid(x, family) + "/128" for x in network.HEADS for family in (4, 6)]
        if self.aim == "sources":
            return [lab.source(x) + "/128" for x in network.HEADS]
        return [f"{x}/{128 if ':' in x else 32}" for head in network.HEADS for x in lab.host_addresses(head)]

    def announce(self, no):
        text = "".join(f"{no}ip{'v6' if ':' in x else ''} route {x} Null0\n" for x in self.hijacked())
        families = "".join(f" {no}redistribute {x} static level-2\n" for x in ("ipv4", "ipv6")
                           if not (no and x == "ipv6"))
        self.lab.configure(self.node, text + "router isis 1\n" + families)

    def do_hijack(self):
        self.announce("")
        return lambda: self.announce("no ")

    def plan_advertisement(self):
        """A router advertisement (default route, a more specific one) and a redirect, from a forbidden neighbour"""
        self.head = self.pick.choice(network.HEADS)
        self.what = self.head

    def do_advertisement(self):
        node = {"r1": "r2", "r8": "r3"}[self.head]
        done = self.lab.execute(node, "/usr/bin/python3", str(network.Path(__file__).parent / "advertise.py"),
                                f"e-{self.head}", self.lab.prefixes(network.far(self.head))[1],
                                self.lab.link_local(self.head, node))
        if done.returncode != 0:
            raise network.netlab.Failed(f"advertise.py: {done.stderr}")

    # --- what dies

    def plan_head(self):
        self.head = self.pick.choice(network.HEADS)
        self.what = self.head

    def plan_with_failure(self):
        """Something of a headend is not there, and meanwhile a link may fail too"""
        self.plan_head()
        self.links = [self.pick.choice(CLEAN_LINKS)] if self.pick.random() < 0.6 else []
        self.silent = self.pick.random() < 0.3
        self.what += "".join(f", {a}--{b}" for a, b in self.links)

    def edge(self, verb):
        with self.run.lock:
            getattr(self.run.edges[self.head], verb)()

    def away(self, going, coming):
        """Gone, a link fails, and back"""
        self.edge(going)
        heal = self.do_links()

        def back():
            self.edge(coming)
            time.sleep(0.3)
            heal()
        return back

    plan_agent_kill = plan_agent_pause = plan_with_failure

    def do_agent_kill(self):
        return self.away("kill", "begin")

    def do_agent_pause(self):
        return self.away("pause", "go_on")

    plan_agent_upgrade = plan_head

    def do_agent_upgrade(self):
        self.edge("end")
        time.sleep(self.pick.uniform(0, 0.3))
        self.edge("begin")

    def plan_routing_kill(self):
        self.node = self.pick.choice([*CLEAN, *network.HEADS])
        self.daemons = self.pick.sample(DAEMONS, self.pick.randint(1, 3))
        self.what = f"{self.node} {' '.join(self.daemons)}"

    def do_routing_kill(self):
        for daemon in self.daemons:
            self.run.signal(self.node, daemon, signal.SIGKILL)
        return lambda: self.run.start_routing(self.node)

    plan_routing_pause = plan_routing_kill

    def do_routing_pause(self):
        for daemon in self.daemons:
            self.run.signal(self.node, daemon, signal.SIGSTOP)
        return lambda: [self.run.signal(self.node, daemon, signal.SIGCONT) for daemon in self.daemons]

    def plan_controller_starved(self):
        self.links = self.pick.sample(CLEAN_LINKS, 1)
        self.silent = self.pick.random() < 0.5
        # Two minutes of it, once in a while; else it is the same and shorter.
        self.hold_s = 120 if self.long and self.pick.random() < 0.15 else 4
        self.what = "{:.0f} s, {}--{}".format(self.hold_s, *self.links[0])

    def do_controller_starved(self):
        self.run.starve(True)
        heal = self.do_links()

        def back():
            heal()
            self.run.starve(False)
        return back

    # --- what is done to the headend

    def plan_flush(self):
        self.plan_head()
        self.table = self.pick.choice(FLUSHES)
        self.what += " " + self.table

    def do_flush(self):
        """By hand; what is the barrier's has to be put back by hand too, what is the agent's it is asked for again"""
        with self.run.lock:
            self.run.edges[self.head].flush(self.table)
        return (lambda: self.edge("repair")) if self.table in ("rules", "filter", "device") else None

    def plan_reboot(self):
        self.plan_head()
        self.order = self.pick.sample(["net", "agent", "routing"], 3)
        self.pauses = [self.pick.uniform(0, 0.6) for _ in self.order]
        self.routing = self.pick.random() < 0.3
        self.what += " " + " ".join(self.order)

    def do_reboot(self):
        self.run.shut(self.head, self.routing)
        time.sleep(0.2)
        self.run.boot(self.head, self.order, self.pauses)

    # --- what is decided

    def plan_policy(self):
        """A newer policy that says the same"""
        self.what = "of the same rules"

    def do_policy(self):
        for edge in self.run.edges.values():
            with self.run.lock:
                edge.permit(self.run.forbidden)

    def plan_reidentified(self):
        self.node = self.pick.choice(CLEAN)
        self.told = self.pick.random() < 0.5
        self.hold_s = 1.2
        self.what = self.node + (", all told" if self.told else ", the policy alone")

    def do_reidentified(self):
        sniffer = self.run.traffic.sniffer
        sniffer.watch("revoked", self.node)
        began = time.monotonic()
        self.run.forbid(self.node, self.told)
        return self.revoking(sniffer, began)

    def revoking(self, sniffer, began):
        time.sleep(max(0, began + 1 - time.monotonic()))  # what it may take
        self.run.watch(self.node)
        last = sniffer.report()["revoked"][3] / 1e6
        if last > began:  # else no path went there
            self.revoked_s = last - began
        sniffer.leave("revoked")

        def back():
            self.run.leave(self.node)
            self.run.allow(self.node)
        return back

    def plan_licence_end(self):
        self.node = self.pick.choice(CLEAN)
        self.hold_s = 1.2
        self.back = self.pick.random() < 0.5
        self.what = self.node + (", the clock set back" if self.back else "")

    def do_licence_end(self):
        """What is permitted at a node ends in a second; the giver of orders does not know"""
        sniffer = self.run.traffic.sniffer
        end = int(time.time()) + 2
        for edge in self.run.edges.values():
            with self.run.lock:
                edge.permit(self.run.forbidden, {self.node: end})
        time.sleep(max(0, end - time.time()))
        self.run.forbidden.add(self.node)
        sniffer.watch("revoked", self.node)
        began = time.monotonic()
        if self.back:
            time.sleep(0.2)
            self.run.set_clock(-400 * 86400)
        undo = self.revoking(sniffer, began)

        def back():
            self.run.set_clock(0)
            undo()
        return back

    def plan_clock(self):
        self.offset = self.pick.choice([-400, -1, 1, 400]) * 86400
        self.what = f"{self.offset // 86400:+d} days"

    def do_clock(self):
        self.run.set_clock(self.offset)
        return lambda: self.run.set_clock(0)


def sequence(run, seed, count, long, only=None):
    """That many events.  Each kind comes once in the first ones, then as often as it is weighted.  What the n-th event of a
    seed is hangs on nothing else."""
    kinds = only or list(WEIGHTS)
    first = random.Random(f"{seed}").sample(kinds, len(kinds))
    for number in range(count):
        pick = random.Random(f"{seed}/{number}")
        later = pick.choices(kinds, [WEIGHTS[x] for x in kinds])[0]
        yield Event(run, first[number] if number < len(first) else later, pick, long)
