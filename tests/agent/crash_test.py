"""cleanpath-agent, and the headend that it starts, killed at every system call of a change: the old state or the new one, and
nothing leaks."""

import re
import shutil
import signal
import subprocess
import sys
import time
import unittest
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import agentlab  # noqa: E402
from agentlab import DONE, ORDER, POLICY, READ, STOP, STOPPED, VIA_R4, path  # noqa: E402

LACKING = agentlab.lacking() or ("" if shutil.which("strace") else "there is no strace here")
OLD = [path(VIA_R4)]
NEW = [path(["fcbb:4::49"], first=2, weight=3), path(VIA_R4, first=2, reduced=1)]


def told(said):
    """What it is, but for the first hops: a first SID that old and new ways share has its own turn"""
    return said["state"], [(p["segments"], p["weight"], p["reduced"]) for p in said["paths"]]


@unittest.skipIf(LACKING, LACKING)
class CrashTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = agentlab.Lab()
        try:
            cls.lab.up()
            cls.lab.write_policy()
            cls.lab.barrier()
            cls.lab.start()
        except BaseException:
            cls.lab.down()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.lab.down()

    def reach(self, *paths):
        """The agent serves, and the kernel is as it is with these paths; what it is then"""
        if self.lab.agent is None:
            self.lab.start()
        said = self.lab.ask(ORDER, *paths) if paths else self.lab.ask(STOP)
        self.assertEqual(said["result"], DONE)
        return told(self.lab.ask(READ)), self.lab.state()

    def traced(self, pid, words):
        """strace with these words, once it is attached to the process"""
        tracer = subprocess.Popen(["strace", "-q", *words, "-p", str(pid)], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                  text=True)
        status = Path(f"/proc/{pid}/status")
        deadline = time.monotonic() + 10
        try:
            while "TracerPid:\t0\n" in status.read_text() and time.monotonic() < deadline:
                time.sleep(0.001)
        except FileNotFoundError:
            pass  # it was about to make a call by itself, and is gone
        return tracer

    def calls(self, of, change):
        """That it makes while change() is done, in order: names, and how many of that name there were, as strace counts; and some that
        it makes when it waits again"""
        log = self.lab.folder / "calls"
        tracer = self.traced(self.pid(of), ["-o", str(log)])
        change()
        tracer.send_signal(signal.SIGINT)
        tracer.communicate(timeout=60)
        seen, calls = Counter(), []
        for name in re.findall(r"^(\w+)\(", log.read_text(), re.MULTILINE):
            seen[name] += 1
            calls.append((name, seen[name]))
        return calls

    def injected(self, call, pid):
        """strace, which kills the process as its call begins"""
        name, count = call
        return self.traced(pid, ["-e", f"trace={name}", "-e", f"inject={name}:signal=KILL:when={count}", "-o", "/dev/null"])

    def pid(self, of):
        """`of` is "agent" or the headend that it started"""
        agent = self.lab.agent.pid
        return agent if of == "agent" else int(Path(f"/proc/{agent}/task/{agent}/children").read_text().split()[0])

    def survives(self, tracer, done):
        """Whether it lives on, untraced: it may have been killed after it had answered"""
        if done:
            tracer.send_signal(signal.SIGINT)
        tracer.communicate(timeout=60)
        try:
            return done and self.lab.ask(READ) is not None
        except OSError:
            return False

    def crash_everywhere(self, of, old, change, new, must_pass):
        """change() at each call of it in turn, from old; returns at how many it was killed"""
        now, before = self.reach(*old)
        after = told(new)
        seen = {"old": 0, "new": 0}
        calls = self.calls(of, change)
        killed = 0
        for call in calls:
            self.assertEqual(self.reach(*old)[1], before)
            tracer = self.injected(call, self.pid(of))
            try:
                done = change()
            except OSError:
                done = False
            if not self.survives(tracer, done):
                killed += 1
                self.lab.kill()
                leaked = self.lab.seen()
                arrived = self.lab.ping(count=2) + self.lab.ping(to="fc02:2::2", count=2)
                self.assertEqual(self.lab.seen(), leaked, f"a leak after a crash at {call}")
                if must_pass:
                    self.assertEqual(arrived, 4, f"a loss after a crash at {call}")
                self.lab.start()
            said = self.lab.ask(READ)
            has = told(said)
            self.assertTrue({p["first"] for p in said["paths"]} <= {1, 2})
            self.assertIn(has, (now, after), f"neither old nor new after a crash at {call}")
            seen["old" if has == now else "new"] += 1
        return killed, seen

    def check(self, *answer):
        for of in ("agent", "headend"):
            with self.subTest(of):
                killed, seen = self.crash_everywhere(of, *answer)
                print(f"# {of}: killed at {killed} calls: {seen['old']} times the old state, {seen['new']} the new one",
                      file=sys.stderr)
                self.assertGreater(killed, 5)
                self.assertGreater(seen["old"], 0)
                self.assertGreater(seen["new"], 0)

    def test_an_order_in_place_of_another(self):
        self.reach(*NEW)
        new = self.lab.ask(READ)
        self.check(OLD, lambda: self.lab.ask(ORDER, *NEW)["result"] == DONE, new, True)

    def test_an_order_with_fewer_paths(self):
        self.reach(*OLD)
        new = self.lab.ask(READ)
        self.check(NEW, lambda: self.lab.ask(ORDER, *OLD)["result"] == DONE, new, True)

    def test_a_stop(self):
        self.reach()
        new = self.lab.ask(READ)
        self.check(OLD, lambda: self.lab.ask(STOP)["result"] == DONE, new, False)

    def test_the_first_order(self):
        self.reach(*OLD)
        new = self.lab.ask(READ)
        self.check([], lambda: self.lab.ask(ORDER, *OLD)["result"] == DONE, new, False)

    def newer_policy(self, deadline):
        """Whether it is in force"""
        self.lab.agent.send_signal(signal.SIGHUP)
        while time.monotonic() < deadline:
            if self.lab.ask(POLICY)["serial"] == self.lab.serial:
                return True
            time.sleep(0.002)
        raise AssertionError("the newer policy is not taken")

    def test_a_newer_policy(self):
        for of in ("agent", "headend"):
            now, _ = self.reach(*OLD)
            self.lab.write_policy()
            self.lab.barrier()
            calls = self.calls(of, lambda: self.newer_policy(time.monotonic() + 20))
            killed = 0
            for call in calls:
                self.lab.write_policy()
                self.lab.barrier()
                tracer = self.injected(call, self.pid(of))
                try:
                    done = self.newer_policy(time.monotonic() + 20)
                except OSError:
                    done = False
                if not self.survives(tracer, done):
                    killed += 1
                    self.lab.kill()
                    leaked = self.lab.seen()
                    self.assertEqual(self.lab.ping(count=2) + self.lab.ping(to="fc02:2::2", count=2), 4,
                                     f"a loss after a crash at {call}")
                    self.assertEqual(self.lab.seen(), leaked, f"a leak after a crash at {call}")
                    self.lab.start()
                self.assertEqual(told(self.lab.ask(READ)), now, f"another state after a crash at {call}")
            print(f"# {of}: killed at {killed} calls of a reload", file=sys.stderr)
            self.assertGreater(killed, 5)


if __name__ == "__main__":
    unittest.main()
