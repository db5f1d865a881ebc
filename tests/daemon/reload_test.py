"""A reload that is refused leaves all as it is, and is told with its place; one that is taken says what it does to those that
are steered"""

import json
import os
import pwd
import re
import signal
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from play import poll
from steering import NO_NOKIA, PEER, Steering

ME = pwd.getpwuid(os.getuid()).pw_name
CLEANPATH = os.environ.get("CLEANPATH", "build/cleanpath")


class Reloads(Steering):
    def check_refused(self, place, said):
        """By the API and by a signal, with the same words."""
        before, told = self.state(), len(self.refusals())
        refused = self.refused()
        status, text = self.daemon.ask("/v1/reload", "POST")
        self.assertEqual(status, 422, text)
        self.assertRegex(json.loads(text)["detail"], place + said)
        self.assertRegex(self.refusals()[told], "^refused, what was in force stays: " + place + said)
        told = len(self.refusals())
        entry = self.refused_entries()[0]
        self.assertEqual((entry["refused"], entry["cause"], entry["by"], entry["accept_loss"]), (True, "asked", ME, False))
        self.assertRegex(entry["why"], place + said)
        self.assertEqual(entry["errors"][0], entry["why"])
        logged = len(self.refused_entries())
        self.daemon.process.send_signal(signal.SIGHUP)
        poll(lambda: len(self.refusals()) > told, why="the refusal")
        poll(lambda: len(self.refused_entries()) > logged, why="its entry in the log of decisions")
        self.assertEqual([self.refused_entries()[0][key] for key in ("cause", "by", "accept_loss")], ["signal", None, False])
        self.assertRegex(self.refusals()[told], place + said)
        self.assertEqual(self.refused(), refused + 2)
        self.assertEqual(self.state(), before)
        self.assertEqual(self.daemon.ask("/v1/reload?dry-run", "POST")[0], 200 if re.search("lose|no more", said) else 422)
        self.assertEqual(len(self.refused_entries()), logged + 1, "a dry run is not in the log")
        self.assertEqual(self.state(), before)

    def refused_entries(self):
        """The newest first."""
        items = self.daemon.get("/v1/log?limit=1000")["items"]
        return [e["document"] for e in sorted(items, key=lambda e: -e["seq"]) if e["kind"] == "reload" and "refused" in e["document"]]

    def refused(self):
        return int(re.search(r"^cleanpath_reloads_refused_total (\d+)$", self.daemon.ask("/metrics")[1], re.M)[1])

    # --- what is wrong with the files

    def test_a_policy_that_cannot_be_read_is_refused(self):
        self.policy.unlink()
        self.policy.mkdir()
        self.check_refused(r"cannot read \S*/case/policy.yaml: ", "it is a folder")
        self.policy.rmdir()
        self.policy.symlink_to("nowhere")
        self.check_refused(r"no such file: \S*/case/policy.yaml", "")

    def test_a_case_without_its_policy_is_refused(self):
        self.policy.unlink()
        self.check_refused("no policy: ", r"\S*/case has no policy.yaml")

    def test_broken_files_are_refused_with_the_place(self):
        self.policy.write_text(self.old + "nonsense: [\n")
        self.check_refused(rf"\S*/policy.yaml:{len(self.old.splitlines()) + 2}:1: ", "")
        self.policy.write_text(self.old.replace("forbid-transit", "forbid-transport"))
        self.check_refused(r"\S*/policy.yaml:10:5: ", ".*did you mean 'forbid-transit'")
        self.policy.write_text(self.old)
        demands = self.daemon.case / "demands.csv"
        demands.write_text(demands.read_text() + "d2,r1,r99,secret\n")
        self.check_refused(r"\S*/demands.csv:3:\d+: ", ".*r99")

    def test_a_case_that_the_configuration_does_not_fit_is_refused(self):
        for name in ("nodes.csv", "links.csv", "demands.csv"):
            file = self.daemon.case / name
            file.write_text(re.sub(r"\br1\b", "r0", file.read_text()))
        self.check_refused(r"\S*/cleanpathd.yaml:\d+:\d+: ", "the node of 'pcc1' is not there: 'r1'")

    # --- the configuration

    def test_a_configuration_that_needs_a_restart_is_refused_with_the_place(self):
        old = self.daemon.config.read_text()
        self.daemon.config.write_text(old.replace("system: frr-8.4", "system: junos"))
        self.check_refused(r"\S*/cleanpathd.yaml:\d+:48: ", "'pcep.peers.1.system' was changed: .* a restart takes it$")
        self.daemon.config.write_text(old + "jobs: 1\n")
        self.check_refused(rf"\S*/cleanpathd.yaml:{len(old.splitlines()) + 1}:1: ", "'jobs' is new: ")
        self.daemon.config.write_text(old.replace("log: json\n", ""))
        self.check_refused(r"\S*/cleanpathd.yaml:1:1: ", "'log' is no longer there: ")
        self.daemon.config.write_text(old.replace(PEER, PEER + PEER.replace("pcc1", "pcc2").replace("0.0.2", "0.0.3")))
        self.check_refused(r"\S*/cleanpathd.yaml:\d+:\d+: ", "'pcep.peers' has more or fewer items: ")
        self.daemon.config.write_text(old + "nonsense: 1\n")
        self.check_refused(rf"\S*/cleanpathd.yaml:{len(old.splitlines()) + 1}:1: ", "a key that is not known here")
        self.daemon.config.unlink()
        self.check_refused(r"no such file: \S*/cleanpathd.yaml", "")
        self.daemon.config.write_text("# another comment\n" + old)
        self.assertFalse(self.reload()["changed"])

    # --- what is in force against what is asked for

    def makers(self, **makers):
        nodes = self.daemon.case / "nodes.csv"
        for node, maker in makers.items():
            nodes.write_text(re.sub(rf"(?m)^{node},\w+", f"{node},{maker}", nodes.read_text()))

    def test_a_maker_that_changes_is_another_verdict(self):
        """Of the network's own routes, which an audit of the inventory is about: they go over r2 and r3."""
        self.makers(r2="nokia", r3="nokia")
        answer = self.reload("?dry-run")
        self.assertEqual((answer["before"]["violation"], answer["after"]["violation"]), (1, 0))
        self.assertEqual((answer["demands_changed"], answer["demands_added"], answer["demands_gone"]), (1, 0, 0))
        self.assertEqual(answer["demands"], [{"demand": "d1", "before": "violation", "after": "ok", "rule": None, "reason": None}])
        self.assertEqual((answer["elements_changed"], answer["elements_added"], answer["elements_gone"]), (2, 0, 0))
        self.assertEqual([(e["element"], e["before"], e["after"]) for e in answer["elements"]],
                         [("node:r2", "untrusted", "trusted"), ("node:r3", "untrusted", "trusted")])
        self.reload()
        self.makers(r2="huawei")
        answer = self.reload()
        self.assertEqual((answer["before"]["violation"], answer["after"]["violation"]), (0, 1))
        self.assertEqual(answer["demands"][0]["rule"], "no-huawei")
        self.assertRegex(answer["demands"][0]["reason"], "^maker huawei; .*nodes.csv:3$")
        self.assertEqual(answer["elements"], [{"element": "node:r2", "before": "trusted", "after": "untrusted", "rule": "no-huawei",
                                               "reason": answer["demands"][0]["reason"]}])
        entry = self.entry(answer)
        self.assertEqual((entry["demands_changed"], entry["elements_changed"], entry["worse_demands"]), (1, 1, 1))
        self.assertEqual((entry["violations_before"], entry["violations_after"]), (0, 1))

    def test_demands_and_elements_that_come_and_go_have_one_verdict(self):
        demands = self.daemon.case / "demands.csv"
        demands.write_text(demands.read_text().replace("d1,", "d0,") + "d2,r4,r7,secret\n")
        nodes = self.daemon.case / "nodes.csv"
        nodes.write_text(nodes.read_text() + "r9,huawei,10.255.0.9\n")
        links = self.daemon.case / "links.csv"
        links.write_text(links.read_text().replace("r2,r5,30\n", ""))
        answer = self.reload("?dry-run")
        self.assertEqual((answer["demands_changed"], answer["demands_added"], answer["demands_gone"]), (0, 2, 1))
        self.assertEqual([(d["demand"], d["before"], d["after"]) for d in answer["demands"]],
                         [("d0", None, "violation"), ("d2", None, "ok"), ("d1", "violation", None)])
        self.assertEqual((answer["elements_changed"], answer["elements_added"], answer["elements_gone"]), (0, 1, 1))
        self.assertEqual([(e["element"], e["before"], e["after"]) for e in answer["elements"]],
                         [("node:r9", None, "untrusted"), ("link:r2--r5", "trusted", None)])
        entry = self.entry(self.reload("?accept-loss"))
        self.assertEqual((entry["demands_added"], entry["demands_gone"], entry["elements_added"], entry["elements_gone"]), (2, 1, 1, 1))

    def entry(self, answer):
        return next(e for e in self.daemon.get("/v1/log?limit=1000")["items"] if e["seq"] == answer["log_seq"])["document"]

    # --- paths that move

    def paths(self, **counts):
        """What is foreseen of the only path, r1>r8/1000: the router of r8 is not there."""
        return {**dict.fromkeys(("kept", "moving", "at_once", "down", "removed", "installed"), 0), "carried": 1, "moving_first": [],
                **counts}

    def test_a_path_that_new_rules_forbid_moves_at_once(self):
        self.makers(r7="huawei")
        moving = self.paths(moving=1, at_once=1, moving_first=[self.PATH])
        self.assertEqual(self.reload("?dry-run")["steered"]["paths"], moving)
        answer = self.reload()
        self.assertEqual(answer["steered"]["paths"], moving)
        poll(lambda: "r7" not in self.path()["intended"]["branches"], why="the move")
        entry = self.entry(answer)
        self.assertEqual((entry["paths_carried"], entry["paths_moving"], entry["paths_moving_at_once"]), (1, 1, 1))
        told = subprocess.run([CLEANPATH, "log", "show", "--kind", "reload", "--state", f"{self.daemon.folder}/state"],
                              capture_output=True, text=True, timeout=60)
        self.assertRegex(told.stdout, r" reload: .*elements_changed 1; .*paths_moving 1; paths_moving_at_once 1; ")

    def test_a_cheaper_path_is_moved_to_later_and_an_equal_one_not(self):
        self.makers(r2="nokia", r3="nokia")
        self.assertEqual(self.reload("?dry-run")["steered"]["paths"], self.paths(moving=1, moving_first=[self.PATH]))
        self.makers(r2="huawei", r3="huawei")
        self.policy.write_text(self.old.replace("Secret traffic does", "It does"))
        self.assertEqual(self.reload("?dry-run")["steered"]["paths"], self.paths(kept=1))

    def test_paths_that_come_and_go_are_counted(self):
        demands = self.daemon.case / "demands.csv"
        demands.write_text("id,src,dst,class\nd1,r1,r7,secret\n")
        self.assertEqual(self.reload("?dry-run")["steered"]["paths"], self.paths(removed=1, installed=1))

    # --- nodes that go

    def forget(self, node):
        for name in ("nodes.csv", "links.csv"):
            file = self.daemon.case / name
            file.write_text("".join(line for line in file.read_text().splitlines(True) if node not in line))

    def holds(self):
        return {h["kind"]: h for h in self.status()["holds"]}

    def test_what_is_foretold_while_a_hold_stands_comes_once_it_ends(self):
        subprocess.run([CLEANPATH, "hold", "--reason", "works", "--socket", str(self.daemon.api)], capture_output=True, check=True, timeout=60)
        poll(lambda: self.holds(), why="the hold")
        (self.daemon.case / "demands.csv").write_text("id,src,dst,class\nd1,r1,r7,secret\n")
        answer = self.reload("?dry-run")["steered"]
        self.assertEqual((answer["paths"]["removed"], answer["hold"]["stands"]), (1, True))
        told = subprocess.run([CLEANPATH, "reload", "--dry-run", "--socket", str(self.daemon.api)], capture_output=True, text=True, timeout=60)
        self.assertIn(" 1 removed; besides 1 installed: once the hold ends\n", told.stdout)
        self.assertIn("\nhold     stands: until it ends all of these paths stay but what is dirty\n", told.stdout)

    def test_a_node_that_is_taken_out_is_no_hold_and_its_paths_are_left(self):
        self.forget("r7")
        answer = self.reload("?dry-run")
        self.assertEqual(answer["steered"]["hold"], {"begins": False, "stands": False, "missed": 0, "missed_first": []})
        self.reload()
        poll(lambda: "r7" not in self.path()["intended"]["branches"], why="the move")
        poll(lambda: self.path()["phase"] == "installed", why="the path")
        self.assertEqual(self.holds(), {})
        self.assertFalse([e for e in self.daemon.get("/v1/log?limit=1000")["items"] if "hold" in e["subject"]])

    def test_one_that_no_router_is_any_more_is_missed_and_the_hold_is_foretold(self):
        nodes = self.daemon.case / "nodes.csv"
        old = nodes.read_text()
        nodes.write_text(old.replace("r5,nokia,10.255.0.5", "r5,nokia,10.255.0.7"))  # the router r7 could be two nodes
        hold = {"begins": True, "stands": False, "missed": 1, "missed_first": ["r7"]}  # of six that are trusted
        self.assertEqual(self.reload("?dry-run")["steered"]["hold"], hold)
        self.assertEqual(self.holds(), {})
        told = subprocess.run([CLEANPATH, "reload", "--dry-run", "--socket", str(self.daemon.api)], capture_output=True, text=True, timeout=60)
        self.assertRegex(told.stdout, r"\nhold     begins: .*\n         trusted nodes .* any more: 1\n           r7\n")
        answer = self.reload()
        self.assertEqual(answer["steered"]["hold"], hold)
        entry = self.entry(answer)
        self.assertEqual((entry["nodes_missed"], entry["hold_begins"]), (1, True))
        held = poll(lambda: self.holds().get("mass-loss"), why="the hold")
        self.assertEqual(held["reason"], "too many trusted nodes vanished at once: 1 is missed: r7")
        alarm = next(a for a in self.daemon.get("/v1/alarms")["items"] if a["id"] == "hold")
        self.assertEqual((alarm["what"], alarm["since"]), (held["reason"], held["since"]))
        nodes.write_text(old)
        answer = self.reload("?dry-run")
        self.assertEqual(answer["steered"]["hold"], {"begins": False, "stands": True, "missed": 0, "missed_first": []})
        poll(lambda: self.path()["phase"] == "installed", why="the path past a router that nobody knows now")
        self.reload()
        poll(lambda: self.holds() == {}, why="the end of the hold")

    # --- those that are steered

    def test_a_policy_that_takes_the_last_clean_path_is_refused_until_that_is_accepted(self):
        self.policy.write_text(self.old + NO_NOKIA)
        self.check_refused(rf"\S*/policy.yaml:{len(self.old.splitlines()) + 1}:5: ",
                           "1 of 1 demands that routers carry would lose their last clean path, first 'd1' by rule 'no-nokia': "
                           "r[0-9]: maker nokia")
        answer = self.reload("?dry-run")
        self.assertEqual(answer["steered"], {"carried": 1, "before": {"demands": 1, "without_path": 0},
                                             "after": {"demands": 1, "without_path": 1}, "losing": 1,
                                             "losing_first": ["d1"], "leaving": 0, "leaving_first": [],
                                             "paths": self.paths(down=1),
                                             "hold": {"begins": False, "stands": False, "missed": 0, "missed_first": []}})
        answer = self.reload("?accept-loss")
        self.assertEqual((answer["changed"], answer["steered"]["losing"]), (True, 1))
        poll(lambda: self.path()["phase"] == "down", why="the path's end")
        entry = next(e for e in self.daemon.get("/v1/log?limit=1000")["items"] if e["seq"] == answer["log_seq"])["document"]
        self.assertEqual((entry["cause"], entry["by"], entry["accept_loss"]), ("asked", ME, True))
        self.assertEqual((entry["carried"], entry["losing_their_last_path"], entry["without_path_after"]), (1, 1, 1))
        self.assertTrue(any(line["level"] == "warning" and "would lose their last clean path" in line["message"]
                            for line in self.daemon.lines() if line["kind"] == "reload" and "message" in line))
        self.policy.write_text(self.old)
        self.assertEqual(self.reload()["steered"]["after"], {"demands": 1, "without_path": 0})
        poll(lambda: self.path()["phase"] == "installed", why="the path again")

    def test_what_is_learned_counts_and_not_the_inventory_alone(self):
        """By the inventory r5 can be left out, by r7; of the network as it is nothing else is left."""
        nodes = self.daemon.case / "nodes.csv"
        nodes.write_text(nodes.read_text().replace("r7,nokia", "r7,huawei"))
        self.assertEqual(self.reload()["steered"]["losing"], 0)
        poll(lambda: "r7" not in self.path()["intended"]["branches"], why="the move")
        links = self.daemon.case / "links.csv"
        links.write_text(links.read_text() + "r4,r6,60\n")
        self.assertEqual(self.reload()["steered"]["losing"], 0)
        nodes.write_text(nodes.read_text().replace("r5,nokia", "r5,huawei"))
        self.check_refused(r"\S*/policy.yaml:8:5: ", "1 of 1 demands .* would lose their last clean path")

    def steer(self, *demands):
        """More of them."""
        table = self.daemon.case / "demands.csv"
        table.write_text(table.read_text() + "".join(f"{d},secret\n" for d in demands))
        self.assertEqual(self.reload()["steered"]["leaving"], 0)
        poll(lambda: all(p["phase"] == "installed" for p in self.daemon.get("/v1/paths")["items"] if p["id"].startswith("r1>"))
             and all(self.daemon.ask("/v1/demands/" + d.split(",")[0])[0] == 200 for d in demands), why="the new paths")

    def test_demands_that_are_deleted_are_refused_until_that_is_accepted(self):
        self.steer("d2,r1,r7", "d3,r1,r8")
        poll(lambda: "r1>r7/1000" in {p["id"] for p in self.daemon.get("/v1/paths")["items"] if p["phase"] == "installed"}, why="d2")
        table = self.daemon.case / "demands.csv"
        table.write_text("id,src,dst,class\nd1,r1,r8,secret\n")
        self.check_refused("", r"1 of 3 demands that routers carry would be steered no more, .*: 'd2' \(the case does not have it")
        steered = self.reload("?dry-run")["steered"]
        self.assertEqual((steered["losing"], steered["leaving"], steered["leaving_first"]), (0, 1, ["d2"]))
        answer = self.reload("?accept-loss")
        self.assertEqual(answer["steered"]["leaving_first"], ["d2"])
        poll(lambda: "r1>r7/1000" not in {p["id"] for p in self.daemon.get("/v1/paths")["items"]}, why="the end of d2's path")
        entry = next(e for e in self.daemon.get("/v1/log?limit=1000")["items"] if e["seq"] == answer["log_seq"])["document"]
        self.assertEqual(entry["steered_no_more"], 1)
        self.assertEqual(self.path()["phase"], "installed")

    def test_demands_that_no_rule_is_for_any_more_are_refused_until_that_is_accepted(self):
        self.policy.write_text(self.old.replace("  secret: { says", "  other: { says: Any other flow. }\n  secret: { says")
                               .replace("of: secret", "of: other"))
        self.check_refused("", r"1 of 1 demands that routers carry would be steered no more, .*: 'd1' \(no rule is for it any more\)")
        self.assertEqual(self.reload("?accept-loss")["steered"]["leaving_first"], ["d1"])

    def test_demands_of_a_class_that_the_old_rules_do_not_have_are_taken(self):
        self.policy.write_text(self.old.replace("rules:\n", "  public: { says: Any other flow. }\nrules:\n"))
        demands = self.daemon.case / "demands.csv"
        demands.write_text(demands.read_text() + "d2,r1,r8,public\n")
        answer = self.reload()
        self.assertEqual((answer["steered"]["losing"], answer["demands_added"], answer["demands_changed"]), (0, 1, 0))
        poll(lambda: self.daemon.ask("/v1/demands/d2")[0] == 200, why="the new demand")

    def test_nothing_is_said_of_those_that_are_steered_where_nothing_is_different(self):
        answer = self.reload()
        self.assertEqual((answer["changed"], answer["steered"], answer["log_seq"]), (False, None, None))


class OnChange(Steering):
    """By itself a change is taken under the same conditions; whether the configuration is another is nobody's question then."""

    TOP = Steering.TOP + "reload: on-change\n"

    def alarm(self):
        return next((a for a in self.daemon.get("/v1/alarms")["items"] if a["id"] == "reload-refused"), None)

    def test_a_refusal_is_an_alarm_until_the_files_are_again_those_in_force(self):
        self.assertIsNone(self.alarm())
        self.policy.write_text(self.old + "nonsense: [\n")
        alarm = poll(self.alarm, why="the alarm")
        self.assertEqual((alarm["severity"], alarm["kind"]), ("warning", "reload-refused"))
        self.assertRegex(alarm["what"], r"^files have changed and are refused, what was in force stays: \S*/policy.yaml:\d+:\d+: ")
        standing = [a for a in self.daemon.get("/v1/alarms")["items"] if a["severity"] == "warning"]
        self.assertRegex(self.daemon.ask("/metrics")[1], rf'(?m)^cleanpath_alarms{{severity="warning"}} {len(standing)}$')
        self.policy.write_text(self.old.replace("forbid-transit", "forbid-transport"))
        poll(lambda: "forbid-transport" in self.alarm()["what"], why="the newer refusal")
        self.assertEqual(self.alarm()["since"], alarm["since"])
        self.assertEqual(self.daemon.ask("/v1/reload?dry-run", "POST")[0], 422)
        self.assertEqual(self.alarm()["since"], alarm["since"])
        self.policy.write_text(self.old)
        poll(lambda: self.alarm() is None, why="its end")
        told = poll(lambda: [e["document"] for e in self.daemon.get("/v1/log?limit=1000")["items"] if e["subject"] == "reload-refused"][1:],
                    why="its end in the log")
        self.assertEqual(len(told), 1)

    def test_a_refusal_names_the_file_that_changed_and_ends_with_a_reload_that_is_taken(self):
        demands = self.daemon.case / "demands.csv"
        old = demands.read_text()
        demands.write_text("id,src,dst,class\n")
        alarm = poll(self.alarm, why="the alarm")
        self.assertRegex(alarm["what"], r"would be steered no more.* \S*/demands.csv: this file is not as it was read")
        self.assertTrue([line for line in self.refusals() if "/demands.csv: this file" in line])
        nodes, links = self.daemon.case / "nodes.csv", self.daemon.case / "links.csv"
        demands.write_text(old)
        nodes.write_text("".join(line for line in nodes.read_text().splitlines(True) if "r7" not in line))
        poll(lambda: self.alarm() and re.search(r"/links.csv:\d+.* \S*/nodes.csv: this file", self.alarm()["what"]), why="the other one")
        links.write_text("".join(line for line in links.read_text().splitlines(True) if "r7" not in line))
        poll(lambda: self.alarm() is None, why="its end")

    def test_what_would_take_the_last_clean_path_is_refused(self):
        self.daemon.config.write_text(self.daemon.config.read_text() + "jobs: 1\n")
        self.policy.write_text(self.old + NO_NOKIA)
        poll(self.refusals, why="the refusal")
        self.assertRegex(self.refusals()[0], r"/policy.yaml:\d+:5: 1 of 1 demands .* lose their last clean path")
        self.assertEqual(self.path()["phase"], "installed")
        self.policy.write_text(self.old.replace("Secret traffic does", "It does"))
        poll(lambda: "\ncleanpath_reloads_total 1\n" in self.daemon.ask("/metrics")[1], why="the next change")


if __name__ == "__main__":
    unittest.main()
