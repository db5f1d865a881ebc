"""cleanpath-barrier, or the nft that it starts, killed at every system call: the kernel has the old policy or the new one, whole."""

import os
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
import barrierlab  # noqa: E402
from barrierlab import policy_text  # noqa: E402

LACKING = barrierlab.lacking() or ("" if shutil.which("strace") else "there is no strace here")
SECONDS_MAX = 20  # of a try: strace has been seen to wait for ever for a child that it killed


def two(serial):
    """Policies that differ in every set, and in what is selected"""
    if serial % 2:
        return policy_text(serial=serial)
    text = policy_text(serial=serial)
    for old, new in (("fcbb:20::e", "fcbb:20::f"), ("fcbb:5::a", "fcbb:5::b"), ("10.7.0.0/16", "10.77.0.0/16"),
                     ("fd00:7::/32", "fd00:77::/32"), ("fc01:2::2 3 100", "fc01:2::3 3 100"), ("fcbb:1::12", "fcbb:1::13"),
                     ("dscp 32", "dscp 33")):
        assert old in text
        text = text.replace(old, new)
    return text


@unittest.skipIf(LACKING, LACKING)
class KillTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = barrierlab.Lab()
        try:
            cls.lab.up()
        except BaseException:
            cls.lab.down()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.lab.down()

    def filter(self):
        """Without what is counted, and when it was; nor the serial, which tries differ in"""
        text = re.sub(r"(packets|bytes) \d+", "", self.lab.table())
        serial = int(re.search(r"set issued \{.*?elements = \{ (0x[0-9a-f]+|\d+)", text, re.DOTALL)[1], 0)
        return serial, re.sub(r"set (clock|issued|turn) \{.*?\n\t\}|priority [^;]+", "", text, flags=re.DOTALL)

    def raise_under(self, own, nft):
        """Exit status; words of strace to be put before the program itself, and before nft.  None: it hung, and was ended"""
        nft_at = shutil.which("nft")
        (self.lab.folder / "wrapper").write_text(f"#!/bin/sh\nexec {nft} {self.lab.folder}/nft \"$@\"\n", encoding="ascii")
        script = f"mount --bind {self.lab.folder}/wrapper {nft_at} && exec {own} \"$@\"" if nft else f"exec {own} \"$@\""
        words = self.lab.words()
        tracer = subprocess.Popen([*words[:4], "sh", "-c", script, "sh", *words[4:]], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            return tracer.wait(SECONDS_MAX)
        except subprocess.TimeoutExpired:
            os.killpg(tracer.pid, signal.SIGKILL)
            tracer.wait()
            return None

    def calls(self, of):
        """Of a whole run, in order: name and how many of that name there were; strace counts each name by itself"""
        log, seen, calls = self.lab.folder / "log", Counter(), []
        self.assertEqual(self.raise_under(*self.traced(of, f"-o {log}")), 0)
        for name in re.findall(r"^(\w+)\(", log.read_text(), re.MULTILINE):
            seen[name] += 1
            calls.append((name, seen[name]))
        return calls

    @staticmethod
    def traced(of, words):
        strace = f"{shutil.which('strace')} -q {words}"
        return ("", strace) if of == "nft" else (strace, "")

    def settle(self):
        """nft outlives who started it"""
        deadline = time.monotonic() + SECONDS_MAX
        while barrierlab.run("ip", "netns", "pids", self.lab.space("h")).strip() and time.monotonic() < deadline:
            time.sleep(0.005)

    def kill_at_all(self, of, calls, forms, serial):
        """The serial that was tried last, and how many runs left the old and the new one"""
        ends = Counter()
        for name, count in calls:
            before = self.filter()[0]
            serial += 2 if (serial + 1) % 2 == before % 2 else 1  # each try is to change something
            self.lab.write_policy(two(serial))
            self.raise_under(*self.traced(of, f"-o /dev/null -e trace={name} -e inject={name}:signal=KILL:when={count}"))
            self.settle()
            has, text = self.filter()
            self.assertIn(has, (before, serial), (of, name, count))
            self.assertEqual(text, forms[has % 2], (of, name, count))
            ends[has == serial] += 1
        return serial, ends

    def test_it_is_the_old_one_or_the_new_one(self):
        forms = {}
        shutil.copy(shutil.which("nft"), self.lab.folder / "nft")
        (self.lab.folder / "wrapper").touch(0o755)
        for serial in (1, 2):
            self.lab.raise_(two(serial))
            forms[serial % 2] = self.filter()[1]
        self.assertNotEqual(forms[0], forms[1])
        for of in ("cleanpath-barrier", "nft"):
            calls = self.calls(of)
            if of != "nft":  # before it has what it may do it does nothing
                calls = calls[calls.index(("capset", 1)):]
            serial, ends = self.kill_at_all(of, calls, forms, serial)
            self.assertGreater(min(ends[False], ends[True]), 3, of)
        self.lab.raise_(two(serial + 1))
        self.assertEqual(self.filter()[1], forms[(serial + 1) % 2])


if __name__ == "__main__":
    unittest.main()
