"""Another policy takes the place of the one before in one step, and an older one does not."""

import re
import socket
import struct
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import barrierlab  # noqa: E402
from barrierlab import adjacency, chain, policy_text  # noqa: E402

LACKING = barrierlab.lacking()
OUT, DROPPED = {"e-a": 1}, {"tunnel": 1}
SECRETS_MISSING, KERNEL_REFUSED, BUSY, POLICY_REFUSED = 66, 74, 75, 78
ROUND = 20
AT_ONCE = 8


def without(node, **more):
    """The policy without a node's adjacency"""
    text = policy_text(**more)
    return text.replace(f"adjacency {adjacency(node)} {node} {node + 1} 100,200\n", "")


def hold_lock(space):
    """A socket of a namespace that has the barrier's lock, as another barrier would: cleanpath-lock in nftables, with an owner"""
    def message(kind, flags, family, resource, attributes=b""):
        return struct.pack("=IHHIIBBH", 20 + len(attributes), kind, 1 | flags, 1, 0, family, 0, socket.htons(resource)) + attributes
    name = b"cleanpath-lock\0"
    table = struct.pack("=HH16s", 4 + len(name), 1, name) + struct.pack("=HHI", 8, 2, socket.htonl(2))
    with barrierlab.inside(space):
        holder = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)
    holder.bind((0, 0))
    holder.send(message(0x10, 0, 0, 10) + message(10 << 8, 0x604, 1, 0, table) + message(0x11, 0, 0, 10))
    if struct.unpack_from("=IHHIIi", holder.recv(4096))[-1] != 0:
        raise AssertionError("there is no such lock")
    return holder


@unittest.skipIf(LACKING, LACKING)
class ReloadTest(unittest.TestCase):
    def setUp(self):
        self.lab = barrierlab.Lab()
        self.addCleanup(self.lab.down)
        self.lab.up()

    def test_an_older_policy_is_refused_and_says_so(self):
        self.lab.raise_(policy_text(serial=1 << 40))
        before = self.lab.table()
        for serial in (1, (1 << 40) - 1):
            code, said = self.lab.raise_(without(2, serial=serial), check=False)
            self.assertEqual(code, POLICY_REFUSED)
            self.assertIn("the kernel has a newer policy", said)
            self.assertEqual(self.lab.table(), before)

    def test_of_the_same_serial_one_that_was_issued_earlier_is_refused(self):
        self.lab.raise_(policy_text(issued="2026-01-02T00:00:00Z"))
        code, said = self.lab.raise_(policy_text(issued="2026-01-01T23:59:59Z"), check=False)
        self.assertEqual((code, "the kernel has a newer policy" in said), (POLICY_REFUSED, True))
        self.lab.raise_(policy_text(issued="2026-01-02T00:00:00Z"))

    def whole(self):
        """Filter, rules and prohibiting defaults, but for what counts"""
        text = re.sub(r"(packets|bytes) \d+", "", self.lab.table())
        text = re.sub(r"set (clock|issued|turn) \{.*?\n\t\}|priority [^;]+", "", text, flags=re.DOTALL)
        return text + "".join(self.lab.at("h", "ip", family, *what) for family in ("-4", "-6") for what in
                              (("rule",), ("route", "show", "table", "all", "proto", "201")))

    def at_once(self, texts):
        """Exit statuses of as many barriers by each of these policies, all begun at once"""
        files = []
        for number, text in enumerate(texts):
            self.lab.write_policy(text)
            files.append(self.lab.folder / f"policy{number}")
            (self.lab.folder / "policy").rename(files[-1])
        running = [(number, subprocess.Popen([*self.lab.words(), "--policy", str(file)], stderr=subprocess.PIPE, text=True))
                   for _ in range(AT_ONCE) for number, file in enumerate(files)]
        said = [(number, process.communicate(timeout=120)[1], process.returncode) for number, process in running]
        return [{code for which, _, code in said if which == number} for number in range(len(texts))], said

    def two(self, *serials):
        """Policies that differ in the filter and in many rules"""
        return [policy_text(serial=serial, more=[f"select 100 from 10.{side}.{i}.0/24" for i in range(200)]).replace(
            "fcbb:5::a", f"fcbb:5::{side}") for side, serial in zip((1, 2), serials)]

    def test_of_many_at_once_with_two_policies_one_is_whole_in_the_end(self):
        texts, wholes = self.two(1, 1), []
        for text in texts:
            self.lab.raise_(text)
            wholes.append(self.whole())
        self.assertNotEqual(*wholes)
        for _ in range(3):
            codes, said = self.at_once(texts)
            self.assertEqual(codes, [{0}, {0}], said)
            self.assertIn(self.whole(), wholes)

    def test_of_many_at_once_the_newer_policy_is_whole_in_the_end(self):
        self.lab.raise_(self.two(1, 2)[1])
        whole = self.whole()
        for serial in (3, 5):
            codes, said = self.at_once(self.two(serial, serial + 1))
            self.assertEqual((codes[0] - {0, POLICY_REFUSED}, codes[1]), (set(), {0}), said)
            self.assertEqual(self.whole(), whole)

    def test_it_waits_for_another_that_is_being_raised(self):
        self.lab.raise_(policy_text(serial=1))
        before = self.lab.table()
        self.lab.write_policy(policy_text(serial=2))
        with hold_lock(self.lab.space("h")):
            waiting = subprocess.Popen(self.lab.words(), stderr=subprocess.PIPE, text=True)
            time.sleep(1)
            self.assertIsNone(waiting.poll())
            self.assertEqual(self.lab.table(), before)
        self.assertEqual(waiting.communicate(timeout=60)[1], "")
        self.assertEqual(waiting.returncode, 0)
        self.assertNotEqual(self.lab.table(), before)
        self.assertNotIn("cleanpath-lock", self.lab.list("list", "tables"))

    def test_it_waits_in_vain_and_says_for_what(self):
        self.lab.raise_(policy_text(serial=1))
        before = self.lab.table()
        with hold_lock(self.lab.space("h")):
            code, said = self.lab.raise_(policy_text(serial=2), check=False)
        self.assertEqual(code, BUSY)
        self.assertIn("another barrier is being raised", said)
        self.assertEqual(self.lab.table(), before)

    def test_a_table_of_the_locks_name_that_nobody_owns_is_told(self):
        self.lab.raise_(policy_text(serial=1))
        self.lab.at("h", "nft", "add", "table", "inet", "cleanpath-lock")
        before = self.lab.table()
        code, said = self.lab.raise_(policy_text(serial=2), check=False)
        self.assertEqual(code, KERNEL_REFUSED)
        self.assertIn("nft delete table inet cleanpath-lock", said)
        self.assertEqual(self.lab.table(), before)

    def test_nft_has_the_lock_too_should_the_barrier_be_killed(self):
        nft = self.lab.folder / "nft"
        nft.write_text("#!/bin/sh\nreadlink /proc/self/fd/3 >>" + f"{self.lab.folder}/has\ncat >/dev/null\n", encoding="ascii")
        nft.chmod(0o755)
        self.lab.write_policy(policy_text())
        words = self.lab.words()
        subprocess.run([*words[:4], "sh", "-c", f"mount --bind {nft} /usr/sbin/nft && exec \"$@\"", "sh", *words[4:]], check=True, timeout=60)
        self.assertRegex((self.lab.folder / "has").read_text(), r"^socket:")

    def test_the_same_serial_and_a_higher_one_are_taken(self):
        for serial, text, expected in ((7, policy_text, OUT), (7, lambda **more: without(5, **more), DROPPED), (8, policy_text, OUT),
                                       ((1 << 64) - 1, lambda **more: without(5, **more), DROPPED)):
            self.lab.raise_(text(serial=serial))
            self.assertEqual(self.lab.went(chain(9), "10.9.1.1"), expected)

    def test_a_policy_that_is_not_signed_changes_nothing(self):
        self.lab.raise_(policy_text())
        before = self.lab.table()
        self.lab.write_policy(policy_text(serial=2))
        signed = self.lab.folder / "policy"
        signed.write_text(signed.read_text().replace("serial 2", "serial 3"), encoding="ascii")
        done = subprocess.run(self.lab.words(), capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, POLICY_REFUSED)
        self.assertIn("not the key's signature", done.stderr)
        self.assertEqual(self.lab.table(), before)

    def test_a_file_that_lacks_what_it_should_have_is_named_with_what(self):
        self.lab.write_policy(policy_text())
        nowhere, empty, wrong, other, rsa = (self.lab.folder / name for name in ("nowhere", "empty", "wrong", "other", "rsa"))
        for words in (("genrsa", "-out", f"{rsa}.key", "2048"), ("pkey", "-in", f"{rsa}.key", "-pubout", "-out", str(rsa))):
            subprocess.run(["openssl", *words], check=True, capture_output=True)
        empty.write_text("")
        wrong.write_text("no number\n")
        other.write_text("18 of another key\n")
        for option, path, code, said in (("--policy", nowhere, POLICY_REFUSED, "cannot be read: No such file"),
                                         ("--key", nowhere, POLICY_REFUSED, "cannot be read: No such file"),
                                         ("--key", empty, POLICY_REFUSED, "cannot be read: No data"),
                                         *(("--key", path, POLICY_REFUSED, "holds no public key of Ed25519")
                                           for path in (wrong, rsa, self.lab.key)),
                                         ("--hmac", nowhere, SECRETS_MISSING, "No such file"),
                                         ("--hmac", wrong, SECRETS_MISSING, "not lines of a key's number"),
                                         ("--hmac", other, SECRETS_MISSING, "no secret for a key")):
            done = subprocess.run([*self.lab.words(), option, str(path)], capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertIn(f"{path}: {said}", done.stderr)

    def test_the_example_of_the_manual_page_is_a_policy(self):
        page = (Path(__file__).resolve().parents[2] / "docs/man/cleanpath-agent.8").read_text(encoding="ascii")
        text = page[page.index("cleanpath\\-edge\\-policy 1\n"):]
        self.lab.write_policy(text[:text.index(".fi\n")].replace("\\-", "-"))
        done = subprocess.run([*self.lab.words(), "--dry-run"], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("ip sr tunsrc set fcff:1::1", done.stdout)

    def test_it_is_replaced_under_traffic_and_not_a_packet_is_lost(self):
        self.lab.raise_(policy_text())
        self.lab.route(chain(3), "10.3.1.1")
        self.lab.route(chain(4), "10.4.1.1", mode="encap.red")
        before, stop, sent = self.lab.counts(), threading.Event(), [0]

        def traffic():
            while not stop.is_set():
                for to in ("10.3.1.1", "10.4.1.1"):
                    self.lab.send(to)
                    sent[0] += 1
        sender = threading.Thread(target=traffic)
        sender.start()
        try:
            for serial in range(2, 2 + ROUND):  # all that both have is put anew each time
                self.lab.raise_((without(5, serial=serial) if serial % 2 else policy_text(serial=serial)))
        finally:
            stop.set()
            sender.join()
        after = self.lab.counts()
        self.assertGreater(sent[0], 1000)
        self.assertEqual((after["e-a"] - before["e-a"], after["tunnel"] - before["tunnel"]), (sent[0], 0))

    def test_its_last_hooks_come_after_those_that_it_replaces(self):
        """Where both are there, with rules that change at one moment, a packet that passes the new one first may meet neither's"""
        def priorities():
            return [int(word.split(";")[0]) for word in self.lab.table().split("priority ")[1:] if word[0].isdigit()]
        self.lab.raise_(policy_text())
        last = priorities()
        self.assertEqual(len(last), 2)
        for _ in range(3):
            self.lab.raise_(policy_text())
            self.assertEqual(priorities(), [priority + 1 for priority in last])
            last = priorities()

    def test_rules_that_it_has_no_more_go_however_many_they_are(self):
        many = [f"select 100 from 10.{i // 250}.{i % 250}.0/24" for i in range(4000)]
        self.lab.raise_(policy_text(more=many))
        self.assertGreater(self.lab.at("h", "ip", "-4", "rule").count("\n"), len(many))
        self.lab.raise_(policy_text(serial=2))
        self.assertLess(self.lab.at("h", "ip", "-4", "rule").count("\n"), 20)

    def test_locators_that_differ_within_a_word_are_told_apart(self):
        """fcbb:4:8000::/33 is of node 30, the rest of fcbb:4::/32 of node 4"""
        self.lab.raise_(policy_text(more=["node 30 x", "adjacency fcbb:4:8000::a 30 5 100", "adjacency fcbb:4:7fff::a 4 5 100"]))
        for sid, expected in (("fcbb:4:7fff::a", OUT), (adjacency(4), OUT), ("fcbb:4:8000::a", DROPPED), ("fcbb:4:7fff::b", DROPPED)):
            self.assertEqual(self.lab.went([adjacency(2), adjacency(3), sid, *chain(9, begin=5)], "10.9.1.1"), expected, sid)

    def test_where_locators_tell_nothing_sids_themselves_are_compared(self):
        flat = policy_text(more=["node 30 x", "node 31 y"] + [f"adjacency fcbb:4::{30 + n % 2}:{n:x} {30 + n % 2} 5 100" for n in range(4)] +
                           ["adjacency fcbb:5::a0 30 5 100", "adjacency fcbb:5::b 5 6 100", "adjacency fcbb:4::b 4 30 100"])
        self.lab.raise_(flat)
        for second, third, begin, expected in ((adjacency(4), "fcbb:5::b", 6, OUT), ("fcbb:4::b", "fcbb:5::a0", 5, OUT),
                                               (adjacency(4), "fcbb:5::a0", 5, DROPPED), ("fcbb:4::b", "fcbb:5::b", 6, DROPPED)):
            self.assertEqual(self.lab.went([adjacency(2), adjacency(3), second, third, *chain(9, begin=begin)], "10.9.1.1"), expected, third)

    def test_what_the_new_one_does_not_permit_stops(self):
        self.lab.raise_(policy_text())
        self.assertEqual(self.lab.went(chain(9), "10.9.1.1"), OUT)
        self.lab.raise_(without(5, serial=2))
        self.assertEqual(self.lab.changed(lambda: self.lab.send("10.9.1.1")), DROPPED)
        self.assertEqual(self.lab.went(chain(5), "10.5.1.1"), OUT)


if __name__ == "__main__":
    unittest.main()
