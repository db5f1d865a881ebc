#!/usr/bin/python3
"""Sets `cleanpath audit` against the slow oracle on small random cases.

Each case is a folder made from its seed.  Compared, for every demand: verdict, exposure depth, cut
depth and the depth of each state; the exposure shown is checked as a witness; the exit code too;
and that the answer is the same bytes each time, whatever --jobs says.  TAP on stdout.

    cross.py --binary build/cleanpath [--seed N] [--count N]
    cross.py [--seed N] [--count N]     without a binary: the oracle against itself (liars)
"""
import argparse
import csv
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import oracle  # noqa: E402

AS_OF = "2026-11-21"
BATCH = 50
HUAWEI = ["huawei", "Huawei", "HUAWEI", "Huawei Technologies Co., Ltd", "화웨이"]
LETTERS = {"optical": "o", "ethernet": "e", "radio": "w"}
GOOD = ["nokia", "juniper", "ericsson", "ciena"]
TREATS = ["trusted", "untrusted", "undecided"]
KINDS = ["link", "node", "shared-risk-group"]


# --- making a case --------------------------------------------------------------------------------


class Maker:
    """Draws one case.  `self.files` is what stands in its folder."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        rng = self.rng
        self.depth = rng.choices([0, 1, 2, 3], [8, 52, 32, 8])[0]
        most = {0: 9, 1: 9, 2: 6, 3: 5}[self.depth]
        self.count = rng.randint(4, most)
        self.bad = rng.choice([0.02, 0.04, 0.08, 0.2])
        self.nodes, self.links, self.facts, self.demands = [], [], [], []
        self.lower = {}  # layer -> nodes
        self.srlgs = [f"g{i}" for i in range(rng.randint(0, 3))]
        self.ip = [f"r{i}" for i in range(self.count)]
        self.draw_nodes()
        self.draw_lower()
        self.draw_links()
        self.draw_lan()
        self.draw_management()
        self.draw_facts()
        self.draw_demands()
        self.files = {
            "nodes.csv": self.table(self.nodes, ["id"]),
            "links.csv": self.table(self.links, ["a", "b"]),
            "sites.csv": self.table(self.draw_sites(), ["id"]),
            "demands.csv": self.table(self.demands, ["src", "dst"]),
            "policy.yaml": self.draw_policy(),
        }
        split = rng.randint(0, len(self.facts))
        for name, rows in (("facts.csv", self.facts[:split]), ("facts-b.csv", self.facts[split:])):
            if rows:
                self.files[name] = self.table(rows, ["object", "attribute", "value"])

    def chance(self, p):
        return self.rng.random() < p

    def some(self, things, p):
        return [t for t in things if self.chance(p)]

    def maker(self):
        rng = self.rng
        if self.chance(self.bad):
            return rng.choice(HUAWEI + ["zte"])
        if self.chance(self.bad / 2):
            return rng.choice(["unknown", ""])
        return rng.choice(GOOD)

    def table(self, rows, first):
        """RFC 4180: columns in any order, quotes where needed or not, CRLF or LF."""
        rng = self.rng
        columns = list(first)
        for row in rows:
            columns += [c for c in row if c not in columns]
        columns += ["x-note"] if self.chance(0.2) else []
        rng.shuffle(columns)
        out = io.StringIO()
        end = rng.choice(["\n", "\r\n"])
        quote = rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
        writer = csv.writer(out, lineterminator=end, quoting=quote)
        writer.writerow(columns)
        for row in rows:
            note = rng.choice(["", 'says "no", twice', "서울"])
            writer.writerow([row.get(c, note if c == "x-note" else "") for c in columns])
        return out.getvalue()

    def draw_sites(self):
        tags = ["gov", "usfk", "base"]
        names = ["Seoul, east", "평택", 'the "hill"']
        return [
            {"id": f"s{i}", "name": names[i], "tags": " ".join(self.some(tags, 0.5))}
            for i in range(3)
        ]

    def draw_nodes(self):
        rng = self.rng
        managers = [f"m{i}" for i in range(rng.choice([0, 0, 1, 2]))]
        for name in self.ip:
            tags = " ".join(self.some(["vip", "ext"], 0.3))
            row = {"id": name, "maker": self.maker(), "tags": tags}
            if self.chance(0.5):
                row["layer"] = "ip"
            if self.chance(0.7):
                row["site"] = f"s{rng.randint(0, 2)}"
            if managers and self.chance(0.2):
                row["managed_by"] = " ".join(rng.sample(managers, rng.randint(1, len(managers))))
            self.nodes.append(row)
        for name in managers:
            row = {"id": name, "layer": "management", "maker": self.maker()}
            if len(managers) > 1 and self.chance(0.5):
                row["managed_by"] = rng.choice([m for m in managers if m != name])
            self.nodes.append(row)
        rng.shuffle(self.nodes)

    def add_lower_link(self, ident, a, b, layer, over=""):
        row = {"id": ident, "a": a, "b": b, "layer": layer, "over": over}
        if self.chance(self.bad):
            row["maker"] = self.maker()
        if self.chance(0.1) and not row.get("maker") and not over:
            row["class"] = "leased-circuit"
        row["srlgs"] = " ".join(self.some(self.srlgs, 0.2))
        self.name_ports(row, 0.25)
        self.links.append(row)
        return row

    def name_ports(self, row, p):
        """Each link has ports of its own, but now and then a node's links share its first one."""
        for port in ("a_port", "b_port"):
            if self.chance(p):
                row[port] = "xe-0" if self.chance(0.2) else f"xe-{len(self.links)}"

    def draw_management(self):
        """Links between what manages and what is managed, and between routers, out of band."""
        others = [row["id"] for row in self.nodes if row.get("layer") == "management"]
        for i in range(self.rng.choice([0, 0, 1, 2])):
            a, b = self.rng.choice(self.ip), self.rng.choice(others + self.ip)
            if a != b:
                self.add_lower_link(f"oob{i}", a, b, "management")

    def draw_lower(self):
        """Optical and ethernet nodes in a chain or ring; ethernet may ride on optical."""
        rng = self.rng
        if self.chance(0.4):
            return
        choices = [["optical"], ["ethernet"], ["optical", "ethernet"], ["radio"]]
        for layer in rng.choice(choices):
            letter = LETTERS[layer]
            names = [f"{letter}{i}" for i in range(rng.randint(2, 4))]
            for name in names:
                row = {"id": name, "layer": layer, "maker": self.maker()}
                if self.chance(0.4):
                    row["site"] = f"s{rng.randint(0, 2)}"
                self.nodes.append(row)
            for i in range(1, len(names)):
                over = self.over(names[i - 1], names[i], "optical") if letter == "e" else ""
                self.add_lower_link(f"{letter}l{i}", names[i - 1], names[i], layer, over)
            if len(names) > 2 and self.chance(0.6):
                self.add_lower_link(f"{letter}l0", names[0], names[-1], layer)
            self.lower[layer] = names

    def ride(self, a, b, layer):
        """Link ids of `layer` from a to b, drawn at random; makes the links into the layer."""
        rng = self.rng
        names = self.lower[layer]
        x, y = rng.choice(names), rng.choice(names)
        ids = []
        for end, at in ((a, x), (b, y)):
            ident = f"{end}-{at}"
            if all(row.get("id") != ident for row in self.links):
                self.add_lower_link(ident, end, at, layer)
            ids.append(ident)
        low, high = sorted((names.index(x), names.index(y)))
        middle = [f"{LETTERS[layer]}l{i}" for i in range(low + 1, high + 1)]
        return [ids[0]] + middle + [ids[1]]

    def over(self, a, b, layer=None):
        if not self.lower or (layer and layer not in self.lower) or not self.chance(0.6):
            return ""
        ways = []
        for _ in range(self.rng.choice([1, 1, 2])):
            ways.append(" ".join(self.ride(a, b, layer or self.rng.choice(sorted(self.lower)))))
        return self.rng.choice(["|", " | "]).join(ways)

    def add_ip_link(self, a, b):
        rng = self.rng
        row = {"a": a, "b": b, "metric_ab": rng.randint(1, 4)}
        if self.chance(0.4):
            row["metric_ba"] = rng.randint(1, 4)
        if self.chance(0.1):
            del row["metric_ab"]
            row.pop("metric_ba", None)
        row["srlgs"] = " ".join(self.some(self.srlgs, 0.25))
        row["over"] = self.over(a, b)
        if self.chance(self.bad / 3):
            row["maker"] = self.maker()
        elif self.chance(0.06):
            row["class"] = "leased-circuit"
        self.name_ports(row, 0.2)
        self.links.append(row)

    def draw_links(self):
        rng = self.rng
        for i in range(1, self.count):
            if not self.chance(0.04):  # now and then there is no way
                self.add_ip_link(self.ip[rng.randrange(i)], self.ip[i])
        for _ in range(rng.randint(1, self.count if self.depth < 3 else 3)):
            a, b = sorted(rng.sample(range(self.count), 2))
            self.add_ip_link(self.ip[a], self.ip[b])

    def draw_lan(self):
        rng = self.rng
        if not self.chance(0.35):
            return
        ends = rng.sample(self.ip, rng.randint(3, min(4, self.count)))
        common = {"id": "lan-1", "class": "lan", "over": ""}
        common["srlgs"] = " ".join(self.some(self.srlgs, 0.3))
        if self.lower and self.chance(0.4):
            layer = rng.choice(sorted(self.lower))
            common["over"] = " ".join(self.ride(ends[0], ends[1], layer))
        metrics = [rng.randint(1, 4), rng.randint(1, 4)]
        if self.chance(0.5):
            cut = rng.randint(1, len(ends) - 1)
            rows = [(ends[:cut], ends[cut:])]
        else:
            rows = [(ends[:1], ends[1:2]), (ends[2:3], ends[3:] or ends[1:2])]
        for a, b in rows:
            row = {"a": " ".join(a), "b": " ".join(b)}
            row |= {"metric_ab": metrics[0], "metric_ba": metrics[1]}
            self.links.append(common | row)

    def draw_facts(self):
        rng = self.rng
        ends = [(row, end) for row in self.links for end in "ab" if row.get(end + "_port")]
        ports = sorted({f"{row[end]}/{row[end + '_port']}" for row, end in ends})
        parts = [f"{n['id']}/slot-{rng.randint(1, 2)}" for n in self.nodes]
        below = [port + "/optic" for port in ports]
        named = [row for row in self.links if row.get("id")]
        links = [row["id"] for row in named if row.get("class") != "leased-circuit"]
        for things, p in ((ports, 0.4), (below, 0.3), (parts, 0.15), (links, 0.1)):
            for thing in self.some(things, p):
                self.add_fact(thing, self.maker() or "unknown")
        for row in self.some(self.nodes, 0.15):
            self.add_fact(row["id"], self.maker() or "unknown")

    def add_fact(self, thing, maker):
        rng = self.rng
        row = {"object": thing, "attribute": "maker", "value": maker, "source": "a walk, by hand"}
        row["evidence"] = rng.choice(["authenticated-read", "self-declared"])
        row["date"] = f"20{rng.randint(14, 25)}-0{rng.randint(1, 9)}-11"
        if self.chance(0.3):
            row["expires"] = rng.choice(["2019-01-01", "2026-11-20", "2026-11-21", "2031-12-31"])
        self.facts.append(row)

    def draw_demands(self):
        rng = self.rng
        sites = sorted({r["site"] for r in self.nodes if r.get("site") and r["id"] in self.ip})
        tags = sorted({t for r in self.nodes for t in r.get("tags", "").split()})
        places = [f"site:{s}" for s in sites] + [f"tag:{t}" for t in tags]
        for i in range(rng.randint(2, 4)):
            src, dst = rng.sample(self.ip, 2)
            if places and self.chance(0.2):
                src = rng.choice(places)
            if places and self.chance(0.2):
                dst = rng.choice(places)
            row = {"id": f"d{i}", "src": src, "dst": dst}
            row["class"] = rng.choice(["", "", "sens", "named"])
            if self.chance(0.3):
                row["bandwidth_bps"] = 1000000
            if self.has_pairs(src, dst):
                self.demands.append(row)
        if not self.demands:
            ends = {"src": self.ip[0], "dst": self.ip[-1]}
            self.demands.append({"id": "d9", "class": "sens"} | ends)
        # Ends that are bad themselves make every answer 0: seldom enough to let others show.
        ends = {n for d in self.demands for n in self.ends(d["src"]) + self.ends(d["dst"])}
        for row in self.nodes:
            if row["id"] in ends and self.chance(0.8):
                row["maker"] = rng.choice(GOOD)

    def has_pairs(self, src, dst):
        return any(s != t for s in self.ends(src) for t in self.ends(dst))

    def ends(self, text):
        what, colon, name = text.partition(":")
        if not colon:
            return [text]
        column = {"site": "site", "tag": "tags"}[what]
        routers = [row for row in self.nodes if row["id"] in self.ip]
        return [row["id"] for row in routers if name in row.get(column, "").split()]

    def draw_policy(self):
        rng = self.rng
        out = [
            "cleanpath-policy: 1",
            "id: random",
            "says: A random policy.   # for one case",
            "timezone: Asia/Seoul",
            "",
            "makers:",
            '  huawei: { names: [Huawei, "Huawei Technologies Co., Ltd", 화웨이] }',
            "  zte: { names: [ZTE] }",
            "maker-lists:",
            "  listed: { version: 2020-01-01, makers: [huawei, zte] }",
            "",
            "traffic:",
            "  sens:",
            "    says: Flows between the tagged sites.",
            f"    both-ends: {{ site-tag: {rng.choice(['[gov, usfk]', '[gov]', 'usfk'])} }}",
            "    directions: both",
            "  ext: { any-end: { tag: ext } }",
            "  named:",
            "    says: Only what names it.",
            "",
            "rules:",
        ]
        for i in range(rng.randint(1, 3)):
            out += self.draw_rule(i)
        if self.chance(0.3):
            out += ["  - id: here", "    says: Nothing of theirs stands here."]
            out += ["    forbid-presence: { maker: huawei }", "    at: { site-tag: base }"]
            out += self.some([f"    unknown: {rng.choice(TREATS)}"], 0.7)
        return "\n".join(out) + "\n"

    def draw_rule(self, i):
        rng = self.rng
        match = rng.choice(["maker: huawei", "maker: huawei", "maker: zte", "maker-list: listed"])
        out = [f"  - id: t{i}", f'    says: "Rule {i}: none of theirs."']
        out += [f"    forbid-transit: {{ {match} }}"]
        out += self.some([f"    of: {rng.choice(['sens', 'sens', 'ext', 'named'])}"], 0.6)
        if self.chance(0.4):
            layers = self.some(["optical", "ethernet", "radio", "management"], 0.5)
            out.append(f"    layers: [{', '.join(['ip'] * self.chance(0.8) + layers or ['ip'])}]")
        if self.chance(0.7):
            out.append(f"    unknown: {rng.choice(TREATS)}")
        if self.chance(0.6):
            kinds = self.some(KINDS, 0.6) or ["link"]
            out.append(f"    under-failure: {{ any-one-of: [{', '.join(kinds)}] }}")
        dates = (("from", "2014-02-14", "2030-01-01"), ("until", "2031-01-01", "2020-01-01"))
        over = set()
        for key, now, not_now in dates:
            if self.chance(0.3) and not over:  # never until before from: that is refused
                over = {key} if self.chance(0.15) else set()
                out.append(f"    {key}: {not_now if over else now}")
        out += self.some(["    if-no-path: block"], 0.3)
        return out

    def write(self, folder):
        for name, text in self.files.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as file:
                file.write(text)


# --- checking an answer ---------------------------------------------------------------------------


def fields(demand):
    return {k: demand.get(k) for k in ("verdict", "exposure_depth", "cut_depth", "states")}


def compare(want, got):
    """Differences in what both say of one demand."""
    # No rule holds for it: `ok`.  There is no way: `no-path`.  Both at once may be either.
    if not want["rules"] and want["verdict"] == "no-path" and got.get("verdict") == "ok":
        got = got | {"verdict": "no-path"}
    if fields(want) == fields(got):
        return []
    return [f"want {fields(want)}", f"got {fields(got)}"]


def named_failure(runner, name):
    for kind in ("link", "node", "srlg"):
        if (kind, name) in runner.element_down:
            return (kind, name)
    raise ValueError(f"no such failure: {name}")


def follows(path, hops, element):
    """Whether the path walks next hops, and ends at the element or with it as last or next link."""
    taken = [set()]
    for u, v in zip(path, path[1:]):
        taken.append({link for w, link in hops(u) if w == v})
        if not taken[-1]:
            return False
    if element == ("node", path[-1]):
        return True
    onward = {link for _, link in hops(path[-1])}
    return element[0] == "link" and element[1] in taken[-1] | onward


def walks(runner, demand, shown, failures):
    """Each table of next hops that the exposure shown may have followed."""
    path = shown["path"]
    sources, goals = demand.src, demand.dst
    if shown["direction"] == "reverse":
        sources, goals = goals, sources
    if not path or path[0] not in sources:
        return
    after, _ = runner.state(failures)
    for goal in goals:
        if goal == path[0]:
            continue
        new = after.hops(goal)
        if shown["state"] == "steady":
            yield lambda n, new=new: new.get(n, set())
            continue
        for f in failures:
            before, _ = runner.state([x for x in failures if x != f])
            old = before.hops(goal)
            yield lambda n, old=old, new=new: old.get(n, set()) | new.get(n, set())


def check_exposure(runner, demand, want, shown):
    if want["best"] is None:
        return ["exposure shown where there is none"] if shown and want["verdict"] == "ok" else []
    if not shown:
        return ["no exposure shown"]
    depth, not_judged, state, direction = want["best"]
    if len(shown["failures"]) != depth:
        return [f"failures shown: {shown['failures']}, depth is {depth}"]
    if (shown["state"], shown["direction"]) != (state, direction):
        return [f"shown {shown['state']} {shown['direction']}, first is {state} {direction}"]
    failures = [named_failure(runner, name) for name in shown["failures"]]
    if set(failures) - set(runner.may_fail(demand)):
        return [f"cannot fail: {failures}"]
    kind = "node" if shown["element"] in runner.case.nodes else "link"
    element = (kind, shown["element"])
    rule = next((r for r in demand.rules if r[0] == shown["rule"] and element in r[3]), None)
    if rule is None:
        return [f"{element} is not forbidden by {shown['rule']}"]
    if not not_judged and (depth > rule[1] or {f[0] for f in failures} - rule[2]):
        return [f"shown is not judged by {shown['rule']}, though a judged one is as deep"]
    tables = walks(runner, demand, shown, failures)
    if not any(follows(shown["path"], hops, element) for hops in tables):
        return [f"not a way to {element}: {shown}"]
    return []


def exits(case, wanted):
    """Exit codes that the contract allows."""
    verdicts = {w["verdict"] for w in wanted}
    here = oracle.presence(case)
    bad = any(f == oracle.UNTRUSTED or t == "untrusted" for _, _, f, t in here)
    if verdicts & {"violation", "no-path"} or bad:
        return {1}
    if any("forbid-presence" in rule for rule in case.policy["rules"]):
        return {0, 1, 2}  # which links stand at a site is not pinned
    return {2} if "undecided" in verdicts else {0}


def run(binary, folder, depth, *more):
    command = [binary, "audit", "--json", "--failures", str(depth), "--as-of", AS_OF, *more, folder]
    return subprocess.run(command, capture_output=True, timeout=60, check=False)


def check_answer(binary, folder, runner, demands, wanted):
    first = run(binary, folder, runner.depth)
    if first.returncode not in exits(runner.case, wanted):
        note = first.stderr.decode(errors="replace")[:500]
        return [f"exit {first.returncode}, allowed {exits(runner.case, wanted)}: {note}"]
    got = json.loads(first.stdout)
    faults = []
    if [d["id"] for d in got["demands"]] != [d.id for d in demands]:
        return ["demands are not those of the file, in its order"]
    for demand, want, have in zip(demands, wanted, got["demands"]):
        found = compare(want, have) or check_exposure(runner, demand, want, have.get("exposure"))
        faults += [f"{demand.id}: {f}" for f in found]
    for jobs in ("1", "2"):
        if run(binary, folder, runner.depth, "--jobs", jobs).stdout != first.stdout:
            faults.append(f"other bytes with --jobs {jobs}")
    return faults


def check_case(seed, folder, binary, tally):
    made = Maker(seed)
    made.write(folder)
    case = oracle.Case(folder, AS_OF)
    small = made.count <= (6 if made.depth < 2 else 5) and made.depth < 3
    runner = oracle.Audit(case, made.depth, define=small)
    demands = [oracle.Demand(case, row, i) for i, row in enumerate(case.demands)]
    wanted = [runner.run(demand) for demand in demands]
    for want in wanted:
        states = want["states"]
        names = ["verdict " + want["verdict"], f"cut depth {want['cut_depth']}"]
        names += [f"{state} at {states[state]}" for state in states]
        if states["steady"] is None and states["transition"] is not None:
            names.append("transition only")
        if want["exposure_depth"] is None and states["liar"] is not None:
            names.append("liar only")
        for name in names:
            tally[name] = tally.get(name, 0) + 1
    return check_answer(binary, folder, runner, demands, wanted) if binary else []


def check_batch(seeds, binary, tally):
    """Faults of these cases, as lines; folders of cases with faults are kept."""
    lines = []
    for seed in seeds:
        folder = tempfile.mkdtemp(prefix=f"cleanpath-cross-{seed}-")
        try:
            faults = check_case(seed, folder, binary, tally)
        except Exception as err:  # a crash of either side is a fault of this case
            faults = [f"{type(err).__name__}: {err}"]
        if faults:
            lines.append(f"seed {seed}, kept {folder}")
            lines += ["  " + str(fault).replace("\n", " ") for fault in faults]
        else:
            shutil.rmtree(folder)
    return lines


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--binary", default=os.environ.get("CLEANPATH"))
    args.add_argument("--seed", type=int, default=1)
    args.add_argument("--count", type=int, default=400)
    args.add_argument("--tally", action="store_true", help="say how often each answer came up")
    got = args.parse_args()
    tally, failed = {}, False
    end = got.seed + got.count
    starts = range(got.seed, end, BATCH)
    print(f"1..{len(starts)}")
    for number, start in enumerate(starts, 1):
        seeds = range(start, min(start + BATCH, end))
        lines = check_batch(seeds, got.binary, tally)
        failed = failed or bool(lines)
        for line in lines:
            print("# " + line)
        word = "not ok" if lines else "ok"
        print(f"{word} {number} - seeds {seeds[0]} to {seeds[-1]}", flush=True)
    if got.tally:
        for name in sorted(tally):
            print(f"# {tally[name]:6} {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
