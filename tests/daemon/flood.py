"""Prints how long a session of one peer takes to open, alone and beside a peer that floods: name value unit"""

import multiprocessing
import os
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from play import KEEPALIVE, Daemon, open_session, poll

PEER = "    - name: pcc{0}\n      address: 127.0.0.{0}\n      system: frr-8.4\n"
ROUNDS = 500


def rounds(daemon):
    spans = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        with daemon.connect("127.0.0.3") as s:
            open_session(s)
            spans.append(time.perf_counter() - begin)
        poll(lambda: "down" in [p["state"] for p in daemon.get("/v1/peers")["items"] if p["name"] == "pcc3"])
    return spans


def flood(daemon, sent):
    """A process of its own that gives way to all others: what is measured is the daemon, not the processors."""
    os.nice(19)
    with daemon.connect("127.0.0.2") as s:
        open_session(s)
        s.settimeout(None)
        many = KEEPALIVE * 16000
        while True:
            s.sendall(many)
            sent.value += len(many)


def main():
    daemon = Daemon(PEER.format(2) + PEER.format(3)).start()
    sent = multiprocessing.Value("q", 0)
    flooder = multiprocessing.Process(target=flood, args=(daemon, sent), daemon=True)
    try:
        alone = rounds(daemon)
        flooder.start()
        poll(lambda: sent.value > 0, why="the flood")
        beside = rounds(daemon)
    finally:
        flooder.kill()
        daemon.end()
    for name, spans in (("alone", alone), ("beside_a_flood", beside)):
        spans.sort()
        print(f"session_open_{name}_median {statistics.median(spans) * 1000:.2f} ms")
        print(f"session_open_{name}_p99 {spans[len(spans) * 99 // 100] * 1000:.2f} ms")
    print(f"flood {sent.value / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
