"""Hand-made cases whose answers are known, for the oracle."""

import os
import tempfile
import unittest

import oracle

AS_OF = "2026-11-21"


def write(folder, files):
    for name, text in files.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)


def names_of(links):
    """The IP nodes of links.csv."""
    head, *rows = [line.split(",") for line in links.splitlines()]
    names = []
    for row in rows:
        cells = dict(zip(head, row))
        if not cells.get("layer"):
            names += [n for n in (cells["a"] + " " + cells["b"]).split() if n not in names]
    return names


def audit(links, bad=None, more=(), rule="", depth=1):
    """
    (verdict, steady, transition, liar, cut depth) of one demand from s to t.

    links: lines of links.csv.  bad: node -> maker; the others are nokia's.  more: further lines of
    nodes.csv and, with an `=` before them, of facts.csv.  rule: more keys of the one rule.
    """
    links = "\n".join(links.split("; ")) + "\n"
    nodes = [f"{n},ip,{(bad or {}).get(n, 'nokia')}," for n in names_of(links)]
    nodes += [line for line in more if line[0] != "="]
    facts = [line[1:] for line in more if line[0] == "="]
    rule = f"id: t, says: none, forbid-transit: {{ maker: huawei }}{', ' if rule else ''}{rule}"
    files = {
        "nodes.csv": "\n".join(["id,layer,maker,managed_by"] + nodes) + "\n",
        "links.csv": links,
        "demands.csv": "src,dst\ns,t\n",
        "facts.csv": "\n".join(["object,attribute,value,expires"] + facts) + "\n",
        "policy.yaml": f"cleanpath-policy: 1\nid: p\nsays: p\nrules:\n  - {{ {rule} }}\n",
    }
    with tempfile.TemporaryDirectory() as folder:
        write(folder, files)
        got = oracle.audit(folder, depth, AS_OF, define=True)[0]
    states = got["states"]
    return got["verdict"], states["steady"], states["transition"], states["liar"], got["cut_depth"]


TIE = "a,b,metric_ab; s,x,1; x,t,1; s,y,1; y,t,1"
DETOUR = "a,b,metric_ab; s,x,1; x,t,1; s,y,3; y,t,3"
STUB = "a,b,metric_ab; s,x,1; x,t,1; s,y,1; y,t,9"
LOOP = "a,b,metric_ab; s,x,1; x,y,1; y,t,1; x,z,5; z,t,5; y,u,5; u,t,5"
WORM = "a,b,metric_ab,metric_ba; s,m,5,; m,t,5,; s,u,1,9; v,t,9,9"
ONE = "a,b,a_port,id; s,t,1,l1"
LEASED = "a,b,class; s,t,leased-circuit"
LAN = "a,b,class,id,metric_ab; s,h t,lan,l1,1; s,t,,l2,9"
RIDING = (
    "a,b,layer,over,id,srlgs; s,t,,o2,l1,; s,t,,o2 | o3,l2,;"
    " s,p,optical,,o1,; p,q,optical,,o2,g; p,t,optical,,o3,{}"
)
EXPOSED = ("violation", 0, 1, 0, 1)
CLEAN = ("ok", None, None, None, 1)


class OracleTests(unittest.TestCase):
    def test_a_tie_counts_each_branch(self):
        self.assertEqual(("violation", 0, 1, 0, None), audit(TIE, {"y": "huawei"}))

    def test_a_detour_is_not_judged_where_the_rule_is_silent(self):
        self.assertEqual(("ok", 1, 1, 1, None), audit(DETOUR, {"y": "huawei"}))

    def test_a_detour_is_judged_where_the_rule_names_its_failure(self):
        rule = "under-failure: { any-one-of: [node] }"
        self.assertEqual(("violation", 1, 1, 1, None), audit(DETOUR, {"y": "huawei"}, rule=rule))

    def test_unknown_is_untrusted_unless_said_otherwise(self):
        bad = {"y": "unknown"}
        none = (None, None, None, None)
        self.assertEqual(("violation", 0, 1, 0, None), audit(TIE, bad))
        self.assertEqual(("undecided", *none), audit(TIE, bad, rule="unknown: undecided"))
        self.assertEqual(("ok", *none), audit(TIE, bad, rule="unknown: trusted"))

    def test_a_lie_that_makes_a_tie_is_enough(self):
        self.assertEqual(("ok", 1, 1, 0, None), audit(STUB, {"y": "huawei"}))

    def test_a_loop_while_routers_disagree_exposes_only_then(self):
        self.assertEqual(("ok", None, 1, 1, 1), audit(LOOP, {"u": "huawei"}))

    def test_two_liars_invent_a_link_and_one_cannot(self):
        two = {"u": "huawei", "v": "huawei"}
        self.assertEqual(("ok", None, None, 0, 1), audit(WORM, two))
        self.assertEqual(CLEAN, audit(WORM, {"u": "huawei"}))

    def test_a_node_is_as_bad_as_what_manages_it_on_the_layers_named(self):
        managed = "a,b; s,x; x,t"
        more = ["m,management,huawei,", "n,management,nokia,m"]
        self.assertEqual(CLEAN, audit(managed, more=more))
        riding = "a,b,layer,over,id; s,t,,o1 o2,l1; s,p,optical,,o1; p,t,optical,,o2"
        more.append("p,optical,nokia,n")
        self.assertEqual(EXPOSED, audit(riding, more=more))
        self.assertEqual(CLEAN, audit(riding, more=more, rule="layers: [ip, optical]"))

    def test_a_leased_circuit_is_unknown_inside(self):
        self.assertEqual(EXPOSED, audit(LEASED))
        self.assertEqual(CLEAN, audit(LEASED, rule="unknown: trusted"))

    def test_an_optic_in_the_port_counts_for_the_link(self):
        self.assertEqual(EXPOSED, audit(ONE, more=["=s/1/optic,maker,huawei,"]))

    def test_a_port_of_a_link_on_another_layer_stays_with_its_node(self):
        links = "a,b,a_port,id,layer; s,t,,l1,; s,m,1,oob,management"
        more = ["m,management,nokia,", "=s/1/optic,maker,huawei,"]
        self.assertEqual(EXPOSED, audit(links, more=more))
        self.assertEqual(EXPOSED, audit(links, more=more, rule="layers: [ip]"))
        self.assertEqual(CLEAN, audit(links, more=more, rule="layers: [management]"))

    def test_a_fact_is_used_until_the_day_it_expires_and_then_leaves_its_part_unknown(self):
        for rule, after in (("unknown: trusted", CLEAN), ("unknown: untrusted", EXPOSED)):
            for value in ("huawei", "nokia"):
                got = audit(ONE, more=[f"=s/10,maker,{value},2026-11-20"], rule=rule)
                self.assertEqual(after, got)
            got = audit(ONE, more=["=s/10,maker,huawei,2026-11-21"], rule=rule)
            self.assertEqual(EXPOSED, got)
            self.assertEqual(CLEAN, audit(ONE, more=["=s/10,maker,nokia,2026-11-21"], rule=rule))

    def test_any_alternative_below_taints_the_link(self):
        more = ["p,optical,nokia,", "q,optical,nokia,"]
        self.assertEqual(("ok", None, None, None, None), audit(RIDING.format(""), more=more))
        more[1] = "q,optical,huawei,"
        self.assertEqual(("violation", 0, 1, 0, None), audit(RIDING.format(""), more=more))

    def test_an_srlg_is_inherited_where_each_alternative_has_it(self):
        more = ["p,optical,nokia,", "q,optical,nokia,"]
        self.assertEqual(("ok", None, None, None, 1), audit(RIDING.format("g"), more=more))
        got = audit(RIDING.format(""), more=more, depth=2)
        self.assertEqual(("ok", None, None, None, 2), got)

    def test_a_lan_is_not_as_bad_as_its_ends_and_fails_as_one(self):
        self.assertEqual(("ok", None, None, None, None), audit(LAN, {"h": "huawei"}))
        self.assertEqual(CLEAN, audit(LAN.replace("; s,t,,l2,9", ""), {"h": "huawei"}))


if __name__ == "__main__":
    unittest.main()
