"""cleanpath-agent in a kernel: what leaves, and which way."""

import contextlib
import errno
import os
import random
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import agentlab  # noqa: E402
import pinging  # noqa: E402
import talking  # noqa: E402
from agentlab import (BROKEN, CHAIN, COUNTERS, DONE, END, EXPIRED, FIRST, INSTALLED, KERNEL, MALFORMED,  # noqa: E402
                      ORDER, POLICY, READ, SID, STOP, STOPPED, TOO_NARROW, UNKNOWN, VIA_R4, path)

LACKING = agentlab.lacking()
SYSTEM = 74  # EX_IOERR: it is started again


@unittest.skipIf(LACKING, LACKING)
class AgentTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = agentlab.Lab()
        try:
            cls.lab.up()
        except BaseException:
            cls.lab.down()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.lab.down()

    def setUp(self):
        self.lab.kill()
        self.lab.write_policy()
        self.lab.barrier()
        self.lab.start()
        self.lab.ask(STOP)
        self.before = self.lab.seen()

    def tearDown(self):
        self.assertEqual(self.lab.seen(), self.before, "b has seen what is sensitive")

    def order(self, *paths):
        said = self.lab.ask(ORDER, *(paths or [path(VIA_R4)]))
        self.assertEqual((said["result"], said["state"]), (DONE, INSTALLED))
        return said

    def test_without_an_order_nothing_sensitive_leaves_and_the_rest_does(self):
        for to in ("10.2.2.2", "fc02:2::2"):
            self.assertEqual(self.lab.ping(to=to), 0)
            self.assertEqual(self.lab.ping(to=to, dscp=0), 3)

    def test_an_order_takes_both_families_over_its_path(self):
        at_r4 = self.lab.seen("r4", "outer")
        self.order()
        for to in ("10.2.2.2", "fc02:2::2"):
            self.assertEqual(self.lab.ping(to=to), 3)
        self.assertGreaterEqual(self.lab.seen("r4", "outer") - at_r4, 6)
        said = self.lab.ask(READ)
        self.assertEqual(said["paths"][0]["segments"], VIA_R4)
        self.assertGreaterEqual(said["paths"][0]["packets"], 6)

    def test_a_prefix_inside_of_anothers_is_read_as_what_it_is(self):
        around, within = (100, 4), (100, 8)
        for first, second in ((around, within), (within, around)):
            for demand in (first, second):
                said = self.lab.ask(ORDER, path(VIA_R4 if demand == within else []), demand=demand)
                self.assertEqual((said["result"], said["state"]), (DONE, INSTALLED))
            self.assertEqual([self.lab.ask(READ, demand=d)["state"] for d in (around, within)], [INSTALLED] * 2)
            self.lab.ask(STOP, demand=first)
            self.assertEqual([self.lab.ask(READ, demand=d)["state"] for d in (first, second)], [STOPPED, INSTALLED])
            self.lab.ask(STOP, demand=second)

    def test_a_stop_stops_it(self):
        self.order()
        said = self.lab.ask(STOP)
        self.assertEqual((said["result"], said["state"]), (DONE, STOPPED))
        self.assertEqual(self.lab.ping() + self.lab.ping(to="fc02:2::2"), 0)

    def test_our_own_hosts_are_told_why_a_packet_goes_nowhere(self):
        self.lab.ask(STOP)
        for to, why in (("10.2.2.2", "filtered"), ("fc02:2::2", "prohibited")):
            said = self.lab.at("h1", "ping", "-n", "-c", "2", "-i", "0.2", "-W", "1", "-Q", "128", to, check=False)
            self.assertIn(why, said)

    def test_no_packet_is_lost_while_paths_are_replaced(self):
        self.order()
        traffic = pinging.Stream(self.lab.space("h1"), "10.2.2.2", "-Q", "128", count=1500, every=0.002)
        self.addCleanup(traffic.end)
        ways = [[path(VIA_R4)], [path(["fcbb:4::49"], first=2)], [path(VIA_R4, first=2, reduced=1)],
                [path(VIA_R4, weight=3), path(["fcbb:4::49"], first=2)]]
        changes = 0
        while traffic.runs():
            self.order(*ways[changes % len(ways)])
            changes += 1
        self.assertGreater(changes, 100)
        self.assertEqual(traffic.lost(), [])

    def test_more_specific_routes_of_others_draw_nothing(self):
        self.order()
        routes = ["10.2.2.2/32 via 10.1.4.11", "fc02:2::2/128 via fc01:4::b", "fcbb:4::48/128 via fc01:4::b",
                  "fcbb::/16 via fc01:4::b"]
        for route in routes:
            self.lab.at("r1", "ip", "route", "add", *route.split())
        try:
            self.assertEqual(self.lab.ping() + self.lab.ping(to="fc02:2::2"), 6)
            self.lab.ask(STOP)
            self.assertEqual(self.lab.ping() + self.lab.ping(to="fc02:2::2"), 0)
        finally:
            for route in routes:
                self.lab.at("r1", "ip", "route", "del", *route.split())

    def test_no_fragment_of_what_a_port_selects_leaves_in_the_clear(self):
        send = ("import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); "
                "s.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 128); s.setsockopt(socket.IPPROTO_IP, 10, 0); "
                "[s.sendto(bytes(size), ('10.2.2.2', 7000)) for size in (10, 1000, 4000, 6000)]; "
                "t = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); t.setsockopt(41, 67, 128); "
                "[t.sendto(bytes(size), ('fc02:2::2', 7000)) for size in (10, 1000, 4000, 6000)]")
        self.lab.write_policy(selects="select 100 to 10.2.2.0/24 proto 17 port 7000-7001\n"
                              "select 100 to fc02:2::/64 proto 17 port 7000-7001")
        self.lab.barrier()
        self.lab.reload()
        for act in (lambda: self.lab.ask(STOP), self.order, lambda: self.lab.at("r1", "nft", "flush", "set", "inet", "cleanpath",
                                                                              "ways")):
            act()
            self.lab.at("h1", sys.executable, "-c", send)

    def test_questions_to_a_port_and_answers_from_it_leave_by_the_path_alone(self):
        talks = talking.Talks(self.lab, "b")
        self.addCleanup(talks.end)

        def select(*words):
            self.lab.write_policy(selects="\n".join(f"select 100 to {to} proto 6 {word} {talking.PORT}" for word in words
                                                    for to in ("10.2.2.0/24", "fc02:2::/64")))
            self.lab.reload()
            self.order()
        both = (("h1", "h2", "10.2.2.2"), ("h1", "h2", "fc02:2::2"), ("h2", "h1", "10.2.1.2"), ("h2", "h1", "fc02:1::2"))
        select("port", "from-port")
        at_r4 = self.lab.seen("r4", "outer")
        for way in both:
            self.assertTrue(talks.talk(*way), way)
        self.assertGreaterEqual(self.lab.seen("r4", "outer") - at_r4, 4 * 3)
        self.lab.ask(STOP)
        for way in both:
            self.assertFalse(talks.talk(*way), way)
        self.assertEqual(talks.seen(), {"questions": 0, "answers": 0})
        select("port")  # of questions alone: answers go the ordinary way
        for way in both:
            self.assertTrue(talks.talk(*way), way)
        self.assertEqual(talks.seen()["questions"], 0)
        self.assertGreater(talks.seen()["answers"], 0)

    def test_what_a_host_quotes_of_a_sensitive_packet_passes_by_the_ordered_way_or_not_at_all(self):
        send = ("import socket, sys\n"
                "for family, level, option, to in ((socket.AF_INET, 0, 1, '10.2.1.2'), (socket.AF_INET6, 41, 67, 'fc02:1::2')):\n"
                "    s = socket.socket(family, socket.SOCK_DGRAM); s.setsockopt(level, option, 128); s.settimeout(2)\n"
                "    s.connect((to, 7000)); s.send(bytes(1000))\n"
                "    try: s.recv(1)\n"
                "    except OSError as error: print(type(error).__name__)\n")
        self.lab.at("b", "nft", "-f", "-", input="table inet quoted { counter seen { }\n"
                    "chain in { type filter hook prerouting priority -400;\n"
                    "icmp type 3 @th,72,8 128 counter name seen\nicmpv6 type 1 @th,68,8 128 counter name seen\n}\n}\n")
        try:
            for act, expected in ((lambda: self.lab.ask(STOP), "TimeoutError"), (self.order, "ConnectionRefusedError")):
                act()
                self.assertEqual(self.lab.at("h2", sys.executable, "-c", send).split(), [expected] * 2)
                self.assertEqual(self.lab.seen("b", "seen", "quoted"), 0)
        finally:
            self.lab.at("b", "nft", "delete", "table", "inet", "quoted")

    def test_weighted_paths_share(self):
        said = self.order(path(VIA_R4, weight=2), path(["fcbb:4::49"], first=2, weight=1))
        self.assertEqual([p["weight"] for p in said["paths"]], [2, 1])
        self.assertEqual([p["first"] for p in said["paths"]], [1, 2])
        self.assertEqual(self.lab.ping(), 3)

    def test_a_path_with_a_key_is_signed(self):
        self.lab.at("r4", "sysctl", "-qw", "net.ipv6.conf.e-r1.seg6_require_hmac=0")
        said = self.order(path(VIA_R4, hmac=17))
        self.assertEqual(said["paths"][0]["hmac"], 17)

    def test_the_agents_death_changes_nothing_and_its_next_life_reads_it_back(self):
        self.order(path(VIA_R4), path(["fcbb:4::49"], first=2, weight=9))
        before = self.lab.state()
        self.lab.kill()
        self.assertEqual(self.lab.ping(), 3)
        self.lab.start()
        said = self.lab.ask(READ)
        self.assertEqual((said["state"], [p["weight"] for p in said["paths"]]), (INSTALLED, [1, 9]))
        self.assertEqual(self.lab.state(), before)

    def test_the_barrier_again_changes_nothing(self):
        self.order()
        before = self.lab.state()
        self.lab.barrier()
        self.assertEqual(self.lab.state(), before)
        self.assertEqual(self.lab.ping(), 3)

    def test_a_link_that_comes_back_has_its_first_hop_back(self):
        self.order()
        self.lab.at("r1", "ip", "link", "set", "e-r4", "down")
        try:
            self.assertEqual(self.lab.ping(), 0)
            self.assertEqual(self.lab.ask(READ)["state"], BROKEN)
        finally:
            self.lab.at("r1", "ip", "link", "set", "e-r4", "up")
            self.lab.at("r1", "ip", "addr", "replace", "fc01:1::1/64", "dev", "e-r4", "nodad")
        deadline = time.monotonic() + 5
        while self.lab.ask(READ)["state"] != INSTALLED and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertEqual(self.lab.ask(READ)["state"], INSTALLED)

    def test_an_interface_that_is_made_anew_has_its_first_hop_back(self):
        self.order(path(VIA_R4, first=2))
        self.lab.at("r1", "ip", "link", "del", "f-r4")
        self.assertEqual(self.lab.ask(READ)["state"], BROKEN)
        self.assertEqual(self.lab.ping(), 0)
        self.lab.link("r1", "f-r4", ["fc01:2::1/64"], "r4", "f-r1", ["fc01:2::4/64"])
        deadline = time.monotonic() + 5
        while self.lab.ask(READ)["state"] != INSTALLED and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertEqual(self.lab.ask(READ)["state"], INSTALLED)
        self.assertEqual(self.lab.ping(), 3)

    def test_an_agent_that_starts_without_the_interface_takes_the_order_once_it_is_there(self):
        self.order(path(VIA_R4, first=2))
        self.lab.kill()
        self.lab.at("r1", "ip", "link", "del", "f-r4")
        try:
            self.lab.start()
            said = self.lab.ask(ORDER, path(VIA_R4, first=2))
            self.assertEqual((said["result"], said["error"]), (KERNEL, errno.ENODEV))
            self.assertEqual(self.lab.ping(), 0)
        finally:
            self.lab.link("r1", "f-r4", ["fc01:2::1/64"], "r4", "f-r1", ["fc01:2::4/64"])
        self.order(path(VIA_R4, first=2))
        self.assertEqual(self.lab.ping(), 3)

    def test_it_starts_without_standard_input_too(self):
        self.lab.kill()
        self.lab.start("sh", "-c", 'exec "$@" 0<&-', "sh")
        self.order()
        self.assertEqual(self.lab.ping(), 3)

    def test_what_a_newer_policy_does_not_permit_is_stopped_at_once(self):
        self.order()
        self.lab.write_policy(sids="adjacency fcbb:4::49 4 8 100")
        self.lab.reload()
        self.assertEqual(self.lab.ask(READ)["state"], STOPPED)
        self.assertEqual(self.lab.ping(), 0)
        self.assertEqual(self.lab.ask(ORDER, path(VIA_R4))["result"], SID)
        self.order(path(["fcbb:4::49"]))

    def test_what_was_stopped_behind_a_prefix_goes_by_the_wider_one_of_a_newer_policy(self):
        self.order()
        self.lab.ask(agentlab.STOP)
        self.lab.write_policy(text=agentlab.POLICY_TEXT.replace("100 8 10.2.2.0/24", "100 8 10.2.0.0/16"))
        self.lab.reload()
        self.order()
        self.assertEqual(self.lab.ping(), 3)

    def test_what_a_newer_policy_permits_goes_on(self):
        self.order()
        before = self.lab.state()
        self.lab.write_policy()
        self.lab.reload()
        self.assertEqual(self.lab.state(), before)
        self.assertEqual(self.lab.ask(READ)["state"], INSTALLED)

    def test_a_policy_that_is_older_or_not_signed_is_not_taken(self):
        self.order()
        self.lab.write_policy(serial=self.lab.serial - 1)
        self.lab.serial += 1
        self.lab.agent.send_signal(1)
        time.sleep(0.3)
        self.assertEqual(self.lab.ask(POLICY)["serial"], self.lab.serial)
        policy = self.lab.folder / "policy"
        policy.write_text(policy.read_text().replace("serial", "serial 9"))
        self.lab.agent.send_signal(1)
        time.sleep(0.3)
        self.assertEqual(self.lab.ask(POLICY)["serial"], self.lab.serial)
        self.assertEqual(self.lab.ask(READ)["state"], INSTALLED)

    def test_what_is_started_with_a_policy_that_forbids_what_stands_stops_it(self):
        self.order()
        self.lab.kill()
        self.lab.write_policy(sids="adjacency fcbb:4::49 4 8 100")
        self.lab.start()
        self.assertEqual(self.lab.ask(READ)["state"], STOPPED)

    def test_a_sid_ends_at_its_time(self):
        until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 4))
        self.lab.write_policy(sids=f"adjacency fcbb:4::48 4 8 100 until {until}")
        self.lab.reload()
        self.order()
        deadline = time.monotonic() + 8
        while self.lab.ask(READ)["state"] != STOPPED and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertEqual(self.lab.ask(READ)["state"], STOPPED)
        self.assertEqual(self.lab.ask(ORDER, path(VIA_R4))["result"], EXPIRED)

    def test_how_long_the_machine_was_up_before_the_agent_ends_nothing(self):
        now = time.time()
        issued, until = (time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(x)) for x in (now, now + 20))
        self.lab.kill()
        self.lab.write_policy(sids=f"adjacency fcbb:4::48 4 8 100 until {until}",
                              text=agentlab.POLICY_TEXT.replace("2026-01-01T00:00:00Z", issued))
        self.lab.barrier()
        self.lab.start()
        self.order()
        self.assertLess(time.time(), now + 15, "it proves nothing")
        self.assertEqual(self.lab.ask(READ)["state"], INSTALLED)

    def test_rules_and_tables_flushed_by_hand_let_nothing_out(self):
        self.order()
        for family in ("-4", "-6"):
            for rule in self.lab.at("r1", "ip", family, "rule").splitlines():
                if rule.split(":")[0] not in ("0", "32766", "32767"):
                    self.lab.at("r1", "ip", family, "rule", "del", "pref", rule.split(":")[0])
        self.assertEqual(self.lab.ping() + self.lab.ping(to="fc02:2::2"), 0)
        self.assertEqual(self.lab.ping(dscp=0), 3)
        self.assertEqual(self.lab.ask(READ)["state"], BROKEN)
        self.assertEqual(self.lab.ask(ORDER, path(VIA_R4))["result"], KERNEL)
        self.lab.barrier()
        self.order()

    def test_a_filter_flushed_by_hand_lets_nothing_out(self):
        self.lab.at("r1", "nft", "flush", "ruleset")
        self.assertEqual(self.lab.ping() + self.lab.ping(to="fc02:2::2"), 0)
        self.assertEqual(self.lab.ask(ORDER, path(VIA_R4))["result"], agentlab.BARRIER)
        self.lab.barrier()
        self.order()
        self.lab.at("r1", "nft", "flush", "ruleset")
        self.lab.ping()
        self.assertEqual(self.lab.ask(READ)["state"], BROKEN)

    @contextlib.contextmanager
    def unpacked_here(self):
        """What h2 sends to h1 comes packed, over r4"""
        lab = self.lab
        lab.kill()
        lab.write_policy(text=agentlab.POLICY_TEXT.replace("hmac 17", "local-unpack4 fcbb:1::d4\nlocal-unpack6 fcbb:1::d6\nhmac 17"))
        lab.barrier()
        lab.start()
        ways = [("r8", "-6 route add fcbb:1::/48 via fc01:3::4"), ("r4", "-6 route add fcbb:1::/48 via fc01:1::1"),
                ("r8", "route add 10.2.1.2/32 encap seg6 mode encap segs fcbb:1::d4 dev e-r4"),
                ("r8", "-6 route add fc02:1::2/128 encap seg6 mode encap segs fcbb:1::d6 dev e-r4")]
        try:
            for node, way in ways:
                agentlab.run("ip", "-n", lab.space(node), *way.split())
            yield
        finally:
            for node, way in ways:
                agentlab.run("ip", "-n", lab.space(node), *way.replace(" add ", " del ").split(), check=False)

    def test_what_is_unpacked_here_goes_to_our_hosts_or_nowhere(self):
        lab = self.lab
        lie = "route add 10.2.1.2/32 via 10.1.4.11"
        lab.at("b", "nft", "-f", "-", input="table inet lie { counter seen { }\n"
               "chain in { type filter hook prerouting priority -400; ip saddr 10.2.2.2 counter name seen\n}\n}\n")
        try:
            with self.unpacked_here():
                self.assertEqual(pinging.ping(lab.space("h2"), "10.2.1.2"), 3)
                agentlab.run("ip", "-n", lab.space("r1"), *lie.split())
                self.assertEqual(pinging.ping(lab.space("h2"), "10.2.1.2"), 0)
                self.assertIn("packets 0", lab.at("b", "nft", "list", "counter", "inet", "lie", "seen"))
        finally:
            lab.at("b", "nft", "delete", "table", "inet", "lie")
            agentlab.run("ip", "-n", lab.space("r1"), *lie.replace(" add ", " del ").split(), check=False)

    def test_connections_begin_with_segments_that_fit(self):
        """Hosts would send packets of 1700 bytes, which packed do not fit, and hear nothing of it"""
        mark = "s.setsockopt(*((41, 67) if s.family == 10 else (0, 1)), 128); s.settimeout(30); "
        serve = ("import socket, sys; s = socket.create_server((sys.argv[1], 7000), family=int(sys.argv[2])); print(flush=True); "
                 "s = s.accept()[0]; " + mark + "n = 0\nwhile n < 300000: n += len(s.recv(65536))\n"
                 "s.sendall(bytes(300000)); print(s.getsockopt(6, 2), flush=True); s.recv(1)")
        ask = ("import socket, sys; s = socket.socket(int(sys.argv[2])); " + mark + "s.connect((sys.argv[1], 7000)); s.sendall(bytes(300000)); "
               "n = 0\nwhile n < 300000: n += len(s.recv(65536))\nprint(n, s.getsockopt(6, 2))")
        with self.unpacked_here():
            self.order()
            for to, family, headers in (("10.2.2.2", "2", 40), ("fc02:2::2", "10", 60)):
                with subprocess.Popen(["ip", "netns", "exec", self.lab.space("h2"), sys.executable, "-c", serve, to, family],
                                      stdout=subprocess.PIPE, text=True) as server:
                    server.stdout.readline()
                    got, size = map(int, self.lab.at("h1", sys.executable, "-c", ask, to, family).split())
                    self.assertEqual(got, 300000)
                    self.assertLessEqual(max(size, int(server.stdout.readline())), 1280 - headers)

    def test_a_local_adjacency_names_its_interface_and_is_prohibited_without_it(self):
        lab = self.lab
        lab.kill()
        lab.write_policy(text=agentlab.POLICY_TEXT.replace(
            "local-end", "local-adjacency fcbb:1::14 fc01:2::4 f-r4\nlocal-end"))
        lab.barrier()
        lab.start()

        def has():
            return lab.at("r1", "ip", "-6", "route", "show", "table", "all", "fcbb:1::14")
        self.assertIn("End.X nh6 fc01:2::4 oif f-r4", has())
        agentlab.run("ip", "-n", lab.space("r1"), "-6", "route", "del", "fcbb:1::14", "table", str(0x43500001))
        self.assertEqual(lab.ask(agentlab.LOCALS)["result"], 0)
        self.assertIn("End.X nh6 fc01:2::4 oif f-r4", has())
        lab.at("r1", "ip", "link", "del", "f-r4")
        lab.ask(agentlab.LOCALS)
        self.assertIn("prohibit fcbb:1::14", has())
        lab.link("r1", "f-r4", ["fc01:2::1/64"], "r4", "f-r1", ["fc01:2::4/64"])
        lab.ask(agentlab.LOCALS)
        self.assertIn("End.X nh6 fc01:2::4 oif f-r4", has())
        lab.write_policy()
        lab.reload()
        self.assertEqual(has(), "")

    def test_nexthops_taken_away_by_hand_are_put_back_by_the_next_order(self):
        self.order()
        self.lab.at("r1", "ip", "nexthop", "flush", "proto", "201")
        self.assertEqual(self.lab.ping(), 0)
        self.order()
        self.assertEqual(self.lab.ping(), 3)

    def test_what_is_taken_from_the_filter_by_hand_lets_nothing_out_until_the_barrier_is_raised_again(self):
        self.order()
        self.lab.at("r1", "nft", "flush", "set", "inet", "cleanpath", "ways")
        self.assertEqual(self.lab.ping(), 0)
        said = self.lab.ask(ORDER, path(VIA_R4))
        self.assertEqual((said["result"], said["state"]), (KERNEL, BROKEN))
        self.lab.barrier()
        self.order()
        self.assertEqual(self.lab.ping(), 3)

    def test_by_a_newer_policy_nothing_is_ordered_before_the_barrier_has_it(self):
        self.order()
        self.lab.write_policy()
        self.lab.agent.send_signal(1)
        while self.lab.ask(POLICY)["serial"] != self.lab.serial:
            time.sleep(0.01)
        self.assertEqual(self.lab.ask(POLICY)["count"][2], 0)
        self.assertEqual(self.lab.ask(ORDER, path(["fcbb:4::49"]))["result"], agentlab.BARRIER)
        self.assertEqual(self.lab.ping(), 3)  # what stands goes on
        self.lab.barrier()
        self.assertEqual(self.lab.ask(POLICY)["count"][2], 1)
        self.order(path(["fcbb:4::49"]))

    def test_packets_are_counted_by_demand(self):
        self.order()
        before = self.lab.ask(READ)["count"]
        self.assertEqual(self.lab.ping(size=100) + self.lab.ping(to="fc02:2::2", size=100), 6)
        after = self.lab.ask(READ)["count"]
        self.assertEqual(after[0] - before[0], 6)
        self.assertGreater(after[1] - before[1], 600)
        self.assertEqual(self.lab.ask(READ, demand=(100, 4))["count"][:2], (0, 0))

    def test_where_its_headend_is_killed_it_says_so_and_ends(self):
        (headend,) = Path(f"/proc/{self.lab.agent.pid}/task/{self.lab.agent.pid}/children").read_text(encoding="ascii").split()
        os.kill(int(headend), signal.SIGKILL)
        self.assertEqual(self.lab.agent.wait(60), SYSTEM)
        self.assertIn("cleanpath-agent: cleanpath-headend: Killed", (self.lab.folder / "log").read_text(encoding="utf-8"))

    def test_the_headends_own_packets_are_steered_too(self):
        for to in ("10.2.2.2", "fc02:2::2"):
            self.assertEqual(self.lab.ping(where="r1", to=to), 0)
        self.order()
        self.assertEqual(self.lab.ping(where="r1", to="fc02:2::2", interface="fc02:1::1"), 3)
        self.assertEqual(self.lab.ping(where="r1", interface="10.2.1.1"), 3)
        self.assertEqual(self.lab.ping(where="r1"), 3)

    def test_what_does_not_fit_is_refused_and_senders_learn_what_does(self):
        self.lab.write_policy(mtu=1620)
        self.lab.reload()
        self.order()  # 1700 - 40 - 8 - 32
        self.lab.write_policy(mtu=1621)
        self.lab.reload()
        self.assertEqual(self.lab.ask(ORDER, path(VIA_R4))["result"], TOO_NARROW)
        self.assertEqual(self.lab.ask(ORDER, path(VIA_R4, reduced=1))["result"], DONE)
        self.assertIn("mtu lock 1636", self.lab.at("r1", "ip", "route", "show", "table", "all", "proto", "201"))
        for _ in range(2):  # the first one may be lost: its sender is told
            self.lab.ping(size=1650, count=2)
        self.assertEqual(self.lab.ping(size=1550, count=2), 2)

    def test_orders_that_fail_again_and_again_leave_what_there_was(self):
        sids = [f"fcbb:4::1:{i:x}" for i in range(60)]
        self.lab.write_policy(sids="\n".join(f"adjacency {sid} 4 8 100" for sid in [*VIA_R4, *sids]))
        self.lab.reload()
        self.order()
        before = self.lab.state()
        self.lab.at("r1", "ip", "link", "set", "f-r4", "down")
        try:
            for i in range(0, 60, 4):
                said = self.lab.ask(ORDER, *(path([sid], first=2) for sid in sids[i:i + 4]))
                self.assertEqual((said["result"], said["state"]), (KERNEL, INSTALLED))
                self.assertEqual([p["segments"] for p in said["paths"]], [VIA_R4])
            self.assertEqual(self.lab.state(), before)
        finally:
            self.lab.at("r1", "ip", "link", "set", "f-r4", "up")
            self.lab.at("r1", "ip", "addr", "replace", "fc01:2::1/64", "dev", "f-r4", "nodad")
        self.order()

    def test_what_is_dropped_is_counted(self):
        before = self.lab.ask(COUNTERS)["count"]
        self.lab.at("r1", "ip", "rule", "del", "pref", "100")
        self.lab.at("r1", "ip", "rule", "del", "pref", "93")
        self.lab.ping(count=5)
        after = self.lab.ask(COUNTERS)["count"]
        self.assertEqual(after[1] - before[1], 5)

    def test_what_is_not_permitted_is_refused_and_changes_nothing(self):
        self.order()
        before = self.lab.state()
        for wanted, paths, demand in (
                (UNKNOWN, [path(VIA_R4)], (100, 5)), (UNKNOWN, [path(VIA_R4)], (101, 8)),
                (FIRST, [path(VIA_R4, first=3)], (100, 8)), (SID, [path(["fcbb:4::4a"])], (100, 8)),
                (CHAIN, [path(VIA_R4 * 2)], (100, 8)), (END, [path([])], (100, 8)), (END, [path(VIA_R4)], (100, 4)),
                (agentlab.HMAC, [path(VIA_R4, hmac=18)], (100, 8)), (MALFORMED, [path(VIA_R4, weight=0)], (100, 8)),
                (SID, [path(["fcbb:4::49"]), path(["fcbb:8::d4"] * 2)], (100, 8))):
            self.assertEqual(self.lab.ask(ORDER, *paths, demand=demand)["result"], wanted)
        for raw in (b"x", b"x" * 887, b"x" * 889, b"\0" * 888):
            self.assertEqual(self.lab.send(raw)["result"], MALFORMED)
        self.assertEqual(self.lab.state(), before)

    def test_random_orders_out_of_policy_change_nothing(self):
        self.order()
        before = self.lab.state()
        draw = random.Random(8)
        good = agentlab.request(ORDER, 1, [path(VIA_R4)], (100, 8))
        for _ in range(20000):
            raw = bytearray(good)
            for _ in range(draw.randrange(1, 4)):
                raw[draw.randrange(len(raw))] ^= 1 << draw.randrange(8)
            kind, _, class_, endpoint = agentlab.REQUEST.unpack_from(raw)[:4]
            if kind == STOP and (class_, endpoint) == (100, 8) or bytes(raw[8:]) == good[8:]:
                continue
            said = self.lab.send(bytes(raw))
            if said["result"] == DONE and said["kind"] == ORDER:
                self.order()  # another weight, say
        self.assertEqual(self.lab.state(), before)

    def test_it_may_administer_the_network_and_nothing_else(self):
        status = Path(f"/proc/{self.lab.agent.pid}/status").read_text()
        said = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        net_admin = f"{1 << 12:016x}"
        self.assertEqual((said["CapEff"], said["CapPrm"], said["CapInh"], said["CapAmb"]),
                         (net_admin, net_admin, "0" * 16, "0" * 16))
        self.assertEqual(said["NoNewPrivs"].strip(), "1")

    def test_a_user_with_this_one_right_raises_the_barrier_and_serves(self):
        self.lab.kill()
        os.chmod(self.lab.folder, 0o777)
        user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all,+net_admin",
                "--ambient-caps=-all,+net_admin", "--bounding-set=-all,+net_admin"]
        for file in self.lab.folder.iterdir():
            os.chmod(file, 0o644)
        self.lab.write_policy(selects=agentlab.SELECTS + "\nselect 100 from 10.2.1.0/24 proto 47")
        self.lab.at("r1", *user, *self.lab.barrier_words())
        self.assertIn("gre", self.lab.at("r1", "nft", "list", "ruleset"))
        self.lab.start(*user)
        self.order()
        self.assertEqual(self.lab.ping(), 3)

    def test_the_tunnels_source_is_on_no_interface_that_an_igp_tells_of(self):
        for device, there in (("lo", False), ("sr0", True)):
            said = agentlab.run("ip", "-n", self.lab.space("r1"), "-6", "addr", "show", "dev", device)
            self.assertEqual("fcff:1::1/128" in said, there, said)

    def test_a_dry_run_changes_nothing_and_tells_all(self):
        self.order()
        self.lab.kill()
        before = self.lab.state()
        orders = agentlab.request(ORDER, 5, [path(VIA_R4)], (100, 8)) + agentlab.request(STOP, 6, (), (100, 8))
        inside = ["ip", "netns", "exec", self.lab.space("r1")]
        said = [subprocess.run([*inside, *words, "--dry-run"], input=orders, capture_output=True, check=True).stdout.decode()
                for words in (self.lab.words(), self.lab.barrier_words())]
        self.assertEqual(self.lab.state(), before)
        for word in ("ip -4 route replace prohibit 10.2.2.0/24", "segs fcbb:4::48,fcbb:8::d4", "# result 0",
                     "fcbb:1::e/128 encap seg6local action End dev sr0"):
            self.assertIn(word, said[0])
        for word in ("nft -f -", "ip -4 rule add pref 100 to 10.2.2.0/24 dscp 32", "ip sr tunsrc set fcff:1::1",
                     "ip sr hmac set 17 sha256", "sysctl -w net/ipv4/conf/all/accept_redirects=0"):
            self.assertIn(word, said[1])
        self.assertNotIn("a secret", said[1])
        cut = subprocess.run([*inside, *self.lab.words(), "--dry-run"], input=orders[:-1], capture_output=True, check=False)
        self.assertEqual((cut.returncode, cut.stderr), (64, b"cleanpath-agent: standard input: ends within a request\n"))


if __name__ == "__main__":
    unittest.main()
