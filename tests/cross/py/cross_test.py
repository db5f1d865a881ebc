"""cross.py as unittest cases, for meson; the program's path is in $CLEANPATH."""

import os
import unittest

import cross

COUNT = 400


class CrossTests(unittest.TestCase):
    def batch(self, first):
        faults = cross.check_batch(range(first, first + cross.BATCH), os.environ["CLEANPATH"], {})
        self.assertEqual([], faults)


def add_batch(first):
    name = f"test_seeds_{first:04}_to_{first + cross.BATCH - 1:04}"
    setattr(CrossTests, name, lambda self: self.batch(first))


for at in range(1, COUNT, cross.BATCH):
    add_batch(at)
