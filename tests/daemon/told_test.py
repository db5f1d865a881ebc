"""What cleanpathd and cleanpath tell people: watch, log, status, the daemon's own lines"""

import datetime
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent))
from play import OPEN, LAB_FEED, Daemon, Pcc, check_with_promtool, free_port, lab_case, message, open_session, poll
from steering import NO_NOKIA, Steering

CLEANPATH = os.environ.get("CLEANPATH", "build/cleanpath")
PEER = "    - name: pcc1\n      address: 127.0.0.2\n      system: frr-8.4\n      node: gov-seo-ce1\n"
SYNCHRONISED = message(10, bytes.fromhex("20100008" "00000000" "07100004"))


def check_contract(test):
    """The daemon's answers are those of docs/api/openapi.yaml."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cross"))
    try:
        from api_contract import check_reads
    except ImportError:
        test.skipTest("python3-jsonschema or python3-yaml is not installed")
    check_reads(test, str(test.daemon.api))


class Told(unittest.TestCase):
    PEERS, TOP = PEER, ""

    def setUp(self):
        self.daemon = Daemon(self.PEERS)
        self.daemon.write(self.PEERS, top=self.TOP)

    def tearDown(self):
        self.daemon.end()

    def cleanpath(self, *args):
        done = subprocess.run([CLEANPATH, *args], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.stderr, "")
        return done.stdout

    def log(self, *args):
        return self.cleanpath("log", *args, "--state", f"{self.daemon.folder}/state")

    def status(self):
        return self.cleanpath("status", "--socket", str(self.daemon.api))

    def watch(self):
        path = self.daemon.folder / "watch"
        with open(path, "wb") as to:
            watch = subprocess.Popen([CLEANPATH, "watch", "--socket", str(self.daemon.api)], stdout=to,
                                     stderr=subprocess.DEVNULL)
        self.addCleanup(watch.wait)
        self.addCleanup(watch.kill)
        return path

    def hold(self, why):
        for deed in ("freeze", "thaw"):
            self.assertEqual(self.daemon.ask("/v1/" + deed, "POST", {"reason": why})[0], 200)

    def lines(self):
        return (self.daemon.folder / "log").read_text().splitlines()


class Notices(Told):
    """What a session says is wrong, or is told, stands in the log with its code by name."""

    def said(self, words):
        return poll(lambda: [line["message"] for line in self.daemon.lines()
                             if line["kind"] == "peer" and words in line.get("message", "")], why=words)

    def test_errors_of_pcep_are_named(self):
        self.daemon.start()
        s = open_session(self.daemon.connect())
        self.addCleanup(s.close)
        s.sendall(SYNCHRONISED)
        s.sendall(message(6, bytes.fromhex("0d10000800001303")))  # PCErr 19/3
        self.assertEqual(self.said("PCErr received"), ["PCErr received: type 19 (Invalid operation), value 3 "
                                                       "(LSP update request for an unknown PLSP-ID)"])
        s.sendall(message(6, bytes.fromhex("0d100008000063ff")) * 20)  # PCErr 99/255, again and again
        self.assertEqual(self.said("type 99")[0], "PCErr received: type 99 (no name is known), value 255")
        self.assertEqual(self.said("more PCErr"), ["and 12 more PCErr, given or received"])
        s.sendall(message(99))
        self.assertEqual(self.said("PCErr given"), ["PCErr given: type 2 (Capability not supported), value 0"])


class Alarms(Told):
    """The end of an alarm is told as an end, everywhere."""

    def check(self, text):
        begins = "alarm hold begins (critical): a person holds"
        ends = "alarm hold ends (critical); it was: a person holds"
        self.assertEqual((text.count(begins), text.count(ends), text.count("alarm hold")), (1, 1, 2), text)
        self.assertLess(text.index(begins), text.index(ends))

    def test_an_end_is_an_end(self):
        self.daemon.config.write_text(self.daemon.config.read_text().replace("log: json", "log: text"))
        self.daemon.start()
        told = self.watch()

        def follows():
            self.hold("try")
            return "alarm hold" in told.read_text()

        poll(follows, why="the watch")
        before = len(self.lines())
        seq = self.daemon.get("/v1/status")["log"]["seq"]
        self.hold("works")

        def both():
            new = [line for line in told.read_text().splitlines() if int(re.search(r" #(\d+) ", line)[1]) > seq]
            return "\n".join(new) if sum("alarm hold" in line for line in new) == 2 else None

        self.check(poll(both, why="beginning and end"))
        self.check(self.log("show", "--after", str(seq)))
        self.check("\n".join(self.lines()[before:]))
        self.assertRegex(self.log("explain", "hold"), r"^entry\n  #\d+ alarm hold ends \(critical\), 2\S+Z.*\n    why: a person holds\n")


class Network(Told):
    """What feeds tell that the inventory does not know is an alarm in the log, too, when it begins and when it ends."""

    def test_alarms_of_the_network_are_logged_once_each(self):
        lab_case(self.daemon.case, [("d1", "r1", "r8")])
        nodes = self.daemon.case / "nodes.csv"
        whole = nodes.read_text()
        links = self.daemon.case / "links.csv"
        nodes.write_text("".join(line for line in whole.splitlines(True) if not line.startswith("r7")))
        all_links = links.read_text()
        links.write_text("".join(line for line in all_links.splitlines(True) if "r7" not in line))
        self.daemon.write(PEER.replace("gov-seo-ce1", "r1"), top=LAB_FEED)
        self.daemon.start()

        def told():
            return [(line["level"], line["document"]["begins"]) for line in self.daemon.lines()
                    if line["kind"] == "alarm" and line["about"].startswith("unknown-node/")]

        poll(told, why="the alarm")
        self.assertEqual(told(), [("warning", True)])
        self.assertRegex(self.daemon.ask("/metrics")[1], r"(?m)^cleanpath_alarms\{severity=\"warning\"\} [1-9]")
        nodes.write_text(whole)
        links.write_text(all_links)
        self.assertEqual(self.daemon.ask("/v1/reload", "POST")[0], 200)
        poll(lambda: len(told()) > 1, why="its end")
        self.assertEqual(told(), [("warning", True), ("notice", False)])


class Feeds(Told):
    """A feed that fails is told of once, and once when it is there again; its last error stays to be asked for."""

    def setUp(self):
        super().setUp()
        self.do = self.daemon.folder / "do"
        self.do_this("cat tests/ted/frr8.4.4-isis.json")
        self.daemon.write(PEER, top=f"feeds:\n  - name: isis\n    kind: frr-isis\n    command: [sh, {self.do}]\n"
                                    "    every: 20 ms\n")

    def do_this(self, script):
        new = self.daemon.folder / "new"
        new.write_text(script + "\n")
        new.replace(self.do)

    def feed(self):
        return self.daemon.get("/v1/feeds")["items"][0]

    def told(self):
        return [(line["level"], line["message"]) for line in self.daemon.lines() if line["kind"] == "feed"]

    def refused(self):
        return int(re.search(r"^cleanpath_documents_refused_total (\d+)", self.daemon.ask("/metrics")[1], re.M)[1])

    def fail_with(self, script, why):
        """Fails some more than is needed to be lost, and comes back."""
        before = len(self.told())
        since = self.feed()["since"]
        refused = self.refused()
        self.do_this(script)
        poll(lambda: self.refused() >= refused + 5, why="five runs that failed")
        feed = self.feed()
        self.assertRegex(feed["last_error"], why)
        self.assertIn(feed["state"], ("stale", "down"))
        self.assertGreater(feed["since"], since)
        self.assertRegex(self.status(), r"(?m)^feed +isis, frr-isis: (stale|down) since 2\S+Z; .*; last error 2\S+Z: " + why)
        self.do_this("cat tests/ted/frr8.4.4-isis.json")
        poll(lambda: self.feed()["state"] == "up", why="the feed again")
        self.assertGreater(self.feed()["since"], feed["since"])
        self.assertRegex(self.feed()["last_error"], why)
        told = self.told()[before:]
        self.assertEqual([level for level, _ in told], ["warning", "notice"], told)
        self.assertRegex(told[0][1], why)
        self.assertRegex(told[1][1], r"read again, after \d+ runs that failed")

    def test_each_failure_is_told_once(self):
        self.daemon.start()
        poll(lambda: self.feed()["state"] == "up", why="the feed")
        self.assertEqual(self.told(), [])
        self.assertIsNone(self.feed()["last_error"])
        self.assertIsNotNone(self.feed()["updated"])
        self.fail_with("echo no such daemon >&2; exit 3", "its program ended with status 3: no such daemon")
        self.fail_with("kill -9 $$", r"its program was ended by signal 9 \(Killed\)")
        self.fail_with("echo '{'", "what it writes is not understood, line 2, column 1: ")
        self.fail_with("true", "its program writes nothing")

    def test_a_program_that_is_not_there_is_told_once(self):
        self.daemon.config.write_text(self.daemon.config.read_text().replace("[sh, ", "[/no/such/program, "))
        self.daemon.start(planned=False)
        poll(lambda: self.refused() >= 5, why="five runs that failed")
        self.assertEqual(len(self.told()), 1)
        self.assertRegex(self.told()[0][1], "its program cannot be run: '/no/such/program': no such file or directory")
        self.assertEqual(self.feed()["state"], "down")
        self.assertEqual(self.feed()["since"], self.daemon.get("/v1/status")["started"])
        self.assertRegex(self.status(), r"(?m)^network  no plan yet$")
        self.assertRegex(self.status(), r"(?m)^hold     start since 2\S+Z: no plan yet: feeds that have not told all yet are waited for$")

    def test_a_child_that_holds_its_pipes_holds_no_end_up(self):
        self.daemon.start()
        self.do_this("sleep 100 & echo $! >> " + str(self.daemon.folder / "left"))
        left = self.daemon.folder / "left"
        poll(left.exists, why="the child")
        self.addCleanup(lambda: [os.kill(int(pid), signal.SIGKILL) for pid in pids])
        self.assertEqual(self.daemon.kill(signal.SIGTERM), 0)
        pids = left.read_text().split()


class Counts(Told):
    """Peers are those with sessions; feeds are counted apart; times are those of the last change."""

    PEERS = PEER + PEER.replace("pcc1", "pcc2").replace("0.0.2", "0.0.3").replace("seo", "gwc")
    TOP = ("feeds:\n  - {name: isis, kind: frr-isis, command: [cat, tests/ted/frr8.4.4-isis.json], every: 1 s}\n")

    def peer(self, name):
        return {p["name"]: p for p in self.daemon.get("/v1/peers")["items"]}[name]

    def test_peers_and_feeds_are_counted_apart(self):
        self.daemon.start()
        poll(lambda: self.daemon.get("/v1/feeds")["items"][0]["state"] == "up", why="the feed")
        self.assertIn("is ready: 2 PCEP routers, 0 BGP-LS speakers, 1 feed of documents",
                      [line.get("message", "")[17:] for line in self.daemon.lines() if line["kind"] == "start"])
        with self.daemon.connect() as s:
            open_session(s)
            s.sendall(SYNCHRONISED)
            poll(lambda: self.peer("pcc1")["state"] == "up", why="the session")
            status = self.daemon.get("/v1/status")
            self.assertEqual((status["peers"]["total"], status["peers"]["up"], len(status["feeds"])), (2, 1, 1))
            self.assertEqual([p["name"] for p in status["peers"]["first"]], ["pcc2", "pcc1"])
            self.assertEqual([p["name"] for p in self.daemon.get("/v1/peers")["items"]], ["pcc1", "pcc2"])
            self.assertIn("\npeers    1 of 2 up\n", self.status())
            metrics = self.daemon.ask("/metrics")[1]
            self.assertIn('cleanpath_peer_up{peer="pcc1"} 1\ncleanpath_peer_up{peer="pcc2"} 0\n#', metrics)
            self.assertIn('\ncleanpath_feed_up{feed="isis"} 1\n#', metrics)

    def test_changes_of_state_have_their_times(self):
        self.daemon.start()
        poll(lambda: self.daemon.get("/v1/status")["view"]["seen"], why="the network")
        started = self.daemon.get("/v1/status")["started"]
        self.assertEqual(self.peer("pcc1")["since"], started)
        with self.daemon.connect() as s:
            open_session(s)
            s.sendall(SYNCHRONISED)
            poll(lambda: self.peer("pcc1")["state"] == "up", why="the session")
            up = self.peer("pcc1")["since"]
            self.assertGreater(up, started)
            self.assertGreater(self.peer("pcc1")["received_bytes"], 0)
        poll(lambda: self.peer("pcc1")["state"] == "down", why="its end")
        down = self.peer("pcc1")
        self.assertGreater(down["since"], up)
        self.assertEqual(down["last_error"], "the peer closed the connection")
        self.assertGreater(down["last_error_at"], up)
        status = self.status()
        self.assertNotIn("never", status)
        self.assertRegex(status, r"(?m)^network  \d+ links, [1-9]\d* of \d+ routers seen, .* so since 2\S+Z$")
        self.assertRegex(status, r"(?m)^         pcc1, pcep: down since 2\S+Z; last error 2\S+Z: the peer closed the connection$")


class Garbage(Told):
    """Whoever sends what is no session is told why he gets none: the message, and where it begins in what he sent."""

    PEERS = PEER + ("bgp:\n  as: 65000\n  router-id: 10.0.0.9\n  listen:\n    address: 127.0.0.1\n    port: {0}\n"
                    "  peers:\n    - {{name: rr, address: 127.0.0.3, as: 65000, passive: yes}}\n")

    def setUp(self):
        self.port = free_port()
        self.PEERS = self.PEERS.format(self.port)
        super().setUp()

    def told(self, name):
        return [line["message"] for line in self.daemon.lines()
                if (line["kind"], line["level"], line.get("about")) == ("peer", "warning", name)]

    def last(self, name):
        if name == "rr":
            return next(f for f in self.daemon.get("/v1/feeds")["items"] if f["name"] == name)["last_error"]
        return next(p for p in self.daemon.get("/v1/peers")["items"] if p["name"] == name)["last_error"]

    def send(self, s, garbage):
        with s:
            s.sendall(garbage)
            try:
                while s.recv(4096):
                    pass
            except OSError:
                pass

    def check(self, name, connect, each):
        for garbage, why in each:
            self.send(connect(), garbage)
            poll(lambda: re.fullmatch(why, self.last(name) or ""), why=f"{why}: {self.last(name)}")
        self.assertEqual(len(self.told(name)), 1, self.told(name))
        self.assertRegex(self.told(name)[0], "^no session: " + each[0][1])

    def test_of_a_router(self):
        self.daemon.start(planned=False)
        early = message(13)
        self.check("pcc1", self.daemon.connect, (
            (b"GET / HTTP/1.0\r\n\r\n", "the version of PCEP is not 1, at byte 0 of what it sent"),
            (early, "a message before its Open was in: StartTLS at byte 0 of what it sent"),
            (OPEN + early, r"a message before its Open was in: StartTLS at byte 40 of what it sent"),
            (message(77), "a message before its Open was in: message of type 77 at byte 0 of what it sent")))
        with open_session(self.daemon.connect()) as s:  # now it is told again
            s.sendall(SYNCHRONISED)
            poll(lambda: next(p for p in self.daemon.get("/v1/peers")["items"])["state"] == "up", why="the session")
            self.send(s, b"nonsense")
        poll(lambda: re.search(r"at byte \d\d of what it sent", self.last("pcc1")), why="the end")
        self.assertEqual(len(self.told("pcc1")), 1)  # the session's end is a record of its own
        self.send(self.daemon.connect(), b"nonsense")
        poll(lambda: len(self.told("pcc1")) == 2, why="the next one")

    def test_of_a_speaker(self):
        self.daemon.start(planned=False)

        def connect():
            s = socket.create_connection(("127.0.0.1", self.port), 20, ("127.0.0.3", 0))
            s.settimeout(60)
            return s

        keepalive = b"\xff" * 16 + bytes([0, 19, 4])
        self.check("rr", connect, ((b"GET / HTTP/1.0\r\n\r\n" + bytes(19), r".*, at byte 0 of what it sent"),
                                   (keepalive, ".*: KEEPALIVE at byte 0 of what it sent")))


class BarePcc(Pcc):
    """A router that reports the first segment of each path alone, and its SID without an address (RFC 8664 4.3.1: F)."""

    def report(self, by):
        if 7 in by and by[7][4:]:
            hop = by[7][4:12]
            by[7] = by[7][:2] + (12).to_bytes(2, "big") + bytes([hop[0], 8, 0, hop[3] & 7 | 8]) + hop[4:]
        super().report(by)


class BareSids(Told):
    """A segment that a router reports names its node also where it is a bare SID."""

    def test_of_bare_sids(self):
        lab_case(self.daemon.case, [("d1", "r1", "r8")])
        self.daemon.write(PEER.replace("gov-seo-ce1", "r1"), top=LAB_FEED)
        self.daemon.start()
        router = BarePcc(self.daemon)
        self.addCleanup(router.close)

        def path():
            return next(p for p in self.daemon.get("/v1/paths")["items"] if p["id"] == "r1>r8/1000")

        way = poll(lambda: path()["installed"], why="the report")
        self.assertEqual(way["nodes"], path()["intended"]["nodes"][:2])
        self.assertEqual(len(way["segments"]), 1)


class Levels(Told):
    """What ends a start is an error; an end that was wanted is told; nothing is told twice."""

    def begin(self, text, **env):
        self.daemon.config.write_text(text)
        done = subprocess.run([os.environ.get("CLEANPATHD", "build/cleanpathd"), str(self.daemon.config)], timeout=60,
                              capture_output=True, text=True, env={**os.environ, **env})
        self.assertNotEqual(done.returncode, 0)
        return done.stderr.splitlines()

    def test_what_ends_a_start_is_one_error(self):
        folder, case = self.daemon.folder, self.daemon.case
        good = f"case: {case}\nstate: {folder}/state\napi: {{socket: {self.daemon.api}}}\n"
        (folder / "bad").mkdir()
        for text, said in (("case: [\n", r"cleanpathd.yaml:2:1: "),
                           (good + "log: xml\n", r"cleanpathd.yaml:4:6: a word that is not known here: 'xml'"),
                           (good.replace("/state", "/no/state"), r"cleanpathd.yaml:2:8: the state's folder is not there"),
                           (good + "pcep: {listen: {address: 192.0.2.77}}\n", r":4:26: cannot listen on 192.0.2.77 port 4189"),
                           (good.replace(str(case), f"{folder}/bad"), r"has no network"),
                           (good + "paths: {request-class: x}\n", r":4:24: the traffic class of 'request-class' is not there")):
            # That there is no feed is no error, nor that what is built with a sanitizer is not confined.
            lines = [line for line in self.begin(text) if " warning start: " not in line and " notice confine: " not in line]
            self.assertEqual(len(lines), 1, lines)
            self.assertRegex(lines[0], r"^2\S+Z error start: .*" + said)
            self.assertRegex("\n".join(self.begin(text, JOURNAL_STREAM="1:2")), r"(?m)^<3>start: .*" + said)

    def test_a_warning_at_the_start_is_a_warning(self):
        self.daemon.write(PEER.replace("frr-8.4", "abacus"))
        self.daemon.start()
        told = [line for line in self.daemon.lines() if "abacus" in line.get("message", "")]
        self.assertEqual([line["level"] for line in told], ["warning"])
        self.assertNotIn("warning:", told[0]["message"])

    def test_the_end_is_told_with_what_routers_do_without_their_controller(self):
        for number, name, system, said in (
                (signal.SIGTERM, "SIGTERM", "frr-8.4", "routers keep what they have for 30 s, or as long as their timers say, and forget it then"),
                (signal.SIGINT, "SIGINT", "sr-os", "routers may forget what they have: how long they keep it is not known of all"),
                (signal.SIGTERM, "SIGTERM", "linux-agent", "routers keep what they have")):
            self.daemon.write(PEER.replace("frr-8.4", system))
            self.daemon.start()
            self.assertEqual(self.daemon.kill(number), 0)
            last = self.daemon.lines()[-1]
            self.assertEqual((last["level"], last["kind"]), ("notice", "stop"))
            self.assertEqual(last["message"], f"told to stop ({name}); {said}")

    def test_nothing_is_told_twice(self):
        self.daemon.start()
        self.hold("works")
        self.daemon.kill(signal.SIGTERM)
        told = [json.dumps({k: v for k, v in line.items() if k != "at"}) for line in self.daemon.lines()]
        self.assertEqual(len(told), len(set(told)))
        down = [line for line in self.daemon.lines() if line.get("document", {}).get("why") == "no clean path is left"]
        self.assertEqual({line["kind"] for line in down}, {"alarm"})
        holds = [line["document"] for line in self.daemon.lines() if line.get("about") == "hold"]
        self.assertEqual([h["begins"] for h in holds], [True, False])


class Ways(Told):
    """All ways of equal cost are told, and where packets were seen apart from where they are meant to go."""

    PATH = "r7>r5/1000"
    ALL = ["r4", "r5", "r6", "r7"]

    def setUp(self):
        super().setUp()
        lab_case(self.daemon.case, [("d1", "r7", "r5")])
        self.daemon.write("    - {name: pcc1, address: 127.0.0.2, system: frr-8.4, node: r7}\n",
                          top=LAB_FEED + "paths: {lists: shortest}\n")
        self.daemon.start()
        self.pcc = Pcc(self.daemon)
        self.addCleanup(lambda: self.pcc.close())
        poll(lambda: self.path()["phase"] == "installed", why="the path")

    def path(self):
        return next(p for p in self.daemon.get("/v1/paths")["items"] if p["id"] == self.PATH)

    def demand(self):
        return self.daemon.get("/v1/demands/d1")

    def see(self, *nodes, path=PATH):
        at = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        status, text = self.daemon.ask("/v1/observations", "POST", [{"path": path, "nodes": nodes, "at": at}])
        self.assertEqual(status, 200, text)
        return at

    def counts(self):
        seen = self.path()["observations"]
        return seen["agreeing"], seen["contradicting"]

    def test_every_way_is_told(self):
        path = self.path()
        self.assertEqual((path["intended"]["segments"], path["intended"]["nodes"]), (["16005"], ["r7", "r4", "r5"]))
        self.assertEqual((path["intended"]["branches"], path["installed"]["branches"]), (self.ALL, self.ALL))
        self.assertEqual((self.demand()["intended_nodes"], self.demand()["proven_nodes"]), (self.ALL, []))

    def test_proven_is_what_was_seen_and_nothing_else(self):
        self.assertIsNone(self.path()["proven"])
        self.assertNotIn("seen ", self.status())
        self.see("r7", "r6", "r5")
        path = self.path()
        self.assertEqual((path["proven"]["nodes"], path["proven"]["branches"]), (["r7", "r6", "r5"], ["r5", "r6", "r7"]))
        check_contract(self)
        self.assertEqual(self.demand()["proven_nodes"], ["r5", "r6", "r7"])
        self.see("r7", "r4", "r5")
        path = self.path()
        self.assertEqual((path["proven"]["nodes"], path["proven"]["branches"]), (["r7", "r4", "r5"], self.ALL))
        last = self.see("r7", "r5")  # a part of it: it agrees, and proves nothing
        path = self.path()
        self.assertEqual(path["proven"]["nodes"], ["r7", "r4", "r5"])
        self.assertEqual(path["observations"], {"agreeing": 3, "contradicting": 0, "last": last})
        self.assertIn("\nseen     3 observations agree, 0 contradict", self.status())

    def test_what_contradicts_takes_the_proof(self):
        self.see("r7", "r6", "r5")
        self.see("r7", "r4", "r2", "r5")
        self.assertEqual((self.path()["proven"], self.demand()["proven_nodes"], self.counts()), (None, [], (1, 1)))
        alarms = re.findall(r"(?m)^         (critical|warning) \S+ since", self.status())
        self.assertEqual(alarms, sorted(alarms))
        self.assertIn("critical", alarms)
        told = self.log("show", "--kind", "witness").splitlines()[-1]
        self.assertRegex(told, rf" witness {self.PATH}: peer pcc1; why .*; seen r2; .*; at 2\S+Z; nodes r7, r4, r2, r5;")
        self.assertNotRegex(told, "key |lsp |at-us")
        self.see("r7", "r6", "r5", path="nobody>knows/1")
        total = self.daemon.get("/v1/status")["observations"]
        self.assertEqual((total["agreeing"], total["contradicting"], total["not_placed"]), (1, 1, 1))
        metrics = self.daemon.ask("/metrics")[1]
        check_with_promtool(self, metrics)
        for says in ("agrees", "contradicts", "not-placed"):
            self.assertIn(f'\ncleanpath_observations_total{{says="{says}"}} 1\n', metrics)


class Given(Steering):
    """An LSP that its router delegates and that nobody listed is among the paths, marked so."""

    ID = "delegated/pcc1/OWN"

    def tell(self, ero, flags=0x01 | 0x08 | 0x10):
        """delegated, administratively up, up (RFC 8231 7.3); from r1 to r8, SR-MPLS"""
        tlvs = bytes.fromhex("00110003") + b"OWN\0" + bytes.fromhex("00120010" "0aff0001" "00010001" "0aff0001" "0aff0008")
        srp = bytes.fromhex("21100014" "00000000" "00000000" "001c0004" "00000001")
        lsp = bytes([32, 0x10]) + (8 + len(tlvs)).to_bytes(2, "big") + (77 << 12 | flags).to_bytes(4, "big") + tlvs
        self.pcc.s.sendall(message(10, srp + lsp + ero))

    def listed(self, query=""):
        return {p["id"]: p for p in self.daemon.get("/v1/paths" + query)["items"]}

    def test_it_is_listed_with_where_it_goes_and_what_is_made_of_it(self):
        ours = self.path()
        self.assertEqual((ours["listed"], self.daemon.ask("/v1/paths/" + quote(self.ID, safe=""))[0]), (True, 404))
        self.tell(next(iter(self.pcc.paths.values())))
        poll(lambda: self.ID in self.listed() and self.listed()[self.ID]["why"], why="the other one")
        given = self.listed()[self.ID]
        self.assertEqual(self.daemon.get("/v1/paths/" + quote(self.ID, safe="")), given)
        self.assertEqual({k: given[k] for k in ("name", "headend", "endpoint", "colour", "demands", "phase", "delegated", "listed",
                                                "enforcing", "peer", "intended", "proven", "installed_is", "log_seq")},
                         {"name": "OWN", "headend": "r1", "endpoint": "r8", "colour": 0, "demands": [], "phase": "installed",
                          "delegated": True, "listed": False, "enforcing": False, "peer": "pcc1", "intended": None, "proven": None,
                          "installed_is": "clean", "log_seq": None})
        self.assertIn("the configuration does not list it", given["reason"])
        for member in ("segments", "branches"):
            self.assertEqual(given["installed"][member], ours["installed"][member])
        self.assertEqual(given["installed"]["nodes"], ours["installed"]["nodes"])
        check_contract(self)
        # Lists, filters and pages have it as any other.
        self.assertEqual(list(self.listed()), sorted(self.listed()))
        self.assertEqual(self.daemon.get("/v1/paths?limit=1")["next"], self.ID)
        self.assertNotIn(self.ID, self.listed("?after=" + quote(self.ID, safe="")))
        self.assertIn(self.ID, self.listed("?headend=r1&phase=installed"))
        self.assertNotIn(self.ID, self.listed("?headend=r8"))
        self.assertNotIn(self.ID, self.listed("?phase=down"))

    def test_where_it_is_forbidden_it_is_astray_with_the_rule(self):
        self.pcc.obey = lambda body: None  # it does not heed what it is ordered
        self.tell(next(iter(self.pcc.paths.values())))
        poll(lambda: self.ID in self.listed(), why="the other one")
        self.policy.write_text(self.old + NO_NOKIA)
        self.reload("?accept-loss")
        given = poll(lambda: (lambda p: p["phase"] == "astray" and p)(self.listed()[self.ID]), why="that it is forbidden")
        self.assertEqual(given["installed_is"], "forbidden")
        self.assertIn(given["rule"], ("no-nokia", "no-huawei"))
        done = subprocess.run([CLEANPATH, "paths", self.ID, "--socket", str(self.daemon.api)], capture_output=True, text=True,
                              timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, "(?m)^astray, forbidden +delegated/pcc1/OWN +pcc1 +- +r1 .*r8 +it is delegated to us, and up "
                                      "on a path that is forbidden$")


class Readme(unittest.TestCase):
    """What the README has one type works as it stands there."""

    def test_the_first_look(self):
        text = Path("README.md").read_text(encoding="utf-8")
        lines = re.findall(r"^\$ (build/cleanpathd? [^#\n]*)", text[text.index("## The live controller"):], re.M)[:7]
        self.assertEqual([re.split(r"[ /]", line)[1] for line in lines], ["cleanpathd"] * 2 + ["cleanpath"] * 5)
        with tempfile.TemporaryDirectory(prefix="cpr-") as folder:
            config = Path(folder, "cleanpathd.yaml")
            config.write_text(Path("examples/live/cleanpathd.yaml").read_text().replace("/tmp/", folder + "/")
                              .replace("127.0.0.1", "127.0.0.77"))
            environment = {**os.environ, "DAEMON": os.environ.get("CLEANPATHD", "build/cleanpathd"), "CLEAN": CLEANPATH}
            answers = []
            daemon = None
            for line in lines:
                argv = line.replace("/tmp/", folder + "/").replace("examples/live/cleanpathd.yaml", str(config)) \
                    .replace("build/cleanpathd", '"$DAEMON"').replace("build/cleanpath ", '"$CLEAN" ').strip()
                if argv.endswith("&"):
                    daemon = subprocess.Popen("exec " + argv[:-1], shell=True, env=environment, stderr=subprocess.DEVNULL)
                    self.addCleanup(daemon.wait, 60)
                    self.addCleanup(daemon.terminate)
                    poll(Path(folder, "cleanpathd.sock").exists, why="the socket")
                    poll(lambda: "\nnetwork  10 links, 8 of 8 routers seen" in
                         subprocess.run([CLEANPATH, "status", "--socket", f"{folder}/cleanpathd.sock"], capture_output=True,
                                        text=True, timeout=60).stdout, why="the network")
                    continue
                if " watch " in argv:
                    argv = "timeout -s INT 1 " + argv
                done = subprocess.run(argv, shell=True, env=environment, capture_output=True, text=True, timeout=60)
                answers.append((done.returncode, done.stdout))
            check, status, watch, reload, verify, explain = answers
            self.assertEqual(check, (0, f"{config}: ok\n"))
            self.assertEqual(status[0], 1)  # nobody steers it: it goes over what is forbidden
            self.assertIn("\npaths    2 intended, 0 installed, 0 proven, 0 enforcing; 2 waiting\n", status[1])
            self.assertIn(watch[0], (1, 124))
            self.assertEqual((reload[0], reload[1].splitlines()[1]), (0, "result   nothing is different"))
            self.assertEqual((verify[0], verify[1][:6]), (0, "whole:"))
            self.assertEqual(explain[0], 0)
            self.assertIn("elements: r1--r4, r4--r5, r5--r6, r6--r8, r1, r4, r5, r6, r8\n", explain[1])
            daemon.terminate()
            self.assertEqual(daemon.wait(60), 0)


class Contract(Told):
    """The daemon's own answers are those of docs/api/openapi.yaml."""

    def test_all_that_can_be_read_is_as_the_document_says(self):
        self.daemon.write(PEER, top=LAB_FEED)
        self.daemon.start()
        check_contract(self)
        with self.daemon.connect() as s:
            open_session(s)
            s.sendall(SYNCHRONISED)
        poll(lambda: any(a["kind"] == "peer" for a in self.daemon.get("/v1/alarms")["items"]), why="the alarm of its end")
        check_contract(self)


if __name__ == "__main__":
    unittest.main()
