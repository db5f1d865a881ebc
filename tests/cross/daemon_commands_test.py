"""cleanpath status, watch --socket, reload and log, over a server of the test's own."""

import hashlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest

PROGRAM = os.environ["CLEANPATH"]
STUB = os.environ["API_STUB"]
WAIT = 60
TODAY = time.strftime("%Y-%m-%d", time.gmtime())


class Commands(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.socket, self.state = self.folder.name + "/s", self.folder.name + "/state"
        self.start()

    def start(self):
        self.stub = subprocess.Popen([STUB, self.socket, self.state], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.assertEqual(self.stub.stdout.readline(), b"ready\n")

    def stop(self):
        self.stub.stdin.close()
        self.stub.stdout.close()
        self.stub.wait(WAIT)

    def tearDown(self):
        if self.stub.poll() is None:
            self.stop()
        self.folder.cleanup()

    def run_it(self, *args):
        done = subprocess.run([PROGRAM, *args], capture_output=True, text=True, timeout=WAIT, check=False)
        return done.returncode, done.stdout, done.stderr

    def log(self, command, *args):
        return self.run_it("log", command, *args, "--state", self.state)

    def fill(self, count):
        """So many entries are in the log when this returns."""
        self.stub.stdin.write(f"log {count}\n".encode())
        self.stub.stdin.flush()
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            status = json.loads(self.run_it("status", "--json", "--socket", self.socket)[1])
            if status["log"]["seq"] >= count:
                return
            time.sleep(0.02)
        self.fail("the log does not grow")

    # --- status ----------------------------------------------------------------------------------

    def test_status_fits_a_screen_and_ends_as_the_daemon_says(self):
        code, out, err = self.run_it("status", "--socket", self.socket)
        self.assertEqual((code, err), (1, ""))
        self.assertLess(len(out.splitlines()), 25)
        for part in ("100 ok, 2 violation", "10 intended, 8 installed, 3 proven", "bgp, bgp-ls: up",
                     "1 of 1 up", "warning feed-lost:bgp"):
            self.assertIn(part, out)
        code, out, _ = self.run_it("status", "--json", "--socket", self.socket)
        self.assertEqual((code, json.loads(out)["exit_code"]), (1, 1))

    def test_who_is_not_there_is_69(self):
        none = self.folder.name + "/none"
        self.assertEqual(self.run_it("status", "--socket", none),
                         (69, "", f"cleanpath: {none}: No such file or directory: cleanpathd does not run, or has its socket elsewhere "
                          "(--socket)\n"))
        self.assertEqual(self.run_it("watch", "--socket", self.folder.name + "/none")[0], 69)
        self.assertEqual(self.run_it("status", "--socket", "x" * 200)[0], 64)

    def test_who_is_not_the_daemon_is_not_understood(self):
        for answer in (b"", b"SSH-2.0-OpenSSH\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n[]", b"HTTP/1.1 200 OK\r\n\r\n{\"exit_code\": 7}",
                       b"HTTP/1.1 500 no\r\n\r\n{}"):
            path = self.folder.name + "/other"
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(path)
                listener.listen()
                child = subprocess.Popen([PROGRAM, "status", "--socket", path], stdout=subprocess.PIPE,
                                         stderr=subprocess.DEVNULL)
                peer, _ = listener.accept()
                peer.recv(4096)
                peer.sendall(answer)
                peer.close()
                self.assertEqual(child.communicate(timeout=WAIT)[0], b"")
                self.assertEqual(child.returncode, 69 if b" 500 " in answer or not answer else 65)
            os.unlink(path)

    # --- demands, paths, elements ----------------------------------------------------------------

    def test_a_list_is_a_table_of_all_with_its_sum(self):
        """The first of each kind, in full; what is said of the rest is its length and the sum."""
        first = {"demands": (1, ["verdict    demand  from  to      class      why",
                                 "ok         x0000   a     site:b  -          its paths are installed as intended",
                                 "violation  x0001   a     site:b  sensitive  maker huawei; facts.csv:12 (rule kr-1)"],
                             "250 demands: 63 ok, 63 violation, 62 undecided, 62 no-path"),
                 "paths": (1, ["phase       path      router  held       over                      why",
                               "down        a>b/0000  -       enforcing  -",
                               "waiting     a>b/0001  r1      proven     a r\u00e9 ?; gone: link:a--r5"],
                           "250 paths: 36 installed, 36 installing, 36 waiting, 36 down, 36 astray, 35 draining, 35 removing"),
                 "elements": (0, ["verdict    element     maker  known to         why",
                                  "trusted    node:x0000  -      inventory alone",
                                  "unknown    node:x0001  -      inventory alone  maker huawei (rule kr-1)"],
                              "250 elements: 84 trusted, 83 unknown, 83 untrusted")}
        for command, (code, head, last) in first.items():
            got, out, err = self.run_it(command, "--socket", self.socket)
            lines = out.splitlines()
            self.assertEqual((got, err, len(lines)), (code, "", 252), command)
            self.assertEqual((lines[:3], lines[-1]), (head, last))

    def test_a_list_of_json_is_what_the_daemon_says_of_each(self):
        code, out, err = self.run_it("demands", "--json", "--limit", "3", "--socket", self.socket)
        self.assertEqual((code, err), (1, ""))
        page = json.loads(out)
        self.assertEqual(([d["id"] for d in page["items"]], page["next"]), (["x0000", "x0001", "x0002"], "x0002"))
        self.assertEqual(self.run_it("demands", "--json", "--limit", "1", "--socket", self.socket)[0], 0)
        for demand, ends in (("x0000", 0), ("x0001", 1), ("x0002", 2), ("x0003", 1)):  # ok, violation, undecided, no-path
            self.assertEqual(self.run_it("demands", demand, "--socket", self.socket)[0], ends)
        code, out, _ = self.run_it("demands", "x0001", "--json", "--socket", self.socket)
        self.assertEqual((code, json.loads(out)), (1, {"items": [page["items"][1]], "next": None}))

    def test_one_that_is_not_there_is_66(self):
        code, out, err = self.run_it("elements", "x0001", "--socket", self.socket)
        self.assertEqual((code, out), (66, ""))
        self.assertIn("an ID is node:ID or link:ID", err)
        code, _, err = self.run_it("elements", "node:nowhere", "--socket", self.socket)
        self.assertEqual((code, "an ID is" in err), (66, False), err)

    def serve(self, answers):
        """A server of these answers, each to one connection; what it was asked for comes into the list that is given back."""
        folder = tempfile.TemporaryDirectory()
        asked, path = [], folder.name + "/pages"
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen()

        def run():
            for answer in answers:
                peer, _ = listener.accept()
                asked.append(peer.recv(4096).split()[1].decode())
                peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + answer)
                peer.close()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self.addCleanup(folder.cleanup)
        self.addCleanup(listener.close)
        self.addCleanup(thread.join, WAIT)
        return path, asked

    def test_pages_are_asked_for_until_there_are_no_more(self):
        item = '{"id": "%s", "kind": "node", "verdict": "trusted", "reasons": [], "note": "]}, {[\\""}'
        pages = [json.dumps({"next": "node:b/&c"})[:-1] + ', "items": [' + item % "node:a" + "," + item % "node:b/&c" + "]}",
                 '{"items": [ ' + item % "node:d" + '\n], "next": null}']
        path, asked = self.serve([p.encode() for p in pages])
        code, out, err = self.run_it("elements", "--json", "--verdict", "trusted", "--socket", path)
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(json.loads(out), {"items": [json.loads(item % x) for x in ("node:a", "node:b/&c", "node:d")],
                                           "next": None})
        self.assertEqual(asked, ["/v1/elements?limit=1000&verdict=trusted",
                                 "/v1/elements?limit=1000&verdict=trusted&after=node%3Ab%2F%26c"])

    def test_a_page_that_is_none_is_not_understood(self):
        for page in ('[]', '{"items": {}, "next": null}', '{"items": [1], "next": null}', '{"items": [], "next": "x"}',
                                  '{"items": [{"id": "x", "verdict": "good"}], "next": null}',
                                  '{"items": [{"verdict": "ok"}], "next": null}',
                                  '{"items": [{"id": "x", "verdict": "ok"}, {"id": "y", "verdict": "ok"}], "next": null}'):
            path, _ = self.serve([page.encode()])
            code, out, _ = self.run_it("demands", "--limit", "1", "--socket", path)
            self.assertEqual((code, out), (65, ""), page)
            self.doCleanups()

    # --- reload ----------------------------------------------------------------------------------

    def test_what_a_terminal_would_obey_is_disarmed(self):
        code, out, err = self.run_it("reload", "--dry-run", "--socket", self.socket)
        self.assertEqual((code, err), (78, ""))
        self.assertIn("\n         links?[2J.csv\n           after:  01234567", out)
        self.assertNotIn("\x1b", out)

    # --- watch -----------------------------------------------------------------------------------

    def watch(self, *args):
        child = subprocess.Popen([PROGRAM, "watch", "--socket", self.socket, *args], stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL)
        self.addCleanup(child.stdout.close)
        self.addCleanup(child.kill)
        return child

    def seen(self, child):
        """Waits until the watch reads events: fills the log until it has told one."""
        os.set_blocking(child.stdout.fileno(), False)
        count, end = 0, time.monotonic() + WAIT
        line = b""
        while time.monotonic() < end and not line.endswith(b"\n"):
            count += 1
            self.fill(count)
            line += child.stdout.readline() or b""
            time.sleep(0.05)
        os.set_blocking(child.stdout.fileno(), True)
        return line

    def test_watch_tells_events_goes_on_after_a_restart_and_ends_with_the_status(self):
        child = self.watch("--json")
        first = json.loads(self.seen(child))
        self.assertEqual(first["kind"], "step")
        self.stop()
        self.start()
        self.stub.stdin.write(b"log 5\n")
        self.stub.stdin.flush()
        at = first["seq"]
        for _ in range(5):
            at += 1
            self.assertEqual(json.loads(child.stdout.readline())["seq"], at)
        child.send_signal(signal.SIGTERM)
        self.assertEqual(child.wait(WAIT), 1)

    def test_watch_tells_people_one_line_an_event(self):
        line = self.seen(self.watch()).decode()
        self.assertRegex(line, r"^2026-11-28T12:00:00\.000000Z #\d+ step a>b/1: reason node r5 is gone\n$")

    # --- log -------------------------------------------------------------------------------------

    def test_the_chain_can_be_verified_by_anybody_from_the_lines(self):
        self.fill(4)
        code, out, _ = self.log("show", "--json")
        self.assertEqual(code, 0)
        before = bytes(32)
        for line in out.splitlines():
            entry = json.loads(line)
            document = line[line.index(', "document": ') + len(', "document": '):-1].encode()
            self.assertEqual(entry["before"], before.hex())
            pieces = (entry["kind"].encode(), entry["subject"].encode(),
                      b"".join(n.to_bytes(8, "big") for n in entry["because"]),
                      b"".join(bytes.fromhex(c) for c in entry["contents"]), document)
            self.assertEqual(entry["at"], "2026-11-28T12:00:00.000000Z")
            data = before + entry["seq"].to_bytes(8, "big") + (1795867200000000).to_bytes(8, "big")
            data += b"".join(len(p).to_bytes(4, "big") + p for p in pieces)
            before = hashlib.sha256(data).digest()
            self.assertEqual(entry["hash"], before.hex())
        self.assertEqual(json.loads(self.run_it("status", "--json", "--socket", self.socket)[1])["log"]["hash"],
                         before.hex())

    def test_a_log_that_was_tampered_with_is_named(self):
        self.fill(6)
        self.assertEqual(self.log("verify")[0], 0)
        self.stop()
        with sqlite3.connect(self.state + "/cleanpath.db") as db:
            db.execute("DROP TRIGGER log_update")
            db.execute("UPDATE log SET subject = CAST('b>a/1' AS BLOB) WHERE seq = 4")
        db.close()
        code, out, _ = self.log("verify")
        self.assertEqual((code, out), (1, "broken: entry 4: its hash is not that of its contents\n"))
        code, out, _ = self.log("verify", "--json")
        self.assertEqual(json.loads(out)["broken"]["seq"], 4)

    def test_a_log_made_anew_does_not_have_the_anchored_hash(self):
        self.fill(3)
        anchor = json.loads(self.log("verify", "--json")[1])["head"]
        given = f"{anchor['seq']}:{anchor['hash']}"
        self.assertEqual(self.log("verify", "--anchor", given)[0], 0)
        self.assertEqual(self.log("verify", "--anchor", "2:" + anchor["hash"])[0], 1)
        self.assertEqual(self.log("verify", "--anchor", "9:" + anchor["hash"])[0], 1)
        self.assertEqual(self.log("verify", "--anchor", "x")[0], 64)

    def test_entries_are_shown_by_what_is_asked(self):
        self.fill(5)
        self.assertEqual(len(self.log("show")[1].splitlines()), 5)
        self.assertEqual([json.loads(x)["seq"] for x in self.log("show", "--json", "--last", "2")[1].splitlines()], [4, 5])
        self.assertEqual(self.log("show", "--kind", "plan")[1], "")
        self.assertEqual(len(self.log("show", "--subject", "a>b/1", "--after", "3")[1].splitlines()), 2)
        self.assertEqual(self.log("show", "--from", "2026-11-29")[1], "")
        self.assertEqual(self.log("show", "--until", "2026-11-28T12:00:00Z")[1], "")
        self.assertEqual(self.log("show", "--kind", "plans")[0], 64)
        self.assertEqual(self.log("show", "--from", "noon")[0], 64)

    def test_a_cut_of_days_that_have_not_come_is_refused(self):
        self.fill(2)
        self.stop()
        self.assertEqual(self.log("cut", "--before", "2999-01-01", "--by", "p", "--why", "w")[0], 64)
        self.assertEqual(len(self.log("show")[1].splitlines()), 2)

    def test_a_path_is_explained(self):
        self.fill(2)
        code, out, _ = self.log("explain", "a>b/1")
        self.assertEqual(code, 0)
        self.assertIn("#2 step a>b/1", out)
        self.assertIn("reason: node r5 is gone", out)
        code, out, _ = self.log("explain", "1", "--json")
        self.assertEqual(json.loads(out)["entry"]["seq"], 1)
        self.assertEqual(self.log("explain", "b>a/1")[0], 66)
        self.assertEqual(self.log("explain", "99")[0], 66)

    def test_what_a_path_rests_on_is_told_from_the_log_alone_also_after_a_cut(self):
        self.stub.stdin.write(b"log 3\nstory\nlog 2\n")
        self.stub.stdin.flush()
        self.fill(10)
        self.stop()
        for _ in range(2):
            code, out, _ = self.log("explain", "s>t/7")
            self.assertEqual(code, 0)
            order, rest = out.split("it rests on\n")
            for part in ("#7 step s>t/7", "before: s, r5, t", "after: s, r3, t", "rule: kr-1", "fact: facts.csv:12",
                         "since then", "#8 report", "state: up"):
                self.assertIn(part, order)
            for part in ("#6 plan", "because of #4, #5", "verdict: proven", "#5 view", "#4 inputs", "policies: (path policy.yaml)",
                         "kept, 32 bytes"):
                self.assertIn(part, rest)
            whole = json.loads(self.log("explain", "--json", "s>t/7")[1])
            self.assertEqual([e["seq"] for e in whole["rests_on"]], [6, 5, 4])
            self.assertEqual([e["seq"] for e in whole["since"]], [8])
            self.assertTrue(whole["complete"])
            digest = whole["rests_on"][2]["contents"][0]
            self.assertEqual(self.log("content", digest)[1], "cleanpath-policy: 1\nid: kr-2014\n")
            self.assertEqual(hashlib.sha256(b"cleanpath-policy: 1\nid: kr-2014\n").hexdigest(), digest)
            self.log("cut", "--before", TODAY, "--by", "an auditor", "--why", "time")
            self.assertEqual(self.log("verify")[0], 0)
        self.assertEqual(len(self.log("show")[1].splitlines()), 6)

    def test_a_cut_is_signed_and_not_beside_the_daemon(self):
        self.fill(3)
        args = ("--before", TODAY, "--by", "an auditor", "--why", "ten years have passed")
        self.assertEqual(self.log("cut", *args)[0], 69)
        self.stop()
        self.assertEqual(self.log("cut", *args[2:])[0], 64)
        self.assertEqual(self.log("cut", *args)[0], 0)
        self.assertEqual(self.log("verify")[0], 0)
        self.assertIn("by an auditor; why ten years have passed", self.log("show")[1])

    def test_what_is_not_there_or_newer_is_said(self):
        self.assertEqual(self.run_it("log", "verify", "--state", self.folder.name + "/none")[0], 66)
        self.assertEqual(self.log("content", "0" * 64)[0], 66)
        self.assertEqual(self.log("content", "0")[0], 64)
        self.stop()
        with sqlite3.connect(self.state + "/cleanpath.db") as db:
            db.execute("PRAGMA user_version = 2")
        db.close()
        self.assertEqual(self.log("verify")[0], 78)


if __name__ == "__main__":
    unittest.main()
