"""cleanpathd in a folder of its own, and those who talk to it: for the tests beside this file"""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

DAEMON = os.environ.get("CLEANPATHD", "build/cleanpathd")
ROOT = Path(__file__).resolve().parents[2]

NODES = "id,loopback\n" + "".join(f"r{i},10.0.0.{i}\n" for i in range(1, 5))
LINKS = "a,b\nr1,r2\nr2,r4\nr1,r3\nr3,r4\n"
DEMANDS = "id,src,dst,class\nd1,r1,r4,sensitive\n"
FACTS = "object,attribute,value\nr1,maker,nokia\nr2,maker,huawei\nr3,maker,nokia\nr4,maker,nokia\n"
POLICY = """policy: p
traffic:
  - id: sensitive
    says: What must not be seen.
rules:
  - id: r-1
    says: No huawei.
    effect: forbid-transit
    traffic: sensitive
    select:
      maker: huawei
"""


def poll(until, seconds=20, why=""):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = until()
        if got:
            return got
        time.sleep(0.02)
    raise AssertionError("in vain: " + why)


def free_port(address="127.0.0.1"):
    with socket.socket() as s:
        s.bind((address, 0))
        return s.getsockname()[1]


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=20)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
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
        self.notify.settimeout(20)
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
        end = time.monotonic() + 20
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
            self.process.wait(timeout=20)
        code = self.process.returncode if self.process else None
        self.process = None
        return code

    def end(self):
        self.kill()
        self.notify.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def connect(self, source="127.0.0.2"):
        s = socket.create_connection(("127.0.0.1", self.port), 20, (source, 0))
        s.settimeout(20)
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
