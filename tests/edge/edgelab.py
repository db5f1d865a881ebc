"""Two headends with cleanpath-agent and cleanpath-edge, and their controller, among network namespaces.

    h1 --- r1 --- r4 --- r8 --- h8        two clean planes, over r4 and over r6, and the ordinary way over b, which is
            |\\--- r6 ---/|               forbidden: it counts what it sees of sensitive packets, clear or not
            |\\--- b ----/|
            c --- mgmt ---

Sensitive is what h1 and h8 send each other with DSCP 32.  cleanpathd runs in c, and learns the network from documents such as FRR's,
which stand in a file; SIDs are the inventory's.  All namespaces have the process's number in their names, and are removed.
"""

import base64
import json
import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / folder) for folder in ("tests", "tests/agent", "tests/daemon")]
import pinging  # noqa: E402
from agentlab import lacking, run  # noqa: E402, F401
from play import LAB_POLICY, poll  # noqa: E402, F401

PROGRAMS = {name: os.environ.get(name.upper().replace("-", "_"), str(ROOT / "build" / name))
            for name in ("cleanpath", "cleanpathd", "cleanpath-agent", "cleanpath-barrier", "cleanpath-edge")}
NODES = ("h1", "r1", "r4", "r6", "b", "r8", "h8", "c")
LINKS = (("r1", "r4", 20), ("r4", "r8", 20), ("r1", "r6", 30), ("r6", "r8", 30), ("r1", "b", 10), ("b", "r8", 10))
NUMBER = {"r1": 1, "r4": 4, "r6": 6, "b": 7, "r8": 8}
EDGES = ("r1", "r8")
HMAC, SECRET = 17, "a secret of the lab"


class Lab:
    def __init__(self):
        self.prefix = f"cpe{os.getpid()}"
        self.folder = Path(tempfile.mkdtemp(prefix="cleanpath-edge-"))
        self.processes = {}
        self.maker = {node: "huawei" if node == "b" else "nokia" for node in NUMBER}
        self.down_links = set()
        self.serial = 0
        self.notify = {}
        self.demands = 1
        self.also = "dscp 32"  # what tells sensitive packets
        self.hmac = False  # whether routing headers are signed, with the key below

    def space(self, node):
        return f"{self.prefix}-{node}"

    def at(self, node, *words, check=True, **options):
        return run("ip", "netns", "exec", self.space(node), *words, check=check, **options)

    # --- the network

    @staticmethod
    def address(a, b):
        """Of a on its link to b"""
        low, high = sorted((NUMBER[a], NUMBER[b]))
        return f"fc01:{low}:{high}::{NUMBER[a]}"

    @staticmethod
    def address4(a, b):
        low, high = sorted((NUMBER[a], NUMBER[b]))
        return f"10.{low}.{high}.{NUMBER[a]}"

    def link(self, a, a_name, a_addresses, b, b_name, b_addresses):
        run("ip", "link", "add", a_name, "netns", self.space(a), "type", "veth", "peer", "name", b_name, "netns",
            self.space(b))
        for node, name, addresses in ((a, a_name, a_addresses), (b, b_name, b_addresses)):
            run("ip", "-n", self.space(node), "link", "set", name, "mtu", "1700", "up")
            self.at(node, "sysctl", "-qw", f"net.ipv6.conf.{name}.seg6_enabled=1")
            for address in addresses:
                more = ["nodad"] if ":" in address else []
                run("ip", "-n", self.space(node), "addr", "add", address, "dev", name, *more)

    def route(self, node, *words):
        run("ip", "-n", self.space(node), "route", "add", *words)

    def up(self):
        for node in NODES:
            run("ip", "netns", "add", self.space(node))
            run("ip", "-n", self.space(node), "link", "set", "lo", "up")
            self.at(node, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1",
                    "net.ipv6.conf.all.seg6_enabled=1", "net.ipv4.conf.all.rp_filter=0",
                    "net.ipv4.conf.default.rp_filter=0")
        for a, b, _ in LINKS:
            self.link(a, f"e-{b}", [self.address(a, b) + "/64", self.address4(a, b) + "/24"],
                      b, f"e-{a}", [self.address(b, a) + "/64", self.address4(b, a) + "/24"])
        for edge, host, n in (("r1", "h1", 1), ("r8", "h8", 8)):
            self.link(host, "eth0", [f"10.2.{n}.2/24"], edge, f"e-{host}", [f"10.2.{n}.1/24"])
            self.route(host, "default", "via", f"10.2.{n}.1")
            self.link("c", f"e-{edge}", [f"192.0.2.{16 * n + 1}/28"], edge, "mgmt", [f"192.0.2.{16 * n + 2}/28"])
            run("ip", "-n", self.space(edge), "addr", "add", f"fcff:{n}::1/128", "dev", "lo")
        for edge, other in (("r1", "r8"), ("r8", "r1")):  # the ordinary way
            self.route(edge, f"10.2.{NUMBER[other]}.0/24", "via", self.address4("b", edge))
            self.route("b", f"10.2.{NUMBER[other]}.0/24", "via", self.address4(other, "b"))
        for node in ("r4", "r6"):
            run("ip", "-n", self.space(node), "link", "add", "sr0", "type", "bridge")
            run("ip", "-n", self.space(node), "link", "set", "sr0", "up")
            for to in EDGES:
                other = "r8" if to == "r1" else "r1"
                run("ip", "-n", self.space(node), "-6", "route", "add", self.sid(node, to), "encap", "seg6local", "action",
                    "End.X", "nh6", self.address(to, node), "dev", "sr0")
                # what an End.X has made of it goes on by the address of the end, or by the end's own SIDs
                run("ip", "-n", self.space(node), "-6", "route", "add", f"fcbb:{NUMBER[to]}::/48", "via",
                    self.address(to, node))
                del other
        self.at("b", "nft", "-f", "-", input="""table inet seen {
            counter sensitive { }
            chain in { type filter hook prerouting priority -400; policy accept;
                ip dscp 32 counter name sensitive
                ip6 saddr fcff::/16 counter name sensitive
            }
        }""")
        return self

    @staticmethod
    def sid(a, b):
        return f"fcbb:{NUMBER[a]}::{NUMBER[a]}{NUMBER[b]}"

    def seen(self):
        said = self.at("b", "nft", "list", "counter", "inet", "seen", "sensitive")
        return int(said.split("packets ")[1].split()[0])

    def cut(self, a, b, silently=False):
        if silently:
            for node, other in ((a, b), (b, a)):
                self.at(node, "nft", "-f", "-", input=f"""table netdev cut {{
                    chain e-{other} {{
                        type filter hook egress device e-{other} priority 0; policy drop;
                    }}
                }}""")
            return
        run("ip", "-n", self.space(a), "link", "set", f"e-{b}", "down")

    def heal(self, a, b):
        for node in (a, b):
            self.at(node, "nft", "delete", "table", "netdev", "cut", check=False)
        run("ip", "-n", self.space(a), "link", "set", f"e-{b}", "up")

    # --- the case

    def write_case(self):
        case = self.folder / "case"
        case.mkdir(exist_ok=True)
        (case / "nodes.csv").write_text("id,maker,loopback,sid\n" + "".join(
            f"{node},{self.maker[node]},10.255.0.{n},fcbb:{n}::e\n" for node, n in NUMBER.items()))
        (case / "links.csv").write_text("a,b,metric_ab,a_port,b_port\n" + "".join(
            f"{a},{b},{metric},e-{b},e-{a}\n" for a, b, metric in LINKS))
        (case / "demands.csv").write_text("id,src,dst,class\nd1,r1,r8,secret\n")
        facts = []
        for edge, host in (("r1", "h1"), ("r8", "h8")):
            n = NUMBER[edge]
            facts += [(edge, "tunnel-source", f"fcff:{n}::1"), (edge, "inside", f"e-{host}"), (edge, "behind", f"10.2.{n}.0/24"),
                      (edge, "unpack4", f"fcbb:{n}::d4")]
        for a, b, _ in LINKS:
            facts += [(f"{a}--{b}", "adj-sid-ab", self.sid(a, b)), (f"{a}--{b}", "adj-sid-ba", self.sid(b, a)),
                      (f"{a}--{b}", "address-a", f"{self.address4(a, b)} {self.address(a, b)}"),
                      (f"{a}--{b}", "address-b", f"{self.address4(b, a)} {self.address(b, a)}")]
        (case / "facts.csv").write_text("object,attribute,value\n" + "".join(",".join(f) + "\n" for f in facts))
        (case / "policy.yaml").write_text(LAB_POLICY)
        return case

    def tell(self):
        """The feed: a document of the network as it is now, in one piece"""
        nodes = list(NUMBER)
        edges = []
        for a, b, metric in LINKS:
            for x, y in ((a, b), (b, a)):
                if (a, b) in self.down_links:
                    continue
                edges.append({"edge-id": len(edges) + 1, "status": "Sync", "origin": "ISIS_L2",
                              "advertised-router": f"0000.0000.000{NUMBER[x]}", "local-vertex-id": NUMBER[x],
                              "remote-vertex-id": NUMBER[y], "metric": metric,
                              "edge-attributes": {"local-address": self.address4(x, y), "remote-address": self.address4(y, x)}})
        vertices = [{"vertex-id": NUMBER[n], "status": "Sync", "origin": "ISIS_L2", "name": n,
                     "router-id": f"10.255.0.{NUMBER[n]}"} for n in nodes]
        document = {"name": "lab", "key": 1, "verticesCount": len(vertices), "edgesCount": len(edges), "subnetsCount": 0,
                    "vertices": vertices, "edges": edges, "subnets": []}
        fresh = self.folder / "ted.fresh"
        fresh.write_text(json.dumps({"ted": document}))
        fresh.rename(self.folder / "ted.json")

    # --- keys and certificates

    def make_keys(self):
        at = self.folder
        run("openssl", "genpkey", "-algorithm", "ed25519", "-out", str(at / "sign.key"))
        run("openssl", "pkey", "-in", str(at / "sign.key"), "-pubout", "-out", str(at / "sign.pub"))
        os.chmod(at / "sign.key", 0o600)
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=lab", "-keyout", str(at / "ca.key"), "-out", str(at / "ca.pem"))
        for name in ("c", "d", *EDGES):
            run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                "-keyout", str(at / f"{name}.key"), "-out", str(at / f"{name}.csr"))
            (at / "ext").write_text(f"subjectAltName=DNS:{name}.lab\n")
            run("openssl", "x509", "-req", "-in", str(at / f"{name}.csr"), "-CA", str(at / "ca.pem"), "-CAkey",
                str(at / "ca.key"), "-CAcreateserial", "-days", "2", "-extfile", str(at / "ext"), "-out",
                str(at / f"{name}.pem"))
            os.chmod(at / f"{name}.key", 0o600)
        (at / "pair.key").write_text("0123456789abcdef0123456789abcdef\n")
        os.chmod(at / "pair.key", 0o600)

    def write_edge_policies(self, change=None):
        """change: of a policy's lines those that it is to have instead, by edge"""
        self.serial += 1
        for edge in EDGES:
            text = run(PROGRAMS["cleanpath"], "edge-policy", str(self.folder / "case"), "--headend", edge, "--key",
                       str(self.folder / "sign.key"), "--class", "secret=100", "--also", f"secret={self.also}", "--serial",
                       str(self.serial), *(["--hmac", f"{HMAC}=sha256"] if self.hmac else []))
            if change is not None:
                text = self.sign("".join(f"{line}\n" for line in change(edge, text.splitlines()[:-1])))
            fresh = self.folder / f"{edge}.fresh"
            fresh.write_text(text)
            fresh.rename(self.folder / f"{edge}.policy")

    def sign(self, body):
        unsigned = self.folder / "unsigned"
        unsigned.write_text(body)
        signature = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", str(self.folder / "sign.key"), "-in",
                                    str(unsigned)], capture_output=True, check=True).stdout
        return f"{body}signature {base64.b64encode(signature).decode()}\n"

    def renew_edge_policies(self, change=None):
        """Another policy, in force in all barriers, agents and edges"""
        self.write_edge_policies(change)
        for edge in EDGES:
            self.barrier(edge)
            self.processes[f"agent-{edge}"].send_signal(signal.SIGHUP)
        poll(lambda: all(self.told(e)["policy"] == self.serial for e in EDGES), why=self.why)

    # --- programs

    def spawn(self, name, node, *words, log=None):
        with open(self.folder / f"{log or name}.log", "ab") as out:
            self.processes[name] = subprocess.Popen(["ip", "netns", "exec", self.space(node), *words], stdout=out, stderr=out)
        return self.processes[name]

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def kill(self, name, how=signal.SIGKILL):
        process = self.processes.pop(name, None)
        if process is not None and process.poll() is None:
            process.send_signal(how)
            process.wait(60)

    def agent_words(self, edge):
        return [*self.signed(edge), "--socket", str(self.folder / f"{edge}.agent")]

    def signed(self, edge):
        return ["--policy", str(self.folder / f"{edge}.policy"), "--key", str(self.folder / "sign.pub")]

    def barrier(self, edge):
        secrets = self.folder / "edge.hmac"
        secrets.write_text(f"{HMAC} {SECRET}\n")
        self.at(edge, PROGRAMS["cleanpath-barrier"], *self.signed(edge), "--hmac", str(secrets))

    def give_key(self, node):
        """The key of routing headers, to a router: ip asks a terminal for the secret"""
        pid, terminal = pty.fork()
        if pid == 0:
            os.execvp("ip", ["ip", "netns", "exec", self.space(node), "ip", "sr", "hmac", "set", str(HMAC), "sha256"])
        os.read(terminal, 1000)
        os.write(terminal, f"{SECRET}\n".encode())
        os.waitpid(pid, 0)
        os.close(terminal)

    def start_agent(self, edge):
        self.spawn(f"agent-{edge}", edge, PROGRAMS["cleanpath-agent"], *self.agent_words(edge))

    def start_edge(self, edge, every="50 ms"):
        n, at, other = NUMBER[edge], self.folder, "r8" if edge == "r1" else "r1"
        (at / f"{edge}.state").mkdir(exist_ok=True)
        (at / f"{edge}.yaml").write_text(f"""policy: {at}/{edge}.policy
key: {at}/sign.pub
agent: {at}/{edge}.agent
state: {at}/{edge}.state
status: {at}/{edge}.status
address: 192.0.2.{16 * n + 2}
controllers:
  - {{name: one, address: 192.0.2.{16 * n + 1}, port: 4189, tls-name: c.lab}}
  - {{name: two, address: 192.0.2.{16 * n + 1}, port: 4190, tls-name: d.lab}}
tls: {{certificate: {at}/{edge}.pem, key: {at}/{edge}.key, authority: {at}/ca.pem}}
look: 1 s
{f"hmac: {HMAC}" if self.hmac else ""}
probes:
  every: {every}
  retry: 2 s
  peers:
    - {{node: {other}, address: "fcff:{NUMBER[other]}::1", key-file: {at}/pair.key}}
""")
        self.spawn(f"edge-{edge}", edge, PROGRAMS["cleanpath-edge"], str(at / f"{edge}.yaml"))

    def start_controller(self, name="c", port=4189, epoch=0):
        at = self.folder
        (at / f"{name}.yaml").write_text(f"""case: {at}/case
state: {at}/{name}.state
api: {{socket: {at}/{name}.api}}
feeds:
  - {{name: isis, kind: frr-isis, command: [cat, {at}/ted.json], every: 50 ms}}
paths:
  colours: {{secret: 100}}
decisions: {{damp: 1 s, drain: 1 s, quiet: 100 ms, settle: 2 s}}
pcep:
  name: {name}
{f"  epoch: {epoch}" if epoch else ""}
  listen: {{address: "0.0.0.0", port: {port}}}
  tls: {{certificate: {at}/{name}.pem, key: {at}/{name}.key, authority: {at}/ca.pem}}
  peers:
""" + "".join(f"    - {{name: {edge}, address: 192.0.2.{16 * NUMBER[edge] + 2}, node: {edge}, system: linux-agent, "
              f"tls: required, tls-name: {edge}.lab}}\n" for edge in EDGES))
        self.spawn(name, "c", PROGRAMS["cleanpathd"], str(at / f"{name}.yaml"))

    def start(self):
        self.make_keys()
        self.write_case()
        self.tell()
        self.write_edge_policies()
        for edge in EDGES:
            self.barrier(edge)
            self.start_agent(edge)
            self.start_edge(edge)
        self.start_controller()

    def stop(self):
        for name in list(self.processes):
            self.kill(name)

    def down(self):
        self.stop()
        for node in NODES:
            name = self.space(node)
            for pid in run("ip", "netns", "pids", name, check=False).split():
                os.kill(int(pid), signal.SIGKILL)
            run("ip", "netns", "del", name, check=False)
        shutil.rmtree(self.folder)

    # --- what is so

    def status(self, edge):
        try:
            with socket.socket(socket.AF_UNIX) as s:
                s.settimeout(20)
                s.connect(str(self.folder / f"{edge}.status"))
                text = b""
                while piece := s.recv(65536):
                    text += piece
        except OSError:
            return None
        return json.loads(text) if text else None

    def told(self, edge):
        """The same, waited for: an edge that takes another policy says nothing for a moment"""
        return poll(lambda: self.status(edge), 10, self.why)

    def paths(self, edge):
        status = self.status(edge)
        return status["paths"] if status else []

    def are(self, phase, proven=None):
        """Whether each edge has its path so"""
        for edge in EDGES:
            paths = self.paths(edge)
            if not paths or paths[0]["phase"] != phase or (proven is not None and paths[0]["proven"] != proven):
                return False
        return True

    def why(self):
        return "\n".join(f"{name}: {self.log(name)[-3000:]}" for name in
                         [*(f"edge-{e}" for e in EDGES), *(f"agent-{e}" for e in EDGES), "c"]) + \
            "\n".join(json.dumps(self.status(e)) for e in EDGES)

    def api(self, path, name="c"):
        done = subprocess.run(["curl", "-s", "--unix-socket", str(self.folder / f"{name}.api"), f"http://x{path}"],
                              capture_output=True, text=True, timeout=30, check=False)
        return json.loads(done.stdout) if done.stdout else None

    def ping(self, count=3, dscp=32):
        return pinging.ping(self.space("h1"), "10.2.8.2", "-Q", str(dscp << 2), count=count)

    def stream(self, count, every):
        return pinging.Stream(self.space("h1"), "10.2.8.2", "-Q", "128", count=count, every=every)
