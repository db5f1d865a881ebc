"""Headends with cleanpath-agent and cleanpath-edge, and cleanpathd, which orders their paths: it hears the network from the
IS-IS of both headends, over which no packet of its own goes, and has a link to each of them beside the network."""

import os
import re
import signal
import subprocess
import time

import agent_edge
import network

PROGRAMS = {name: os.environ.get(name.upper().replace("-", "_"), f"build/{name}")
            for name in ("cleanpath", "cleanpathd", "cleanpath-edge")}
WORDS = f"secret=dscp {network.DSCP} proto 17 port {network.PORTS[0]}-{network.PORTS[1]}"
POLICY = """cleanpath-policy: 1
id: lab
says: Secret traffic does not pass Huawei equipment.
authority: { by: us, owner: us@example.org }
traffic:
  secret: { says: Any flow that is named so. }
rules:
  - id: no-huawei
    says: Secret traffic does not pass Huawei equipment.
    forbid-transit: { maker: huawei }
    of: secret
    unknown: untrusted
"""


def do(*words):
    done = subprocess.run([str(x) for x in words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise network.netlab.Failed(f"{' '.join(map(str, words))}: {done.stdout}{done.stderr}")
    return done.stdout


class Office:
    """What is kept away from the network: the case, keys, certificates"""

    def __init__(self, lab):
        self.lab = lab
        self.folder = lab.folder / "office"
        self.folder.mkdir()
        self.key = agent_edge.Key(self.folder)
        self.authority()
        self.write_case(network.FORBIDDEN)
        self.beside()

    @staticmethod
    def of(lab):
        if not hasattr(lab, "office"):
            lab.office = Office(lab)
        return lab.office

    def authority(self):
        at = self.folder
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        do("openssl", "req", "-x509", *curve, "-days", "2", "-subj", "/CN=lab", "-keyout", at / "ca.key", "-out",
           at / "ca.pem")
        for name in ("c", *network.HEADS):
            do("openssl", "req", *curve, "-subj", f"/CN={name}", "-keyout", at / f"{name}.key", "-out", at / f"{name}.csr")
            (at / "ext").write_text(f"subjectAltName=DNS:{name}.lab\n", encoding="ascii")
            do("openssl", "x509", "-req", "-in", at / f"{name}.csr", "-CA", at / "ca.pem", "-CAkey", at / "ca.key",
               "-CAcreateserial", "-days", "2", "-extfile", at / "ext", "-out", at / f"{name}.pem")
            (at / f"{name}.key").chmod(0o600)
        (at / "pair.key").write_text("0123456789abcdef0123456789abcdef\n", encoding="ascii")
        (at / "pair.key").chmod(0o600)

    def own(self, head, controller=False):
        return f"192.0.2.{16 * self.lab.number(head) + (1 if controller else 2)}"

    def beside(self):
        """The controller's machine, and its link to each headend"""
        lab = self.lab
        lab.must("ip", "netns", "add", lab.space("c"))
        lab.batch("c", ["link set lo up"])
        for head in network.HEADS:
            lab.must("ip", "link", "add", f"e-{head}", "netns", lab.space("c"), "type", "veth", "peer", "name", "mgmt",
                     "netns", lab.space(head))
            lab.batch("c", [f"addr add {self.own(head, True)}/28 dev e-{head}", f"link set e-{head} up"])
            lab.batch(head, [f"addr add {self.own(head)}/28 dev mgmt", "link set mgmt up"])

    def write_case(self, forbidden):
        lab, case = self.lab, self.folder / "case"
        case.mkdir(exist_ok=True)
        maker = {x: "huawei" if x in forbidden else "nokia" for x in lab.routers}
        files = {"nodes.csv": ["id,maker,loopback,sid"], "links.csv": ["a,b,metric_ab,a_port,b_port,maker"],
                 "demands.csv": ["id,src,dst,class", "hotline,r1,r8,secret"], "facts.csv": ["object,attribute,value"],
                 "policy.yaml": [POLICY]}
        files["nodes.csv"] += [f"{x},{maker[x]},{lab.loopback(x)},{lab.node_sid(x)}" for x in lab.routers]
        for a, b, metric in network.LINKS:
            of = "huawei" if (a, b) == network.FORBIDDEN_LINK else "nokia"
            files["links.csv"].append(f"{a},{b},{metric},e-{b},e-{a},{of}")
            files["facts.csv"] += [f"{a}--{b},adj-sid-ab,{lab.adjacency_sid(a, b)}",
                                   f"{a}--{b},adj-sid-ba,{lab.adjacency_sid(b, a)}",
                                   f"{a}--{b},address-a,{self.addresses(a, b)}",
                                   f"{a}--{b},address-b,{self.addresses(b, a)}"]
        for head in network.HEADS:
            files["facts.csv"] += [f"{head},tunnel-source,{lab.source(head)}", f"{head},inside,h-{lab.host_of(head)}"]
            files["facts.csv"] += [f"{head},behind,{' '.join(lab.prefixes(head))}"]
            files["facts.csv"] += [f"{head},unpack{f},{lab.unpack_sid(head, f)}" for f in (4, 6)]
        for name, lines in files.items():
            fresh = case / f"{name}.new"
            fresh.write_text("\n".join(lines) + "\n", encoding="utf-8")
            fresh.rename(case / name)

    def addresses(self, a, b):
        """Of a on its link with b"""
        for port, v4, v6, _ in self.lab.interfaces(a):
            if port == f"e-{b}":
                return f"{v4.split('/')[0]} {v6.split('/')[0]}"
        raise network.netlab.Failed(f"no link {a}--{b}")

    def edge_policy(self, head, serial):
        text = do(PROGRAMS["cleanpath"], "edge-policy", self.folder / "case", "--headend", head, "--key", self.key.private,
                  "--class", f"secret={agent_edge.CLASS}", "--also", WORDS, "--serial", serial)
        return text[:text.index("\nsignature ") + 1]


class ControlledEdge(agent_edge.AgentEdge):
    name = "cleanpath-edge"
    parts = ("agent", "headend", "edge")

    def __init__(self, lab, head):
        self.office = Office.of(lab)
        self.daemon = None
        super().__init__(lab, head)
        self.write_configuration()

    def make_key(self):
        return self.office.key

    def write_policy(self, forbidden, until):
        """As `cleanpath edge-policy` makes it of the case; ends of licences finer than a day are put in by hand"""
        self.serial += 1
        self.office.write_case(forbidden)
        lines = []
        ends = {self.lab.number(x): f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(t))}" for x, t in until.items()}
        for line in self.office.edge_policy(self.head, self.serial).splitlines():
            found = re.match(r"adjacency \S+ (\d+) (\d+) ", line)
            for number in map(int, found.groups() if found else ()):
                if number in ends and " until " not in line:
                    line += f" until {ends[number]}"
            lines.append(line)
        self.key.sign("\n".join(lines) + "\n", self.policy)

    def write_configuration(self):
        at, lab, other = self.office.folder, self.lab, network.far(self.head)
        (self.folder / "state").mkdir()
        (self.folder / "edge.yaml").write_text(f"""policy: {self.policy}
key: {self.key.public}
agent: {self.folder}/socket
state: {self.folder}/state
status: {self.folder}/status
address: {self.office.own(self.head)}
controllers:
  - {{name: c, address: {self.office.own(self.head, True)}, port: 4189, tls-name: c.lab}}
tls: {{certificate: {at}/{self.head}.pem, key: {at}/{self.head}.key, authority: {at}/ca.pem}}
look: 500 ms
probes:
  every: 50 ms
  retry: 2 s
  peers:
    - {{node: {other}, address: "{lab.source(other)}", key-file: {at}/pair.key}}
""", encoding="utf-8")

    # --- its programs: both of them

    def begin(self):
        super().begin()
        self.begin_daemon()

    def begin_daemon(self):
        with open(self.folder / "edge.log", "a", encoding="utf-8") as log:
            self.daemon = self.lab.start(self.head, PROGRAMS["cleanpath-edge"], str(self.folder / "edge.yaml"), stdout=log,
                                         stderr=log)

    def end(self):
        if self.daemon is not None:
            self.daemon.terminate()
            self.daemon.wait(timeout=10)
            self.daemon = None
        super().end()

    def pid(self, part):
        return super().pid(part) if part != "edge" else self.daemon and self.daemon.pid

    def kill(self, *parts):
        super().kill(*parts)
        if self.daemon is not None and "edge" in (parts or self.parts):
            self.daemon.wait()
            self.daemon = None

    def revive(self):
        super().revive()
        if self.daemon is None:
            self.begin_daemon()


class Controller:
    """cleanpathd, where the other arms have a giver of orders"""

    settle_s = 20

    def __init__(self, run):
        self.run = run
        self.process = None
        self.failed = None
        self.ended = False
        self.starved = False

    def start(self):
        lab, office = self.run.lab, self.run.lab.office
        at = office.folder
        (at / "daemon.yaml").write_text(f"""case: {at}/case
state: {at}/state
api: {{socket: {at}/api}}
feeds:
""" + "".join(f"""  - name: {x}-isis
    kind: frr-isis
    command: [vtysh, --vty_socket, {lab.path(x)}, -c, show isis mpls-te database json]
    every: 200 ms
""" for x in network.HEADS) + f"""paths:
  colours: {{secret: {agent_edge.CLASS}}}
decisions: {{damp: 1 s, drain: 1 s, quiet: 100 ms, settle: 2 s, hold: {{share: 90 %, window: 5 s}}}}
pcep:
  name: c
  listen: {{address: 0.0.0.0, port: 4189}}
  tls: {{certificate: {at}/c.pem, key: {at}/c.key, authority: {at}/ca.pem}}
  peers:
""" + "".join(f"    - {{name: {x}, address: {office.own(x)}, node: {x}, system: linux-agent, tls: required, "
              f"tls-name: {x}.lab}}\n" for x in network.HEADS), encoding="utf-8")
        with open(at / "daemon.log", "a", encoding="utf-8") as log:
            self.process = lab.start("c", PROGRAMS["cleanpathd"], str(at / "daemon.yaml"), stdout=log, stderr=log)

    def kill(self):
        """Without warning; it keeps its state"""
        self.process.kill()
        self.process.wait()

    def is_alive(self):
        return False  # no thread to wait for

    def tell(self, number):
        if self.process is not None:
            self.process.send_signal(number)

    @property
    def frozen(self):
        return self.starved

    @frozen.setter
    def frozen(self, starved):
        self.starved = starved
        self.tell(signal.SIGSTOP if starved else signal.SIGCONT)

    @property
    def forbidden(self):
        return None

    @forbidden.setter
    def forbidden(self, _):
        """The case is there; it is to be read again"""
        self.tell(signal.SIGHUP)
