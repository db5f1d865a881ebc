"""Prints how long a session of one peer takes to open, alone and beside a peer that floods: name value unit"""

import statistics
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from play import KEEPALIVE, Daemon, open_session, poll

PEER = "    - name: pcc{0}\n      address: 127.0.0.{0}\n      system: frr-8.4\n"
ROUNDS = 200


def rounds(daemon):
    spans = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        with daemon.connect("127.0.0.3") as s:
            open_session(s)
            spans.append(time.perf_counter() - begin)
        poll(lambda: "down" in [p["state"] for p in daemon.get("/v1/peers")["items"] if p["name"] == "pcc3"])
    return spans


def flood(daemon, stop, sent):
    with daemon.connect("127.0.0.2") as s:
        open_session(s)
        many = KEEPALIVE * 16000
        try:
            while not stop.is_set():
                s.sendall(many)
                sent[0] += len(many)
        except OSError:
            pass


def main():
    daemon = Daemon(PEER.format(2) + PEER.format(3)).start()
    stop, sent = threading.Event(), [0]
    try:
        alone = rounds(daemon)
        flooder = threading.Thread(target=flood, args=(daemon, stop, sent))
        flooder.start()
        beside = rounds(daemon)
        stop.set()
        flooder.join()
    finally:
        daemon.end()
    for name, spans in (("alone", alone), ("beside_a_flood", beside)):
        spans.sort()
        print(f"session_open_{name}_median {statistics.median(spans) * 1000:.2f} ms")
        print(f"session_open_{name}_p99 {spans[len(spans) * 99 // 100] * 1000:.2f} ms")
    print(f"flood {sent[0] / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
