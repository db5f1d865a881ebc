"""Who floods has its share of the daemon, and is heard to the end"""

import re
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from play import KEEPALIVE, Daemon, open_session, poll

PEERS = "".join(f"    - name: pcc{i}\n      address: 127.0.0.{i}\n      system: frr-8.4\n" for i in (2, 3))


class Flood(unittest.TestCase):
    def test_all_of_a_flood_is_read(self):
        daemon = Daemon(PEERS)
        self.addCleanup(daemon.end)
        daemon.start()
        with daemon.connect("127.0.0.2") as s:
            open_session(s)
            s.settimeout(60)
            for _ in range(100):  # many times what it may send in one go
                s.sendall(KEEPALIVE * 16000)
            poll(lambda: int(re.search(r"^cleanpath_received_bytes_total (\d+)$", daemon.ask("/metrics")[1], re.M)[1])
                 > 100 * 16000 * len(KEEPALIVE), seconds=60, why="all of it")


if __name__ == "__main__":
    unittest.main()
