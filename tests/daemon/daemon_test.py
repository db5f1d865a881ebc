"""cleanpathd from outside: its configuration, its life, its API and those who connect to it"""

import datetime
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import unittest
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from play import (DAEMON, KEEPALIVE, OPEN, Daemon, check_with_promtool, message, open_session, poll,
                  read_message)

PEER = "    - name: pcc1\n      address: 127.0.0.2\n      system: frr-8.4\n"
CERTIFICATES = "  tls:\n    certificate: {0}/own.pem\n    key: {0}/own.key\n    authority: {0}/ca.pem\n"


class Config(unittest.TestCase):
    """What is wrong is said with its place, and ends with 78."""

    WRONG = [
        ("case: {case}\nstaet: x\n", 78, r":2:1: a key that is not known here: 'staet'; did you mean 'state'\?"),
        ("state: x\n", 78, r"a key is missing here: 'case'"),
        ("case: {case}\nlog: xml\n", 78, r":2:6: a word that is not known here: 'xml'"),
        ("case: {case}\npcep:\n  peers: []\n", 78, r"a key is missing here: 'listen'"),
        ("case: {case}\npcep:\n  listen:\n    address: nowhere\n", 78, r":4:14: an IPv4 or IPv6 address is expected here: 'nowhere'"),
        ("case: {case}\npcep:\n  listen:\n    address: 127.0.0.1\n    port: 70000\n", 78, r":5:11: .*too large"),
        ("case: {case}\ndecisions:\n  damp: soon\n", 78, r":3:9: a time"),
        ("case: {case}\ndecisions:\n  hold:\n    share: 200 %\n", 78, r":4:12: a share"),
        ("case: {case}\npaths:\n  colours:\n    a: 5\n    b: 5\n", 78, r"the colour of another class: '5'"),
        ("case: {case}\nfeeds:\n  - name: f\n    kind: frr-isis\n", 78, r"a key is missing here: 'command'"),
        ("case: {case}\nfeeds:\n  - {{name: f, kind: frr-isis, command: [x]}}\n  - {{name: f, kind: frr-isis, command: [x]}}\n",
         78, r"the name of another peer or feed"),
        ("case: {case}\nidentities:\n  10.0.0.1: nobody\n", 78, r":3:13: the node of '10.0.0.1' is not there: 'nobody'"),
        ("case: {case}\nidentities:\n  0000.0000.000a: gov-seo-ce1\n  0000.0000.000A: gov-gwc-ce1\n", 78,
         r":4:3: an identity of two nodes"),
        ("case: {case}\nfeeds:\n  - {{name: f, kind: frr-isis, command: []}}\n", 78, r":3:40: a program and its arguments"),
        ("case: {case}\nfeeds:\n  - {{name: f, kind: frr-isis, command: [/no/program, x]}}\n", 78,
         r":3:41: the program of feed 'f' cannot be run: '/no/program': No such file"),
        ("case: {case}\nfeeds:\n  - {{name: f, kind: frr-isis, command: [no-such-program-anywhere]}}\n", 78,
         r":3:41: .*: 'no-such-program-anywhere': No such file"),
        ("case: {case}\nfeeds:\n  - {{name: f, kind: frr-isis, command: {case}/nodes.csv}}\n", 78,
         r":3:40: .*nodes.csv': Permission denied"),
        ("case: {case}\nstate: /nowhere/at/all\n", 74, r":2:8: the state's folder is not there, and cannot be made in '/nowhere/at': No such"),
        ("case: {case}\nstate: {case}/nodes.csv\n", 74, r":2:8: .*nodes.csv': Not a directory"),
        ("case: {case}\napi:\n  socket: /nowhere/at/all\n", 74,
         r":3:11: the folder of the API's socket cannot be written to: '/nowhere/at': No such file"),
        ("case: {case}\napi: {{socket: x, group: no-such-group-here}}\n", 78, r":2:25: there is no such group"),
        ("case: {case}\napi:\n  socket: " + 120 * "x" + "\n", 78, r":3:11: the path of the API's socket is too long"),
        ("case: {case}\npcep:\n  listen: {{address: 127.0.0.1}}\n  peers:\n    - {{name: x, address: 127.0.0.9, node: nonode}}\n",
         78, r":5:43: the node of 'x' is not there: 'nonode'"),
        ("case: {case}\npcep:\n  listen: {{address: 127.0.0.1}}\n  peers:\n    - {{name: x, address: 127.0.0.9}}\n"
         "    - {{name: y, address: 127.0.0.9}}\n", 78, r":6:26: the address of 'y' is that of 'x'"),
        ("case: {case}\npcep:\n  listen: {{address: 127.0.0.1}}\n  keepalive: 30\n  dead: 20\n", 78, r":5:9: dead \(20\) is not above"),
        ("case: {case}\ndecisions:\n  delegated:\n    - {{peer: p, name: n, demand: nodemand}}\n", 78,
         r":4:14: the peer of 'n' is not there: 'p'\n[^\n]*:4:34: the demand of 'n' is not there: 'nodemand'"),
        ("case: {case}\npaths:\n  colours: {{noclass: 7}}\n", 78, r":3:13: the traffic class of 'colours' is not there: 'noclass'"),
        ("case: {case}\npaths:\n  request-class: noclass\n", 78, r":3:18: the traffic class of 'request-class'"),
        ("case: {case}/none\n", 66, r"none"),
        ("case: [\n", 78, r":\d+:\d+: "),
        ("case: {case}\nbgp: {{as: 1, router-id: 1.1.1.1, hold: 2}}\n", 78, r":2:40: 0, or at least 3 seconds, is expected here: '2'"),
        ("case: {case}\npaths: {{failures: 99}}\n", 78, r":2:19: a number that is too large: '99'"),
        ("case: {case}\npaths: {{colour-first: 0}}\n", 78, r":2:23: a number above 0 is expected here: '0'"),
        ("case: {case}\npaths: {{preference: 0}}\n", 78, r":2:21: a number above 0 is expected here: '0'"),
        ("case: {case}\npcep:\n  listen: {{address: 127.0.0.1}}\n  peers:\n    - {{name: x, address: 127.0.0.9, node: gov-seo-ce1}}\n"
         "    - {{name: y, address: 127.0.0.8, node: gov-seo-ce1}}\n", 78, r":6:43: the node of 'y' is that of 'x', too"),
    ]

    def setUp(self):
        self.daemon = Daemon()

    def tearDown(self):
        self.daemon.end()

    def check(self, text):
        self.daemon.config.write_text(text.format(case=self.daemon.case))
        return subprocess.run([DAEMON, "--check-config", str(self.daemon.config)], capture_output=True,
                              text=True, timeout=60)

    BGP = "case: {case}\nbgp:\n  as: 65000\n  router-id: 192.0.2.1\n"
    NOTHING = [
        (BGP.replace("65000", "0"), r":3:7: a number above 0"),
        (BGP.replace("192.0.2.1", "0.0.0.0"), r":4:14: an address that a router can have"),
        (BGP.replace("192.0.2.1", "224.0.0.5"), r":4:14: an address that a router can have"),
        (BGP + "  peers:\n    - {{name: x, address: 127.0.0.9, as: 0}}\n", r":6:41: a number above 0"),
        (BGP + "  listen: {{address: 127.0.0.1, port: 0}}\n", r":5:38: a port above 0"),
        ("case: {case}\nfeeds:\n  - {{name: f, kind: frr-isis, command: [echo], every: 0 s}}\n", r":3:55: a time above 0"),
        ("case: {case}\npaths:\n  depth: 0\n", r":3:10: a number above 0"),
        ("case: {case}\ndecisions:\n  hold: {{share: 0 %}}\n", r":3:17: a share above 0"),
    ]

    def test_zeros_and_addresses_that_mean_nothing_are_refused_with_their_place_and_by_the_schema(self):
        for text, said in self.NOTHING:
            done = self.check(text)
            self.assertEqual(done.returncode, 78, (text, done.stderr))
            self.assertRegex(done.stderr, said)
        try:
            import jsonschema
            import yaml
        except ImportError:
            self.skipTest("python3-jsonschema or python3-yaml is not installed")
        schema = json.loads(Path("docs/schema/cleanpathd.schema.json").read_text(encoding="utf-8"))
        jsonschema.validate(yaml.load(self.BGP.format(case="x"), yaml.BaseLoader), schema)
        for text, _ in self.NOTHING:
            with self.assertRaises(jsonschema.ValidationError, msg=text):
                jsonschema.validate(yaml.load(text.format(case="x"), yaml.BaseLoader), schema)

    def test_records_that_are_not_understood_are_refused_without_word_of_an_option_that_is_not_there(self):
        (self.daemon.case / "facts.csv").write_text("object,attribute,value\nnowhere,maker,nokia\n")
        done = self.check("case: {case}\n")
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertRegex(done.stderr, r"\b1 record was not understood\n")
        self.assertNotIn("--lenient", done.stderr)

    def test_a_socket_that_is_a_folder_is_refused(self):
        done = self.check("case: {case}\napi:\n  socket: {case}\n")
        self.assertEqual(done.returncode, 78, done.stderr)
        self.assertRegex(done.stderr, r":3:11: the API's socket is a folder: ")

    def test_what_is_wrong_is_said_with_its_place(self):
        for text, code, said in self.WRONG:
            done = self.check(text)
            self.assertEqual(done.returncode, code, (text, done.stderr))
            self.assertRegex(done.stderr, said)

    def test_a_case_that_the_policies_cannot_judge_is_refused_by_the_check_and_by_the_start(self):
        demands = self.daemon.case / "demands.csv"
        demands.write_text("id,src,dst,class\nx,gov-seo-ce1,gov-gwc-ce1,secrte\n")
        said = r"/demands.csv:2:1: no such traffic class: 'secrte'"
        done = self.check("case: {case}\npaths:\n  colours: {{noclass: 7}}\n")
        self.assertEqual(done.returncode, 78, done.stderr)
        self.assertRegex(done.stderr, ":3:13: the traffic class")
        self.assertRegex(done.stderr, said)
        self.daemon.write()
        done = subprocess.run([DAEMON, str(self.daemon.config)], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 78, done.stderr)
        self.assertRegex(done.stderr, said)
        self.assertNotIn("is ready", done.stderr)

    def test_a_policy_of_the_folder_that_is_not_named_is_refused_by_the_check_the_start_and_a_reload(self):
        own, named = self.daemon.case / "policy.yaml", self.daemon.folder / "named.yaml"
        named.write_text(own.read_text())
        said = f"{self.daemon.config}:2:11: '{own}' is a policy in the case's folder, and not one of these"
        done = self.check(f"case: {{case}}\npolicies: {named}\n")
        self.assertEqual(done.returncode, 78, done.stderr)
        self.assertIn(said, done.stderr)
        self.daemon.write(top=f"policies: {named}\n")
        done = subprocess.run([DAEMON, str(self.daemon.config)], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 78, done.stderr)
        self.assertIn(said[said.index("'"):], done.stderr)
        self.assertNotIn("is ready", done.stderr)
        link = self.daemon.folder / "link.yaml"
        link.symlink_to(own)
        self.assertEqual(self.check(f"case: {{case}}\npolicies: {link}\n").returncode, 0)
        own.unlink()
        self.assertEqual(self.check(f"case: {{case}}\npolicies: {named}\n").returncode, 0)
        self.daemon.write(top=f"policies: {named}\n")
        self.daemon.start()
        own.write_text(named.read_text())
        status, text = self.daemon.ask("/v1/reload", "POST")
        self.assertEqual(status, 422, text)
        self.assertIn("is a policy in the case's folder, and not one of these", json.dumps(text))

    def test_what_is_right_is_ok_and_touches_no_socket(self):
        state, api = self.daemon.folder / "state", self.daemon.api
        done = self.check(f"case: {{case}}\nstate: {state}\napi:\n  socket: {api}\nfeeds:\n"
                          "  - {{name: f, kind: frr-isis, command: [echo, x]}}\n"
                          "  - {{name: g, kind: frr-isis, command: /bin/sh}}\n")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(done.stdout.endswith(": ok\n"))
        self.assertFalse(state.exists() or api.exists())

    def test_all_that_is_wrong_is_said_at_once(self):
        done = self.check("case: {case}\nstate: /nowhere/at/all\nfeeds:\n"
                          "  - {{name: f, kind: frr-isis, command: /no/program}}\npaths:\n  colours: {{noclass: 7}}\n")
        self.assertEqual(done.returncode, 78)
        for said in (":2:8:", ":4:40:", ":6:13:"):
            self.assertIn(said, done.stderr)

    def test_each_key_and_each_file_says_what_is_wrong_with_it(self):
        case = self.daemon.case
        second = self.daemon.folder / "second.yaml"
        second.write_text("cleanpath-policy: 1\nid: second\nsayz: x\n")
        (case / "policy.yaml").write_text((case / "policy.yaml").read_text() + "nonsense: [\n")
        (case / "demands.csv").write_text("id,src\nx,y\n")
        (case / "sites.csv").write_text("id,nam\nx,y\n")
        (case / "facts.csv").unlink(missing_ok=True)
        said = (r"/demands.csv:1:1: ", r"/sites.csv:1:4: ", r"/case/policy.yaml:\d+:1: ", r"/second.yaml:3:1: .*'sayz'; did you mean 'says'")
        inputs = f"case: {{case}}\npolicies: [{case}/policy.yaml, {second}]\n"
        done = self.check(inputs)
        self.assertEqual((done.returncode, done.stderr.count(f"{self.daemon.folder}/")),
                         (65, len(said) + 1), done.stderr)  # and that the socket's folder is the unit's
        wrong = ("log: xml\nstaet: x\npcep:\n  keepalive: 300\n  peers:\n    - {{nam: x}}\n    - {{name: y, address: z}}\n"
                 "decisions: {{damp: soon, hold: {{share: 2, window: 1}}}}\n")
        config = (r":3:6: .*'xml'", r":4:1: .*'staet'; did you mean 'state'", r":6:3: a key is missing here: 'listen'",
                  r":6:14: .*'300'", r":8:8: .*'nam'; did you mean", r":8:7: .*missing here: 'name'", r":8:7: .*missing here: 'address'",
                  r":9:26: .*'z'", r":10:19: a time", r":10:39: a share", r":10:50: a time")
        both = self.check(inputs + wrong)
        self.assertEqual((both.returncode, len(both.stderr.splitlines())), (78, len(config) + len(said)), both.stderr)
        for place in said:
            self.assertRegex(done.stderr, "(?m)" + place)
        for place in config + said:
            self.assertRegex(both.stderr, "(?m)" + place)

    def test_files_are_not_guessed_where_it_is_wrong_which_they_are(self):
        done = self.check("case: {case}\npolicies: {{a: b}}\nlog: xml\n")
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (78, 2), done.stderr)

    def test_of_many_values_that_are_wrong_the_first_are_said(self):
        done = self.check("case: {case}\npaths:\n" + "".join(f"  x{i}: 1\n" for i in range(100)))
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (78, 21), done.stderr)
        self.assertTrue(done.stderr.endswith(": and 80 more\n"), done.stderr)

    @unittest.skipUnless(os.geteuid() == 0, "only root can be somebody else")
    def test_folders_are_looked_at_as_whoever_asks_may_use_them(self):
        self.daemon.folder.chmod(0o755)
        self.daemon.config.write_text(f"case: {self.daemon.case}\nstate: {self.daemon.folder}/state\n"
                                      f"api:\n  socket: {self.daemon.api}\n")
        done = subprocess.run([DAEMON, "--check-config", str(self.daemon.config)], capture_output=True, text=True,
                              timeout=60, user=65534, group=65534, extra_groups=[])
        self.assertEqual(done.returncode, 74, done.stderr)
        self.assertRegex(done.stderr, r":2:8: the state's folder is not there, and cannot be made in .*: Permission denied")
        self.assertRegex(done.stderr, r":4:11: the folder of the API's socket cannot be written to: .*: Permission denied")

    def test_keys_that_others_may_read_are_refused(self):
        key = self.daemon.folder / "md5"
        key.write_text("secret\n")
        text = ("case: {case}\npcep:\n  listen:\n    address: 127.0.0.1\n  peers:\n" + PEER +
                f"      md5-key-file: {key}\n")
        key.chmod(0o640)
        self.assertEqual(self.check(text).returncode, 77)
        key.chmod(0o600)
        self.assertEqual(self.check(text).returncode, 0)

    def test_all_keys_and_certificates_that_are_wrong_are_told_with_their_place(self):
        done = self.check("case: {case}\npcep:\n  listen: {{address: 127.0.0.1}}\n"
                          "  tls: {{certificate: no.pem, key: no.key, authority: no.ca}}\n  peers:\n"
                          "    - {{name: x, address: 127.0.0.9, node: gov-seo-ce1, md5-key-file: no.x}}\n"
                          "    - {{name: y, address: 127.0.0.8, node: gov-gwc-ce1, md5-key-file: no.y}}\n")
        self.assertEqual(done.returncode, 66, done.stderr)
        lines = [line[len(f"{self.daemon.config}:"):] for line in done.stderr.splitlines() if ": warning: " not in line]
        self.assertEqual([line for line in lines if "No such file" not in line], [])
        self.assertEqual([line.split("'")[:2] for line in sorted(lines)],
                         [["4:22: ", "no.pem"], ["4:35: ", "no.key"], ["4:54: ", "no.ca"], ["6:70: ", "no.x"], ["7:70: ", "no.y"]])

    def test_no_feed_is_a_warning(self):
        done = self.check("case: {case}\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("warning: there is no feed and no BGP peer", done.stderr)
        self.assertNotIn("no feed", self.check("case: {case}\nfeeds:\n  - {{name: f, kind: frr-isis, command: [cat, x]}}\n").stderr)

    def test_the_version_and_help(self):
        for option in ("--version", "--help"):
            done = subprocess.run([DAEMON, option], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0)
            self.assertIn("cleanpathd", done.stdout)
        self.assertEqual(subprocess.run([DAEMON, "--nonsense"], capture_output=True, timeout=60).returncode, 64)


class Life(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon(PEER)

    def tearDown(self):
        self.daemon.end()

    def planned(self):
        return poll(lambda: self.daemon.get("/v1/status")["view"]["version"], why="a plan") and \
            self.daemon.get("/v1/status")

    def test_it_is_ready_says_what_is_and_ends_in_order(self):
        self.daemon.start()
        status = self.planned()
        self.assertEqual(status["demands"]["sensitive"], 19)
        self.assertEqual(status["peers"]["total"], 1)
        for path in ("demands", "paths", "elements", "feeds", "peers", "alarms", "log"):
            self.assertIn("items", self.daemon.get("/v1/" + path))
        self.assertEqual(self.daemon.kill(signal.SIGTERM), 0)
        self.assertEqual([line["kind"] for line in self.daemon.lines()][0], "start")

    def test_lists_go_on_where_they_ended(self):
        self.daemon.start()
        self.planned()
        for name in ("demands", "paths", "elements"):
            whole, after = [], ""
            while after is not None:
                page = self.daemon.get(f"/v1/{name}?limit=7" + (f"&after={after}" if after else ""))
                whole += [item["id"] for item in page["items"]]
                after = page["next"] and page["next"].replace(">", "%3E").replace("/", "%2F")
            self.assertEqual(len(whole), len(set(whole)))
            self.assertEqual(whole, sorted(whole))
            self.assertEqual(whole, [i["id"] for i in self.daemon.get(f"/v1/{name}?limit=1000")["items"]])
        untrusted = self.daemon.get("/v1/elements?verdict=untrusted&limit=1000")["items"]
        self.assertTrue(untrusted)
        for element in untrusted:
            self.assertTrue(element["reasons"], element)
            self.assertEqual(self.daemon.get("/v1/elements/" + element["id"]), element)

    def test_metrics_are_well_formed(self):
        self.daemon.start()
        self.planned()
        status, text = self.daemon.ask("/metrics")
        self.assertEqual(status, 200)
        kinds, values = {}, {}
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                name, kind = line.split()[2:]
                self.assertNotIn(name, kinds)
                kinds[name] = kind
            elif not line.startswith("# HELP "):
                match = re.fullmatch(r'([a-z_]+)(\{[a-z_]+="(?:[^"\\]|\\.)*"\})? (\S+)', line)
                self.assertIsNotNone(match, line)
                base = re.sub(r"_(bucket|sum|count)$", "", match[1])
                self.assertIn(match[1] if match[1] in kinds else base, kinds)
                self.assertNotIn(match[1] + (match[2] or ""), values)
                values[match[1] + (match[2] or "")] = float(match[3])
        for name, kind in kinds.items():
            self.assertTrue(name.startswith("cleanpath_"))
            self.assertEqual(kind == "counter", name.endswith("_total"), name)
            if kind == "histogram":
                self.assertEqual(values[name + '_bucket{le="+Inf"}'], values[name + "_count"])
        check_with_promtool(self, text)

    def test_a_killed_one_goes_on_where_it_was(self):
        self.daemon.start()
        self.planned()
        self.assertEqual(self.daemon.ask("/v1/freeze", "POST", {"reason": "works"})[0], 200)
        seen = 0
        for wait in (0, 0.01, 0.05, 0.2):
            time.sleep(wait)
            seen = max(seen, self.daemon.get("/v1/status")["log"]["seq"])
            self.daemon.kill()
            self.daemon.start()
            status = self.daemon.get("/v1/status")
            self.assertGreaterEqual(status["log"]["seq"], seen)
            self.assertIn("operator", [hold["kind"] for hold in status["holds"]])
        self.assertEqual(self.daemon.ask("/v1/thaw", "POST", {})[0], 200)
        self.daemon.kill()
        self.daemon.start()
        self.assertNotIn("operator", [h["kind"] for h in self.daemon.get("/v1/status")["holds"]])

    def alarm_ids(self):
        return {a["id"] for a in self.daemon.get("/v1/alarms?limit=1000")["items"]}

    def test_what_was_seen_outlives_a_kill_until_a_person_acknowledges_it(self):
        self.daemon.start()
        self.planned()
        path = next(p for p in self.daemon.get("/v1/paths?limit=1000")["items"] if p["intended"] or p["phase"] == "down")
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        sight = {"path": path["id"], "nodes": [path["headend"], "nobody knows", path["endpoint"]], "at": now,
                 "witness": "probe"}
        status, text = self.daemon.ask("/v1/observations", "POST", [sight])
        self.assertEqual((status, json.loads(text)["contradicting"]), (200, 1), text)
        alarm = "seen/" + path["id"]
        self.assertIn(alarm, self.alarm_ids())
        items, after = [], 0
        while after is not None:
            page = self.daemon.get(f"/v1/log?limit=1000&after={after}")
            items, after = items + page["items"], page["next"]
        told = [i for i in items if i["kind"] == "witness" and i["subject"] == path["id"]]
        self.assertEqual(len(told), 1)
        self.assertIn("unknown is not trusted", told[0]["document"]["why"])
        self.daemon.kill()
        self.daemon.start()
        self.assertIn(alarm, self.alarm_ids())
        self.planned()
        self.assertEqual(self.daemon.ask("/v1/freeze", "POST", {})[0], 200)
        self.assertEqual(self.daemon.ask("/v1/thaw", "POST", {})[0], 200)
        self.assertIn(alarm, self.alarm_ids())
        quoted = urllib.parse.quote(alarm, safe="")
        status, text = self.daemon.ask(f"/v1/alarms/{quoted}/acknowledge", "POST", {"reason": "looked at it"})
        self.assertEqual((status, json.loads(text)["changed"]), (200, True), text)
        self.assertNotIn(alarm, self.alarm_ids())
        self.daemon.kill()
        self.daemon.start()
        self.planned()
        self.assertNotIn(alarm, self.alarm_ids())

    def test_reloads_are_set_against_what_is_in_force_and_refused_where_they_do_not_hold(self):
        self.daemon.start()
        self.planned()
        policy = self.daemon.case / "policy.yaml"
        old = policy.read_text()
        before = self.daemon.get("/v1/status")["inputs"]
        demands = self.daemon.case / "demands.csv"
        first = demands.read_text().splitlines()[1]
        demands.write_text(demands.read_text() + "extra" + first[first.index(","):] + "\n")
        status, text = self.daemon.ask("/v1/reload?dry-run", "POST")
        self.assertEqual(status, 200, text)
        self.assertTrue(json.loads(text)["changed"])
        self.assertEqual(self.daemon.get("/v1/status")["inputs"], before)
        status, text = self.daemon.ask("/v1/reload", "POST")
        self.assertEqual(status, 200, text)
        self.assertIn("demands.csv", json.loads(text)["inputs"])
        self.assertGreater(json.loads(text)["log_seq"], 0)
        after = self.daemon.get("/v1/status")["inputs"]
        self.assertNotEqual(after, before)
        poll(lambda: self.daemon.ask("/v1/demands/extra")[0] == 200, why="the new demand")
        policy.write_text(old + "nonsense: [\n")
        self.assertEqual(self.daemon.ask("/v1/reload", "POST")[0], 422)
        self.assertEqual(self.daemon.get("/v1/status")["inputs"], after)
        policy.write_text(old)
        self.daemon.process.send_signal(signal.SIGHUP)
        self.daemon.told("RELOADING=1")
        self.daemon.told("READY=1")

    def test_a_change_of_the_case_is_taken_where_that_is_asked_for(self):
        self.daemon.write(PEER, top="reload: on-change\n")
        self.daemon.start()
        self.planned()
        demands = self.daemon.case / "demands.csv"
        first = demands.read_text().splitlines()[1]
        demands.write_text(demands.read_text() + "extra" + first[first.index(","):] + "\n")
        poll(lambda: self.daemon.ask("/v1/demands/extra")[0] == 200, why="the new demand")

    def test_a_change_of_what_is_no_file_of_the_case_is_none(self):
        self.daemon.write(PEER, top="reload: on-change\n")
        self.daemon.start()
        self.planned()

        def reloads():
            return sum(line["kind"] == "reload" for line in self.daemon.lines())

        for name in ("cleanpathd.log", "notes.txt", "nodes.csv~", ".demands.csv.swp", "4913"):
            (self.daemon.case / name).write_text("x\n")
            time.sleep(0.1)
        time.sleep(1.5)
        self.assertEqual(reloads(), 0, [line for line in self.daemon.lines() if line["kind"] == "reload"])
        shutil.copy(self.daemon.case / "nodes.csv", self.daemon.case / "nodes.csv.new")
        (self.daemon.case / "nodes.csv.new").replace(self.daemon.case / "nodes.csv")
        poll(lambda: reloads() > 0, why="the reload")
        before = reloads()
        (self.daemon.case / "facts-more.csv").write_text("element,attribute,value\n")
        poll(lambda: reloads() > before, why="the reload of a file that is new")

    def test_a_service_manager_that_does_not_listen_holds_nothing_up(self):
        self.daemon.start()
        self.daemon.notify.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        end = time.monotonic() + 15
        while time.monotonic() < end:  # more than its queue takes at one word a second
            self.assertEqual(self.daemon.ask("/v1/status")[0], 200)
            time.sleep(0.5)

    def test_only_one_has_the_state(self):
        self.daemon.start()
        other = subprocess.run([DAEMON, str(self.daemon.config)], capture_output=True, text=True, timeout=60)
        self.assertEqual(other.returncode, 74, other.stderr)


class Peers(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon(PEER + PEER.replace("pcc1", "pcc3").replace("0.0.2", "0.0.3"))

    def tearDown(self):
        self.daemon.end()

    def state(self, name="pcc1"):
        return {p["name"]: p for p in self.daemon.get("/v1/peers")["items"]}[name]

    def test_a_pcc_comes_up_and_goes(self):
        self.daemon.start()
        with self.daemon.connect() as s:
            open_session(s)
            # end of synchronisation (RFC 8231 5.6): PLSP-ID 0, no S flag, empty ERO
            s.sendall(message(10, bytes.fromhex("20100008" "00000000" "07100004")))
            poll(lambda: self.state()["state"] == "up", why="the session")
        poll(lambda: self.state()["state"] == "down", why="its end")

    def test_strangers_and_second_connections_are_not_let_in(self):
        self.daemon.start()
        with self.daemon.connect("127.0.0.9") as s:
            self.assertEqual(s.recv(1), b"")
        with self.daemon.connect() as first:
            open_session(first)
            with self.daemon.connect() as second:
                self.assertEqual(second.recv(1), b"")
            first.sendall(KEEPALIVE)
            self.assertNotEqual(self.state()["state"], "down")
        self.assertIn("cleanpath_connections_refused_total 2", self.daemon.ask("/metrics")[1])

    def test_nonsense_ends_the_session_and_nothing_else(self):
        self.daemon.start()
        with self.daemon.connect("127.0.0.3") as good:
            open_session(good)
            for junk in (b"GET / HTTP/1.1\r\n\r\n", bytes(64), b"\xff" * 3000, message(1), OPEN + b"\x20\x0a\xff\xff"):
                with self.daemon.connect() as s:
                    s.sendall(junk)
                    s.shutdown(socket.SHUT_WR)
                    while s.recv(4096):
                        pass
                poll(lambda: self.state()["state"] == "down", why="the end")
            self.assertNotEqual(self.state("pcc3")["state"], "down")

    def test_names_of_any_bytes_end_neither_the_session_nor_the_daemon(self):
        """A router names its LSPs as it likes, by the flags those of ours too (RFC 8231 7.3.2, RFC 8281 5.3.1)."""
        self.daemon.start()
        names = (b"cp:\xff\xfe", b"cp:" + 1100 * b"a", b"cp:" + 60000 * b"\x1b", b"cp:\0", b"cp:\xe2\x80\xae",
                 b"cp:" + 252 * b'"', b"cp#x", b"\xff", b"\\")
        with self.daemon.connect() as s:
            open_session(s)
            for again in range(2):
                for plsp, name in enumerate(names, 1):
                    s.sendall(message(10, bytes.fromhex("2110000c") + bytes(8) + self.lsp(plsp, name)
                                      + bytes.fromhex("07100004")))
                if not again:
                    s.sendall(message(10, bytes.fromhex("20100008" "00000000" "07100004")))
            poll(lambda: self.state()["state"] == "up", why="the session")
        poll(lambda: self.state()["state"] == "down", why="its end")
        self.assertEqual(self.daemon.kill(signal.SIGTERM), 0)
        log = (self.daemon.folder / "log").read_text()
        self.assertNotIn("cannot be kept", log)
        self.assertIn("cp#x", log)

    @staticmethod
    def lsp(plsp, name):
        """Delegated, created by a PCE, up."""
        tlv = (17).to_bytes(2, "big") + len(name).to_bytes(2, "big") + name + bytes(-len(name) % 4)
        ends = bytes.fromhex("00120010" "0aff0001" "00010001" "0aff0001" "0aff0008")
        told = tlv + ends
        return bytes([32, 0x10]) + (8 + len(told)).to_bytes(2, "big") + (plsp << 12 | 0x99).to_bytes(4, "big") + told

    def test_a_flood_does_not_starve_others(self):
        """Others are answered while one floods; the bound is generous: it is that there is one."""
        self.daemon.start()
        stop = threading.Event()

        def flood():
            with self.daemon.connect() as s:
                open_session(s)
                many = KEEPALIVE * 16000
                try:
                    while not stop.is_set():
                        s.sendall(many)
                except OSError:
                    pass

        flooder = threading.Thread(target=flood)
        flooder.start()
        try:
            poll(lambda: self.state()["state"] != "down", why="the flooder")
            for _ in range(20):
                with self.daemon.connect("127.0.0.3") as s:
                    open_session(s)
                poll(lambda: self.state("pcc3")["state"] == "down", why="its end")
                self.assertEqual(self.daemon.ask("/v1/status")[0], 200)
        finally:
            stop.set()
            flooder.join(timeout=60)

    def test_tcp_md5_with_the_key_alone(self):
        key = self.daemon.folder / "md5"
        key.write_text("a key\n")
        key.chmod(0o600)
        self.daemon.write(PEER + f"      md5-key-file: {key}\n")
        self.daemon.start()

        def connect(secret):
            s = socket.socket()
            s.settimeout(2)
            s.bind(("127.0.0.2", 0))
            if secret is not None:
                to = socket.AF_INET.to_bytes(2, sys.byteorder) + self.daemon.port.to_bytes(2, "big") + \
                    socket.inet_aton("127.0.0.1")
                s.setsockopt(socket.IPPROTO_TCP, 14, to.ljust(128, b"\0") + bytes(2) +
                             len(secret).to_bytes(2, sys.byteorder) + bytes(4) + secret.ljust(80, b"\0"))
            s.connect(("127.0.0.1", self.daemon.port))
            s.settimeout(60)
            return s

        try:
            with connect(b"a key") as s:
                open_session(s)
        except OSError as error:
            if error.errno in (92, 93, 95):
                self.skipTest("this kernel has no TCP-MD5")
            raise
        for wrong in (b"another", None):
            with self.assertRaises(TimeoutError):
                connect(wrong).close()


@unittest.skipUnless(shutil.which("openssl"), "openssl is not installed")
class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon()
        cls.folder = cls.daemon.folder
        for name in ("ca", "other"):
            cls.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", "/CN=" + name, "-keyout", f"{name}.key", "-out", f"{name}.pem")
        for name, by, names in (("own", "ca", "DNS:pce.example"), ("pcc", "ca", "IP:127.0.0.2"),
                                ("strange", "other", "IP:127.0.0.2"), ("wrong", "ca", "IP:127.0.0.7")):
            cls.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=" + name,
                        "-keyout", f"{name}.key", "-out", f"{name}.csr")
            (cls.folder / "names").write_text("subjectAltName=" + names)
            cls.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{by}.pem", "-CAkey", f"{by}.key",
                        "-CAcreateserial", "-days", "2", "-extfile", "names", "-out", f"{name}.pem")
        (cls.folder / "own.key").chmod(0o600)
        cls.daemon.write(PEER + "      tls: required\n", CERTIFICATES.format(cls.folder))
        cls.daemon.start()

    @classmethod
    def tearDownClass(cls):
        cls.daemon.end()

    @classmethod
    def openssl(cls, *argv):
        subprocess.run(["openssl", *argv], cwd=cls.folder, check=True, capture_output=True, timeout=60)

    def secure(self, s, certificate):
        s.sendall(message(13))
        self.assertEqual(read_message(s), (13, b""))
        context = ssl.create_default_context(cafile=str(self.folder / "ca.pem"))
        if certificate:
            context.load_cert_chain(self.folder / f"{certificate}.pem", self.folder / f"{certificate}.key")
        return context.wrap_socket(s, server_hostname="pce.example")

    def test_the_right_certificate_brings_a_session(self):
        with self.daemon.connect() as plain, self.secure(plain, "pcc") as s:
            open_session(s)
            peer = self.daemon.get("/v1/peers")["items"][0]
            self.assertEqual((peer["security"], peer["state"] != "down"), ("tls", True))

    def test_others_do_not(self):
        for certificate in ("strange", "wrong", None):
            with self.daemon.connect() as plain, self.assertRaises((ssl.SSLError, OSError, AssertionError)):
                with self.secure(plain, certificate) as s:
                    open_session(s)
            poll(lambda: self.daemon.get("/v1/peers")["items"][0]["state"] == "down", why="its end")
        self.assertIsNotNone(self.daemon.get("/v1/peers")["items"][0]["last_error"])

    def test_there_is_no_way_back_to_plain_tcp(self):
        with self.daemon.connect() as s:
            s.sendall(OPEN)
            self.assertEqual(read_message(s)[0], 13)
            kind, body = read_message(s)
            self.assertEqual((kind, body[6:8]), (6, bytes([25, 3])))
            self.assertEqual(s.recv(1), b"")


class Words(unittest.TestCase):
    """The manual, the schema and the reader know the same keys."""

    MAN = Path("docs/man/cleanpathd.yaml.5").read_text(encoding="utf-8")
    SCHEMA = json.loads(Path("docs/schema/cleanpathd.schema.json").read_text(encoding="utf-8"))

    def keys(self, schema):
        for name, value in schema.get("properties", {}).items():
            yield name
            yield from self.keys(value)
        for part in schema.get("oneOf", []) + [schema[name] for name in ("items",) if name in schema]:
            yield from self.keys(part)

    def test_the_schema_and_the_manual_have_the_readers_keys(self):
        source = Path("src/daemon/config.c").read_text(encoding="utf-8")
        read = set(re.findall(r'\{"([a-z0-9-]+)",\s*(?:read_|key_)', source))
        described = set(self.keys(self.SCHEMA)) | set(self.keys({"oneOf": list(self.SCHEMA["$defs"].values())}))
        self.assertEqual(read, described)
        manual = self.MAN.replace("\\-", "-")
        self.assertEqual([key for key in sorted(read) if not re.search(rf"\b{key}\b", manual)], [])

    def test_the_manuals_have_every_kind_of_alarm_and_every_system(self):
        manual = Path("docs/man/cleanpathd.8").read_text(encoding="utf-8").replace("\\-", "-")
        alarms = manual.split(".SH ALARMS")[1].split(".SH API")[0]
        told = re.findall(r"^\.BR ([a-z-]+).*\n\((critical|warning|info)\) ", alarms, re.M)
        source = Path("src/daemon/api_alarms.c").read_text(encoding="utf-8")
        kinds = set(re.findall(r'\[CP_TED_ALARM_\w+\] = "([a-z-]+)"', source))
        kinds |= set(re.findall(r'CP_TEXT\("([a-z]+-[a-z]+)"\)', source))
        kinds |= set(re.findall(r'"([a-z]+)/"', Path("src/daemon/licences.c").read_text(encoding="utf-8")))
        for file in Path("src/control").glob("*.c"):
            text = file.read_text(encoding="utf-8")
            kinds |= set(re.findall(r'alarm_(?:about|lsp|id)\(\s*c, "([a-z-]+)"', text))
        self.assertEqual(sorted(kind for kind, _ in told), sorted(kinds | {"forgotten"}))
        severities = dict(re.findall(r'\{"([a-z-]+)", "(critical|info)"\}', source))
        self.assertEqual([t for t in told if t[1] != severities.get(t[0], "warning")], [])
        systems = re.findall(r'^    \{"([a-z0-9.-]+)", CP_HEADEND', Path("src/control/headend.c").read_text(), re.M)
        self.assertEqual([s for s in systems if not re.search(rf"\b{re.escape(s)} ", self.MAN.replace("\\-", "-"))], [])
        self.assertIn("frr-8.4", systems)

    def test_the_manuals_examples_hold(self):
        try:
            import jsonschema
            import yaml
        except ImportError:
            self.skipTest("python3-jsonschema or python3-yaml is not installed")
        examples = re.findall(r'\.\\" example\n(.*?)\.\\" end', self.MAN, re.S)
        self.assertEqual(len(examples), 2)
        daemon = Daemon()
        try:
            for text in examples:
                jsonschema.validate(yaml.load(text, yaml.BaseLoader), self.SCHEMA)
                # What an example needs of the machine that it is for is not here.
                daemon.config.write_text(text.replace("/run/cleanpath", str(daemon.folder)).replace("vtysh", "echo"))
                done = subprocess.run([DAEMON, "--check-config", str(daemon.config)], capture_output=True, text=True,
                                      timeout=60)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertNotRegex(done.stderr, r"(?m)^(?!.*: warning: ).")
            for text, code, _ in Config.WRONG[:2] + Config.WRONG[3:4] + Config.WRONG[6:8]:
                with self.assertRaises(jsonschema.ValidationError):
                    jsonschema.validate(yaml.load(text, yaml.BaseLoader), self.SCHEMA)
        finally:
            daemon.end()


class Units(unittest.TestCase):
    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed")
    def test_the_service_is_confined(self):
        done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager",
                               "units/cleanpathd.service"], capture_output=True, text=True, timeout=60)
        match = re.search(r"exposure level for \S+: ([0-9.]+)", done.stdout)
        if match is None:
            self.skipTest("systemd-analyze cannot look at it here: " + done.stderr.strip()[:100])
        self.assertLessEqual(float(match[1]), 2.0)

    def test_what_the_manuals_name_under_share_is_installed_with_the_controller(self):
        named = {name for page in Path("docs/man").iterdir()
                 for name in re.findall(r"/usr/share/cleanpath/([a-z/.-]*[a-z])", page.read_text(encoding="utf-8"))}
        self.assertLess({"openapi.yaml", "schema/cleanpathd.schema.json", "schema/cleanpath-policy.schema.json"}, named)
        environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONHOME", "PYTHONPATH")}
        done = subprocess.run(["/usr/bin/meson", "introspect", "--install-plan", Path(DAEMON).parent], capture_output=True, text=True,
                              timeout=120, check=True, env=environment)
        plan = [f for files in json.loads(done.stdout).values() for f in files.values()]
        self.assertEqual(named - {f["destination"].replace("{datadir}/cleanpath/", "") for f in plan if f["tag"] == "controller"}, set())


if __name__ == "__main__":
    unittest.main()
