"""What cleanpathd and cleanpath tell people: watch, log, status, the daemon's own lines"""

import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from play import Daemon, message, open_session, poll

CLEANPATH = os.environ.get("CLEANPATH", "build/cleanpath")
PEER = "    - name: pcc1\n      address: 127.0.0.2\n      system: frr-8.4\n      node: gov-seo-ce1\n"
SYNCHRONISED = message(10, bytes.fromhex("20100008" "00000000" "07100004"))


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


class Alarms(Told):
    """The end of an alarm is told as an end, everywhere."""

    def check(self, text):
        begins, ends = "alarm hold begins: why a person holds", "alarm hold ends; it was: why a person holds"
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
        self.assertRegex(self.log("explain", "hold"), r"^entry\n  #\d+ alarm hold ends, 2\S+Z.*\n    why: a person holds\n")


if __name__ == "__main__":
    unittest.main()
