"""The leak laboratory in its short form: a few events, fewer packets a second."""

import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import network  # noqa: E402

PROGRAM = str(Path(__file__).resolve().parent / "leaklab.py")


def spaces():
    """Those of other tests come and go meanwhile."""
    told = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=False).stdout
    return {line.split()[0] for line in told.splitlines() if line.startswith("cpll")}


class Short(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        why = network.netlab.lacking()
        if why:
            raise unittest.SkipTest(why)

    def run_it(self, *words):
        done = subprocess.run([sys.executable, PROGRAM, "--short", *words], capture_output=True, text=True,
                              timeout=250, check=False)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return done

    def test_a_script_leaks_and_the_laboratory_sees_it(self):
        done = self.run_it("--arm", "delete-and-add", "--events", "3", "--only", "agent-upgrade,head-link")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"\| \*\*all\*\* \| \*\*[1-9]\d* in 4\*\* \|")

    def test_behind_the_barrier_nothing_leaks(self):
        if not os.environ.get("CLEANPATH_AGENT"):
            self.skipTest("there is no cleanpath-agent here")
        done = self.run_it("--arm", "cleanpath", "--events", "10", "--only",
                           "link-silent,hijack,all-kill,headend-kill,headend-pause,agent-upgrade,licence-end,reidentified,reboot,flush")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("| **all** | **0 in 11** |", done.stdout)
        self.assertNotIn("by hand", done.stderr)

    def test_with_the_controller_nothing_leaks(self):
        if not all(os.environ.get(x) for x in ("CLEANPATH", "CLEANPATHD", "CLEANPATH_AGENT", "CLEANPATH_EDGE")):
            self.skipTest("not all programs are here")
        done = self.run_it("--arm", "controlled", "--events", "4", "--only", "link-down,reidentified,agent-kill,hijack")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("| **all** | **0 in 5** |", done.stdout)

    def test_killed_it_leaves_nothing_behind(self):
        before = spaces()
        with subprocess.Popen([sys.executable, PROGRAM, "--short", "--arm", "delete-and-add"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            for line in process.stderr:
                if re.search("first-start", line):
                    break
            process.kill()
        self.assertEqual(spaces(), before)
        self.assertTrue(network.netlab.poll(lambda: not self.running(), 5))

    @staticmethod
    def running():
        return subprocess.run(["pgrep", "-f", f"^{os.environ['LEAKLAB_TRAFFIC']}"], capture_output=True,
                              text=True, check=False).stdout


if __name__ == "__main__":
    unittest.main()
