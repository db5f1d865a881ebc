"""A path that a router carries, for tests of what becomes of it"""

import json
import unittest

from play import LAB_FEED, Daemon, Pcc, lab_case, poll

PEER = "    - {name: pcc1, address: 127.0.0.2, system: frr-8.4, node: r1}\n"
NO_NOKIA = """  - id: no-nokia
    says: Secret traffic does not pass Nokia equipment.
    forbid-transit: { maker: nokia }
    of: secret
    unknown: untrusted
"""


class Steering(unittest.TestCase):
    PATH, TOP = "r1>r8/1000", LAB_FEED + "decisions: {damp: 1 s, drain: 1 s}\n"

    def setUp(self):
        self.daemon = Daemon()
        self.addCleanup(self.daemon.end)
        lab_case(self.daemon.case, [("d1", "r1", "r8")])
        self.daemon.write(PEER, top=self.TOP)
        self.policy = self.daemon.case / "policy.yaml"
        self.policy.write_text(self.change(self.policy.read_text()))
        self.old = self.policy.read_text()
        self.daemon.start()
        self.pcc = Pcc(self.daemon)
        self.addCleanup(self.pcc.close)
        poll(lambda: self.path()["phase"] == "installed", why="the path")

    def change(self, policy):
        return policy

    def path(self):
        return {p["id"]: p for p in self.daemon.get("/v1/paths")["items"]}[self.PATH]

    def status(self):
        return self.daemon.get("/v1/status")

    def reload(self, query=""):
        status, text = self.daemon.ask("/v1/reload" + query, "POST")
        self.assertEqual(status, 200, text)
        return json.loads(text)

    def refusals(self):
        return [line["message"] for line in self.daemon.lines() if (line["level"], line["kind"]) == ("error", "reload")]

    def state(self):
        status = self.status()
        told = [e["seq"] for e in self.daemon.get("/v1/log?limit=1000")["items"] if e["kind"] in ("inputs", "reload")
                and "refused" not in e["document"]]
        return status["inputs"], status["inputs_since"], told, self.path(), dict(self.pcc.paths)
