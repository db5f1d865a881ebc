"""examples/edge-demo does what the README says, with root and without"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

AGENT = os.environ["CLEANPATH_AGENT"]
BARRIER = os.environ["CLEANPATH_BARRIER"]
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


class Demo(unittest.TestCase):
    def setUp(self):
        for program in ("ip", "nft", "openssl", "ping", "unshare"):
            if not shutil.which(program):
                self.skipTest(f"there is no {program} here")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = Path(folder.name)
        self.top.chmod(0o755)
        (self.top / "build").mkdir()
        shutil.copy(AGENT, self.top / "build/cleanpath-agent")
        shutil.copy(Path(AGENT).with_name("cleanpath-headend"), self.top / "build")
        shutil.copy(BARRIER, self.top / "build/cleanpath-barrier")
        shutil.copy("examples/edge-demo/demo.py", self.top)

    def run_it(self, *before):
        done = subprocess.run([*before, sys.executable, "demo.py"], cwd=self.top, capture_output=True, text=True,
                              timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertTrue(done.stdout.endswith("6 passed, 0 failed\n"), done.stdout)

    def test_as_who_runs_the_tests(self):
        if os.geteuid() != 0:
            self.need_user_spaces()
        self.run_it()

    def test_as_a_user_without_rights(self):
        if os.geteuid() != 0 or not shutil.which("setpriv"):
            self.skipTest("only root can become another user")
        self.need_user_spaces(*NOBODY)
        self.run_it(*NOBODY)

    def need_user_spaces(self, *before):
        if subprocess.run([*before, "unshare", "--user", "--map-root-user", "true"], capture_output=True,
                          check=False).returncode != 0:
            self.skipTest("there are no user namespaces here")


if __name__ == "__main__":
    unittest.main()
