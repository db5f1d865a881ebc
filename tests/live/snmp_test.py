"""cleanpath-snmp reads a real agent, net-snmp's, on the loopback, as any user and beside other tests."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

PROGRAM = os.environ["CLEANPATH"]
READER = os.environ["CLEANPATH_SNMP"]
AGENT = shutil.which("snmpd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")

CONFIG = """
createUser kim SHA-256 "kim-auth-phrase" AES "kim-priv-phrase"
rouser kim authpriv
createUser lee SHA "lee-auth-phrase"
rouser lee authnopriv
createUser ann
rouser ann noauth
rocommunity spam 127.0.0.1
sysname agent-1
sysDescr Example OS 1
sysObjectID 1.3.6.1.4.1.99999.1
sysLocation secret-cellar
sysContact secret-person
"""


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    """Whether an agent answers a question who it is: SNMPv3, no user"""
    message = bytes.fromhex("303e020103301102047fffffff020300ffe3040104020103041030"
                            "0e0400020100020100040004000400"
                            "301404000400a00e02047ffffffe0201000201003000")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(0.2)
        client.connect(("127.0.0.1", port))
        try:
            client.send(message)
            return len(client.recv(4096)) > 0
        except OSError:
            return False


@unittest.skipIf(AGENT is None, "there is no snmpd here")
class SnmpTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        (cls.folder / "state").mkdir()
        (cls.folder / "snmpd.conf").write_text(CONFIG, encoding="utf-8")
        for _ in range(5):  # another may take the port first
            if cls.start_agent():
                return
        raise unittest.SkipTest("snmpd does not start here")

    @classmethod
    def start_agent(cls):
        cls.port = free_port()
        environment = dict(os.environ, SNMP_PERSISTENT_DIR=str(cls.folder / "state"),
                           SNMPCONFPATH=str(cls.folder), MIBS="")
        # pylint: disable-next=consider-using-with
        agent = subprocess.Popen(
            [AGENT, "-f", "-Lf", str(cls.folder / "log"), "-C", "-c",
             str(cls.folder / "snmpd.conf"), "-I", "-smux", f"udp:127.0.0.1:{cls.port}"],
            env=environment, cwd=cls.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cls.addClassCleanup(agent.wait)
        cls.addClassCleanup(agent.kill)
        for _ in range(300):
            if agent.poll() is not None:
                return False
            if answers(cls.port):
                return True
            time.sleep(0.1)
        return False

    def setUp(self):
        self.out = Path(tempfile.mkdtemp(dir=self.folder))

    def secrets(self, text, mode=0o600):
        path = self.out / "secrets"
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return str(path)

    def read(self, *args, hosts=None, environment=None):
        hosts = hosts or [f"r1=udp:127.0.0.1:{self.port}"]
        run = subprocess.run([READER, *hosts, "--out", str(self.out / "walks"), *args],
                             capture_output=True, text=True, check=False, timeout=120,
                             env=dict(os.environ, **(environment or {})))
        self.assertNotIn("phrase\n", run.stderr.replace("pass-phrase", ""))
        return run

    def read_as_kim(self, *args, **options):
        return self.read("--user", "kim", "--secrets",
                         self.secrets("auth kim-auth-phrase\npriv kim-priv-phrase\n"), *args,
                         **options)

    def walk(self, name="r1"):
        return (self.out / f"walks/{name}.snmprec").read_text(encoding="utf-8")

    def vouched(self):
        return (self.out / "walks/evidence.csv").read_text(encoding="utf-8")

    def test_authpriv_is_an_authenticated_read(self):
        run = self.read_as_kim("--who", "lab, two", "--date", "2026-11-21")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("1.3.6.1.2.1.1.1.0|4|Example OS 1\n", self.walk())
        self.assertIn("1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1\n", self.walk())
        self.assertIn("1.3.6.1.6.3.10.2.1.1.0|4x|80001f88", self.walk())
        self.assertEqual(self.vouched(),
                         "file,node,evidence,who,date\n"
                         'r1.snmprec,r1,authenticated-read,"lab, two",2026-11-21\n')

    def test_only_what_is_read_is_asked_and_in_order(self):
        self.assertEqual(self.read_as_kim().returncode, 0)
        oids = [tuple(map(int, line.split("|")[0].split("."))) for line in
                self.walk().splitlines()]
        self.assertEqual(oids, sorted(set(oids)))
        self.assertNotIn("secret", self.walk())

    def test_v2c_is_unauthenticated_and_only_when_asked_for(self):
        secrets = self.secrets("community spam\n")
        run = self.read("--v2c", "--secrets", secrets, "--date", "2026-11-21")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("r1.snmprec,r1,unauthenticated-read,,2026-11-21\n", self.vouched())
        self.assertEqual(self.read("--secrets", secrets).returncode, 64)

    def test_both_ways_read_the_same(self):
        self.assertEqual(self.read_as_kim().returncode, 0)
        walk = self.walk()
        self.assertEqual(self.read("--v2c", environment={"CLEANPATH_SNMP_COMMUNITY": "spam"})
                         .returncode, 0)
        self.assertEqual(self.walk(), walk)

    def test_authnopriv_is_authenticated_noauth_is_not(self):
        run = self.read("--user", "lee", "--level", "authNoPriv", "--auth", "SHA",
                        environment={"CLEANPATH_SNMP_AUTH": "lee-auth-phrase"})
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn(",authenticated-read,", self.vouched())
        run = self.read("--user", "ann", "--level", "noAuthNoPriv")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn(",unauthenticated-read,", self.vouched())

    def test_wrong_credentials_are_refused(self):
        quick = ["--retries", "1", "--timeout", "1"]
        for user, auth, priv in (("kim", "kim-auth-phrasf", "kim-priv-phrase"),
                                 ("kim", "kim-auth-phrase", "kim-priv-phrasf"),
                                 ("nobody", "kim-auth-phrase", "kim-priv-phrase"),
                                 ("kim", "short", "kim-priv-phrase")):
            run = self.read("--user", user, *quick,
                            environment={"CLEANPATH_SNMP_AUTH": auth,
                                         "CLEANPATH_SNMP_PRIV": priv})
            self.assertEqual(run.returncode, 77, (user, auth, priv, run.stderr))
            self.assertFalse((self.out / "walks/r1.snmprec").exists())
            self.assertFalse((self.out / "walks/evidence.csv").exists())

    def test_a_weaker_level_than_the_user_s_is_refused(self):
        self.assertEqual(self.read("--user", "kim", "--level", "noAuthNoPriv").returncode, 77)

    def test_nothing_there_is_69(self):
        for host in (f"r1=udp:127.0.0.1:{free_port()}", "r1=no-such-host.invalid"):
            run = self.read_as_kim("--retries", "1", "--timeout", "1", hosts=[host])
            self.assertEqual(run.returncode, 69, run.stderr)
            self.assertIn("r1", run.stderr)

    def test_others_are_read_where_one_is_silent(self):
        run = self.read_as_kim("--retries", "1", "--timeout", "1",
                               hosts=[f"a=127.0.0.1:{self.port}", f"b=127.0.0.1:{free_port()}",
                                      f"c/1=127.0.0.1:{self.port}"])
        self.assertEqual(run.returncode, 69, run.stderr)
        self.assertIn("a.snmprec,a,", self.vouched())
        self.assertIn("c_1.snmprec,c/1,", self.vouched())
        self.assertNotIn("b.snmprec", self.vouched())

    def test_rows_of_other_files_stay(self):
        (self.out / "walks").mkdir()
        table = self.out / "walks/evidence.csv"
        table.write_text("file,node,evidence,who,date\nr1.snmprec,old,,,\nx.txt,x,claim,,\n",
                         encoding="utf-8")
        self.assertEqual(self.read_as_kim("--date", "2026-11-21").returncode, 0)
        self.assertEqual(self.vouched(), "file,node,evidence,who,date\nx.txt,x,claim,,\n"
                         "r1.snmprec,r1,authenticated-read,,2026-11-21\n")
        table.write_text("file,grade\n", encoding="utf-8")
        self.assertEqual(self.read_as_kim().returncode, 74)
        self.assertEqual(self.vouched(), "file,grade\n")

    def test_what_nobody_authenticated_never_comes_under_an_old_row(self):
        self.assertEqual(self.read_as_kim().returncode, 0)
        path = self.out / "walks/r1.snmprec"
        path.write_text("1.3.6.1.2.1.1.1.0|4|read with care\n", encoding="utf-8")
        table = self.out / "walks/evidence.csv"
        table.write_text("file,evidence\nr1.snmprec,authenticated-read\n", encoding="utf-8")
        run = self.read("--v2c", "--secrets", self.secrets("community spam\n"))
        self.assertEqual(run.returncode, 74, run.stderr)
        self.assertIn("read with care", self.walk())
        self.assertEqual(sorted(os.listdir(self.out / "walks")), ["evidence.csv", "r1.snmprec"])
        table.unlink()
        run = self.read("--v2c", "--secrets", self.secrets("community spam\n"))
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("Example OS 1", self.walk())
        self.assertIn("r1.snmprec,r1,unauthenticated-read", self.vouched())

    def test_a_file_of_secrets_is_one_s_own(self):
        run = self.read("--user", "kim", "--secrets",
                        self.secrets("auth kim-auth-phrase\npriv kim-priv-phrase\n", 0o640))
        self.assertEqual(run.returncode, 77)
        self.assertEqual(self.read("--user", "kim", "--secrets", "/dev/null").returncode, 77)
        self.assertEqual(self.read("--user", "kim", "--secrets", "/no/such").returncode, 66)
        run = self.read("--user", "kim", "--secrets", self.secrets("auth x\nkim-auth-phrase\n"))
        self.assertEqual(run.returncode, 65)
        self.assertNotIn("kim-auth", run.stderr)

    def test_a_limit_ends_a_walk_and_says_so(self):
        run = self.read_as_kim("--max-objects", "2")
        self.assertEqual(run.returncode, 69)
        self.assertEqual(self.walk().count("\n"), 3)
        self.assertIn("# ended early", self.walk())

    def test_what_was_read_is_identified(self):
        self.assertEqual(self.read_as_kim().returncode, 0)
        run = subprocess.run([PROGRAM, "identify", str(self.out / "walks"), "--json"],
                             capture_output=True, text=True, check=False, timeout=120)
        self.assertIn(run.returncode, (0, 1, 2), run.stderr)
        self.assertIn('"r1"', json.dumps(json.loads(run.stdout)))


class LiarTest(unittest.TestCase):
    """An agent that answers the same for ever"""

    def setUp(self):
        self.out = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.out)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(self.socket.close)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(30)

    def serve(self, name):
        """Each GETBULK of v2c is answered with one variable, a text at an OID below sysDescr"""
        while True:
            try:
                request, peer = self.socket.recvfrom(65536)
            except OSError:
                return
            at = request.index(b"\xa5")  # the PDU: its request id is the first integer inside
            start = at + (2 if request[at + 1] < 0x80 else 2 + (request[at + 1] & 0x7f))
            number = request[start:start + 2 + request[start + 1]]
            value = b"\x06" + bytes([len(name)]) + name + b"\x04\x01x"
            variables = b"\x30" + bytes([len(value)]) + value
            body = (number + b"\x02\x01\x00\x02\x01\x00" +
                    b"\x30" + bytes([len(variables)]) + variables)
            pdu = b"\xa2" + bytes([len(body)]) + body
            message = b"\x02\x01\x01\x04\x04spam" + pdu
            self.socket.sendto(b"\x30" + bytes([len(message)]) + message, peer)

    def read(self, name):
        thread = threading.Thread(target=self.serve, args=(name,), daemon=True)
        thread.start()
        run = subprocess.run(
            [READER, f"r1=127.0.0.1:{self.socket.getsockname()[1]}", "--out", str(self.out),
             "--v2c", "--max-seconds", "20"],
            capture_output=True, text=True, check=False, timeout=60,
            env=dict(os.environ, CLEANPATH_SNMP_COMMUNITY="spam"))
        return run

    def test_answers_that_do_not_go_on_end_the_walk(self):
        run = self.read(bytes([0x2b, 6, 1, 2, 1, 1, 1, 0]))  # 1.3.6.1.2.1.1.1.0 for ever
        self.assertEqual(run.returncode, 69, run.stderr)
        self.assertIn("not in order", run.stderr)

    def test_answers_before_the_question_end_the_walk(self):
        run = self.read(bytes([0x2b, 6, 1, 2, 1]))
        self.assertEqual(run.returncode, 69, run.stderr)
        self.assertIn("not in order", run.stderr)


class SilentTest(unittest.TestCase):
    """An agent that never answers"""

    def ask(self, *options):
        out = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, out)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind(("127.0.0.1", 0))
            run = subprocess.run(
                [READER, f"r1=127.0.0.1:{silent.getsockname()[1]}", "--out", str(out), "--v2c",
                 "--timeout", "1", *options],
                capture_output=True, text=True, check=False, timeout=60,
                env={**os.environ, "CLEANPATH_SNMP_COMMUNITY": "spam"})
            silent.setblocking(False)
            asked = 0
            try:
                while silent.recvfrom(65536):
                    asked += 1
            except BlockingIOError:
                return run, asked

    def test_it_is_asked_once_and_then_as_often_as_said(self):
        for retries in (0, 2):
            run, asked = self.ask("--retries", str(retries))
            self.assertEqual((run.returncode, asked), (69, 1 + retries), run.stderr)

    def test_too_many_retries_are_refused_with_the_range(self):
        run, asked = self.ask("--retries", "101")
        self.assertEqual((run.returncode, asked), (64, 0))
        self.assertIn("from 0 to 100", run.stderr)

    def test_help_tells_of_every_exit_code(self):
        text = subprocess.run([READER, "--help"], capture_output=True, text=True, check=True,
                              timeout=60).stdout
        for code in (0, 64, 65, 66, 69, 71, 74, 77):
            self.assertRegex(text.partition("exit codes:")[2], rf"\b{code} ")


if __name__ == "__main__":
    unittest.main()
