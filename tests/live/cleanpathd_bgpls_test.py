"""cleanpathd that learns the network by BGP-LS from real FRR 10.7 and steers FRR 8.4's headends by PCEP.

The network of cleanpathd_frr_test.py; r5 runs FRR 10.7 from another Debian release (netlab.newer_root) and tells the
controller behind it by BGP-LS; r6's documents are a second feed for as long as a test wants it.
"""

import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import cleanpathd_frr_test as frr  # noqa: E402
import netlab  # noqa: E402
from bgpls_frr_test import bgp  # noqa: E402

STALE_S, DISAGREE_S = 8, 3

BGP = """bgp:
  as: 65000
  router-id: 10.9.9.1
  hold: 9
  listen: {{ address: {listen} }}
  peers:
    - {{ name: r5-ls, address: {peer}, as: 65000, passive: yes }}
"""

DOCUMENTS = """feeds:
  - name: r6-isis
    kind: frr-isis
    command: [vtysh, --vty_socket, {folder}, -c, show isis mpls-te database json]
    every: 300 ms
"""


class Bgpls(unittest.TestCase):
    write_case = classmethod(frr.Live.write_case.__func__)
    get = frr.Live.get
    labels = frr.Live.labels
    daemon_log = frr.Live.daemon_log

    @classmethod
    def setUpClass(cls):
        why = netlab.lacking("pathd")
        root, no_root = netlab.newer_root()
        if why or no_root:
            raise unittest.SkipTest(why or no_root)
        cls.folder = tempfile.TemporaryDirectory()
        cls.lab = netlab.Lab("cpb", ipv6=False)
        for n in range(1, 9):
            cls.lab.router(f"r{n}", **({"root": root, "daemons": ["bgpd"]} if n == 5 else
                                       {"daemons": ["pathd"] if n in (1, 8) else []}))
        for a, b, metric in frr.LINKS:
            cls.lab.link(a, b, metric=metric)
        cls.lab.host("c", "r5")
        try:
            cls.lab.up()
            cls.lab.converge()
            cls.lab.configure("r5", bgp(cls.lab.address("c"), 5))
            cls.write_case()
            cls.start_daemon("state-1", both=False)
            for router, binding in frr.BINDING.items():
                cls.lab.configure(router, frr.pathd(
                    cls.lab.loopback(router), cls.lab.loopback(frr.FAR[router]), binding,
                    cls.lab.address("c")))
        except BaseException:
            cls.tearDownClass()
            raise

    @classmethod
    def tearDownClass(cls):
        if hasattr(cls, "log"):
            cls.log.close()
        cls.lab.down()
        cls.folder.cleanup()

    @classmethod
    def start_daemon(cls, state, both):
        folder = Path(cls.folder.name)
        cls.socket = str(folder / f"{state}.sock")
        peers = "\n".join(f"    - {{ name: {r}, address: {cls.lab.loopback(r)}, node: {r}, "
                          f"system: frr-8.4 }}" for r in frr.BINDING)
        delegated = "\n".join(f"    - {{ peer: {r}, name: SECRET-pce, demand: hotline }}"
                              for r in frr.BINDING)
        feeds = BGP.format(listen=cls.lab.address("c"), peer="10.2.1.1")
        if both:
            feeds += DOCUMENTS.format(folder=cls.lab.path("r6"))
        (folder / "cleanpathd.yaml").write_text(f"""case: {folder}/case
state: {folder}/{state}
api: {{ socket: {cls.socket} }}
pcep:
  listen: {{ address: {cls.lab.address('c')} }}
  keepalive: 5
  dead: 20
  peers:
{peers}
{feeds}paths:
  lists: strict
  colours: {{ secret: 100 }}
decisions:
  damp: 2 s
  drain: 1 s
  quiet: 500 ms
  stale: {STALE_S} s
  disagree: {DISAGREE_S} s
  hold: {{ share: 60 %, window: 5 s }}
  delegated:
{delegated}
""", encoding="utf-8")
        cls.log = open(folder / "log", "a", encoding="utf-8")
        cls.daemon = cls.lab.start("c", frr.CLEANPATHD, str(folder / "cleanpathd.yaml"),
                                   stdout=cls.log, stderr=cls.log)

    def stop_daemon(self):
        """ends it: what headends have stays as it is till another one comes"""
        self.daemon.terminate()
        self.assertEqual(self.daemon.wait(timeout=20), 0, self.daemon_log())
        self.log.close()

    # --- asking

    def until(self, what, seconds=60):
        def asked():
            self.assertIsNone(self.daemon.poll(), self.daemon_log())
            try:
                return what()
            except (OSError, ValueError):
                return False
        self.assertTrue(netlab.poll(asked, seconds, 0.2), self.daemon_log())

    def verdicts(self):
        return {d["id"]: d["verdict"] for d in self.get("demands")["items"]}

    def feeds(self):
        """name: (nodes, links in one direction, those without the other)"""
        return {f["name"]: (f["nodes"], f["links"], f["half_links"]) for f in self.get("feeds")["items"]}

    def alarms(self):
        return {(a["kind"], a["object"]) for a in self.get("alarms")["items"]}

    def installed(self):
        paths = self.get("paths")["items"]
        return len(paths) == 2 and all(p["phase"] == "installed" for p in paths)

    # --- facts, in the order of one story

    def test_1_bgp_ls_of_frr_alone_gives_the_network_but_no_adjacency_sids(self):
        """FRR 10.7's IS-IS database has them, its BGP-LS leaves them out: nothing is steered, and that is said"""
        self.until(lambda: self.feeds() == {"r5-ls": (8, 22, 0)})
        self.until(lambda: len(self.get("paths")["items"]) == 2)
        self.assertEqual({p["phase"] for p in self.get("paths")["items"]}, {"down"})
        self.until(lambda: any(kind == "down" for kind, _ in self.alarms()))
        self.assertEqual([self.labels(r) for r in frr.BINDING], [[], []])
        self.lab.set_link("r5", "r6", "down")
        self.until(lambda: self.feeds() == {"r5-ls": (8, 20, 0)})
        self.lab.set_link("r5", "r6", "up")
        self.until(lambda: self.feeds() == {"r5-ls": (8, 22, 0)})

    def test_2_two_feeds_of_one_network_agree(self):
        self.stop_daemon()
        self.start_daemon("state-2", both=True)
        self.until(self.installed)
        self.until(lambda: set(self.feeds()) == {"r5-ls", "r6-isis"})
        time.sleep(2 * DISAGREE_S)
        self.assertEqual([a for a in self.alarms() if a[0] in ("disagree", "feed-lost", "feed-stale")],
                         [])
        self.until(lambda: all(len(self.labels(r)) > 0 for r in frr.BINDING))
        self.assertFalse(any(f["disagrees"] for f in self.get("feeds")["items"]))
        self.assertEqual(self.verdicts(), {"hotline": "ok"})

    def test_3_a_feed_that_is_cut_is_told_and_moves_nothing(self):
        before = {r: self.labels(r) for r in frr.BINDING}
        moves = self.get("status")["since_start"]["moves"]
        self.lab.configure("r5", "router bgp 65000\n neighbor 10.2.1.2 shutdown\n")
        self.until(lambda: any("feed" in kind for kind, _ in self.alarms()))
        time.sleep(STALE_S + 4)
        self.assertEqual({r: self.labels(r) for r in frr.BINDING}, before)
        self.assertEqual(self.get("status")["since_start"]["moves"], moves)
        self.assertTrue(self.installed())
        self.lab.configure("r5", "router bgp 65000\n no neighbor 10.2.1.2 shutdown\n")
        self.until(lambda: not any("feed" in kind for kind, _ in self.alarms()))
        self.assertEqual({r: self.labels(r) for r in frr.BINDING}, before)


if __name__ == "__main__":
    unittest.main()
