"""From the moment that a node is forbidden to the last sensitive packet on it, over many demands of one headend.

    revocation.py [DEMANDS [PACKETS_A_SECOND]]

    h --- r1 --- r4 --- s      the far ends of all demands are in s; r4 becomes forbidden, r6 is the other way
           \\--- r6 ---/

A sniffer on r4 keeps when the last packet of each demand came, by the last segment, which is another one for each (the kernel
changes the destination of what a sniffer has not read yet).  Printed, a line
each as benches do: from when the reload was asked for, and from when the new rules were in force, to the last packet.
"""

import ctypes
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from datetime import datetime, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import edgelab  # noqa: E402
from edgelab import PROGRAMS, LAB_POLICY, poll, run  # noqa: E402

NODES = ("h", "r1", "r4", "r6", "s", "c")
SO_RCVBUFFORCE, SO_TIMESTAMPNS = 33, 35
NICE = ("nice", "-n", "-10")  # as the units have it


def prefix(k):
    return f"10.{100 + k // 200}.{k % 200}"


class Lab(edgelab.Lab):
    def __init__(self, demands):
        super().__init__()
        self.prefix = f"cpv{os.getpid()}"
        self.demands = demands
        self.far = range(1, demands + 1)
        self.maker = {"r4": "nokia"}

    def spawn(self, name, node, *words, log=None):
        return super().spawn(name, node, *NICE, *words, log=log)

    def up(self):
        for node in NODES:
            run("ip", "netns", "add", self.space(node))
            run("ip", "-n", self.space(node), "link", "set", "lo", "up")
            self.at(node, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1",
                    "net.ipv6.conf.all.seg6_enabled=1", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0")
        self.link("h", "eth0", ["10.2.1.2/24"], "r1", "e-h", ["10.2.1.1/24"])
        self.route("h", "default", "via", "10.2.1.1")
        self.link("c", "e-r1", ["192.0.2.17/28"], "r1", "mgmt", ["192.0.2.18/28"])
        run("ip", "-n", self.space("r1"), "addr", "add", "fcff:1::1/128", "dev", "lo")
        for n in (4, 6):
            self.link("r1", f"e-r{n}", [f"fc01:1:{n}::1/64"], f"r{n}", "e-r1", [f"fc01:1:{n}::{n}/64"])
            self.link(f"r{n}", "e-s", [f"fc01:{n}:8::{n}/64"], "s", f"e-r{n}", [f"fc01:{n}:8::8/64"])
            batch = "link add sr0 type bridge\nlink set sr0 up\n" + "".join(
                f"route add fcbb:{n}:1::{k:x} encap seg6local action End.X nh6 fc01:{n}:8::8 dev sr0\n" for k in self.far)
            run("ip", "-6", "-n", self.space(f"r{n}"), "-batch", "-", input=batch)
            self.route(f"r{n}", "fcbb:8::/32", "via", f"fc01:{n}:8::8")

    def write_case(self):
        case = self.folder / "case"
        case.mkdir(exist_ok=True)
        nodes = "".join(f"r{n},{self.maker.get(f'r{n}', 'nokia')},10.255.0.{n},fcbb:{n}::ffff\n" for n in (1, 4, 6))
        nodes += "".join(f"e{k},nokia,10.254.{k // 250}.{k % 250 + 1},fcbb:8:{k:x}::e\n" for k in self.far)
        (case / "nodes.csv").write_text("id,maker,loopback,sid\n" + nodes)
        links = [("r1", "r4", 10, "e-r4"), ("r1", "r6", 20, "e-r6")]
        links += [(f"r{n}", f"e{k}", 10, "") for n in (4, 6) for k in self.far]
        (case / "links.csv").write_text("a,b,metric_ab,a_port\n" + "".join(",".join(map(str, link)) + "\n" for link in links))
        (case / "demands.csv").write_text("id,src,dst,class\n" + "".join(f"d{k},r1,e{k},secret\n" for k in self.far))
        facts = [("r1", "tunnel-source", "fcff:1::1"), ("r1", "inside", "e-h"), ("r1", "behind", "10.2.1.0/24")]
        for n in (4, 6):
            facts += [(f"r1--r{n}", "adj-sid-ab", f"fcbb:1::f{n}"), (f"r1--r{n}", "adj-sid-ba", f"fcbb:{n}::f1"),
                      (f"r1--r{n}", "address-a", f"10.1.{n}.1 fc01:1:{n}::1"), (f"r1--r{n}", "address-b", f"10.1.{n}.2 fc01:1:{n}::{n}")]
            for k in self.far:
                at = f"10.{n}0.{k // 250}.{k % 250}"
                facts += [(f"r{n}--e{k}", "adj-sid-ab", f"fcbb:{n}:1::{k:x}"), (f"r{n}--e{k}", "adj-sid-ba", f"fcbb:8:{k:x}::{n}"),
                          (f"r{n}--e{k}", "address-a", at), (f"r{n}--e{k}", "address-b", at.replace(f"{n}0", f"{n}1", 1))]
        for k in self.far:
            facts += [(f"e{k}", "behind", prefix(k) + ".0/24"), (f"e{k}", "unpack4", f"fcbb:8:{k:x}::d4")]
        (case / "facts.csv").write_text("object,attribute,value\n" + "".join(",".join(f) + "\n" for f in facts))
        (case / "policy.yaml").write_text(LAB_POLICY)

    def tell(self):
        number = {"r1": 1, "r4": 4, "r6": 6, **{f"e{k}": 1000 + k for k in self.far}}
        loopback = {"r1": "10.255.0.1", "r4": "10.255.0.4", "r6": "10.255.0.6",
                    **{f"e{k}": f"10.254.{k // 250}.{k % 250 + 1}" for k in self.far}}
        ends = [(("r1", f"r{n}"), (f"10.1.{n}.1", f"10.1.{n}.2"), 10 if n == 4 else 20) for n in (4, 6)]
        for n in (4, 6):
            for k in self.far:
                at = f"10.{n}0.{k // 250}.{k % 250}"
                ends.append(((f"r{n}", f"e{k}"), (at, at.replace(f"{n}0", f"{n}1", 1)), 10))
        edges = []
        for (a, b), (x, y), metric in ends:
            for one, other, here, there in ((a, b, x, y), (b, a, y, x)):
                edges.append({"edge-id": len(edges) + 1, "status": "Sync", "origin": "ISIS_L2",
                              "advertised-router": f"0000.{number[one] // 10000:04}.{number[one] % 10000:04}",
                              "local-vertex-id": number[one], "remote-vertex-id": number[other], "metric": metric,
                              "edge-attributes": {"local-address": here, "remote-address": there}})
        vertices = [{"vertex-id": n, "status": "Sync", "origin": "ISIS_L2", "name": name, "router-id": loopback[name]}
                    for name, n in number.items()]
        (self.folder / "ted.json").write_text(json.dumps({"ted": {
            "name": "lab", "key": 1, "verticesCount": len(vertices), "edgesCount": len(edges), "subnetsCount": 0,
            "vertices": vertices, "edges": edges, "subnets": []}}))

    def start(self):
        at = self.folder
        self.make_keys()
        self.write_case()
        self.tell()
        (at / "r1.policy").write_text(run(
            PROGRAMS["cleanpath"], "edge-policy", str(at / "case"), "--headend", "r1", "--key", str(at / "sign.key"), "--class",
            "secret=100", "--also", "secret=dscp 32"))
        self.barrier("r1")
        self.start_agent("r1")
        (at / "r1.state").mkdir()
        (at / "r1.yaml").write_text(f"""policy: {at}/r1.policy
key: {at}/sign.pub
agent: {at}/r1.agent
state: {at}/r1.state
status: {at}/r1.status
controllers:
  - {{name: one, address: 192.0.2.17, tls-name: c.lab}}
tls: {{certificate: {at}/r1.pem, key: {at}/r1.key, authority: {at}/ca.pem}}
""")
        self.spawn("edge-r1", "r1", PROGRAMS["cleanpath-edge"], str(at / "r1.yaml"))
        (at / "c.yaml").write_text(f"""case: {at}/case
state: {at}/c.state
api: {{socket: {at}/c.api}}
log: json
feeds:
  - {{name: isis, kind: frr-isis, command: [cat, {at}/ted.json], every: 2 s}}
paths:
  colours: {{secret: 100}}
pcep:
  listen: {{address: "0.0.0.0"}}
  tls: {{certificate: {at}/c.pem, key: {at}/c.key, authority: {at}/ca.pem}}
  peers:
    - {{name: r1, address: 192.0.2.18, node: r1, system: linux-agent, tls: required, tls-name: r1.lab}}
""")
        self.spawn("c", "c", PROGRAMS["cleanpathd"], str(at / "c.yaml"))

    def down(self):
        self.stop()
        for node in NODES:
            name = self.space(node)
            for pid in run("ip", "netns", "pids", name, check=False).split():
                os.kill(int(pid), signal.SIGKILL)
            run("ip", "netns", "del", name, check=False)
        shutil.rmtree(self.folder)


def enter(space):
    with open(f"/run/netns/{space}") as at:
        if ctypes.CDLL(None, use_errno=True).setns(at.fileno(), 0x40000000) != 0:
            raise OSError(ctypes.get_errno(), "setns")


def send(space, demands, rate):
    enter(space)
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 128)
    to = [(prefix(k) + ".2", 9) for k in range(1, demands + 1)]
    began, sent = time.monotonic(), 0
    while True:
        due = int((time.monotonic() - began) * rate)
        if due - sent > rate / 5:
            sent = due - 100  # late: what was not sent is not sent
        while sent < due:
            try:
                s.sendto(b"x" * 64, to[sent % demands])
            except OSError:
                pass
            sent += 1
        time.sleep(0.001)


class Sniffer(threading.Thread):
    """Of r4: when the last packet of each demand came"""

    def __init__(self, space):
        super().__init__(daemon=True)
        made = []

        def open_there():
            enter(space)  # of this thread alone
            made.append(socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x86DD)))

        opener = threading.Thread(target=open_there)
        opener.start()
        opener.join()
        self.s = made[0]
        self.s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
        self.s.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)  # when it came, not when it was read
        self.s.bind(("e-r1", 0x86DD))
        self.last, self.count = {}, 0

    def run(self):
        while True:
            try:
                packet, told, _, about = self.s.recvmsg(96, 64)
            except OSError:
                return  # the interface is gone
            if about[2] == socket.PACKET_OUTGOING or packet[24:26] != b"\xfc\xbb" or packet[6] != 43:
                continue
            self.count += 1
            seconds, nanoseconds = struct.unpack("qq", told[0][2])
            self.last[struct.unpack("!H", packet[52:54])[0]] = seconds + nanoseconds / 1e9


def share(values, part):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * part))]


def main(demands, rate):
    lab = Lab(demands)
    try:
        lab.up()
        began = time.monotonic()
        lab.start()
        poll(lambda: sum(p["phase"] == "active" for p in lab.paths("r1")) == demands, 300,
             lambda: str([p["phase"] for p in lab.paths("r1")][:3]) + lab.log("c")[-2000:] + lab.log("edge-r1")[-2000:])
        print(f"revocation/all_active {time.monotonic() - began:.2f} s", flush=True)
        sniffer = Sniffer(lab.space("r4"))
        sniffer.start()
        sender = os.fork()
        if sender == 0:
            send(lab.space("h"), demands, rate)
        time.sleep(3)
        lab.maker["r4"] = "huawei"
        lab.write_case()
        asked = time.time()
        run(PROGRAMS["cleanpath"], "reload", "--socket", str(lab.folder / "c.api"))
        poll(lambda: time.time() - max(sniffer.last.values()) > 3, 60, "packets still go over r4")
        os.kill(sender, signal.SIGKILL)
        os.waitpid(sender, 0)
        at = next(line for line in lab.log("c").splitlines() if '"reload"' in line)
        taken = datetime.fromisoformat(at.split('"at": "')[1].split('"')[0].replace("Z", "+00:00"))
        last = [t for t in sniffer.last.values()]
        print(f"revocation/demands {len(last)} count\nrevocation/packets_seen {sniffer.count} count")
        for name, since in (("asked", asked), ("in_force", taken.astimezone(timezone.utc).timestamp())):
            for part in (0.5, 0.99, 1.0):
                print(f"revocation/{name}_p{int(part * 100)} {share(last, part) - since:.3f} s")
    finally:
        lab.down()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, int(sys.argv[2]) if len(sys.argv) > 2 else 10000)
