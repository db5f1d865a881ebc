"""The JSON Schema of policies against the program's own reader: each accepts what the other does."""

import copy
import json
import os
import random
import subprocess
import tempfile
import unittest
from pathlib import Path

import jsonschema
import yaml

from share import share_of

PROGRAM = os.environ["CLEANPATH"]
ROOT = Path(__file__).resolve().parent.parent.parent
SCHEMA = json.loads((ROOT / "docs/schema/cleanpath-policy.schema.json").read_text(encoding="utf-8"))
MUTATIONS = share_of(300)
EXAMPLES = sorted(file for file in ROOT.glob("examples/**/*.yaml") if file.name != "cleanpathd.yaml")

# A policy that uses every section, to make changes to.
WHOLE = """
cleanpath-policy: 1
id: whole
says: Everything at once.
version: 3
authority: { by: An office, ref: order 7, owner: desk@example.net }
timezone: Asia/Seoul
defaults: { unknown: untrusted, unstated: outside, enough-evidence: claim, layers: ip,
  under-failure: { any-two-of: link }, if-no-path: block }
makers:
  acme: { names: [Acme Works], affiliates: [acme-lab], owner: holding, country: SE, pen: [77, 78], software: acmeos }
  zenith: { country: NO, pen: 79 }
maker-lists:
  listed: { version: 1, says: Those., makers: [acme, { maker: zenith, from: 2020-02-01, until: 2020-03-01 }], affiliates: included }
  compelled: { country-of-control: [SE, FI] }
  one: { makers: { maker: zenith, until: 2020-03-01 } }
products:
  quiet: { says: Quiet things., class: [battery], model: ["B-1", "MA5*"], capability: neither }
traffic:
  sensitive: { says: Between bases., both-ends: { site-tag: base, role: ce }, directions: both,
      paths: { metric: te, disjoint: node, co-routed: yes, max-delay: 20.5 ms, max-hops: 6, survive: [link, node] } }
  any: { any-end: { country: [KR, US], operator: home, tag: x, site: y } }
rules:
  - { id: r-transit, says: a, from: 2020-01-01, until: 2021-01-01, of: sensitive, layers: [ip, optical],
      forbid-transit: { maker: acme, maker-list: [listed, one], technology: 5g, product: quiet, installed-after: 2001-01-01, installed-before: 2019-01-01 },
      unknown: undecided, unstated: unknown, enough-evidence: attested, under-failure: { any-one-of: [link, node, shared-risk-group] },
      if-no-path: allow, scope: operator, where: { role: core }, except: [{ product: quiet }, { operator: home }] }
  - { id: r-presence, says: b, forbid-presence: { country-of-control: SE, country: KR }, at: { site-tag: base }, except: { tag: old } }
  - { id: r-near, says: c, forbid-presence: { maker: acme, function: [control, storage], capability: can-route, layer: ip, class: router },
      near: { site-tag: base, hops: 2, layers: [ip, radio], look-through: [patch-panel] } }
  - { id: r-within, says: d, require: { maker-list: listed }, near: { site: camp, within: 5 km } }
  - { id: r-install, says: e, from: 2020-05-05, forbid-install: { maker: acme } }
  - { id: r-require, says: f, require: { maker: zenith }, of: any }
  - { id: r-cap, says: g, cap: { what: { maker: acme }, among: { role: access, site: [a, b] }, counted-in: premises, at-most: 35% } }
  - { id: r-suppliers, says: h, require: { at-least: 2 suppliers, among: { role: access } } }
licences:
  - { id: grace, says: i, relaxes: [r-transit, r-presence], covers: { installed-before: 2019-01-01 },
      granted: { by: The office, ref: let 1, on: 2020-01-02 }, from: 2020-01-03, until: 2020-02-02,
      extended: [{ on: 2020-02-01, until: 2020-03-03, ref: let 2 }, { on: 2020-03-01, until: 2020-04-04 }],
      warn-before: 60 days, after-end: { if-no-path: block } }
tests:
  - { says: j, at: 2020-06-06, of: sensitive, through: [x, l, y, z], expect: "violates r-transit at y because unknown",
      with: { y: { maker: acme, role: core, technology: [5g, 4g], evidence: claim, installed: unknown, capability: [can-route, unknown],
        function: control, managed-by: m, tag: [p, q], site: s, site-tag: base, country: KR, operator: o, premises: 5, traffic: 7, lat: 1.5, lon: -2 },
        l: { class: leased-circuit, over: k }, k: { ends: [x, unknown], capacity: 10, layer: ethernet, class: cable }, m: { layer: management } } }
  - { at: 2020-06-06, device: d, expect: ok by licence grace until 2020-02-02,
      with: { d: { maker: nokia, parts: [{ slot: s1, maker: acme, installed: 2020-01-01, model: B-1, product: quiet, class: battery, software: v }] } } }
  - { at: 2020-06-06, with: { d: { role: access } }, expect: undecided r-suppliers }
"""

# What a schema cannot know, by the words of the program's error: each with changes of WHOLE that meet it.
CANNOT_KNOW = {
    # names that nothing defines, or two things do
    "no such maker": [("maker: acme,", "maker: acne,")],
    "no such maker list": [("[listed, one]", "[listed, ones]")],
    "no such product": [("product: quiet, installed", "product: quit, installed")],
    "no such traffic class": [("of: any", "of: every")],
    "no such rule": [("[r-transit, r-presence]", "[r-transit, r-absence]")],
    "no such licence": [("by licence grace", "by licence disgrace")],
    "two rules have this id": [("id: r-near", "id: r-within")],
    "two licences have this id": [
        ("licences:\n", "licences:\n  - { id: grace, says: twice, relaxes: r-near }\n")],
    "two parts have this slot": [("{ slot: s1, ", "{ slot: s1 }, { slot: s1, ")],
    "two makers claim this name": [("names: [Acme Works]", "names: [zenith]")],
    "this maker stands twice": [("makers: [acme, {", "makers: [acme, Acme Works, {")],
    "two makers claim this affiliate": [("country: NO,", "affiliates: acme-lab,")],
    "two makers claim this software": [("country: NO,", "software: acmeos,")],
    "two makers claim this enterprise number": [("pen: 79", "pen: 78")],
    "affiliates or owners in a circle": [("owner: holding", "owner: acme")],
    "the test does not have this element": [("at y because", "at w because")],
    "expected a node": [("managed-by: m", "managed-by: l"), ("m: { layer", "m: { managed-by: k, layer")],
    # words that mean something, written otherwise
    "this word means that nobody knows": [("role: ce", "role: Ｕnknown"), ("maker: zenith }, of", "maker: n/a }, of")],
    "a misspelt class of links": [("class: leased-circuit", "class: leased-circut")],
    # days
    "no such day": [("until: 2021-01-01", "until: 2021-02-29")],
    "expected a date, YYYY-MM-DD": [("until 2020-02-02,\n", "until 2020-02-30,\n")],
    "it ends before it begins": [("until: 2021-01-01", "until: 2019-12-31")],
    "it ends before what it extends": [("until: 2020-04-04", "until: 2020-03-02")],
    "no day lies between installed-after and installed-before": [("2001-01-01", "2018-12-31")],
    # numbers between two keys, lengths in bytes
    "expected degrees from -90 to 90": [("lat: 1.5", "lat: 90.5")],
    "expected degrees from -180 to 180": [("lon: -2", "lon: -1.81e2")],
    "a name is at most 255 bytes": [("id: whole", "id: " + "é" * 200)],
    # what another place of the file says
    "does not go with a rule that counts: it is relaxed whole": [("[r-transit, r-presence]", "r-cap")],
    "the rule is about traffic, and the test has no path (through)":
        [("undecided r-suppliers", "undecided r-transit")],
    "the rule counts: it is not violated at an element":
        [("undecided r-suppliers", "undecided r-suppliers at d")],
    "the rule counts: no single evidence decides it":
        [("undecided r-suppliers", "undecided r-suppliers because evidence")],
    "two links without a node between": [(
        '[x, l, y, z], expect: "violates r-transit at y because unknown",\n      with: {',
        '[x, l, q, z], expect: ok,\n      with: { q: { class: lan },')],
    "a path begins and ends at ip nodes": [("[x, l, y, z]", "[l, y, z]")],
    "on the path it joins others than its ends": [("over: k", "ends: [x, z], over: k")],
    "a link has none of its own": [("over: k", "over: k, role: core")],
    "only a link has it": [("premises: 5,", "premises: 5, capacity: 5,")],
    "only a lan has more than two ends": [("ends: [x, unknown]", "ends: [x, y, unknown]")],
    "its site is in another country": [("m: { layer", "m: { site: s, country: US, layer")],
    "a link of layer ip has ends of layer ip": [
        ("k: { ends: [x, unknown], capacity: 10, layer: ethernet", "k: { ends: [x, m], capacity: 10, layer: ip")],
    # the subset of YAML: a schema sees what is left when the file is read
    "this key stands twice": [("id: whole", "id: whole\nid: whole")],
    "anchors are not allowed": [("id: whole", "id: &a whole")],
    "tags are not allowed": [("id: whole", "id: !!str whole")],
    "aliases are not allowed": [("id: whole", "id: *a")],
    "merge keys are not allowed": [("products:\n", "products:\n  <<: { class: x }\n")],
    "block texts (| and >) are not allowed: use quotes": [("says: Everything at once.", "says: |\n  Everything.")],
    "directives are not allowed": [("\ncleanpath-policy", "%YAML 1.1\n---\ncleanpath-policy")],
    "a text holds a control or invisible character": [("An office", '"An \\u200boffice"')],
    "a control or invisible character": [("An office", "An \u200boffice")],
}


def schema_accepts(validator, text):
    try:
        tree = yaml.load(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, TypeError):
        return False  # not YAML at all
    return validator.is_valid(tree)


class Typed(yaml.SafeLoader):
    """As editors read YAML 1.2: numbers have types; days, yes, no, on and off are texts."""


Typed.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers
            if tag.rsplit(":", 1)[1] not in ("timestamp", "bool")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}


class Schema(unittest.TestCase):
    def setUp(self):
        self.validator = jsonschema.Draft202012Validator(SCHEMA)
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.path = Path(holder.name) / "policy.yaml"

    def refusal(self, data):
        """Why the program refuses a file; None where it accepts it"""
        self.path.write_bytes(data)
        done = subprocess.run([PROGRAM, "policy", "check", str(self.path)], capture_output=True,
                              check=False, timeout=60)
        said = done.stderr.decode("utf-8", "replace")
        if done.returncode == 0:
            return None
        self.assertEqual(done.returncode, 78, said)
        return said

    def compare(self, data, name):
        """Returns whether both accept, having asserted that they agree"""
        refused = self.refusal(data)
        accepted = schema_accepts(self.validator, data.decode("utf-8", "replace"))
        if not accepted:
            self.assertIsNotNone(refused, f"{name}: only the schema refuses")
            return False
        if refused is not None:
            self.assertTrue(any(f": {why}" in refused for why in CANNOT_KNOW),
                            f"{name}: the schema accepts, but: {refused}")
        return refused is None

    def test_the_schema_is_one(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_examples_are_accepted_by_both(self):
        files = EXAMPLES
        self.assertGreaterEqual(len(files), 9)
        for file in files:
            self.assertTrue(self.compare(file.read_bytes(), file.name), file)

    def test_the_fuzz_corpus_is_judged_alike(self):
        for file in sorted((ROOT / "fuzz/corpus/policy").iterdir()):
            self.compare(file.read_bytes(), file.name)

    def test_the_whole_language_is_accepted_by_both(self):
        self.assertTrue(self.compare(WHOLE.encode(), "whole"))

    def test_what_editors_make_of_plain_values_is_accepted(self):
        for text in [WHOLE] + [file.read_text(encoding="utf-8")
                               for file in EXAMPLES]:
            self.validator.validate(yaml.load(text, Loader=Typed))

    def test_what_a_schema_cannot_know_is_refused_by_the_program_alone(self):
        for why, changes in CANNOT_KNOW.items():
            text = WHOLE
            for at, (old, new) in enumerate(changes):
                self.assertIn(old, WHOLE, why)
                text = WHOLE.replace(old, new, 1)
                if why != "aliases are not allowed":  # of nothing: no parser reads it
                    self.assertTrue(schema_accepts(self.validator, text), (why, at))
                self.assertIn(f": {why}", self.refusal(text.encode()) or "", (why, at))

    def test_changed_policies_are_judged_alike(self):
        trees = [yaml.load(WHOLE, Loader=yaml.BaseLoader)] * 3
        trees += [yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
                  for file in sorted(ROOT.glob("examples/policies/*.yaml"))]
        choice = random.Random(889)
        both = {True: 0, False: 0}
        for at in range(MUTATIONS):
            tree = copy.deepcopy(trees[at % len(trees)])
            name = f"{at}: {mutate(tree, choice)}"
            # JSON is YAML, and within the subset.
            both[self.compare(json.dumps(tree, ensure_ascii=False).encode(), name)] += 1
        self.assertGreater(both[True], MUTATIONS // 20)
        self.assertGreater(both[False], MUTATIONS // 2)


# --- changes ------------------------------------------------------------------------------------

TEXTS = ["", " ", "banana", "unknown", "Unknown", "no", "NO", "UK", "0", "1", "65", "-1", "+5", "1e3", "4294967296",
         "2020-01-01", "2020-1-1", "20200101", "2020-01-01T00:00", "a b", "a*", "a*b", "claim", "link", "radio",
         "untrusted", "block", "5 km", "0 km", "0.0004 km", "500 m", "0 m", "20000.001 km", "35 %", "35%", "100.01%",
         "100%", "1 supplier", "0 suppliers", "60 days", "1 day", "both", "site:a", "site", "Asia/", "ok", "ok then",
         "violates", "violates r-near because unknown", "violates r-cap at", "sensitive", "acme", "listed", "quiet"]
KEYS = ["id", "says", "from", "until", "maker", "maker-list", "country-of-control", "class", "model", "role", "layer",
        "layers", "site-tag", "hops", "within", "at", "near", "of", "where", "scope", "forbid-transit", "cap",
        "forbid-install", "require", "under-failure", "unknown", "country", "ends", "over", "parts", "lat", "x-note"]


def places(tree):
    """(holder, key) of everything in a tree"""
    found = []
    inside = [tree]
    while inside:
        at = inside.pop()
        keys = at.keys() if isinstance(at, dict) else range(len(at))
        for key in keys:
            found.append((at, key))
            if isinstance(at[key], (dict, list)):
                inside.append(at[key])
    return found


def drop(choice, holder, key, _):
    if isinstance(holder, dict) or choice.random() < 0.5:
        del holder[key]


def misspell(choice, holder, key, _):
    if isinstance(holder, dict):
        at = choice.randrange(len(key))
        holder[key[:at] + key[at + 1:]] = holder.pop(key)


def other_kind(choice, holder, key, _):
    old = holder[key]
    kinds = [[], {}, [old], [old, old], {"maker": old}, [[old]]]
    if not isinstance(old, str):
        kinds.append("banana")
    holder[key] = choice.choice(kinds)


def other_text(choice, holder, key, _):
    holder[key] = choice.choice(TEXTS)


def longer_text(choice, holder, key, _):
    if isinstance(holder[key], str):
        holder[key] += choice.choice(["x", " ", "0", "%", " m", " because unknown"])


def other_place(choice, holder, key, all_places):
    other, at = choice.choice(all_places)
    holder[key] = copy.deepcopy(other[at])


def more_keys(choice, holder, key, all_places):
    map_in = holder[key] if isinstance(holder[key], dict) else holder
    if isinstance(map_in, dict):
        other, at = choice.choice(all_places)
        name = at if isinstance(at, str) and choice.random() < 0.6 else choice.choice(KEYS)
        map_in[name] = copy.deepcopy(other[at])


def second_effect(choice, _, __, all_places):
    rules = [other[at] for other, at in all_places if isinstance(other[at], dict) and "forbid-presence" in other[at]]
    if rules:
        choice.choice(rules)[choice.choice(["forbid-transit", "forbid-install"])] = {"maker": "huawei"}


CHANGES = [drop, misspell, other_kind, other_text, other_text, longer_text, other_place, more_keys, second_effect]


def mutate(tree, choice):
    """Changes the tree in one place; what was done"""
    all_places = places(tree)
    holder, key = choice.choice(all_places)
    change = choice.choice(CHANGES)
    before = json.dumps(holder[key], ensure_ascii=False)[:60]
    change(choice, holder, key, all_places)
    return f"{change.__name__} {key}: {before}"


if __name__ == "__main__":
    unittest.main()
