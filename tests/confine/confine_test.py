"""Each thread of a running program tries what no program here may do, and is denied; an unconfined process of the same user is not."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/daemon"), str(ROOT / "tests/edge"), str(ROOT / "tests/agent")]
import agentlab  # noqa: E402
import edgelab  # noqa: E402
import play  # noqa: E402

FORBIDDEN = os.environ.get("FORBIDDEN", str(ROOT / "build/tests/forbidden"))
LEAST = 40  # acts a program that a process which is not confined may do
DENIED = {"EPERM", "EACCES", "ended"}
LACKING = edgelab.lacking()


def threads(pid):
    """What the kernel says of each that has not ended"""
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            yield dict(line.split(":\t", 1) for line in (task / "status").read_text().splitlines() if ":\t" in line)
        except (FileNotFoundError, ProcessLookupError):
            pass


class Program:
    """One that runs: pid is set by start; the acts in `may` are its work."""
    may = ()

    def start(self):
        raise NotImplementedError

    def serves(self):
        """Raises where it does not do its work"""
        raise NotImplementedError

    def log(self):
        raise NotImplementedError

    def end(self):
        """Raises where it does not end in order"""
        raise NotImplementedError


class Edge(Program):
    """With its agent, its peer and a controller"""
    may = ("socket-udp",)  # its probes

    def __init__(self):
        self.lab = edgelab.Lab()

    def start(self):
        self.lab.up()
        self.lab.start()
        self.pid = self.lab.processes["edge-r1"].pid
        play.poll(lambda: self.lab.are("active", True), 30, self.lab.why)

    def log(self):
        return self.lab.log("edge-r1")

    def serves(self):
        self.lab.write_edge_policies()
        for name in ("agent-r1", "agent-r8"):
            self.lab.processes[name].send_signal(signal.SIGHUP)
        play.poll(lambda: all(self.lab.told(e)["policy"] == self.lab.serial for e in edgelab.EDGES), why=self.lab.why)
        self.lab.kill("c")
        self.lab.start_controller()
        play.poll(lambda: self.lab.told("r1")["controller"] is None, 30, self.lab.why)
        play.poll(lambda: self.lab.told("r1")["controller"] and self.lab.are("active", True), 40, self.lab.why)

    def end(self):
        try:
            edge = self.lab.processes["edge-r1"]
            edge.send_signal(signal.SIGTERM)
            code = edge.wait(60)
            left = (self.lab.folder / "r1.status").exists()
        finally:
            self.lab.down()
        if code != 0 or left:
            raise AssertionError(f"it ended with {code}" + ", and left its socket" * left)


class Agent(Program):
    """The privileged process, with a path installed"""

    def __init__(self):
        self.lab = agentlab.Lab()

    def start(self):
        self.lab.up()
        self.lab.write_policy()
        self.lab.barrier()
        self.lab.start()
        self.pid = self.lab.agent.pid

    def log(self):
        return (self.lab.folder / "log").read_text()

    def serves(self):
        for ways in ([agentlab.path(agentlab.VIA_R4)], [agentlab.path(["fcbb:4::49"], first=2)]):
            said = self.lab.ask(agentlab.ORDER, *ways)
            if said["result"] != agentlab.DONE or self.lab.ping() != 3:
                raise AssertionError(f"it steers no more: {said}")
        self.lab.write_policy()
        self.lab.reload()
        if self.lab.ask(agentlab.POLICY)["serial"] != self.lab.serial:
            raise AssertionError("it takes no newer policy")

    def end(self):
        try:
            self.lab.agent.send_signal(signal.SIGTERM)
            code = self.lab.agent.wait(60)
        finally:
            self.lab.down()
        if code != 0:
            raise AssertionError(f"it ended with {code}")


class Headend(Agent):
    """What the agent started without privilege"""

    def start(self):
        super().start()
        self.pid = int(Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()[0])


class Controller(Program):
    def __init__(self):
        self.daemon = play.Daemon()

    def start(self):
        play.lab_case(self.daemon.case, [("d1", "r1", "r8")])
        self.daemon.write(top=play.LAB_FEED)
        self.daemon.start()
        self.pid, self.demands = self.daemon.process.pid, 1

    def log(self):
        return (self.daemon.folder / "log").read_text()

    def documents(self):
        name = "cleanpath_documents_total"
        said = self.daemon.ask("/metrics")[1]
        return sum(float(line.split()[-1]) for line in said.splitlines() if line.startswith(name))

    def serves(self):
        before = self.documents()
        play.poll(lambda: self.documents() > before, why="its feed's program is run no more")
        self.demands += 1
        play.lab_case(self.daemon.case, [(f"d{i}", "r1", "r8") for i in range(self.demands)])
        self.daemon.process.send_signal(signal.SIGHUP)
        play.poll(lambda: len(self.daemon.get("/v1/demands")["items"]) == self.demands, why=self.log)
        self.daemon.connect().close()

    def end(self):
        code = self.daemon.kill(signal.SIGTERM)
        left = self.daemon.api.exists()
        self.daemon.end()
        if code != 0 or left:
            raise AssertionError(f"it ended with {code}" + ", and left its socket" * left)


@unittest.skipIf(LACKING, LACKING)
class ConfineTest(unittest.TestCase):
    def started(self, program):
        self.addCleanup(program.end)
        program.start()
        for word in ("built with a sanitizer", "has no Landlock", "knows no TCP"):
            if word in program.log():
                self.skipTest(word)

    def tried(self, program):
        """act: {who: what the kernel answered}; "free" is a process that nothing confines"""
        folder = tempfile.TemporaryDirectory(prefix="outside-")
        self.addCleanup(folder.cleanup)
        victim = Path(folder.name) / "victim"
        for path in (victim, Path(f"{victim}.2")):
            path.write_text("x")
        done = subprocess.run([FORBIDDEN, str(program.pid), str(victim)], capture_output=True, text=True, timeout=90, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        answers = {}
        for act, who, answer in map(str.split, done.stdout.splitlines()):
            answers.setdefault(act, {})[who] = answer
        return answers

    def assert_confined(self, program):
        self.started(program)
        program.serves()
        for task in threads(program.pid):
            self.assertEqual((task["Name"], task["Seccomp"], task["NoNewPrivs"]), (task["Name"], "2", "1"))
        whos = {task["Pid"] for task in threads(program.pid)}
        answers = {act: who for act, who in self.tried(program).items() if act not in program.may}
        let_through = {act: who for act, who in answers.items() if any(who[w] not in DENIED for w in who.keys() - {"free"})}
        self.assertEqual(let_through, {})
        whos &= {task["Pid"] for task in threads(program.pid)}  # a plan's end with it
        self.assertTrue(all(who.keys() >= whos | {"free"} for who in answers.values()))
        proven = [act for act, who in answers.items() if who["free"] not in DENIED]
        print(f"# {type(program).__name__}: {len(answers)} acts, {len(proven)} that a free process may do, {len(whos)} threads; "
              f"not shown: {' '.join(sorted(answers.keys() - set(proven)))}")
        self.assertGreaterEqual(len(proven), LEAST)
        program.serves()

    def test_cleanpath_edge_is_denied_what_it_may_not_do_and_goes_on(self):
        self.assert_confined(Edge())

    def test_cleanpath_agent_is_denied_what_it_may_not_do_and_goes_on(self):
        self.assert_confined(Agent())

    def test_cleanpath_headend_is_denied_what_it_may_not_do_and_goes_on(self):
        self.assert_confined(Headend())

    def test_cleanpathd_is_denied_what_it_may_not_do_and_goes_on(self):
        self.assert_confined(Controller())

    def test_cleanpathd_calls_a_peer_of_bgp_on_the_port_that_is_configured(self):
        peer = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(peer.close)
        peer.settimeout(60)
        daemon = play.Daemon()
        self.addCleanup(daemon.end)
        daemon.write(top="bgp:\n  as: 65000\n  router-id: 10.0.0.9\n  peers:\n"
                     f"    - {{name: speaker, address: 127.0.0.1, as: 65001, port: {peer.getsockname()[1]}}}\n")
        daemon.start(planned=False)
        peer.accept()[0].close()


if __name__ == "__main__":
    unittest.main()
