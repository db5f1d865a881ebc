"""Requests that wait together, which cleanpath-agent does in few steps, are answered as one after the other would be, and leave the same."""

import random
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import agentlab  # noqa: E402
from agentlab import DONE, INSTALLED, KERNEL, ORDER, READ, SID, STOP, path, request  # noqa: E402

LACKING = agentlab.lacking()
DEMANDS = range(10, 42)  # the first few have IPv4 and IPv6 behind them, one many prefixes
FEW = DEMANDS[:8]
HUBS = [f"fcbb:4::5{n}" for n in range(3)]
CASES, WAITING = 60, 32


def own_hub(demand):
    return f"fcbb:4::{demand + 0x100:x}"


POLICY = """cleanpath-edge-policy 1
serial {serial}
issued 2026-01-01T00:00:00Z
head 1 r1
node 4 r4
node 5 r5
""" + "".join(f"node {d} n{d}\n" for d in DEMANDS) + """source fcff:1::1
class 100 sensitive
inside e-h1
first 1 e-r4 fc01:1::4 4 100
first 2 f-r4 fc01:2::4 4 100
{selects}
""" + "".join(f"adjacency {hub} 4 5 100\n" for hub in HUBS) + "".join(
    f"adjacency {own_hub(d)} 4 5 100\n" for d in DEMANDS) + "".join(f"adjacency fcbb:5::{d} 5 {d} 100\n" for d in DEMANDS) + "".join(f"unpack4 fcbb:{d}::d4 {d}\n" for d in DEMANDS) + "".join(f"unpack6 fcbb:{d}::d6 {d}\n" for d in DEMANDS) + "".join(
    f"behind 100 {d} {prefix}\n" for d in DEMANDS for prefix in [f"20.{d}.{n}.0/24" for n in range(100 if d == 13 else 2)] + [
        f"fc20:{d}::/64"] * (d < 14)) + """hmac 17 sha256
mtu {mtu}
"""


def any_path(chance, demand):
    hub = chance.choice([*HUBS, own_hub(demand)] if chance.random() < 0.95 else ["fcbb:4::99"])
    return path([hub, f"fcbb:5::{demand}"], first=chance.choice((1, 1, 1, 2)), hmac=chance.choice((0, 0, 0, 17)),
                weight=chance.randint(1, 3), reduced=chance.randint(0, 1))


def any_requests(chance):
    """Mostly of one way out, so that many go together"""
    asked, few = [], chance.random() < 0.5
    for number in range(chance.randint(2, WAITING)):
        demand = chance.choice(FEW if few else DEMANDS)
        kind = chance.choices((ORDER, READ, STOP), (20, 1, 1))[0]
        paths = [any_path(chance, demand) for _ in range(chance.choice((1, 1, 1, 2, 4)))] if kind == ORDER else []
        asked.append(request(kind, number, paths, (100, demand)))
    return asked


@unittest.skipIf(LACKING, LACKING)
class BatchTest(unittest.TestCase):
    def setUp(self):
        self.lab = agentlab.Lab()
        self.addCleanup(self.lab.down)
        self.lab.up()
        self.lab.write_policy(text=POLICY, selects="select 100 to 20.0.0.0/8")
        self.lab.barrier()
        self.lab.start()

    def state(self):
        return [self.lab.at("r1", "ip", *words.split()) for words in (
            "-4 route show table all proto 201", "-6 route show table all proto 201", "nexthop")]

    def one_by_one(self, asked):
        return [self.lab.send(raw) for raw in asked]

    def together(self, asked):
        for raw in asked:
            self.lab.socket.send(raw)
        return [agentlab.understand(self.lab.socket.recv(4096)) for _ in asked]

    def after(self, do, asked):
        """From nothing: the answers, without their time, and what the kernel has"""
        for demand in DEMANDS:
            self.lab.ask(STOP, demand=(100, demand))
        answers = do(asked)
        return [{**said, "now_us": 0} for said in answers], self.state()

    def test_together_is_as_one_by_one(self):
        results = {}
        for case in range(CASES):
            asked = any_requests(random.Random(case))
            expected, state = self.after(self.one_by_one, asked)
            answers, got = self.after(self.together, asked)
            self.assertEqual(answers, expected, case)
            self.assertEqual(got, state, case)
            for said in answers:
                results[said["result"]] = results.get(said["result"], 0) + 1
        self.assertGreater(min(results.get(DONE, 0), results.get(SID, 0)), 50, results)

    def test_each_is_judged_by_what_the_filter_says_of_it(self):
        """All 32 wait, more than one datagram's; of one the filter lacks the way, wherever among them it stands"""
        for at in (0, 1, 5, 8, 9, 10, 11, 12, 20, 31):
            demand = DEMANDS[at]
            for each in DEMANDS:
                self.lab.ask(STOP, demand=(100, each))
            element = f"{{ 0x{100 << 16:x} . \"e-r4\" . {own_hub(demand)} . fc01:1::4 }}"
            self.lab.at("r1", "nft", "delete", "element", "inet", "cleanpath", "ways", element)
            answers = self.together([request(ORDER, d, [path([own_hub(d), f"fcbb:5::{d}"])], (100, d)) for d in DEMANDS])
            self.assertEqual([said["result"] for said in answers], [KERNEL if d == demand else DONE for d in DEMANDS], at)
            self.lab.at("r1", "nft", "add", "element", "inet", "cleanpath", "ways", element)

    def test_what_fails_takes_nothing_of_the_others_with_it(self):
        self.lab.at("r1", "ip", "link", "set", "f-r4", "down")
        time.sleep(0.2)
        asked = [request(ORDER, d, [path([HUBS[d % 3], f"fcbb:5::{d}"], first=2 if d % 3 == 1 else 1)], (100, d)) for d in DEMANDS]
        answers = self.together(asked)
        self.assertEqual([said["result"] for said in answers], [KERNEL if d % 3 == 1 else DONE for d in DEMANDS])
        self.assertEqual([said["state"] == INSTALLED for said in answers], [d % 3 != 1 for d in DEMANDS])
        for demand, said in zip(DEMANDS, answers):
            self.assertEqual(self.lab.ask(READ, demand=(100, demand))["state"], said["state"])


if __name__ == "__main__":
    unittest.main()
