"""The naive way to steer a headend, for comparison: a script that marks sensitive packets with nftables and keeps their
route in a table of its own, and no more.  The controls count what leaks by it."""

import network

TABLE = "100"


class ScriptEdge:
    """guard: the table ends in a prohibiting route; update: "replace" or "delete-and-add"; loose: lists of nodes"""

    name = "script"
    parts = ("agent", "headend")  # whichever: it is one

    def __init__(self, lab, head, guard=False, update="delete-and-add", loose=False):
        self.lab, self.head = lab, head
        self.guard, self.update, self.loose = guard, update, loose
        self.way = None  # as ordered
        self.alive = False

    def ip(self, *lines):
        self.lab.batch(self.head, list(lines))

    def try_ip(self, line):
        self.lab.execute(self.head, "ip", *line.split())

    # --- steps of a start: before the interfaces are up, and after

    def barrier(self):
        """There is none: that is the point"""

    def begin(self):
        """What a last time has left is removed first"""
        self.wipe()
        lab, head = self.lab, self.head
        lab.must("ip", "netns", "exec", lab.space(head), "ip", "sr", "tunsrc", "set", lab.source(head))
        self.ip("link add sr0 type bridge", f"link set sr0 up mtu {network.CORE_MTU}",
                f"-6 route replace {lab.unpack_sid(head, 6)} encap seg6local action End.DT6 table 254 dev sr0",
                f"-6 route replace {lab.unpack_sid(head, 4)} encap seg6local action End.DX4 nh4 0.0.0.0 dev sr0")
        rules = []
        for family, here, there in zip(("ip", "ip6"), lab.prefixes(head), lab.prefixes(network.far(head))):
            rules.append(f"{family} saddr {here} {family} daddr {there} {family} dscp {network.DSCP} "
                         f"meta mark set {TABLE}")
        lab.must("ip", "netns", "exec", lab.space(head), "nft", "-f", "-", input=f"""table inet script {{
            chain pre {{ type filter hook prerouting priority mangle; {chr(10).join(rules)}
            }}
        }}""")
        self.ip(f"rule add fwmark {TABLE} lookup {TABLE} pref 100",
                f"-6 rule add fwmark {TABLE} lookup {TABLE} pref 100",
                # The outer packet has the inner one's mark: it goes as everything else does.
                f"-6 rule add from {lab.source(head)} lookup main pref 99")
        if self.guard:
            self.ip(f"route add prohibit default table {TABLE} metric 4294967295",
                    f"-6 route add prohibit default table {TABLE} metric 4294967295")
        self.alive = True
        if self.way:
            self.order(self.way)

    def end(self):
        """As a service with a stop action does: it removes what it made"""
        if self.alive:
            self.alive = False
            self.wipe()

    def kill(self, *_):
        self.alive = False

    pause = kill

    def revive(self):
        self.begin()

    def wipe(self):
        """Nothing of it is left, as after the machine has started anew"""
        self.lab.execute(self.head, "sh", "-c", f"""nft delete table inet script
            for f in -4 -6; do
                while ip $f rule del pref 100 || ip $f rule del pref 99; do :; done; ip $f route flush table {TABLE}
            done; ip link del sr0""")

    # --- orders

    def order(self, way):
        """Answers whether it was done"""
        self.way = way
        if not self.alive:
            return False
        for family, prefix in zip((4, 6), self.lab.prefixes(network.far(self.head))):
            segments = ",".join(self.lab.segment_list(way, family, self.loose))
            route = f"{prefix} encap seg6 mode encap segs {segments} dev e-{way[1]} table {TABLE}"
            if self.update == "delete-and-add":
                self.try_ip(f"-{family} route del {prefix} table {TABLE}")
                self.try_ip(f"-{family} route add {route}")
            else:
                self.try_ip(f"-{family} route replace {route}")
        return True

    def stop(self):
        self.way = None
        if not self.alive:
            return False
        for family, prefix in zip((4, 6), self.lab.prefixes(network.far(self.head))):
            self.try_ip(f"-{family} route del {prefix} table {TABLE}")
        return True

    def holds(self):
        """Whether what was ordered is there"""
        if not self.alive or self.way is None:
            return True
        for family, prefix in zip((4, 6), self.lab.prefixes(network.far(self.head))):
            text = self.lab.execute(self.head, "ip", f"-{family}", "route", "show", "table", TABLE).stdout
            if f"{prefix} " not in text:
                return False
        return True

    def write_policy(self, forbidden, until):
        """A script knows no policy: only what is ordered changes"""

    def enforce(self):
        """Nor is there anything to put in force"""

    def set_clock(self, offset_s):
        """Nor the time"""

    def flush(self, what):
        run = {"routes": f"ip route flush table {TABLE}; ip -6 route flush table {TABLE}",
               "rules": f"for f in -4 -6; do while ip $f rule del pref 100; do :; done; done",
               "filter": "nft flush ruleset",
               "sets": "nft flush ruleset",  # it has none
               "nexthops": "ip nexthop flush",
               "device": "ip link del sr0"}[what]
        self.lab.execute(self.head, "sh", "-c", run)

    def repair(self):
        """By hand, after a flush: all of it again"""
        self.begin()
