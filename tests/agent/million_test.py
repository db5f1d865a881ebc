"""A million orders that are malformed or out of policy, to cleanpath-agent's socket: nothing changes."""

import random
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import agentlab  # noqa: E402
from agentlab import DONE, INSTALLED, MALFORMED, ORDER, READ, REQUEST, VIA_R4, path  # noqa: E402

LACKING = agentlab.lacking()
ORDERS = 1000000
CHECKED_EACH = 100000
SIDS = ["fcbb:4::48", "fcbb:4::49", "fcbb:4::4a", "fcbb:8::d4", "fcbb:8::d6", "fcbb:1::e", "fcff:1::1", "::"]


def refused(draw):
    """An order that no policy of the lab permits"""
    kind = draw.randrange(4)
    if kind == 0:  # of another size
        size = draw.choice([0, 1, 24, 240, 887, 889, 1500, draw.randrange(2000)])
        return draw.randbytes(size) if size not in (0, 888) else draw.randbytes(1)
    if kind == 1:  # of the right size, anything
        return REQUEST.pack(draw.choice([0, 7, 8, draw.randrange(7, 1 << 32)]), *(draw.randrange(1 << 32) for _ in range(5))) \
            + draw.randbytes(864)
    if kind == 2:  # whole, of a demand that is none
        demand = (draw.choice([0, 99, 101, 1023, draw.randrange(101, 1 << 32)]), draw.choice([0, 1, 5, 8, 9]))
        return agentlab.request(draw.choice([ORDER, agentlab.STOP]), 1, [path(VIA_R4)], demand)
    # Whole, of the demand, by a chain that is none: the last SID does not lead on from node 8, or nothing leads there.
    sids = [draw.choice(SIDS) for _ in range(draw.randrange(1, 13))] + ["fcbb:4::4a"]
    return agentlab.request(ORDER, 1, [path(sids[:12] if len(sids) < 13 else sids[1:13], first=draw.randrange(5))] *
                            draw.randrange(1, 5), (100, 8))


@unittest.skipIf(LACKING, LACKING)
class MillionTest(unittest.TestCase):
    def test_a_million_refused_orders_change_nothing(self):
        lab = agentlab.Lab()
        try:
            lab.up()
            lab.write_policy()
            lab.barrier()
            lab.start()
            self.assertEqual(lab.ask(ORDER, path(VIA_R4))["state"], INSTALLED)
            before = lab.state()
            draw = random.Random(2026)
            results = {}
            for number in range(1, ORDERS + 1):
                lab.socket.send(refused(draw))
                result = agentlab.ANSWER.unpack_from(lab.socket.recv(4096))[5]
                results[result] = results.get(result, 0) + 1
                if number % CHECKED_EACH == 0:
                    self.assertEqual(lab.state(), before)
            self.assertEqual(lab.ask(READ)["state"], INSTALLED)
            self.assertNotIn(DONE, results)
            self.assertGreater(results[MALFORMED], ORDERS // 4)
            self.assertGreater(len(results), 4)
            print(f"# results: {dict(sorted(results.items()))}", file=sys.stderr)
        finally:
            lab.down()


if __name__ == "__main__":
    unittest.main()
