"""What steer writes for FRR is loaded by a real FRR, its daemons in a network namespace."""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

SAMPLE = os.environ["STEER_SAMPLE"]
DAEMONS = Path("/usr/lib/frr")
NAMES = ["zebra", "staticd", "isisd", "pathd"]

# zebra asks only whether /proc/sys/net/mpls is there: in its own mount namespace it gets one, so
# that policies become active; the kernel still refuses every label.
PRETEND = """[ -e /proc/sys/net/mpls ] || {
    mount --bind /proc/sys/net "$0" && mount -t tmpfs none /proc/sys/net &&
    for d in "$0"/*; do b=/proc/sys/net/${d##*/}; mkdir -p $b; mount --bind $d $b; done
    mkdir -p /proc/sys/net/mpls/conf
}
exec "$@"
"""


def run(*argv, **options):
    return subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False, **options)


def lacking():
    """Why there can be no test here; empty: there can"""
    if os.geteuid() != 0:
        return "only root may make a network namespace"
    if not all((DAEMONS / name).exists() for name in NAMES) or not shutil.which("vtysh"):
        return "there is no FRR with pathd here"
    if (DAEMONS / "mgmtd").exists():
        return "this FRR wants to be started otherwise than that of Debian 12"
    name = f"cpfp{os.getpid()}"
    if not shutil.which("ip") or run("ip", "netns", "add", name).returncode != 0:
        return "there are no network namespaces here"
    run("ip", "netns", "del", name)
    return ""


LACKING = lacking()


@unittest.skipIf(LACKING, LACKING)
class FrrTest(unittest.TestCase):
    def setUp(self):
        self.space = f"cpf{os.getpid()}"
        self.folder = Path(tempfile.mkdtemp(prefix="cpf"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.ip("netns", "add", self.space)
        self.addCleanup(run, "ip", "netns", "del", self.space)
        self.ip("-n", self.space, "link", "set", "lo", "up")
        self.ip("-n", self.space, "addr", "add", "10.0.0.1/32", "dev", "lo")
        self.ip("-n", self.space, "link", "add", "e-b", "type", "veth", "peer", "name", "far")
        self.ip("-n", self.space, "link", "set", "e-b", "up")
        self.ip("-n", self.space, "link", "set", "far", "up")
        self.ip("-n", self.space, "addr", "add", "10.1.0.1/30", "dev", "e-b")
        (self.folder / "vtysh.conf").write_text("", encoding="utf-8")
        user = pwd.getpwnam("frr")
        os.chown(self.folder, user.pw_uid, user.pw_gid)
        self.addCleanup(self.stop)
        for name in NAMES:
            self.start(name)

    def ip(self, *words):
        done = run("ip", *words)
        self.assertEqual((done.returncode, done.stderr), (0, ""), words)

    def start(self, name):
        (self.folder / "net").mkdir(exist_ok=True)
        before = ["sh", "-c", PRETEND, f"{self.folder}/net"] if name == "zebra" else []
        done = run("ip", "netns", "exec", self.space, *before, str(DAEMONS / name), "-d",
                   "-z", f"{self.folder}/zserv.api", "--vty_socket", str(self.folder),
                   "-i", f"{self.folder}/{name}.pid", "-f", "/dev/null", "-A", "127.0.0.1",
                   stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 0, done.stderr)

    def stop(self):
        pids = [int(path.read_text(encoding="ascii")) for path in self.folder.glob("*.pid")]
        for pid in pids:
            try:
                os.kill(pid, 15)
            except ProcessLookupError:
                pass
        for _ in range(100):
            if not any(Path(f"/proc/{pid}").exists() for pid in pids):
                return
            time.sleep(0.05)
        for pid in pids:
            if Path(f"/proc/{pid}").exists():
                os.kill(pid, 9)

    def vtysh(self, *words):
        return run("vtysh", "--vty_socket", str(self.folder), "--config_dir", str(self.folder),
                   *words)

    def show(self, command):
        return self.vtysh("-c", f"show {command}").stdout

    def load(self, text):
        path = self.folder / "loaded.conf"
        path.write_text(text, encoding="utf-8")
        return self.vtysh("-f", str(path))

    def written(self, what="usual"):
        done = run(SAMPLE, "frr", "0", what)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("segment-routing", done.stdout)
        return done.stdout

    def wait_for(self, command, pattern):
        for _ in range(50):
            text = self.show(command)
            if re.search(pattern, text):
                return text
            time.sleep(0.1)
        return self.fail(f"{pattern} not in: {text}")

    def test_every_line_is_taken_and_read_back(self):
        text = self.written()
        done = self.load(text)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))
        running = {line.strip() for line in self.show("running-config").splitlines()}
        wanted = [line.strip() for line in text.splitlines() if not line.startswith("!")]
        self.assertGreater(len(wanted), 10)
        for line in wanted:
            self.assertIn(line, running)
        detail = self.show("sr-te policy detail")
        self.assertRegex(detail, r"Endpoint: 10\.0\.0\.3 +Color: 100 +Name: cp-100-n2 ")
        self.assertRegex(detail, r"\* Preference: 200 .* Segment-List: cp-100-n2-p1 ")
        self.assertRegex(detail, r"Preference: 100 .* Segment-List: cp-100-n2-b1 ")

    def test_what_the_program_writes_of_the_example_is_taken(self):
        made = self.folder / "made"
        done = run(os.environ["CLEANPATH"], "route", "examples/korea", "--assign-sids", "--config",
                   "frr", "--config-dir", str(made))
        self.assertLess(done.returncode, 3, done.stderr)
        text = (made / "gov-seo-ce1.conf").read_text(encoding="utf-8")
        loaded = self.load(text)
        self.assertEqual((loaded.returncode, loaded.stdout + loaded.stderr), (0, ""))
        running = {line.strip() for line in self.show("running-config").splitlines()}
        wanted = {line.strip() for line in text.splitlines() if not line.startswith("!")}
        self.assertGreater(len(wanted), 50)
        self.assertEqual(wanted - running, set())
        listed = re.findall(r"^ *policy color (\d+) endpoint (\S+)$", text, re.MULTILINE)
        shown = re.findall(r"Endpoint: (\S+) +Color: (\d+) ", self.show("sr-te policy detail"))
        self.assertEqual(sorted(listed), sorted((colour, end) for end, colour in shown))

    def test_loading_it_twice_changes_nothing(self):
        text = self.written("shares")
        self.assertEqual(self.load(text).returncode, 0)
        once = self.show("running-config")
        self.assertEqual(self.load(text).returncode, 0)
        self.assertEqual(self.show("running-config"), once)
        self.assertIn("candidate-path preference 199", once)

    def test_a_refused_line_would_be_seen(self):
        done = self.load(self.written() + "no-such-command\n")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("no-such-command", done.stdout + done.stderr)

    def test_traffic_of_a_policy_that_is_down_takes_the_ordinary_route(self):
        """The leak that the text names: no label of the list has a route here"""
        self.assertEqual(self.load(self.written()).returncode, 0)
        done = self.load("ip route 10.0.0.3/32 10.1.0.2\n"
                         "ip route 192.0.2.0/24 10.0.0.3 color 100\n")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.wait_for("sr-te policy", r"10\.0\.0\.3 +100 +cp-100-n2 +- +Inactive")
        route = self.wait_for("ip route 192.0.2.0/24", r"\* +10\.1\.0\.2, via e-b")
        self.assertNotIn("label", route)

    def test_when_a_policy_goes_its_traffic_takes_the_ordinary_route(self):
        """The same leak, of a policy that was active"""
        if "enabled: yes" not in self.show("mpls status"):
            self.skipTest("zebra has no MPLS here")
        done = self.load("ip route 10.0.0.3/32 10.1.0.2\n"
                         "mpls lsp 15000 10.1.0.2 16003\n"
                         "ip route 192.0.2.0/24 10.0.0.3 color 100\n")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.load(self.written()).returncode, 0)
        self.wait_for("sr-te policy", r"10\.0\.0\.3 +100 +cp-100-n2 +- +Active")
        self.wait_for("ip route 192.0.2.0/24", r"10\.1\.0\.2, via e-b, label 15000/15001")
        done = self.load("segment-routing\n traffic-eng\n"
                         "  no policy color 100 endpoint 10.0.0.3\n exit\nexit\n")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        route = self.wait_for("ip route 192.0.2.0/24", r"\* +10\.1\.0\.2, via e-b, weight")
        self.assertNotIn("label", route)

    def test_a_design_is_taken_by_releases_that_know_flex_algo(self):
        done = self.load(self.written("design"))
        refused = re.findall(r"Unknown command\[\d+\]: *(.*)", done.stdout + done.stderr)
        if done.returncode != 0 and "affinity-map cp-a128 bit-position 5" in refused:
            self.assertNotIn("segment-list", " ".join(refused))
            self.skipTest("this FRR is older than 9.0 and knows no Flex-Algo")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("flex-algo 128", self.show("running-config"))


if __name__ == "__main__":
    unittest.main()
