"""How many of many random cases are run, as tests/share.h has it"""

import os

SHARE = int(os.environ.get("TEST_SHARE", "1"))


def share_of(cases):
    return -(-cases // SHARE)
