"""A service over TCP among a laboratory's namespaces, and what a node sees of it."""

import subprocess
import sys

PORT = 5432
SERVE = """import socket, sys
with socket.create_server((sys.argv[1], int(sys.argv[2])), family=socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET) as service:
    service.settimeout(30)
    print(flush=True)
    connection, _ = service.accept()
    connection.settimeout(30)
    connection.sendall(connection.recv(100) * 10)
    connection.close()
"""
ASK = """import socket, sys
with socket.create_connection((sys.argv[1], int(sys.argv[2])), 3) as connection:
    connection.sendall(b"question")
    if b"".join(iter(lambda: connection.recv(100), b"")) != b"question" * 10:
        sys.exit("another answer")
"""
COUNT = f"""table inet service {{
    counter questions {{ }}
    counter answers {{ }}
    chain in {{ type filter hook prerouting priority -400; policy accept;
        tcp dport {PORT} counter name questions
        tcp sport {PORT} counter name answers
    }}
}}"""


class Talks:
    def __init__(self, lab, node):
        """node: what passes it is counted, in the clear"""
        self.lab, self.node = lab, node
        lab.at(node, "nft", "-f", "-", input=COUNT)

    def end(self):
        self.lab.at(self.node, "nft", "delete", "table", "inet", "service")

    def seen(self):
        said = self.lab.at(self.node, "nft", "list", "counters", "table", "inet", "service")
        return {name: int(said.split(f"counter {name} {{")[1].split("packets ")[1].split()[0]) for name in ("questions", "answers")}

    def talk(self, asks, asked, to):
        """Whether a question of one node is answered by another one, at this address"""
        def words(node, program):
            return ["ip", "netns", "exec", self.lab.space(node), sys.executable, "-c", program, to, str(PORT)]
        with subprocess.Popen(words(asked, SERVE), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as service:
            try:
                service.stdout.readline()
                return subprocess.run(words(asks, ASK), capture_output=True, timeout=60, check=False).returncode == 0
            finally:
                service.kill()
