#!/usr/bin/python3
"""A slow, plain audit of a small CSV case: the other half of the comparison in cross.py.

It follows DESIGN 2 and docs/notes/0001 word by word and is meant to be read, not to be fast: every
failure set up to the depth asked is tried.  For the state `liar` it has two ways, the definition
(every simple path, under the lie that suits it best) and the formula of the note, and checks that
they agree wherever both are asked.

    oracle.py --as-of 2026-11-21 [--failures K] [--define] FOLDER

Cases with known answers: oracle_test.py.
"""
import argparse
import csv
import heapq
import itertools
import json
import os
import re
import sys

TRUSTED, UNKNOWN, UNTRUSTED = 0, 1, 2
LAYERS = ("ip", "ethernet", "optical", "radio", "management")
KIND_NAMES = {"link": "link", "node": "node", "shared-risk-group": "srlg"}
COUNT_NAMES = {"any-one-of": 1, "any-two-of": 2, "any-three-of": 3}


class BadInput(Exception):
    pass


# --- the policy's subset of YAML ------------------------------------------------------------------


class Flow:
    """Scalars, [lists] and {maps} on one line."""

    def __init__(self, text):
        self.text, self.at = text, 0

    def blank(self):
        while self.at < len(self.text) and self.text[self.at] == " ":
            self.at += 1

    def peek(self):
        self.blank()
        return self.text[self.at] if self.at < len(self.text) else ""

    def need(self, char):
        if self.peek() != char:
            raise BadInput(f"expected {char} at {self.at} of: {self.text}")
        self.at += 1

    def value(self, stops):
        if self.peek() == "[":
            return self.list()
        if self.peek() == "{":
            return self.map()
        return self.scalar(stops)

    def scalar(self, stops):
        if self.peek() == '"':
            end = self.text.index('"', self.at + 1)
            got, self.at = self.text[self.at + 1 : end], end + 1
            return got
        end = self.at
        while end < len(self.text) and self.text[end] not in stops:
            end += 1
        got, self.at = self.text[self.at : end].strip(), end
        return got

    def list(self):
        self.need("[")
        got = []
        while self.peek() != "]":
            got.append(self.value(",]"))
            if self.peek() != "]":
                self.need(",")
        self.need("]")
        return got

    def map(self):
        self.need("{")
        got = {}
        while self.peek() != "}":
            key = self.scalar(":}")
            self.need(":")
            if key in got:
                raise BadInput(f"key twice: {key}")
            got[key] = self.value(",}")
            if self.peek() != "}":
                self.need(",")
        self.need("}")
        return got

    def whole(self):
        got = self.value("")
        if self.peek():
            raise BadInput(f"left over: {self.text[self.at:]}")
        return got


def yaml_lines(text):
    for raw in text.splitlines():
        line = re.sub(r"(^|\s)#(?=([^\"]*\"[^\"]*\")*[^\"]*$).*", "", raw).rstrip()
        if line:
            yield len(line) - len(line.lstrip()), line.lstrip()


def yaml_block(lines, indent):
    """The mapping or list whose lines stand at `indent`; takes them off `lines`."""
    if lines[0][1].startswith("- "):
        got = []
        while lines and lines[0][0] == indent and lines[0][1].startswith("- "):
            text = lines[0][1][2:]
            inner = indent + 2 + len(text) - len(text.lstrip())
            text = text.lstrip()
            if re.match(r"[\w-]+:( |$)", text):
                lines[0] = (inner, text)
                got.append(yaml_block(lines, inner))
            else:
                lines.pop(0)
                got.append(Flow(text).whole())
        return got
    got = {}
    while lines and lines[0][0] == indent:
        key, colon, rest = lines.pop(0)[1].partition(":")
        if not colon or key in got:
            raise BadInput(f"bad key: {key}")
        if rest.strip():
            got[key] = Flow(rest.strip()).whole()
        elif lines and lines[0][0] > indent:
            got[key] = yaml_block(lines, lines[0][0])
        else:
            raise BadInput(f"no value: {key}")
    return got


def read_policy(text):
    lines = list(yaml_lines(text))
    got = yaml_block(lines, 0)
    if lines:
        raise BadInput(f"bad indent: {lines[0][1]}")
    return got


def listed(value):
    return value if isinstance(value, list) else [value]


# --- the case -------------------------------------------------------------------------------------


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, strict=True))
    head = rows[0]
    return [dict(zip(head, row, strict=True)) for row in rows[1:]]


class Link:
    def __init__(self, row, ident):
        self.id = ident
        self.layer = row.get("layer") or "ip"
        self.kind = row.get("class", "")
        self.srlgs = set(row.get("srlgs", "").split())
        self.over = [alt.split() for alt in row.get("over", "").split("|") if alt.split()]
        self.ends = {}  # node -> metric out of it
        self.ports = set()  # (node, "node/port")
        self.makers = []

    def join(self, row):
        out = int(row.get("metric_ab") or 1)
        back = int(row.get("metric_ba") or out)
        for cell, metric, port in (("a", out, "a_port"), ("b", back, "b_port")):
            for node in row[cell].split():
                self.ends[node] = metric
                if row.get(port):
                    self.ports.add((node, f"{node}/{row[port]}"))
        if row.get("maker"):
            self.makers.append(row["maker"])


class Case:
    def __init__(self, folder, as_of):
        def table(name):
            path = os.path.join(folder, name)
            return read_csv(path) if os.path.exists(path) else []

        self.as_of = as_of
        with open(os.path.join(folder, "policy.yaml"), encoding="utf-8") as file:
            self.policy = read_policy(file.read())
        self.sites = {row["id"]: row for row in table("sites.csv")}
        self.nodes = {row["id"]: row for row in table("nodes.csv")}
        self.links = {}
        for row in table("links.csv"):
            self.add_link(row)
        self.demands = table("demands.csv")
        self.facts = {}  # object -> makers stated
        for name in sorted(os.listdir(folder)):
            if re.fullmatch(r"facts.*\.csv", name):
                for row in table(name):
                    self.add_fact(row)
        self.names = {}
        for maker, entry in self.policy.get("makers", {}).items():
            for name in [maker] + listed(entry.get("names", [])):
                self.names[name.casefold()] = maker
        self.all_ports = {
            port
            for link in self.links.values()
            for node, port in link.ports
            if link.layer == self.node_layer(node)
        }
        self.ip_nodes = [n for n, row in self.nodes.items() if self.node_layer(n) == "ip"]
        self.ip_links = [link for link in self.links.values() if link.layer == "ip"]
        self.edges = [
            (u, v, link.id, link.ends[u])
            for link in self.ip_links
            for u in link.ends
            for v in link.ends
            if u != v
        ]
        self.atoms_of = {}

    def add_link(self, row):
        ident = row.get("id")
        if not ident:
            base = f"{row['a']}--{row['b']}"
            ident, k = base, 2
            while ident in self.links:
                ident, k = f"{base}#{k}", k + 1
        if ident not in self.links:
            self.links[ident] = Link(row, ident)
        self.links[ident].join(row)

    def add_fact(self, row):
        if row["attribute"] != "maker":
            return
        expired = row.get("expires") and row["expires"] < self.as_of
        self.facts.setdefault(row["object"], []).append("unknown" if expired else row["value"])

    def node_layer(self, node):
        return self.nodes[node].get("layer") or "ip"

    def maker(self, text):
        """A canonical name; None for unknown."""
        text = text.strip().casefold()
        return None if text == "unknown" else self.names.get(text, text)

    def parts_below(self, thing):
        return [obj for obj in self.facts if obj.startswith(thing + "/")]

    def is_moved(self, part):
        """Whether it is, or lies below, a port of a link on its node's own layer."""
        return any(part == port or part.startswith(port + "/") for port in self.all_ports)

    # An atom is one part with the layer of the element that has it and the makers stated for it.
    # An element's verdict is its worst atom.

    def node_atoms(self, node, seen=()):
        row, layer = self.nodes[node], self.node_layer(node)
        stated = ([row["maker"]] if row.get("maker") else []) + self.facts.get(node, [])
        atoms = [(layer, stated)]
        if row.get("software"):
            raise BadInput("the oracle does not know software")
        atoms += [(layer, self.facts[p]) for p in self.parts_below(node) if not self.is_moved(p)]
        for manager in row.get("managed_by", "").split():
            if manager not in seen:
                atoms += self.node_atoms(manager, seen + (node,))
        return atoms

    def link_atoms(self, link):
        stated = link.makers + self.facts.get(link.id, [])
        atoms = [(link.layer, self.facts[p]) for p in self.parts_below(link.id)]
        if stated or (link.kind == "leased-circuit" and not link.over):
            atoms.append((link.layer, stated))
        for node, port in link.ports:
            below = [port] if port in self.facts else []
            layer = self.node_layer(node)
            atoms += [(layer, self.facts[p]) for p in below + self.parts_below(port)]
        for alternative in link.over:
            for name in alternative:
                lower = self.links[name]
                atoms += self.link_atoms(lower)
                for end in lower.ends:
                    on_lan = lower.kind == "lan" and self.node_layer(end) == "ip"
                    if end not in link.ends and not on_lan:
                        atoms += self.node_atoms(end)
        return atoms

    def atoms(self, element):
        if element not in self.atoms_of:
            kind, ident = element
            self.atoms_of[element] = (
                self.node_atoms(ident) if kind == "node" else self.link_atoms(self.links[ident])
            )
        return self.atoms_of[element]

    def bad_makers(self, match):
        if "maker" in match:
            return set(listed(match["maker"]))
        return set(self.policy["maker-lists"][match["maker-list"]]["makers"])

    def verdict(self, element, match, layers):
        bad, worst = self.bad_makers(match), TRUSTED
        for layer, stated in self.atoms(element):
            if layer not in layers:
                continue
            known = [m for m in map(self.maker, stated) if m]
            if not known:
                worst = max(worst, UNKNOWN)
            elif bad & set(known):
                worst = UNTRUSTED
        return worst

    def member(self, srlg, link):
        if srlg in link.srlgs:
            return True
        return bool(link.over) and all(
            any(self.member(srlg, self.links[name]) for name in alt) for alt in link.over
        )

    def srlg_links(self):
        names = []
        for link in self.links.values():
            names += [s for s in sorted(link.srlgs) if s not in names]
        held = {s: {l.id for l in self.ip_links if self.member(s, l)} for s in names}
        return {s: links for s, links in held.items() if links}

    def in_force(self, rule):
        return rule.get("from", "") <= self.as_of <= rule.get("until", "9999")

    def place(self, text):
        what, colon, name = text.partition(":")
        if not colon:
            return [text]
        if what == "site":
            return [n for n in self.ip_nodes if self.nodes[n].get("site") == name]
        return [n for n in self.ip_nodes if name in self.nodes[n].get("tags", "").split()]

    def meets(self, node, want):
        row = self.nodes[node]
        site = self.sites.get(row.get("site") or "", {})
        has = {"site-tag": site.get("tags", ""), "tag": row.get("tags", "")}
        return all(set(listed(v)) & set(has[k].split()) for k, v in want.items())

    def classes(self, demand, src, dst):
        if demand.get("class"):
            return [demand["class"]]
        got = []
        for name, entry in self.policy.get("traffic", {}).items():
            both, either = entry.get("both-ends"), entry.get("any-end")
            ends = [any(self.meets(n, both or either or {}) for n in side) for side in (src, dst)]
            if (both and all(ends)) or (either and any(ends)):
                got.append(name)
        return got


# --- what routers do ------------------------------------------------------------------------------


def distances(edges, start):
    """Costs from start over edges (u, v, link, cost)."""
    out = {}
    for u, v, _, cost in edges:
        out.setdefault(u, []).append((v, cost))
    dist, heap = {start: 0}, [(0, start)]
    while heap:
        here, u = heapq.heappop(heap)
        if here > dist[u]:
            continue
        for v, cost in out.get(u, []):
            if here + cost < dist.get(v, here + cost + 1):
                dist[v] = here + cost
                heapq.heappush(heap, (here + cost, v))
    return dist


def reach(start, hops):
    """All elements that a packet at start can visit; hops: node -> set of (next node, link)."""
    seen, todo, links = {start}, [start], set()
    while todo:
        for v, link in hops(todo.pop()):
            links.add(("link", link))
            if v not in seen:
                seen.add(v)
                todo.append(v)
    return {("node", n) for n in seen} | links


def left_of(edges, down):
    """The edges that use no element of `down`."""
    return [e for e in edges if not {("node", e[0]), ("node", e[1]), ("link", e[2])} & down]


class State:
    """What routers do in a graph of directed edges (u, v, link, cost)."""

    def __init__(self, edges):
        self.edges = edges
        self.hops_of = {}

    def hops(self, dst):
        """node -> set of (next node, link) on shortest paths to dst."""
        if dst not in self.hops_of:
            dist = distances([(v, u, l, c) for u, v, l, c in self.edges], dst)
            table = {}
            for u, v, link, cost in self.edges:
                if v in dist and dist[u] == cost + dist[v]:
                    table.setdefault(u, set()).add((v, link))
            self.hops_of[dst] = table
        return self.hops_of[dst]

    def steady(self, src, dst):
        table = self.hops(dst)
        return reach(src, lambda n: table.get(n, ())) if src in table else set()

    def transition(self, after, src, dst):
        old, new = self.hops(dst), after.hops(dst)
        # Without a way before and after there is no packet to speak of, as in `steady`.
        if src not in old and src not in new:
            return set()
        return reach(src, lambda n: old.get(n, set()) | new.get(n, set()))


# --- liars ----------------------------------------------------------------------------------------


def simple_paths(out, here, dst, seen):
    if here == dst:
        yield []
        return
    for edge in out.get(here, []):
        if edge[1] not in seen:
            for rest in simple_paths(out, edge[1], dst, seen | {edge[1]}):
                yield [edge] + rest


def liar_by_definition(state, src, dst, liars, forbidden):
    """(a liar can be drawn in, a forbidden element can be drawn in), from the definition.

    Metrics are at least 1, so whatever lies on a shortest path lies on a simple one, and the lie's
    closure is the union of the simple paths P that some lie makes shortest.  For a given P one lie
    is best: 1 for each lied metric that P uses, infinity for all others.  Proof: take any lie under
    which P is shortest.  Raising a lied metric that P does not use leaves P's cost alone and lowers
    no other.  Lowering one that P uses by d lowers P by exactly d (P leaves each node once) and any
    other simple path by at most d, for it too leaves that node once.  So P stays shortest.
    """
    # A liar's metric is one number for each of its links (on a LAN: towards all others there), and
    # one for each invented link.  An edge here is (u, v, key, true cost); key[0] is the real link.
    edges = [(u, v, (link, None), cost) for u, v, link, cost in state.edges]
    edges += [(x, y, (None, y), 1) for x in sorted(liars) for y in sorted(liars) if x != y]
    out = {}
    for edge in edges:
        out.setdefault(edge[0], []).append(edge)
    drawn = exposed = False
    for path in simple_paths(out, src, dst, {src}):
        nodes = {src} | {edge[1] for edge in path}
        elements = {("node", n) for n in nodes} | {("link", e[2][0]) for e in path}
        draws, exposes = bool(nodes & liars), bool(elements & forbidden)
        if (drawn or not draws) and (exposed or not exposes):
            continue
        told = {(edge[0], edge[2]) for edge in path}
        lied = [
            (u, v, key, 1 if u in liars else cost)
            for u, v, key, cost in edges
            if u not in liars or (u, key) in told
        ]
        cost = sum(1 if edge[0] in liars else edge[3] for edge in path)
        if distances(lied, src)[dst] == cost:
            drawn, exposed = drawn or draws, exposed or exposes
    return drawn, exposed


def liar_by_formula(state, src, dst, liars, forbidden):
    """The same pair as note 0001 has it: with D against the honest cost."""
    inf = float("inf")
    honest = [e for e in state.edges if e[0] not in liars and e[1] not in liars]
    inner = liars - {src, dst}
    plain = [e for e in state.edges if e[0] not in inner and e[1] not in inner]
    # Up to a liar over honest nodes: it may be entered, not left (nor may src, if it is one).
    entered = [e for e in state.edges if e[0] not in liars]
    enter = {src: 0} if src in liars else distances(entered, src)
    home = distances([(v, u, l, c) for u, v, l, c in honest], dst) if dst not in liars else {}
    home[dst] = 0
    leave = {y: 0 if y == dst else inf for y in liars}
    for u, v, _, _ in state.edges:
        if u in liars and (v == dst or v not in liars):
            leave[u] = min(leave[u], 1 + home.get(v, inf))
    best = inf
    for x in liars:
        for y in liars:
            best = min(best, enter.get(x, inf) + (x != y) + leave[y])
    drawn = best < inf and best <= distances(plain, src).get(dst, inf)
    if drawn:
        return True, True
    return False, bool(State(plain).steady(src, dst) & forbidden)


# --- the audit ------------------------------------------------------------------------------------


class Demand:
    def __init__(self, case, row, index):
        self.id = row.get("id") or f"d{index + 1}"
        self.src, self.dst = case.place(row["src"]), case.place(row["dst"])
        pairs = [(s, t) for s in self.src for t in self.dst if s != t]
        self.pairs = [("forward", s, t) for s, t in pairs]
        self.pairs += [("reverse", t, s) for s, t in pairs]
        self.classes = case.classes(row, self.src, self.dst)
        self.rules = []  # (id, depth, kinds, forbidden elements, undecided elements)
        elements = [("node", n) for n in case.ip_nodes] + [("link", l.id) for l in case.ip_links]
        for rule in case.policy.get("rules", []):
            match = rule.get("forbid-transit")
            if not match or not case.in_force(rule):
                continue
            if "of" in rule and rule["of"] not in self.classes:
                continue
            found = {e: case.verdict(e, match, rule.get("layers", LAYERS)) for e in elements}
            unknown = {e for e in elements if found[e] == UNKNOWN}
            forbidden = {e for e in elements if found[e] == UNTRUSTED}
            treat = rule.get("unknown", "untrusted")
            if treat == "untrusted":
                forbidden |= unknown
            depth, kinds = 0, set()
            for key, names in rule.get("under-failure", {}).items():
                depth, kinds = COUNT_NAMES[key], {KIND_NAMES[n] for n in listed(names)}
            undecided = unknown if treat == "undecided" else set()
            self.rules.append((rule["id"], depth, kinds, forbidden, undecided))
        self.forbidden = set().union(*(r[3] for r in self.rules))
        self.undecided = set().union(*(r[4] for r in self.rules)) - self.forbidden
        self.liars = {n for kind, n in self.forbidden if kind == "node"}

    def judge(self, hit, depth, kinds):
        """(exposed, judged to a forbidden element, judged to an undecided one)."""
        held = [r for r in self.rules if depth <= r[1] and kinds <= r[2]]
        return (
            bool(hit & self.forbidden),
            any(hit & r[3] for r in held),
            any(hit & r[4] for r in held),
        )


class Audit:
    def __init__(self, case, depth, define):
        self.case, self.depth, self.define = case, depth, define
        self.states = {}
        self.element_down = {("link", l.id): {("link", l.id)} for l in case.ip_links}
        self.element_down.update({("node", n): {("node", n)} for n in case.ip_nodes})
        for srlg, links in case.srlg_links().items():
            self.element_down[("srlg", srlg)] = {("link", l) for l in links}

    def state(self, failures):
        down = frozenset().union(*(self.element_down[f] for f in failures))
        if down not in self.states:
            self.states[down] = State(left_of(self.case.edges, down))
        return self.states[down], down

    def may_fail(self, demand):
        ends = {("node", n) for n in demand.src + demand.dst}
        return [e for e in self.element_down if e not in ends]

    def liar_exposes(self, state, down, demand):
        """By the note's formula and, where asked, by the definition, which must agree."""
        liars = {n for n in demand.liars if ("node", n) not in down}
        for _, s, t in demand.pairs:
            found = liar_by_formula(state, s, t, liars, demand.forbidden)
            if self.define:
                told = liar_by_definition(state, s, t, liars, demand.forbidden)
                assert told == found, (demand.id, s, t, down, told, found)
            if found[1]:
                return True
        return False

    def run(self, demand):
        first = {"steady": None, "transition": None, "repair": None, "liar": None}
        cut = None
        violated = undecided = False
        best = None  # (depth, not judged, state, direction)
        elements = self.may_fail(demand)
        for size in range(self.depth + 1):
            for failures in itertools.combinations(elements, size):
                kinds = {f[0] for f in failures}
                state, down = self.state(failures)
                ways = [state.steady(s, t) for _, s, t in demand.pairs]
                if not any(ways) and cut is None:
                    cut = size
                tries = [("steady", d, hit) for (d, _, _), hit in zip(demand.pairs, ways)]
                for f in failures:
                    before, _ = self.state([x for x in failures if x != f])
                    for direction, s, t in demand.pairs:
                        tries.append(("transition", direction, before.transition(state, s, t)))
                for name, direction, hit in tries:
                    exposed, judged, open_ = demand.judge(hit, size, kinds)
                    violated, undecided = violated or judged, undecided or open_
                    if exposed:
                        if first[name] is None:
                            first[name] = size
                        found = (size, not judged, name, direction)
                        best = min(best or found, found)
                if first["liar"] is None and self.liar_exposes(state, down, demand):
                    first["liar"] = size
        verdict = "violation" if violated else "undecided" if undecided else "ok"
        exposed = [d for d in (first["steady"], first["transition"]) if d is not None]
        return {
            "id": demand.id,
            "verdict": "no-path" if cut == 0 else verdict,
            "exposure_depth": min(exposed) if exposed else None,
            "cut_depth": cut,
            "states": first,
            "best": best,
            "rules": [r[0] for r in demand.rules],
        }


def presence(case):
    """Presence violations on nodes, as (rule, node, badness, how the rule treats unknown)."""
    got = []
    for rule in case.policy.get("rules", []):
        match = rule.get("forbid-presence")
        if match and case.in_force(rule):
            for node in case.nodes:
                if "at" in rule and not case.meets(node, rule["at"]):
                    continue
                found = case.verdict(("node", node), match, rule.get("layers", LAYERS))
                if found != TRUSTED:
                    got.append((rule["id"], node, found, rule.get("unknown", "untrusted")))
    return got


def audit(folder, depth, as_of, define=False):
    case = Case(folder, as_of)
    runner = Audit(case, depth, define)
    return [runner.run(Demand(case, row, i)) for i, row in enumerate(case.demands)]


def main():
    args = argparse.ArgumentParser()
    args.add_argument("folder")
    args.add_argument("--as-of", required=True)
    args.add_argument("--failures", type=int, default=1)
    args.add_argument("--define", action="store_true", help="liars by definition too (tiny cases)")
    got = args.parse_args()
    demands = audit(got.folder, got.failures, got.as_of, got.define)
    shown = [{k: v for k, v in d.items() if k != "best"} for d in demands]
    json.dump({"as_of": got.as_of, "demands": shown}, sys.stdout, indent=1, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()
