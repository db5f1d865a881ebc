"""How many of many random cases are run, as tests/share.h has it"""

import os
import re



def share():
    """1 (all) where it is said as nothing that is from 1 to 1000"""
    digits = re.match(r"\s*\+?([0-9]+)", os.environ.get("TEST_SHARE", ""))
    said = int(digits[1]) if digits else 1
    return said if 0 < said <= 1000 else 1


def share_of(cases):
    return -(-cases // share())
