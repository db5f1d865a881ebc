"""What happens in the laboratory: seeded, so that each arm lives through the same."""

import random
import signal
import time

import network

CLEAN = ["r4", "r5", "r6", "r9", "r10"]
CLEAN_LINKS = [(a, b) for a, b, _ in network.LINKS
               if not {a, b} & network.FORBIDDEN and (a, b) != network.FORBIDDEN_LINK]
DAEMONS = ["zebra", "isisd", "staticd"]
FLUSHES = ["routes", "rules", "filter", "sets", "nexthops", "device"]
AWAY = {"": ("", ()), "agent killed": ("kill", ("agent",)), "headend killed": ("kill", ("headend",)),
        "headend stopped": ("pause", ("headend",)), "agent stopped": ("pause", ("agent",)), "all stopped": ("pause", ())}

# How often each kind comes, of 100 or so.
WEIGHTS = {"link-down": 9, "link-silent": 6, "node-down": 4, "node-silent": 3, "two-links": 9, "metric-lie": 6,
           "hijack": 6, "advertisement": 3, "agent-kill": 3, "agent-pause": 3, "headend-kill": 4, "headend-pause": 4,
           "all-kill": 2, "all-pause": 3, "edge-kill": 3, "edge-pause": 3, "controller-kill": 3, "agent-upgrade": 5,
           "routing-kill": 4, "routing-pause": 3, "controller-starved": 3, "flush": 8, "reboot": 8, "policy": 4,
           "reidentified": 6, "licence-end": 6, "clock": 4, "head-link": 5}
WITH_CONTROLLER = {"edge-kill", "edge-pause", "controller-kill"}


class Event:
    """Called, it does what it is; what it answers undoes it"""

    def __init__(self, run, kind, pick, long):
        self.run, self.kind = run, kind
        self.lab = run.lab
        self.pick = pick  # a generator of its own: what it draws changes no other event
        self.long = long
        self.what = ""
        self.hold_s = pick.uniform(0.8, 1.6)
        self.revoked_s = self.early_s = None
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

    def edge(self, verb, *words):
        with self.run.lock:
            getattr(self.run.edges[self.head], verb)(*words)

    def do_away(self):
        """Gone, a link fails, and back"""
        part, verb = self.kind.split("-")
        self.edge(verb, *([] if part == "all" else [part]))
        heal = self.do_links()

        def back():
            self.edge("revive")
            time.sleep(0.3)
            heal()
        return back

    plan_agent_kill = plan_headend_kill = plan_edge_kill = plan_all_kill = plan_with_failure
    plan_agent_pause = plan_headend_pause = plan_edge_pause = plan_all_pause = plan_with_failure
    do_agent_kill = do_headend_kill = do_edge_kill = do_all_kill = do_away
    do_agent_pause = do_headend_pause = do_edge_pause = do_all_pause = do_away

    def all_edges(self, verb, *words):
        with self.run.lock:
            for edge in self.run.edges.values():
                getattr(edge, verb)(*words)

    def plan_controller_kill(self):
        self.plan_links([self.pick.choice(CLEAN_LINKS)], self.pick.random() < 0.5)

    def do_controller_kill(self):
        self.run.giver.kill()
        heal = self.do_links()

        def back():
            self.run.giver.start()
            heal()
        return back

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
        return (lambda: self.edge("repair")) if self.table in ("rules", "filter", "sets", "device") else None

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
        self.run.permit()

    def plan_reidentified(self):
        self.node = self.pick.choice(CLEAN)
        self.told = self.pick.random() < 0.5
        self.away = self.pick.choice(["", *AWAY])
        self.hold_s = 1.2
        self.what = ", ".join(x for x in (self.node, "all told" if self.told else "the policy alone", self.away) if x)

    def take_away(self):
        verb, parts = AWAY[self.away]
        if verb:
            self.all_edges(verb, *parts)

    def do_reidentified(self):
        sniffer = self.run.traffic.sniffer
        sniffer.watch("revoked", self.node)
        self.take_away()
        began = self.run.forbid(self.node, self.told)
        time.sleep(max(0, began + 1 - time.monotonic()))  # what it may take
        in_time = sniffer.report()["revoked"][0]
        self.run.watch(self.node)
        seen = sniffer.report()["revoked"]
        self.run.leaked(self.node, seen[0] - in_time)  # while the second witness was called
        last = seen[3] / 1e6
        if last > began:  # else no path went there
            self.revoked_s = last - began
        sniffer.leave("revoked")
        return self.allow

    def allow(self):
        self.run.leave(self.node)
        self.run.allow(self.node)
        self.all_edges("revive")

    def plan_licence_end(self):
        self.node = self.pick.choice(["r4", "r5", "r6"])  # the shortest clean way is over them
        self.away = self.pick.choice(list(AWAY))
        self.back = self.pick.choice(["", "before", "after"])
        self.hold_s = 1.2
        self.what = ", ".join(x for x in (self.node, self.away, self.back and f"the clock set back {self.back}") if x)

    def do_licence_end(self):
        """What is permitted at a node ends in some seconds; the giver of orders does not know, who should stop it may be
        dead, and the clock may go back: the kernel has to end it, and not a moment late"""
        sniffer = self.run.traffic.sniffer
        end = int(time.time()) + 4
        began = self.run.permit({self.node: end})
        self.take_away()
        if self.back == "before":
            self.run.set_clock(-400 * 86400)
        sniffer.watch("ended", self.node)
        time.sleep(max(0, end - time.time()))
        self.run.watch(self.node)
        ended = time.monotonic() - (time.time() - end)
        self.run.forbidden.add(self.node)
        if self.back == "after":
            self.run.set_clock(-400 * 86400)
        last = sniffer.report()["ended"][3] / 1e6
        if last > began:  # else no path went there
            self.early_s = ended - last
        sniffer.leave("ended")

        def back():
            self.run.set_clock(0)
            self.allow()
        return back

    def plan_clock(self):
        self.offset = self.pick.choice([-400, -1, 1, 400]) * 86400
        self.what = f"{self.offset // 86400:+d} days" + (", then booted" if self.offset > 0 else "")

    def do_clock(self):
        """The greatest time counts until the next boot: who has had it in the future boots, else what ends later is over"""
        self.run.set_clock(self.offset)

        def back():
            self.run.set_clock(0)
            for head in network.HEADS if self.offset > 0 else ():
                self.run.shut(head, False)
                self.run.boot(head, ["agent", "net", "routing"])
        return back


def sequence(run, seed, count, long, only=None):
    """That many events.  Each kind comes once in the first ones, then as often as it is weighted.  What the n-th event of a
    seed is hangs on nothing else but whether there is a controller."""
    kinds = only or [x for x in WEIGHTS if x not in WITH_CONTROLLER or run.controlled()]
    first = random.Random(f"{seed}").sample(kinds, len(kinds))
    for number in range(count):
        pick = random.Random(f"{seed}/{number}")
        later = pick.choices(kinds, [WEIGHTS[x] for x in kinds])[0]
        yield Event(run, first[number] if number < len(first) else later, pick, long)
