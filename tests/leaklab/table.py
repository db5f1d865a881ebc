"""What came of the arms, side by side."""

import dataclasses
import json
import statistics
from pathlib import Path

from run import Outcome


@dataclasses.dataclass
class Result:
    arm: object
    outcomes: list
    rates: tuple  # sensitive, ordinary: packets a second that arrived
    sent: dict
    missed: int  # frames that the sniffer had no room for
    seconds: float
    sending_s: float
    loads: list  # of the machine: the median, for each run

    def leaks(self, kind=None):
        return sum(x.leaks for x in self.outcomes if kind in (None, x.kind))

    def add(self, other):
        """A further run of the same arm, with other seeds"""
        whole = self.sending_s + other.sending_s
        self.rates = tuple((a * self.sending_s + b * other.sending_s) / whole for a, b in zip(self.rates, other.rates))
        self.sent = {kind: count + other.sent[kind] for kind, count in self.sent.items()}
        self.outcomes, self.loads = self.outcomes + other.outcomes, self.loads + other.loads
        self.missed, self.seconds, self.sending_s = self.missed + other.missed, self.seconds + other.seconds, whole

    def as_it_must_be(self):
        """A control leaks; the others leak nothing, and no frame went by unseen"""
        return self.leaks() > 0 if self.arm.control else self.leaks() == 0 and self.missed == 0


def save(results, path):
    """So that arms can be run one at a time, and told side by side later"""
    Path(path).write_text(json.dumps([{**vars(x), "arm": x.arm.name,
                                       "outcomes": [dataclasses.asdict(o) for o in x.outcomes]} for x in results]),
                          encoding="utf-8")


def load(path, arms):
    return [Result(**{**x, "arm": arms[x["arm"]], "outcomes": [Outcome(**o) for o in x["outcomes"]]})
            for x in json.loads(Path(path).read_text(encoding="utf-8"))]


def joined(results):
    """One for each arm"""
    arms = {}
    for result in results:
        if result.arm.name in arms:
            arms[result.arm.name].add(result)
        else:
            arms[result.arm.name] = result
    return list(arms.values())


def share(values, part):
    values = sorted(values)
    return values[min(len(values) - 1, int(part * len(values)))] if values else 0


def grid(rows):
    head, *rest = rows
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return lines + ["| " + " | ".join(map(str, row)) + " |" for row in rest]


def leak_rows(results):
    kinds = sorted({x.kind for result in results for x in result.outcomes})
    yield ["event"] + [result.arm.name for result in results]
    for kind in kinds:
        row = [kind]
        for result in results:
            count = sum(x.kind == kind for x in result.outcomes)
            row.append(f"{result.leaks(kind)} in {count}" if count else "")
        yield row
    yield ["**all**"] + [f"**{result.leaks()} in {len(result.outcomes)}**" for result in results]


def recovery_rows(result):
    yield ["event", "times", "with a clean way", "gap p50", "gap p95", "gap most", "ordinary most", "not without help"]
    for kind in sorted({x.kind for x in result.outcomes}):
        mine = [x for x in result.outcomes if x.kind == kind]
        gaps = [x.gap_s for x in mine if x.way]
        yield [kind, len(mine), len(gaps), *(f"{share(gaps, part):.2f} s" if gaps else "" for part in (0.5, 0.95, 1)),
               f"{max(x.ordinary_gap_s for x in mine):.2f} s", sum(not x.settled for x in mine)]


def text(results, options):
    lines = ["# The leak laboratory", "",
             "`make leaklab` wrote this (`tests/leaklab`; its network stands in `network.py`). "
             f"{options.rate} sensitive packets a second are asked for, and sent as far as the machine has time for it.", "",
             "## Sensitive packets on forbidden routers and links", "", *grid(list(leak_rows(results))), "",
             *grid([["", *(x.arm.name for x in results)],
                    ["sensitive packets sent", *(x.sent.get("sensitive", 0) for x in results)],
                    ["sent a second", *(round(x.sent.get("sensitive", 0) / x.sending_s) for x in results)],
                    ["sensitive packets a second that arrived", *(round(x.rates[0]) for x in results)],
                    ["ordinary packets a second that arrived", *(round(x.rates[1]) for x in results)],
                    ["frames that the sniffer missed", *(x.missed for x in results)],
                    ["seconds", *(round(x.seconds) for x in results)],
                    ["load of the machine (median)", *(", ".join(f"{load:.1f}" for load in x.loads) for x in results)],
                    ["as it must be", *("yes" if x.as_it_must_be() else "NO" for x in results)]]), ""]
    lines += [f"- **{x.arm.name}**: {x.arm.says}" for x in results]
    lines += ["", "A gap is the longest time that one of the four sensitive flows had to wait. It is meant to be where the way stops being permitted and "
              "nobody orders another one (some of the revocations, all ends of licences), where a link fails while who orders, or who carries it out, is starved, "
              "stopped or dead, and where a headend starts anew. "
              "What a newer policy forbids counts from a second after it came; what a licence permitted, from its end on, at once."]
    if options.note:
        lines += ["", options.note]
    for result in results:
        if not result.arm.control:
            lines += ["", f"## How long traffic waited: {result.arm.name}", "", *grid(list(recovery_rows(result)))]
            early = [x.early_s for x in result.outcomes if x.early_s is not None]
            if early:
                lines += ["", f"From the last packet at a node to the end of its licence: {len(early)} times, {min(early):.3f} s to "
                              f"{max(early):.3f} s."]
            times = [x.revoked_s for x in result.outcomes if x.revoked_s]
            if times:
                lines += ["", f"From a revocation to the last packet at a node that a path went over: {len(times)} times, half of them "
                              f"within {statistics.median_low(times):.3f} s, all within {max(times):.3f} s."]
    return "\n".join(lines) + "\n"
