"""What has an end ends by itself, and a clock set back lengthens nothing."""

import os
import struct
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import barrierlab  # noqa: E402
from barrierlab import chain, moment, policy_text  # noqa: E402

CLOCK = os.environ.get("LEAKLAB_CLOCK_LIBRARY", "build/tests/leaklab/libleaklab_clock.so")
LACKING = barrierlab.lacking() or ("" if Path(CLOCK).exists() else "there is no clock to set")
DAY = 86400
LONG, SHORT = (chain(6), "10.6.1.1"), (chain(3), "10.3.1.1")
MARGIN = 1  # that much earlier it may end


@unittest.skipIf(LACKING, LACKING)
class ClockTest(unittest.TestCase):
    def setUp(self):
        self.lab = barrierlab.Lab()
        self.addCleanup(self.lab.down)
        self.lab.up()

    def raise_at(self, text, offset_s):
        """By a clock that is wrong by so much"""
        (self.lab.folder / "clock").write_bytes(struct.pack("=q", offset_s))
        self.lab.write_policy(text)
        words = self.lab.words()
        self.lab.at("h", "env", f"LD_PRELOAD={Path(CLOCK).absolute()}", f"LEAKLAB_CLOCK={self.lab.folder / 'clock'}",
                    *words[4:])

    def passes(self, path):
        said = self.lab.went(*path)
        self.assertIn(said, ({"e-a": 1}, {"tunnel": 1}))
        return said == {"e-a": 1}

    def assert_ends(self, at):
        """The long path's traffic, by itself, and not before its margin"""
        last = 0
        while time.time() < at:
            if self.passes(LONG):
                last = time.time()
            else:
                break
        self.assertGreater(last, at - MARGIN - 1)
        time.sleep(max(0, at - time.time()))
        self.assertFalse(self.passes(LONG))
        self.assertTrue(self.passes(SHORT))

    def until(self, at, **more):
        return policy_text(until={4: moment(at)}, **more)

    def test_a_step_ends_with_no_process_of_ours_alive(self):
        end = time.time() + 4
        self.lab.raise_(self.until(end))
        self.assertRegex(self.lab.table(), r"timeout \d+s.* expires \d+")
        self.assertTrue(self.passes(LONG))
        self.assert_ends(end)

    def test_a_way_ends_too(self):
        end = time.time() + 3
        self.lab.raise_(policy_text(until={2: moment(end)}))
        self.assertTrue(self.passes(SHORT))
        time.sleep(max(0, end - time.time()))
        self.assertFalse(self.passes(SHORT))
        self.assertTrue(self.passes((chain(2), "10.2.1.1")))

    def test_what_is_over_is_not_written(self):
        self.lab.raise_(policy_text(until={4: moment(time.time() - 1)}))
        self.assertFalse(self.passes(LONG))
        self.assertTrue(self.passes(SHORT))

    def test_of_two_lines_the_later_end_counts(self):
        text = policy_text(until={4: moment(time.time() + 2)}).replace(
            "adjacency fcbb:4::a 4 5 100", "adjacency fcbb:4::a 4 5 100 until 2100-01-01T00:00:00Z\nadjacency fcbb:4::a 4 5 100", 1)
        self.lab.raise_(text)
        time.sleep(2)
        self.assertTrue(self.passes(LONG))

    def test_a_clock_set_back_before_the_barrier_is_raised_again(self):
        end = time.time() + 4
        self.lab.raise_(self.until(end))
        for offset in (-DAY, -400 * DAY):
            self.raise_at(self.until(end), offset)
        self.assertTrue(self.passes(LONG))
        self.assert_ends(end)

    def test_a_clock_that_was_ahead_once(self):
        end = time.time() + DAY / 2
        self.lab.raise_(self.until(end))
        self.assertTrue(self.passes(LONG))
        self.raise_at(self.until(end), DAY)
        self.assertFalse(self.passes(LONG))
        self.raise_at(self.until(end), 0)
        self.assertFalse(self.passes(LONG))

    def test_no_policy_is_raised_before_it_was_issued(self):
        now = time.time()
        self.raise_at(self.until(now + 4, issued=moment(now)), -400 * DAY)
        self.assertTrue(self.passes(LONG))
        self.assert_ends(now + 4.5)  # what the program took to start is not known to it


if __name__ == "__main__":
    unittest.main()
