"""cleanpath-agent with a headend beside it that somebody has taken over: steps of any kind, and nothing but what is ours changes,
and no sensitive packet goes where the policy does not permit it."""

import random
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import agentlab  # noqa: E402
from agentlab import VIA_R4  # noqa: E402

LACKING = agentlab.lacking()
STEP = struct.Struct("=8I B16s B16s 4B 4s 2B 208s")
ROUTE, UNROUTE, NEXTHOP, GROUP, UNHOP, ELEMENT, DROPPED, THEN = range(1, 9)
UNICAST, PROHIBIT = 1, 8
OUTER, LOCALS, CLASS = 0x43500000, 0x43500001, 0x43500400 + 100
NONE = (0, b"")
EPERM, EINVAL = 1, 22
STEPS = 400000
# It hands over its socket to the agent: whoever runs there may say anything.
TAKEN = """#!/usr/bin/python3
import socket, sys
outside = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
outside.connect(sys.argv[1])
socket.send_fds(outside, [b"it"], [3])
outside.recv(1) # until the end
"""


def ip(text):
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    return (6 if ":" in text else 4, socket.inet_pton(family, text))


def step(kind, table=0, nexthop=0, oif=0, address=NONE, via=NONE, length=0, type_=0, local=0, sids=(), weights=b"", which=0,
         metric=0):
    raw = b"".join(socket.inet_pton(socket.AF_INET6, sid) for sid in sids)
    return STEP.pack(kind, table, metric, nexthop, oif, 0, 0, which, *address, *via, length, type_, local,
                     len(weights) or len(sids), weights, 0, 0, raw)


def nexthop(which, family=4, endpoint=8):
    return 0x40000000 | 100 << 20 | endpoint << 4 | (8 if family == 6 else 0) | which


@unittest.skipIf(LACKING, LACKING)
class TakenTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = agentlab.Lab()
        cls.folder = tempfile.TemporaryDirectory(prefix="taken-")
        top = Path(cls.folder.name)
        shutil.copy(agentlab.AGENT, top / "cleanpath-agent")
        (top / "cleanpath-headend").write_text(TAKEN, encoding="ascii")
        (top / "cleanpath-headend").chmod(0o755)
        cls.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        cls.listener.bind(str(top / "socket"))
        cls.listener.listen()
        try:
            cls.lab.up()
            cls.lab.write_policy()
            cls.lab.barrier()
            cls.agent = subprocess.Popen(["ip", "netns", "exec", cls.lab.space("r1"), top / "cleanpath-agent",
                                                   top / "socket"])
            cls.listener.settimeout(60)
            cls.kept = cls.listener.accept()[0]
            cls.headend = socket.socket(fileno=socket.recv_fds(cls.kept, 2, 1)[1][0])
            cls.headend.settimeout(60)
            cls.index = {name: int(cls.lab.at("r1", "cat", f"/sys/class/net/{name}/ifindex")) for name in ("e-r4", "f-r4", "e-b")}
        except BaseException:
            cls.tearDownClass()
            raise

    @classmethod
    def tearDownClass(cls):
        if hasattr(cls, "agent"):
            cls.agent.kill()
            cls.agent.wait()
        cls.lab.down()
        cls.listener.close()
        cls.folder.cleanup()

    def setUp(self):
        self.before = self.lab.seen()

    def tearDown(self):
        self.assertEqual(self.lab.seen(), self.before, "b has seen what is sensitive")

    def do(self, *steps):
        self.headend.send(b"".join(steps))
        return struct.unpack_from("=I", self.headend.recv(1 << 16))[0]

    def others(self):
        """All that is not the agent's to change"""
        said = [self.lab.at("r1", "ip", *family, *what.split()) for family in (["-4"], ["-6"])
                for what in ("rule", "route show table main", "route show table local")]
        said += [line for family in ("-4", "-6") for line in
                 self.lab.at("r1", "ip", family, "route", "show", "table", "all").splitlines()
                 if "table 11298" in line and "prohibit default" in line]
        said += [self.lab.at("r1", "ip", "-o", "link"), self.lab.at("r1", "ip", "-o", "addr"),
                 self.lab.at("r1", "nft", "-s", "list", "ruleset"),
                 self.lab.at("r1", "sh", "-c", "grep -r . /proc/sys/net/ipv[46]/conf 2>/dev/null", check=False)]
        return re.sub(r"(valid_lft|preferred_lft|expires) \S+", "", "\n".join(said))

    def pings(self):
        return self.lab.ping() + self.lab.ping(to="fc02:2::2")

    def steer(self, sids, oif, via):
        """Both families over a first SID, whose way out that is; the errors"""
        return [self.do(step(ROUTE, OUTER, oif=self.index[oif], address=ip(sids[0]), via=ip(via), length=128, type_=UNICAST)),
                *(self.do(step(NEXTHOP, nexthop=nexthop(0, family), sids=[*sids, end]),
                          step(GROUP, nexthop=nexthop(7, family), weights=b"\1"), step(THEN),
                          step(ROUTE, CLASS, nexthop=nexthop(7, family), address=ip(prefix), length=length, type_=UNICAST))
                  for family, end, prefix, length in ((4, "fcbb:8::d4", "10.2.2.0", 24), (6, "fcbb:8::d6", "fc02:2::", 64)))]

    def test_what_the_policy_permits_is_done(self):
        self.assertEqual(self.steer(VIA_R4, "e-r4", "fc01:1::4"), [0, 0, 0])
        self.assertEqual(self.pings(), 6)

    def test_what_it_does_not_permit_leaves_nowhere(self):
        for sids, oif, via in ((VIA_R4, "e-b", "fc01:4::b"), (["fcbb:b::1"], "e-b", "fc01:4::b"),
                               (["fcbb:4::4a"], "e-r4", "fc01:1::4"), ([*VIA_R4, "fcbb:b::1"], "e-r4", "fc01:1::4"),
                               (["fcbb:8::d4"], "e-r4", "fc01:1::4")):
            self.assertEqual(self.steer(sids, oif, via), [0, 0, 0])
            self.assertEqual(self.pings(), 0, sids)
            self.assertEqual(self.lab.ping(dscp=0), 3)

    def test_what_is_unpacked_where_its_destination_does_not_lie_leaves_nowhere(self):
        self.steer(VIA_R4, "e-r4", "fc01:1::4")
        self.assertEqual(self.do(step(NEXTHOP, nexthop=nexthop(0), sids=["fcbb:4::d4"])), 0)
        self.assertEqual(self.lab.ping(), 0)

    def test_what_is_deleted_leaves_nowhere(self):
        self.steer(VIA_R4, "e-r4", "fc01:1::4")
        for family, prefix, length in ((4, "10.2.2.0", 24), (6, "fc02:2::", 64)):
            self.do(step(UNROUTE, CLASS, address=ip(prefix), length=length), step(UNHOP, nexthop=nexthop(7, family)))
        self.do(step(UNROUTE, OUTER, address=ip(VIA_R4[0]), length=128))
        self.assertEqual(self.pings(), 0)

    def test_sids_of_our_own_are_the_policys(self):
        end = dict(table=LOCALS, length=128, type_=UNICAST)
        self.assertEqual(self.do(step(ROUTE, address=ip("fcbb:1::e"), local=2, **end)), 0)
        for address, local in (("fcbb:1::f", 2), ("fcbb:1::e", 3), ("fcbb:1::e", 4)):
            self.assertEqual(self.do(step(ROUTE, address=ip(address), local=local, **end)), EPERM)
        self.assertEqual(self.do(step(ROUTE, address=ip("fcbb:1::e"), local=1, oif=self.index["e-b"], via=ip("fc01:4::b"), **end)),
                         EPERM)
        nowhere = dict(table=LOCALS, length=128, type_=PROHIBIT)
        self.assertEqual(self.do(step(ROUTE, address=ip("fcbb:1::e"), **nowhere)), 0)
        for address in ("fc02:2::2", "fc01:1::4", "fcbb:1::f"):
            self.assertEqual(self.do(step(ROUTE, address=ip(address), **nowhere)), EPERM)
        self.assertEqual(self.lab.ping(to="fc02:2::2", dscp=0), 3)
        self.assertEqual(self.do(step(ROUTE, address=ip("fcbb:1::e"), local=2, **end)), 0)
        self.assertIn("action End ", self.lab.at("r1", "ip", "-6", "route", "show", "table", str(LOCALS)))

    def test_a_datagram_with_one_wrong_step_does_nothing(self):
        self.steer(VIA_R4, "e-r4", "fc01:1::4")
        good = step(UNHOP, nexthop=nexthop(7))
        for bad in (step(ROUTE, 254, nexthop=nexthop(7), address=ip("10.2.2.0"), length=24, type_=UNICAST), b"x", step(0), step(9),
                    step(ELEMENT, which=4), step(DROPPED, which=3), step(UNROUTE, CLASS, address=ip("0.0.0.0"))):
            self.assertEqual(self.do(good, bad), EINVAL)
        self.assertEqual(self.do(*[good] * 129), EINVAL)
        self.assertEqual(self.do(good, step(ELEMENT)), EINVAL)  # a change and a question at once
        self.assertEqual(self.pings(), 6)

    def test_any_steps_change_nothing_but_what_is_ours(self):
        draw = random.Random(2026)
        addresses = [ip(a) for a in ("10.2.2.0", "0.0.0.0", "10.1.4.11", "fc02:2::", "fcbb:4::48", "fcbb:1::e", "::", "fc01:4::b",
                                     "ff02::1", "127.0.0.1")] + [NONE]
        before = self.others()
        done = 0
        for number in range(0, STEPS, 4):
            steps = []
            for _ in range(draw.randrange(1, 8)):
                near = [draw.choice(values) for values in (
                    (ROUTE, UNROUTE, NEXTHOP, GROUP, UNHOP, 0, ELEMENT, THEN), (CLASS, OUTER, LOCALS, 254, 255, 0, CLASS + 1),
                    (0, 0, 0, 1024, 0xffffffff), (nexthop(0), nexthop(7), nexthop(7, 6), nexthop(1, 6), 7, 0, 0x7fffffff),
                    (0, 0, 1, *self.index.values()), (0, 1280, 1 << 31), (0, 0, 17), (0, 1, 2, 3, 9))]
                steps.append(STEP.pack(*near, *draw.choice(addresses), *draw.choice(addresses), draw.choice((0, 8, 24, 64, 128, 200)),
                                       draw.choice((0, UNICAST, PROHIBIT, 2, 5)), draw.choice((0, 0, 0, 1, 2, 3, 4, 9)),
                                       draw.choice((1, 1, 2, 4, 13, 255)), draw.randbytes(4), draw.choice((0, 1, 2)),
                                       draw.choice((0, 20, 52, 255)), draw.randbytes(208)))
            raw = b"".join(steps)
            if draw.randrange(50) == 0:
                raw = raw[:draw.randrange(1, len(raw))]
            done += self.do(raw) not in (EINVAL, EPERM)
            if number % 40000 == 0:
                self.assertEqual(self.others(), before)
        self.assertEqual(self.others(), before)
        self.assertGreater(done, STEPS // 100)
        self.assertEqual(self.pings(), 0)
        self.assertEqual(self.lab.ping(dscp=0) + self.lab.ping(to="fc02:2::2", dscp=0), 6)
        print(f"# {done} datagrams were whole", file=sys.stderr)


if __name__ == "__main__":
    unittest.main()
