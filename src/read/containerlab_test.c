#include "trial.h"

#include <stdio.h>

static const cp_role net = CP_ROLE_NETWORK;

static const struct cp_case *made(struct trial *t, const char *text)
{
    *t = trial_open();
    trial_add(t, net, "lab.clab.yml", text);
    return trial_make(t);
}

/* The first fact of a node (part empty) with this attribute. */
static cp_text said(const struct cp_case *c, const char *node, const char *part,
                    const char *attribute)
{
    cp_node at = cp_case_node(c, cp_text_of(node));

    assert_true(at.at != CP_NONE);
    for (uint32_t i = c->node_facts[at.at]; i < c->node_facts[at.at + 1]; i++)
        if (cp_text_is(c->facts[i].attribute, attribute) && cp_text_is(c->facts[i].part, part))
            return c->facts[i].value;
    return CP_TEXT("");
}

static void assert_end(const struct cp_case *c, const char *link, uint32_t end, const char *node,
                       const char *port)
{
    cp_link at = cp_case_link(c, cp_text_of(link));

    assert_true(at.at != CP_NONE);
    assert_true(end < c->links[at.at].ends.count);
    assert_text(c->nodes[c->ends[c->links[at.at].ends.first + end].node.at].id, node);
    assert_text(c->ends[c->links[at.at].ends.first + end].port, port);
}

static void a_lab_is_recognised_by_its_content(void **state)
{
    (void)state;
    assert_int_equal(
        cp_read_guess(net, CP_TEXT("x.yml"), CP_TEXT("name: l\ntopology:\n  nodes:\n    a:\n")),
        CP_FORMAT_CONTAINERLAB);
    assert_int_equal(cp_read_guess(net, CP_TEXT("x.yml"), CP_TEXT("nodes:\n  a:\nlinks: []\n")),
                     CP_FORMAT_COUNT);
    assert_int_equal(cp_read_guess(net, CP_TEXT("x.clab.yml"), CP_TEXT("# later\n")),
                     CP_FORMAT_CONTAINERLAB);
}

static void a_kind_names_makers_and_software(void **state)
{
    struct trial t;
    const struct cp_case *c =
        made(&t, "name: l\n"
                 "topology:\n"
                 "  nodes:\n"
                 "    r1: {kind: huawei_vrp, image: 'vrnetlab/vrp:8', type: ne40e}\n"
                 "    r2: {kind: nokia_srlinux, type: ixr-d2l}\n"
                 "    h: {kind: linux, image: 'frrouting/frr:v8.4'}\n"
                 "    u: {kind: brand_new}\n"
                 "  links:\n"
                 "    - endpoints: [\"r1:eth1\", \"r2:e1-1\"]\n");

    (void)state;
    assert_int_equal(c->node_count, 4);
    assert_text(said(c, "r1", "", "maker"), "huawei");
    assert_text(said(c, "r1", "", "software"), "VRP");
    assert_text(said(c, "r1", "", "model"), "ne40e");
    assert_text(said(c, "r1", "", "x-image"), "vrnetlab/vrp:8");
    assert_text(said(c, "r2", "", "software"), "SR Linux");
    assert_text(said(c, "h", "", "maker"), "");
    assert_text(said(c, "h", "", "software"), "frrouting/frr:v8.4");
    assert_text(said(c, "u", "", "x-kind"), "brand_new");
    assert_text(said(c, "u", "", "maker"), "");
    assert_int_equal(count_remarks(c, CP_REMARK_FINDING,
                                   "a kind that is not known here: its maker stays unknown", NULL),
                     1);
    assert_end(c, "r1--r2", 0, "r1", "eth1");
    assert_end(c, "r1--r2", 1, "r2", "e1-1");
    assert_int_equal(c->inputs[0].used, 5);
    assert_int_equal(c->inputs[0].ignored, 1);
    assert_int_equal(c->inputs[0].not_understood, 0);
    trial_close(&t);
}

static void every_statement_is_a_claim_with_its_place(void **state)
{
    struct trial t;
    const struct cp_case *c = made(&t, "topology:\n  nodes:\n    r1:\n      kind: arista_ceos\n");
    const struct cp_fact *fact = &c->facts[1];

    (void)state;
    assert_text(fact->attribute, "maker");
    assert_int_equal(fact->place.line, 4);
    assert_int_equal(fact->place.column, 13);
    assert_text(c->evidence[fact->evidence].kind, "claim");
    assert_text(c->evidence[fact->evidence].source, "containerlab");
    trial_close(&t);
}

static void properties_come_from_group_then_kind_then_defaults(void **state)
{
    struct trial t;
    const struct cp_case *c =
        made(&t, "topology:\n"
                 "  defaults: {kind: nokia_srlinux, image: i-default, labels: {a: d, b: d, c: d}}\n"
                 "  kinds:\n"
                 "    nokia_srlinux: {image: i-kind, type: t-kind, labels: {b: k}}\n"
                 "    linux: {image: i-linux}\n"
                 "  groups:\n"
                 "    spines: {type: t-group, labels: {c: g}}\n"
                 "    clients: {kind: linux}\n"
                 "  nodes:\n"
                 "    n1:\n"
                 "    n2: {group: spines}\n"
                 "    n3: {group: spines, type: t-own, image: i-own}\n"
                 "    n4: {group: clients}\n"
                 "    n5: {kind: arista_ceos, group: elsewhere}\n");

    (void)state;
    assert_text(said(c, "n1", "", "x-kind"), "nokia_srlinux");
    assert_text(said(c, "n1", "", "x-image"), "i-kind");
    assert_text(said(c, "n1", "", "model"), "t-kind");
    assert_text(said(c, "n1", "", "x-label-a"), "d");
    assert_text(said(c, "n1", "", "x-label-b"), "k");
    assert_text(said(c, "n2", "", "model"), "t-group");
    assert_text(said(c, "n2", "", "x-label-c"), "g");
    assert_text(said(c, "n3", "", "model"), "t-own");
    assert_text(said(c, "n3", "", "x-image"), "i-own");
    assert_text(said(c, "n4", "", "x-kind"), "linux");
    assert_text(said(c, "n4", "", "software"), "i-linux");
    assert_text(said(c, "n5", "", "x-image"), "i-default");
    assert_text(said(c, "n5", "", "x-group"), "elsewhere");
    trial_close(&t);
}

static void aliases_and_merges_are_followed(void **state)
{
    struct trial t;
    const struct cp_case *c = made(&t, "topology:\n"
                                       "  nodes:\n"
                                       "    r1: &r {kind: cisco_xrd, image: x}\n"
                                       "    r2: *r\n"
                                       "    r3: {<<: *r, image: y}\n");

    (void)state;
    assert_text(said(c, "r2", "", "maker"), "cisco");
    assert_text(said(c, "r3", "", "maker"), "cisco");
    assert_text(said(c, "r3", "", "x-image"), "y");
    trial_close(&t);
}

static void a_bridge_is_a_lan_of_what_is_plugged_in(void **state)
{
    struct trial t;
    const struct cp_case *c = made(&t, "topology:\n"
                                       "  defaults: {kind: linux}\n"
                                       "  nodes:\n"
                                       "    a:\n"
                                       "    b:\n"
                                       "    c:\n"
                                       "    br: {kind: bridge}\n"
                                       "    ovs: {kind: ovs-bridge}\n"
                                       "    empty: {kind: bridge}\n"
                                       "    lone: {kind: bridge}\n"
                                       "  links:\n"
                                       "    - endpoints: [\"a:e1\", \"br:p1\"]\n"
                                       "    - endpoints: [\"ovs:p2\", \"b:e1\"]\n"
                                       "    - endpoints: [\"c:e1\", \"br:p3\"]\n"
                                       "    - endpoints: [\"br:x\", \"ovs:y\"]\n"
                                       "    - endpoints: [\"a:e2\", \"br:p4\"]\n"
                                       "    - endpoints: [\"c:e9\", \"lone:p\"]\n");
    cp_link lan = cp_case_link(c, CP_TEXT("br"));

    (void)state;
    assert_true(lan.at != CP_NONE);
    assert_true(c->links[lan.at].lan);
    assert_int_equal(c->links[lan.at].layer, CP_LAYER_IP);
    assert_int_equal(c->links[lan.at].ends.count, 3);
    assert_end(c, "br", 0, "a", "e1");
    assert_end(c, "br", 1, "b", "e1");
    assert_end(c, "br", 2, "c", "e1");
    assert_text(fact_of(c, c->link_facts, lan.at, "software"), "Linux bridge");
    assert_text(fact_of(c, c->link_facts, lan.at, "x-port"), "a e2");
    assert_true(cp_case_link(c, CP_TEXT("ovs")).at == CP_NONE);
    assert_true(cp_case_node(c, CP_TEXT("br")).at == CP_NONE);
    assert_int_equal(c->nodes[cp_case_node(c, CP_TEXT("empty")).at].layer, CP_LAYER_ETHERNET);
    assert_end(c, "lone", 0, "c", "e9");
    assert_end(c, "lone", 1, "lone", "");
    assert_text(c->nodes[cp_case_node(c, CP_TEXT("lone")).at].role, "outside");
    assert_int_equal(c->inputs[0].used, 7 + 6);
    trial_close(&t);
}

static void links_of_every_type_have_their_ends(void **state)
{
    struct trial t;
    const struct cp_case *c = made(
        &t,
        "topology:\n"
        "  defaults: {kind: linux}\n"
        "  nodes: {a: , b: , h: {kind: host}}\n"
        "  links:\n"
        "    - type: veth\n"
        "      mtu: 1500\n"
        "      labels: {cable: blue}\n"
        "      vars: {x: 1}\n"
        "      endpoints:\n"
        "        - {node: a, interface: e1, mac: '02:00:00:00:00:01', ipv4: 192.0.2.1/24}\n"
        "        - {node: b, interface: e1, ipv6: '2001:db8::2/64'}\n"
        "    - {type: host, endpoint: {node: a, interface: e2}, host-interface: v0}\n"
        "    - endpoints: [\"b:e2\", \"host:v1\"]\n"
        "    - {type: mgmt-net, endpoint: {node: a, interface: e3}, host-interface: m0}\n"
        "    - endpoints: [\"mgmt-net:m1\", \"b:e3\"]\n"
        "    - {type: macvlan, endpoint: {node: a, interface: e4}, host-interface: eno1, mode: bridge}\n"
        "    - endpoints: [\"b:e4\", \"macvlan:eno1\"]\n"
        "    - {type: vxlan, endpoint: {node: a, interface: e5}, remote: 198.51.100.9, vni: 7, udp-port: 4789}\n"
        "    - {type: vxlan-stitch, endpoint: {node: b, interface: e5}, remote: 198.51.100.9, vni: 8}\n"
        "    - {type: dummy, endpoint: {node: b, interface: e6}}\n"
        "    - endpoints: [\"a:e7\", \"h:p\"]\n"
        "    - endpoints: [\"a:e8\", \"b:e8\"]\n"
        "      ipv4: [\"192.0.2.5/31\", \"192.0.2.6/31\"]\n");

    (void)state;
    assert_int_equal(c->inputs[0].not_understood, 0);
    assert_int_equal(c->inputs[0].used, 3 + 11);
    assert_end(c, "a--b", 0, "a", "e1");
    assert_text(said(c, "a", "e1", "mac"), "02:00:00:00:00:01");
    assert_text(said(c, "a", "e1", "address"), "192.0.2.1/24");
    assert_text(said(c, "b", "e1", "address"), "2001:db8::2/64");
    assert_text(said(c, "b", "e8", "address"), "192.0.2.6/31");
    assert_text(fact_of(c, c->link_facts, cp_case_link(c, CP_TEXT("a--b")).at, "x-mtu"), "1500");
    assert_text(fact_of(c, c->link_facts, cp_case_link(c, CP_TEXT("a--b")).at, "x-label-cable"),
                "blue");
    assert_end(c, "a--host:v0", 1, "host:v0", "");
    assert_end(c, "b--host:v1", 1, "host:v1", "");
    assert_end(c, "mgmt-net", 0, "a", "e3");
    assert_end(c, "mgmt-net", 1, "b", "e3");
    assert_end(c, "mgmt-net", 2, "mgmt-net", "");
    assert_int_equal(c->links[cp_case_link(c, CP_TEXT("mgmt-net")).at].layer, CP_LAYER_MANAGEMENT);
    assert_end(c, "macvlan:eno1", 1, "b", "e4");
    assert_end(c, "macvlan:eno1", 2, "macvlan:eno1", "");
    assert_end(c, "a--vxlan:198.51.100.9/7", 0, "a", "e5");
    assert_text(c->links[cp_case_link(c, CP_TEXT("a--vxlan:198.51.100.9/7")).at].link_class,
                "vxlan");
    assert_end(c, "a--h", 1, "h", "p");
    assert_int_equal(count_remarks(c, CP_REMARK_IGNORED, "a dummy interface leads nowhere", NULL),
                     1);
    trial_close(&t);
}

static void a_card_that_shares_a_network_is_a_part(void **state)
{
    struct trial t;
    const struct cp_case *c =
        made(&t, "topology:\n"
                 "  nodes:\n"
                 "    sr-a: {kind: nokia_srsim, type: SR-14s}\n"
                 "    sr-1: {kind: nokia_srsim, type: SR-14s, network-mode: 'container:sr-a'}\n"
                 "    sr-2: {kind: nokia_srsim, network-mode: 'container:sr-1'}\n"
                 "    c1: {kind: linux, network-mode: 'container:c2'}\n"
                 "    c2: {kind: linux, network-mode: 'container:c1'}\n"
                 "    x: {kind: linux, network-mode: 'container:not-here'}\n"
                 "  links:\n"
                 "    - endpoints: [\"sr-2:1/1/c1/1\", \"x:eth1\"]\n");

    (void)state;
    assert_true(cp_case_node(c, CP_TEXT("sr-1")).at == CP_NONE);
    assert_text(said(c, "sr-a", "sr-1", "model"), "SR-14s");
    assert_text(said(c, "sr-a", "sr-2", "maker"), "nokia");
    assert_end(c, "sr-a--x", 0, "sr-a", "1/1/c1/1");
    assert_true(cp_case_node(c, CP_TEXT("c1")).at != CP_NONE);
    assert_int_equal(count_remarks(c, CP_REMARK_NOT_UNDERSTOOD,
                                   "network-mode goes round in a circle, or on too long", NULL),
                     1);
    trial_close(&t);
}

static void components_are_parts(void **state)
{
    struct trial t;
    const struct cp_case *c =
        made(&t, "topology:\n"
                 "  nodes:\n"
                 "    sr:\n"
                 "      kind: nokia_srsim\n"
                 "      components:\n"
                 "        - slot: A\n"
                 "        - slot: 1\n"
                 "          type: iom5-e\n"
                 "          env: {X: 1}\n"
                 "          mda: [{slot: 1, type: me6-100gb-qsfp28}]\n"
                 "          xiom: [{slot: x1, type: iom-s-3.0t, mda: [{slot: 2, type: ms18}]}]\n"
                 "        - {type: lost}\n");

    (void)state;
    assert_text(said(c, "sr", "A", "class"), "module");
    assert_text(said(c, "sr", "1", "model"), "iom5-e");
    assert_text(said(c, "sr", "1/1", "model"), "me6-100gb-qsfp28");
    assert_text(said(c, "sr", "1/x1", "model"), "iom-s-3.0t");
    assert_text(said(c, "sr", "1/x1/2", "model"), "ms18");
    assert_int_equal(c->inputs[0].not_understood, 1);
    trial_close(&t);
}

static void what_is_not_understood_is_said_and_the_rest_is_read(void **state)
{
    struct trial t;
    const struct cp_case *c = made(&t, "name: l\n"
                                       "made-up: 1\n"
                                       "topology:\n"
                                       "  odd: 1\n"
                                       "  nodes:\n"
                                       "    a: {kind: linux, imagee: x, binds: [x], env: {A: 1}}\n"
                                       "    b: {kind: linux}\n"
                                       "    c: word\n"
                                       "  links:\n"
                                       "    - endpoints: [\"a:e1\", \"nobody:e1\"]\n"
                                       "    - endpoints: [\"a:e1\"]\n"
                                       "    - endpoints: [\"a\", \"b:e1\"]\n"
                                       "    - word\n"
                                       "    - {type: wormhole, endpoints: [\"a:e1\", \"b:e1\"]}\n"
                                       "    - endpoints: [\"host:x\", \"host:y\"]\n"
                                       "    - {endpoints: [\"a:e1\", \"b:e1\"], colour: red}\n");

    (void)state;
    assert_int_equal(c->link_count, 1);
    assert_int_equal(c->node_count, 3);
    /* made-up, odd, imagee, c's word, six links, colour */
    assert_int_equal(c->inputs[0].not_understood, 11);
    assert_int_equal(c->inputs[0].ignored, 3); /* name, binds, env */
    assert_int_equal(c->inputs[0].used, 4);
    trial_close(&t);
}

static void variables_are_their_defaults(void **state)
{
    struct trial t;
    const struct cp_case *c = made(
        &t, "topology:\n"
            "  nodes:\n"
            "    a: {kind: linux, image: 'alpine:${V:=3}-${W:-x}${U}${S+y}$$z', group: '$p'}\n");

    (void)state;
    assert_text(said(c, "a", "", "x-image"), "alpine:3-x$z");
    assert_text(said(c, "a", "", "x-group"), "$p");
    trial_close(&t);
}

static void what_is_not_seen_is_not_said(void **state)
{
    struct trial t;
    const struct cp_case *c = made(
        &t, "topology:\n  nodes:\n    a: {kind: linux, labels: {k: \"x\xe2\x80\x8by\", l: z}}\n");

    (void)state;
    assert_text(said(c, "a", "", "x-label-k"), "");
    assert_text(said(c, "a", "", "x-label-l"), "z");
    assert_int_equal(c->inputs[0].not_understood, 1);
    trial_close(&t);
}

static void a_broken_file_is_refused_with_its_place(void **state)
{
    (void)state;
    assert_refused(net, "x.clab.yml", CP_TEXT("name: x\n"), CP_ERR_MALFORMED, 1, 1, "");
    assert_refused(net, "x.clab.yml", CP_TEXT("topology:\n  nodes: [a]\n"), CP_ERR_MALFORMED, 2, 10,
                   "");
    assert_refused(net, "x.clab.yml", CP_TEXT("topology:\n  nodes: {a: }\n  links: 5\n"),
                   CP_ERR_MALFORMED, 3, 10, "");
    assert_refused(net, "x.clab.yml", CP_TEXT("topology:\n  nodes: {a: , a: }\n"), CP_ERR_DUPLICATE,
                   2, 16, "a");
    assert_refused(net, "x.clab.yml", CP_TEXT("topology:\n  nodes:\n    {{ range }}\n"),
                   CP_ERR_MALFORMED, 3, 6, "");
}

/* Each property is looked for in them, for every node. */
static void properties_without_number_are_not_understood(void **state)
{
    static char text[4096];
    size_t len = 0;
    struct trial t;
    const struct cp_case *c;

    (void)state;
    len += (size_t)snprintf(text, sizeof(text), "topology:\n  nodes: {a: }\n  defaults:\n");
    for (int i = 0; i <= 128; i++)
        len += (size_t)snprintf(text + len, sizeof(text) - len, "    k%d: v\n", i);
    c = made(&t, text);
    assert_int_equal(count_remarks(c, CP_REMARK_NOT_UNDERSTOOD,
                                   "properties of a node that are no mapping, or too many", NULL),
                     1);
    assert_int_equal(c->node_count, 1);
    trial_close(&t);
}

static const char whole[] =
    "name: l\n"
    "topology:\n"
    "  defaults: &d {kind: linux, labels: {a: b}}\n"
    "  kinds: {nokia_srsim: {type: SR-7}}\n"
    "  nodes:\n"
    "    a: *d\n"
    "    b: {kind: nokia_srsim, components: [{slot: A}]}\n"
    "    br: {kind: bridge}\n"
    "  links:\n"
    "    - endpoints: [\"a:e1\", \"br:x\"]\n"
    "    - endpoints: [\"b:e1\", \"br:y\"]\n"
    "    - {type: host, endpoint: {node: a, interface: e}, host-interface: v}\n";

static void every_prefix_is_read_or_refused(void **state)
{
    (void)state;
    assert_prefixes(net, "x.clab.yml", cp_text_of(whole));
}

static void no_memory_is_an_error(void **state)
{
    (void)state;
    assert_survives_no_memory(net, "x.clab.yml", cp_text_of(whole));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lab_is_recognised_by_its_content),
        cmocka_unit_test(a_kind_names_makers_and_software),
        cmocka_unit_test(every_statement_is_a_claim_with_its_place),
        cmocka_unit_test(properties_come_from_group_then_kind_then_defaults),
        cmocka_unit_test(aliases_and_merges_are_followed),
        cmocka_unit_test(a_bridge_is_a_lan_of_what_is_plugged_in),
        cmocka_unit_test(links_of_every_type_have_their_ends),
        cmocka_unit_test(a_card_that_shares_a_network_is_a_part),
        cmocka_unit_test(components_are_parts),
        cmocka_unit_test(what_is_not_understood_is_said_and_the_rest_is_read),
        cmocka_unit_test(variables_are_their_defaults),
        cmocka_unit_test(what_is_not_seen_is_not_said),
        cmocka_unit_test(a_broken_file_is_refused_with_its_place),
        cmocka_unit_test(properties_without_number_are_not_understood),
        cmocka_unit_test(every_prefix_is_read_or_refused),
        cmocka_unit_test(no_memory_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
