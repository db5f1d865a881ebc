"""cleanpath-edge with its agent and a real controller: what leaves, which way, and who may order it."""

import json
import sys
import time
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import edgelab  # noqa: E402
import talking  # noqa: E402
from edgelab import poll, run  # noqa: E402

LACKING = edgelab.lacking()
OVER_R4, OVER_R6 = ["fcbb:4::48"], ["fcbb:6::68"]


@unittest.skipIf(LACKING, LACKING)
class SignedTest(unittest.TestCase):
    def test_a_path_over_a_router_without_the_key_of_its_headers_is_not_proven(self):
        lab = edgelab.Lab()
        self.addCleanup(lab.down)
        lab.hmac = True
        lab.up()
        lab.start()
        poll(lambda: all(lab.paths(e) for e in edgelab.EDGES), 30, lab.why)
        time.sleep(3)
        self.assertFalse(any(p["alive"] or p["proven"] for e in edgelab.EDGES for p in lab.paths(e)))
        self.assertEqual(lab.ping(), 0)
        for node in ("r4", "r6"):
            lab.give_key(node)
        poll(lambda: lab.are("active", True), 30, lab.why)
        self.assertEqual(lab.ping(20), 20)
        self.assertIn(", bytes ", run(edgelab.PROGRAMS["cleanpath-edge"], "status", str(lab.folder / "r1.yaml")))


@unittest.skipIf(LACKING, LACKING)
class EdgeTest(unittest.TestCase):
    def setUp(self):
        self.lab = edgelab.Lab()
        self.addCleanup(self.lab.down)
        self.lab.up()
        self.lab.start()
        self.proven()
        self.before = self.lab.seen()

    def tearDown(self):
        self.assertEqual(self.lab.seen(), self.before, "b has seen what is sensitive")

    def proven(self, seconds=30):
        poll(lambda: self.lab.are("active", True), seconds, self.lab.why)

    def traffic(self):
        stream = self.lab.stream(count=1000, every=0.005)
        self.addCleanup(stream.end)
        return stream

    def assert_none_lost(self, traffic):
        self.assertEqual(traffic.lost(), [])

    def segments(self, edge="r1"):
        """What the kernel has"""
        said = json.loads(self.lab.at(edge, "ip", "-j", "nexthop"))
        return sorted(str(n.get("segs", n.get("encap", ""))) for n in said)

    def kernel_has(self, sid, edge="r1"):
        return sid in self.lab.at(edge, "ip", "nexthop")

    def orders(self, edge="r1"):
        return self.lab.told(edge)["counts"]["orders"]

    # --- what goes, and which way

    def test_both_directions_are_installed_proven_and_carry_traffic(self):
        self.assertEqual(self.lab.ping(20), 20)
        self.assertEqual(self.lab.ping(dscp=0), 3)
        self.assertTrue(self.kernel_has("fcbb:4::48"))
        for edge in ("r1", "r8"):
            poll(lambda e=edge: self.lab.told(e)["paths"][0]["demand_packets"] == 20, why="the demand's packets are counted")
            self.assertGreater(self.lab.told(edge)["paths"][0]["demand_bytes"], 20 * 84)
        paths = {p["id"]: p for p in self.lab.api("/v1/paths")["items"]}
        self.assertEqual({p["phase"] for p in paths.values()}, {"installed"})
        poll(lambda: all(p["proven"] for p in self.lab.api("/v1/paths")["items"]), why="proven")

    def test_a_service_is_asked_and_answers_over_clean_ways(self):
        self.lab.also = f"proto 6 port {talking.PORT}"
        self.lab.renew_edge_policies()
        self.proven()
        talks = talking.Talks(self.lab, "b")
        both = (("h1", "h8", "10.2.8.2"), ("h8", "h1", "10.2.1.2"))
        for way in both:
            self.assertTrue(talks.talk(*way), way)
        self.assertEqual(talks.seen(), {"questions": 0, "answers": 0})
        self.lab.renew_edge_policies(lambda edge, lines: [line for line in lines if "from-port" not in line])
        self.proven()
        for way in both:
            self.assertTrue(talks.talk(*way), way)
        self.assertEqual(talks.seen()["questions"], 0)
        self.assertGreater(talks.seen()["answers"], 0, "answers that nothing selects go over b")

    def test_a_node_that_becomes_forbidden_carries_nothing_any_more_and_nothing_is_lost(self):
        traffic = self.traffic()
        self.lab.maker["r4"] = "huawei"
        self.lab.write_case()
        run(edgelab.PROGRAMS["cleanpath"], "reload", "--socket", str(self.lab.folder / "c.api"))
        poll(lambda: self.kernel_has("fcbb:6::68") and not self.kernel_has("fcbb:4::48"), 20, self.lab.why)
        self.assert_none_lost(traffic)
        self.proven()

    def test_where_no_clean_way_is_left_nothing_leaves(self):
        for node in ("r4", "r6"):
            self.lab.maker[node] = "huawei"
        self.lab.write_case()
        run(edgelab.PROGRAMS["cleanpath"], "reload", "--socket", str(self.lab.folder / "c.api"), "--accept-loss", check=False)
        poll(lambda: self.lab.are("down"), 20, self.lab.why)
        self.assertEqual(self.lab.ping(), 0)
        self.assertEqual(self.lab.ping(dscp=0), 3)

    def test_what_the_signed_policy_does_not_permit_is_refused(self):
        self.lab.maker["r6"] = "huawei"  # to who signs; the controller learns nothing of it
        self.lab.write_case()
        self.lab.renew_edge_policies()
        self.proven()
        self.lab.down_links = {("r4", "r8")}
        self.lab.tell()
        poll(lambda: self.lab.told("r1")["counts"]["refused"] > 0, 20, self.lab.why)
        self.assertFalse(self.kernel_has("fcbb:6::68"))

    def over_r6(self):
        """r1 goes by its other clean way, which the controller ordered, and says why"""
        poll(lambda: self.kernel_has("fcbb:6::68") and not self.kernel_has("fcbb:4::48"), 20, self.lab.why)
        self.proven()
        self.assertEqual(self.lab.ping(20), 20)
        self.assertTrue(self.kernel_has("fcbb:4::41", "r8"), "what r1 may not use r8 may")
        alarm = next(a for a in self.lab.api("/v1/alarms")["items"] if a["id"].startswith("refused/r1"))
        self.assertIn("does not permit", json.dumps(alarm))
        refused = self.lab.told("r1")["counts"]["refused"]
        self.assertIn(refused, (1, 2))
        time.sleep(5)
        self.assertEqual(self.lab.told("r1")["counts"]["refused"], refused, "what was refused is not ordered again")

    def test_where_the_permission_of_a_segment_ends_another_clean_way_is_taken(self):
        over = datetime.now(timezone.utc) + timedelta(seconds=8)
        self.lab.renew_edge_policies(lambda edge, lines: [
            f"{line} until {over:%Y-%m-%dT%H:%M:%SZ}" if edge == "r1" and "fcbb:4::48" in line else line for line in lines])
        self.proven()
        self.assertTrue(self.kernel_has("fcbb:4::48"))
        self.over_r6()
        self.lab.renew_edge_policies()  # another policy permits it again
        poll(lambda: self.kernel_has("fcbb:4::48"), 20, self.lab.why)
        self.proven()
        self.assertFalse([a["id"] for a in self.lab.api("/v1/alarms")["items"] if a["id"].startswith("refused/")])

    def test_where_a_newer_policy_lacks_a_segment_another_clean_way_is_taken(self):
        self.lab.renew_edge_policies(lambda edge, lines: [
            line for line in lines if edge != "r1" or "fcbb:4::48" not in line])
        self.over_r6()

    # --- who is lost

    def test_without_its_controller_all_goes_on_and_a_restart_orders_nothing(self):
        before = self.orders()
        traffic = self.traffic()
        self.lab.kill("c")
        time.sleep(2)
        self.lab.start_controller()
        poll(lambda: self.lab.told("r1")["epoch"] == 2 and self.lab.told("r1")["controller"], 40, self.lab.why)
        self.assert_none_lost(traffic)
        poll(lambda: len((self.lab.api("/v1/paths") or {"items": []})["items"]) == 2, why=self.lab.why)
        time.sleep(3)
        self.assertEqual(self.orders(), before)
        self.proven()

    def test_an_edge_that_is_killed_changes_nothing_and_finds_what_it_had(self):
        traffic = self.traffic()
        self.lab.kill("edge-r1")
        time.sleep(1)
        self.lab.start_edge("r1")
        self.proven()
        self.assert_none_lost(traffic)
        self.assertEqual(self.orders(), 0)

    def test_an_agent_that_is_killed_changes_nothing(self):
        before = self.orders()
        traffic = self.traffic()
        self.lab.kill("agent-r1")
        time.sleep(1)
        self.lab.start_agent("r1")
        poll(lambda: self.lab.told("r1")["agent"] and self.lab.told("r1")["read_back"], why=self.lab.why)
        self.assert_none_lost(traffic)
        self.assertEqual(self.orders(), before)
        self.proven()

    def test_what_is_flushed_by_hand_is_put_back_and_does_not_leak(self):
        self.lab.at("r1", "ip", "nexthop", "flush")
        self.lab.ping(20)
        poll(lambda: self.kernel_has("fcbb:4::48"), 10, self.lab.why)
        self.proven()
        self.assertEqual(self.lab.ping(20), 20)

    # --- links

    def test_a_link_that_fails_silently_is_noticed_and_the_path_moves_when_the_controller_knows(self):
        self.lab.cut("r4", "r8", silently=True)
        poll(lambda: not self.lab.paths("r1")[0]["alive"], 10, self.lab.why)
        self.lab.ping()
        self.lab.down_links = {("r4", "r8")}
        self.lab.tell()
        poll(lambda: self.kernel_has("fcbb:6::68"), 10, self.lab.why)
        self.proven()
        self.assertEqual(self.lab.ping(20), 20)

    # --- controllers

    def test_a_controller_of_a_higher_epoch_takes_over_and_the_old_one_is_refused(self):
        traffic = self.traffic()
        self.lab.start_controller("d", 4190, epoch=10)
        poll(lambda: self.lab.told("r1")["epoch_of"] == "d" and self.lab.told("r1")["controller"] == "two", 40,
             self.lab.why)
        self.assert_none_lost(traffic)
        poll(lambda: self.lab.told("r1")["counts"]["controllers_refused"] > 0, 40, self.lab.why)
        self.assertEqual(self.lab.told("r1")["controller"], "two")
        self.proven()

    def test_a_controller_with_another_certificate_is_not_heard(self):
        self.lab.kill("c")
        for kind in ("pem", "key"):
            (self.lab.folder / f"c.{kind}").write_bytes((self.lab.folder / f"d.{kind}").read_bytes())
        self.lab.start_controller()
        poll(lambda: "TLS: " in self.lab.log("edge-r1"), 40, self.lab.why)
        self.assertIsNone(self.lab.told("r1")["controller"])
        self.assertEqual(self.lab.ping(), 3)


if __name__ == "__main__":
    unittest.main()
