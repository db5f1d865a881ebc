"""cleanpathd in a folder of its own, and those who talk to it: for the tests beside this file"""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

DAEMON = os.environ.get("CLEANPATHD", "build/cleanpathd")
SANITIZED = 99  # TSAN_OPTIONS of tools/check.sh
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 4  # on a busy machine all takes longer; no limit of time here is what a test is about

# The network of tests/ted/frr8.4.4-isis.json: two planes between r1 and r8.  r7 and r5 have two ways of equal cost, by r4 and by r6.
LAB_LINKS = (("r1", "r2", 10), ("r2", "r3", 10), ("r3", "r8", 10), ("r1", "r4", 20), ("r4", "r5", 20), ("r5", "r6", 20),
             ("r6", "r8", 20), ("r4", "r7", 10), ("r7", "r6", 10), ("r2", "r5", 30))
LAB_POLICY = """cleanpath-policy: 1
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
LAB_FEED = "feeds:\n  - {name: isis, kind: frr-isis, command: [cat, tests/ted/frr8.4.4-isis.json]}\n"


def lab_case(folder, demands, forbidden=("r2", "r3")):
    """What is there is replaced.  demands: (id, src, dst)"""
    for old in folder.iterdir():
        old.unlink()
    makers = {f"r{i}": "huawei" if f"r{i}" in forbidden else "nokia" for i in range(1, 9)}
    (folder / "nodes.csv").write_text("id,maker,loopback\n" + "".join(
        f"{node},{maker},10.255.0.{node[1]}\n" for node, maker in makers.items()))
    (folder / "links.csv").write_text("a,b,metric_ab\n" + "".join(f"{a},{b},{m}\n" for a, b, m in LAB_LINKS))
    (folder / "demands.csv").write_text("id,src,dst,class\n" + "".join(f"{','.join(d)},secret\n" for d in demands))
    (folder / "policy.yaml").write_text(LAB_POLICY)


def poll(until, seconds=30, why=""):
    end = time.monotonic() + seconds * PATIENCE
    while time.monotonic() < end:
        got = until()
        if got:
            return got
        time.sleep(0.02)
    raise AssertionError("in vain: " + (why() if callable(why) else why))


def check_with_promtool(test, metrics):
    """Where it is installed (Debian's prometheus): names, kinds, helps and labels are as Prometheus wants them."""
    if shutil.which("promtool"):
        done = subprocess.run(["promtool", "check", "metrics"], input=metrics, text=True, capture_output=True, timeout=60)
        test.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))


def free_port(address="127.0.0.1"):
    with socket.socket() as s:
        s.bind((address, 0))
        return s.getsockname()[1]


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=20 * PATIENCE)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20 * PATIENCE)
        self.sock.connect(self.path)


class Daemon:
    def __init__(self, more="", tls="", case=None):
        self.folder = Path(tempfile.mkdtemp(prefix="cpd-"))
        self.case = self.folder / "case"
        shutil.copytree(case or ROOT / "examples/korea", self.case)
        self.api = self.folder / "api.sock"
        self.port = free_port()
        self.config = self.folder / "cleanpathd.yaml"
        self.process = None
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(str(self.folder / "notify"))
        self.notify.settimeout(20 * PATIENCE)
        self.write(more, tls)

    def write(self, peers="", tls="", top=""):
        self.config.write_text(
            f"case: {self.case}\nstate: {self.folder}/state\nlog: json\napi:\n  socket: {self.api}\n{top}"
            f"pcep:\n  listen:\n    address: 127.0.0.1\n    port: {self.port}\n{tls}"
            + ("  peers:\n" + peers if peers else ""))

    def start(self, planned=True):
        self.log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(
            [DAEMON, str(self.config)], stderr=self.log,
            env={**os.environ, "NOTIFY_SOCKET": str(self.folder / "notify")})
        self.told("READY=1")
        # Before it there are no demands and elements to ask for.
        if planned:
            poll(lambda: self.get("/v1/status")["view"]["version"], why="the first plan")
        return self

    def told(self, word):
        end = time.monotonic() + 20 * PATIENCE
        while time.monotonic() < end:
            if word in self.notify.recv(4096).decode():
                return
        raise AssertionError("the service manager was not told " + word)

    def ask(self, path, method="GET", body=None):
        connection = UnixConnection(str(self.api))
        headers = {"Content-Type": "application/json"} if body is not None else {}
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def get(self, path):
        status, text = self.ask(path)
        if status != 200:
            raise AssertionError(f"{path}: {status} {text}")
        return json.loads(text)

    def lines(self):
        return [json.loads(line) for line in (self.folder / "log").read_text().splitlines()]

    def kill(self, how=signal.SIGKILL):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(timeout=20 * PATIENCE)
        code = self.process.returncode if self.process else None
        self.process = None
        if code == SANITIZED:
            raise AssertionError("a sanitizer ended it: " + (self.folder / "log").read_text(errors="replace")[-20000:])
        return code

    def end(self):
        try:
            self.kill()
        finally:
            self.notify.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def connect(self, source="127.0.0.2"):
        s = socket.create_connection(("127.0.0.1", self.port), 20, (source, 0))
        s.settimeout(20 * PATIENCE)
        return s


def message(kind, body=b""):
    return bytes([0x20, kind]) + (4 + len(body)).to_bytes(2, "big") + body


# OPEN (RFC 5440 7.3) of a stateful PCC: STATEFUL-PCE-CAPABILITY U|I, PATH-SETUP-TYPE-CAPABILITY with SR.
OPEN = message(1, bytes.fromhex(
    "01100024" "201e7800" "0010000400000005" "0022001000000001" "01000000" "001a000400000004"))
KEEPALIVE = message(2)


def read_message(s):
    head = b""
    while len(head) < 4:
        more = s.recv(4 - len(head))
        if not more:
            return None, b""
        head += more
    want = int.from_bytes(head[2:], "big") - 4
    body = b""
    while len(body) < want:
        more = s.recv(want - len(body))
        if not more:
            return None, b""
        body += more
    return head[1], body


def open_session(s):
    """Both Opens and Keepalives."""
    s.sendall(OPEN)
    kinds = []
    while kinds.count(1) < 1 or kinds.count(2) < 1:
        kind, _ = read_message(s)
        if kind is None:
            raise AssertionError(f"closed after {kinds}")
        kinds.append(kind)
        if kind == 1:
            s.sendall(KEEPALIVE)
    return s


class Pcc:
    """A router that does as it is told: it reports each path that it is given as up, where it was put."""

    def __init__(self, daemon, source="127.0.0.2"):
        self.s = open_session(daemon.connect(source))
        self.s.sendall(message(10, bytes.fromhex("20100008" "00000000" "07100004")))
        self.next = 1
        self.lsps = {}  # PLSP-ID: its TLVs
        self.paths = {}  # PLSP-ID: its ERO
        self.s.settimeout(None)
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def close(self):
        try:
            self.s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the other side was there first
        self.thread.join(20 * PATIENCE)
        self.s.close()

    def serve(self):
        try:
            while (got := read_message(self.s))[0] is not None:
                if got[0] in (11, 12):
                    self.obey(got[1])
        except OSError:
            pass

    def obey(self, body):
        """PCUpd and PCInitiate of one path or more; each begins with its SRP (RFC 8231 6.2, RFC 8281 5.1)."""
        each = []
        while body:
            length = int.from_bytes(body[2:4], "big")
            each += [[]] if body[0] == 33 else []
            each[-1].append(body[:length])
            body = body[length:]
        for objects in each:
            self.report({o[0]: o for o in objects})

    def report(self, by):
        srp, lsp = by[33], by[32]
        gone = by[33][7] & 1
        plsp = int.from_bytes(lsp[4:8], "big") >> 12
        if plsp == 0:
            plsp, self.next = self.next, self.next + 1
        # D, A and C (RFC 8281 5.3.1), then R, or O: up (RFC 8231 7.3)
        flags = 0x01 | 0x08 | 0x80 | (0x04 if gone else 0x10)
        told = self.lsps[plsp] if plsp in self.lsps else lsp[8:]
        if 4 in by:
            src, dst = by[4][4:8], by[4][8:12]
            told += bytes.fromhex("00120010") + src + bytes.fromhex("00010001") + src + dst
        self.lsps[plsp] = told
        head = bytes([32, 0x10]) + (8 + len(told)).to_bytes(2, "big") + (plsp << 12 | flags).to_bytes(4, "big")
        self.paths[plsp] = by.get(7, bytes.fromhex("07100004"))
        self.s.sendall(message(10, srp + head + told + self.paths[plsp]))
