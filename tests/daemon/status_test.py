"""What `cleanpath status` ends with: never well while something critical stands, or while nobody looks"""

import os
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from play import LAB_FEED, Daemon, Pcc, lab_case, poll

CLEANPATH = os.environ.get("CLEANPATH", "build/cleanpath")
PEERS = ("    - {name: pcc1, address: 127.0.0.2, system: frr-8.4, node: r1}\n"
         "    - {name: pcc8, address: 127.0.0.3, system: frr-8.4, node: r8}\n")


class Status(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon()
        self.addCleanup(self.daemon.end)
        lab_case(self.daemon.case, [("d1", "r1", "r8")])

    def code(self):
        return subprocess.run([CLEANPATH, "status", "--socket", str(self.daemon.api)], stdout=subprocess.DEVNULL,
                              timeout=60).returncode

    def test_it_is_not_well_while_a_critical_alarm_stands(self):
        self.daemon.write(PEERS, top=LAB_FEED)
        self.daemon.start()
        for address in ("127.0.0.2", "127.0.0.3"):
            self.addCleanup(Pcc(self.daemon, address).close)
        poll(lambda: self.code() == 0, why="all well")
        self.assertEqual(self.daemon.ask("/v1/freeze", "POST", {"reason": "a look"})[0], 200)
        critical = [a["kind"] for a in self.daemon.get("/v1/alarms")["items"] if a["severity"] == "critical"]
        self.assertEqual(critical, ["hold"])
        self.assertEqual(self.code(), 2)
        self.assertEqual(self.daemon.ask("/v1/thaw", "POST", {"reason": "done"})[0], 200)
        self.assertEqual(self.code(), 0)


if __name__ == "__main__":
    unittest.main()
