"""Pings that judge what arrives, not how soon.

Once one answer is there, ping waits for the others no longer than twice the longest time it has seen, or than its pause
between two requests: on a busy machine the last of quick pings are given up though they come.
"""

import re
import subprocess
import tempfile


def received(said):
    found = re.search(r"(\d+) received", said)
    return int(found[1]) if found else 0


def start(space, to, *more, count=3, wait=1):
    """So many at once: ping then waits 2 s for those that are missing, and for so many seconds where none is answered"""
    return subprocess.Popen(["ip", "netns", "exec", space, "ping", "-n", "-q", "-c", str(count), "-l", str(count), "-i", "2",
                             "-W", str(wait), *more, to], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def ping(space, to, *more, **options):
    """How many are answered"""
    return received(start(space, to, *more, **options).communicate(timeout=60)[0])


class Stream:
    """Pings one behind the other, until so many are answered or two minutes are over"""

    def __init__(self, space, to, *more, count, every):
        self.count = count
        self.said = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(["ip", "netns", "exec", space, "ping", "-n", "-i", str(every), "-c", str(count),
                                         "-w", "120", *more, to], stdout=self.said)

    def runs(self):
        return self.process.poll() is None

    def end(self):
        self.process.kill()
        self.process.wait()
        self.said.close()

    def lost(self):
        """Numbers of those of the first `count` that are not answered; waits for the end"""
        self.process.wait(timeout=150)
        self.said.seek(0)
        answered = {int(number) for number in re.findall(r"icmp_seq=(\d+) ttl=", self.said.read())}
        self.said.close()
        return sorted(set(range(1, self.count + 1)) - answered)
