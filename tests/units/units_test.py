"""What brings interfaces up comes after the barrier or not at all, and nothing that becomes of the barrier later takes the network down."""

import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import unitslab  # noqa: E402
from unitslab import NETWORK, UNITS  # noqa: E402

LACKING = unitslab.lacking()
BEHIND = {name: ["filter"] for name in NETWORK}
STATE = "echo $(systemctl is-active cleanpath-barrier systemd-networkd)\n"
SERIAL = "echo $(nft list set inet cleanpath issued 2>/dev/null | grep -o '{ 0x[0-9a-f]*')\n"
TURN = "turn() { nft list set inet cleanpath turn | grep -o '{ 0x[0-9a-f]*'; }\n"
SECONDS_MAX = 10  # from the end of a sleep


def serial(number):
    return f"{{ {number:#x}"


class FilesTest(unittest.TestCase):
    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed")
    def test_systemd_understands_every_unit(self):
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *map(str, sorted([*UNITS.glob("*.service"), *UNITS.glob("*.timer")]))],
                              capture_output=True, text=True, timeout=60, check=False)
        said = [line for line in done.stderr.splitlines() if "cleanpath" in line and "is not executable" not in line]
        self.assertEqual(said, [])

    def test_the_barrier_is_ordered_before_all_that_requires_it(self):
        text = (UNITS / "cleanpath-barrier.service").read_text(encoding="ascii")

        def named(word):
            return {name for line in re.findall(rf"^{word}=(.*)$", text, re.MULTILINE) for name in line.split()}
        templates = {f"wpa_supplicant{kind}@.service" for kind in ("", "-nl80211", "-wired")}  # ordered as ifup@ is
        self.assertEqual(named("RequiredBy"), {name.replace("@e0", "@") for name in NETWORK} | templates)
        self.assertEqual(named("RequiredBy") - named("Before"), {"ifup@.service"} | templates)
        dropped = re.search(r"foreach template : \[(.*)\]", (UNITS.parent / "meson.build").read_text(encoding="ascii"))[1]
        self.assertEqual({f"{name}@.service" for name in re.findall(r"'(.*?)'", dropped)}, {"ifup@.service"} | templates)
        self.assertIn("After=cleanpath-barrier.service\n", (UNITS / "cleanpath-ifup.conf").read_text(encoding="ascii"))


@unittest.skipIf(LACKING, LACKING)
class BootTest(unittest.TestCase):
    def setUp(self):
        self.lab = unitslab.Lab()
        self.addCleanup(self.lab.down)

    def broken(self, name):
        path = self.lab.policy(name, serial=9)
        path.write_text(path.read_text().replace("serial 9", "serial 8"), encoding="ascii")

    def test_the_network_comes_up_behind_the_filter(self):
        self.lab.policy("policy")
        self.assertEqual(self.lab.boot(STATE), ("active active\n", BEHIND))

    def test_without_a_barrier_no_network_comes_up(self):
        for wrong in (lambda: None, lambda: self.broken("policy")):  # no policy; one of another's signature
            wrong()
            said, noted = self.lab.boot(STATE)
            self.assertEqual((said, noted), ("failed inactive\n", {}))

    def test_nor_later_by_hand_or_by_a_device_until_there_is_one(self):
        self.broken("policy")
        self.lab.policy("mended", serial=3)
        said, noted = self.lab.boot(
            "for name in systemd-networkd.service ifup@e1.service; do systemctl start $name; done\n" + STATE +
            "cp /lab/mended /etc/cleanpath/edge.policy\n"
            "for name in systemd-networkd.service ifup@e1.service; do systemctl start $name; done\n" + STATE)
        self.assertEqual(said, "failed inactive\nactive active\n")
        self.assertEqual(noted, {"systemd-networkd.service": ["filter"], "ifup@e1.service": ["filter"]})

    def test_who_disables_it_has_a_network_without_it(self):
        said, noted = self.lab.boot("systemctl disable cleanpath-barrier\nsystemctl start systemd-networkd\n" + STATE)
        self.assertEqual((said, noted), ("failed active\n", {"systemd-networkd.service": ["none"]}))

    def test_a_newer_policy_leaves_the_network_up(self):
        self.lab.policy("policy", serial=1)
        self.lab.policy("newer", serial=2)
        said, noted = self.lab.boot(SERIAL + "cp /lab/newer /etc/cleanpath/edge.policy\nsystemctl reload cleanpath-barrier\necho $?\n" +
                                    SERIAL + STATE)
        self.assertEqual((said, noted), (f"{serial(1)}\n0\n{serial(2)}\nactive active\n", BEHIND))

    def test_where_raising_it_again_fails_all_stays(self):
        self.lab.policy("policy", serial=1)
        self.broken("broken")
        act = "".join(f"{change}\nsystemctl reload cleanpath-barrier; echo $?\n{SERIAL}{STATE}" for change in
                      ("cp /lab/broken /etc/cleanpath/edge.policy", "rm /etc/cleanpath/edge.policy", "chmod 0 /etc/cleanpath/edge.pub"))
        said, noted = self.lab.boot(act)
        self.assertEqual((said, noted), (f"1\n{serial(1)}\nactive active\n" * 3, BEHIND))

    def test_it_cannot_be_stopped_or_restarted_by_hand(self):
        self.lab.policy("policy")
        said, noted = self.lab.boot("for verb in stop restart try-restart; do systemctl $verb cleanpath-barrier; echo $?\n" + STATE + "done\n")
        self.assertEqual((said, noted), ("4\nactive active\n" * 3, BEHIND))

    def test_after_sleep_it_is_raised_again(self):
        self.lab.policy("policy")
        for kind in ("suspend", "hibernate", "hybrid-sleep", "suspend-then-hibernate"):
            self.lab.play(f"systemd-{kind}.service", "[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\n"
                          "ExecStart=/bin/sh -c 'nft list set inet cleanpath turn >/lab/asleep'\n")
        said, noted = self.lab.boot(TURN + "".join(
            f"systemctl start {kind}.target\n"
            f"for i in $(seq {SECONDS_MAX * 10}); do test \"$(turn)\" != '{serial(turn)}' && break; sleep 0.1; done\nturn\n"
            for turn, kind in enumerate(("suspend", "hibernate", "hybrid-sleep", "suspend-then-hibernate"), start=1)))
        self.assertEqual((said, noted), ("".join(f"{serial(turn)}\n" for turn in range(2, 6)), BEHIND))
        self.assertIn(serial(4), (self.lab.folder / "asleep").read_text())


if __name__ == "__main__":
    unittest.main()
