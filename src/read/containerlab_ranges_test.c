#include "trial.h"

#include <stdio.h>

/* Names with ranges, which teams write into topologies, stand for several nodes and interfaces. */

static char text[4096];

/* A lab of nodes, a line each, and of links, each what stands behind "- ". */
static cp_text lab(const char *nodes, const char *links)
{
    int len = snprintf(text, sizeof(text), "topology:\n  nodes:\n%s  links:\n%s", nodes, links);

    assert_true(len > 0 && (size_t)len < sizeof(text));
    return cp_text_of(text);
}

#define NODE(name) "    " name ": {kind: huawei_vrp, type: ne40e}\n"
#define BRIDGE(name) "    " name ": {kind: bridge}\n"
#define LINK(a, b) "    - endpoints: [\"" a "\", \"" b "\"]\n"

static const struct cp_case *read_lab(struct trial *t, const char *nodes, const char *links)
{
    *t = trial_open();
    (void)lab(nodes, links);
    trial_add(t, CP_ROLE_NETWORK, "lab.clab.yml", text);
    return trial_make(t);
}

/* Nodes, then links as A:PORT-B:PORT, in the order of the case. */
static void assert_lab(const char *nodes, const char *links, const char *wanted)
{
    static char got[8192];
    struct trial t;
    const struct cp_case *c = read_lab(&t, nodes, links);

    got[0] = '\0';
    for (uint32_t i = 0; i < c->node_count; i++) {
        append(got, sizeof(got), i > 0 ? " " : "");
        (void)strncat(got, c->nodes[i].id.at, c->nodes[i].id.len);
    }
    for (uint32_t i = 0; i < c->link_count; i++)
        for (uint32_t e = 0; e < c->links[i].ends.count; e++) {
            const struct cp_end *end = &c->ends[c->links[i].ends.first + e];

            append(got, sizeof(got), e > 0 ? "-" : "\n");
            (void)strncat(got, c->nodes[end->node.at].id.at, c->nodes[end->node.at].id.len);
            append(got, sizeof(got), ":");
            if (end->port.len > 0)
                (void)strncat(got, end->port.at, end->port.len);
        }
    assert_string_equal(got, wanted);
    trial_close(&t);
}

static void a_range_is_a_node_each_with_all_its_properties(void **state)
{
    struct trial t;
    const struct cp_case *c = read_lab(&t, NODE("r[1-3]"), "");

    (void)state;
    assert_int_equal(c->node_count, 3);
    for (uint32_t n = 0; n < 3; n++) {
        uint32_t makers = 0;

        for (uint32_t i = c->node_facts[n]; i < c->node_facts[n + 1]; i++)
            makers += cp_text_is(c->facts[i].attribute, "maker") &&
                      cp_text_is(c->facts[i].value, "huawei") && c->facts[i].place.line == 3;
        assert_int_equal(makers, 1);
    }
    trial_close(&t);
}

static void ranges_are_spans_and_lists_and_keep_their_width(void **state)
{
    (void)state;
    assert_lab(NODE("a[1]") NODE("b[08-11]") NODE("c[1,3,5-6]x") NODE("\"d[9-10, 2]\""), "",
               "a1 b08 b09 b10 b11 c1x c3x c5x c6x d9 d10 d2");
    assert_lab(NODE("p[1-2]-[01-02]"), "", "p1-01 p1-02 p2-01 p2-02");
    assert_lab(NODE("n[4294967293-4294967294]"), "", "n4294967293 n4294967294");
}

static void ends_are_joined_one_by_one_the_last_range_fastest(void **state)
{
    (void)state;
    assert_lab(NODE("a") NODE("b"), LINK("a:e[1-2]", "b:e[7-8]"), "a b\na:e1-b:e7\na:e2-b:e8");
    assert_lab(NODE("a") NODE("r[1-2]"), LINK("r[1-2]:e[1-2]", "a:e[1-4]"),
               "a r1 r2\nr1:e1-a:e1\nr1:e2-a:e2\nr2:e1-a:e3\nr2:e2-a:e4");
    assert_lab(NODE("a") NODE("r[1-2]"),
               "    - type: veth\n      endpoints:\n        - {node: 'r[1-2]', interface: e1}\n"
               "        - {node: a, interface: 'e[1-2]'}\n",
               "a r1 r2\nr1:e1-a:e1\nr2:e1-a:e2");
}

static void a_range_is_plugged_into_a_bridge_and_the_machine(void **state)
{
    (void)state;
    assert_lab(NODE("r[1-3]") BRIDGE("br"), LINK("r[1-3]:e1", "br:p[1-3]"),
               "r1 r2 r3\nr1:e1-r2:e1-r3:e1");
    assert_lab(NODE("r[1-2]"), LINK("r[1-2]:e1", "host:v[1-2]"),
               "r1 r2 host:v1 host:v2\nr1:e1-host:v1:\nr2:e1-host:v2:");
    assert_lab(NODE("r[1-2]"), LINK("r[1-2]:e1", "macvlan:eno1"),
               "r1 r2 macvlan:eno1\nr1:e1-r2:e1-macvlan:eno1:");
    assert_lab(NODE("r[1-2]"),
               "    - {type: host, endpoint: {node: \"r[1-2]\", interface: e1}, "
               "host-interface: \"v[5-6]\"}\n",
               "r1 r2 host:v5 host:v6\nr1:e1-host:v5:\nr2:e1-host:v6:");
}

/* At the place of the node's key or of the endpoint. */
static void what_is_no_range_is_refused_with_its_place(void **state)
{
    static const char *const malformed[] = {
        "r[1-3",     "r1-3]",   "r[]",   "r[3-1]", "r[a-c]",       "r[1-]",
        "r[-3]",     "r[1,]",   "r[,1]", "r[[1]]", "r]1[",         "r[1-2-3]",
        "r[01-100]", "r[1-02]", "r[+1]", "r[1][",  "r[4294967296]"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(malformed); i++) {
        char nodes[64], links[128];

        (void)snprintf(nodes, sizeof(nodes), "    '%s': {}\n", malformed[i]);
        assert_refused(CP_ROLE_NETWORK, "x.clab.yml", lab(nodes, ""), CP_ERR_MALFORMED, 3, 5,
                       malformed[i]);
        (void)snprintf(links, sizeof(links), "    - endpoints: ['a:%s', 'a:x']\n", malformed[i]);
        assert_refused(CP_ROLE_NETWORK, "x.clab.yml", lab(NODE("a"), links), CP_ERR_MALFORMED, 5,
                       19, malformed[i]);
    }
}

static void ends_of_different_numbers_are_refused(void **state)
{
    static const char *const links[] = {
        LINK("a:e[1-2]", "b:e[1-3]"), LINK("a:e[1-2]", "b:e1   "), LINK("a:e1    ", "b:e[1-2]"),
        LINK("a:e[1-2]", "host:v1"),  LINK("a:e[1-2]", "br:p1"),   LINK("a:e1    ", "host:v[1-2]")};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(links); i++)
        assert_refused(CP_ROLE_NETWORK, "x.clab.yml",
                       lab(NODE("a") NODE("b") BRIDGE("br"), links[i]), CP_ERR_MALFORMED, 7, 31,
                       "");
}

static void a_name_that_stands_twice_is_refused(void **state)
{
    (void)state;
    assert_refused(CP_ROLE_NETWORK, "x.clab.yml", lab(NODE("r2") NODE("r[1-3]"), ""),
                   CP_ERR_DUPLICATE, 4, 5, "r2");
    assert_refused(CP_ROLE_NETWORK, "x.clab.yml", lab(NODE("r[1-3]") NODE("r[3-4]"), ""),
                   CP_ERR_DUPLICATE, 4, 5, "r3");
    assert_refused(CP_ROLE_NETWORK, "x.clab.yml", lab(NODE("r[1-3,2]"), ""), CP_ERR_DUPLICATE, 3, 5,
                   "r[1-3,2]");
}

static void ranges_are_bounded(void **state)
{
    (void)state;
    assert_refused(CP_ROLE_NETWORK, "x.clab.yml", lab(NODE("r[1-250001]"), ""), CP_ERR_LIMIT, 3, 5,
                   "r[1-250001]");
    assert_refused(CP_ROLE_NETWORK, "x.clab.yml", lab(NODE("r[1-1000][1-1000]"), ""), CP_ERR_LIMIT,
                   3, 5, "r[1-1000][1-1000]");
    assert_refused(CP_ROLE_NETWORK, "x.clab.yml", lab(NODE("r[0-4294967294][0-4294967294]"), ""),
                   CP_ERR_LIMIT, 3, 5, "r[0-4294967294][0-4294967294]");
    assert_refused(CP_ROLE_NETWORK, "x.clab.yml",
                   lab(NODE("r[1-2]"), LINK("r[1-2]:e[1-125000]", "r1:e[1-250000]")), CP_ERR_LIMIT,
                   5, 19, "");
    assert_refused(CP_ROLE_NETWORK, "x.clab.yml", lab(NODE("x[1][1][1][1][1][1][1][1][1]"), ""),
                   CP_ERR_LIMIT, 3, 5, "x[1][1][1][1][1][1][1][1][1]");
}

static void one_address_is_not_that_of_several_ports(void **state)
{
    struct trial t;
    const struct cp_case *c =
        read_lab(&t, NODE("a") NODE("b"),
                 "    - type: veth\n      endpoints:\n"
                 "        - {node: a, interface: 'e[1-2]', mac: '02:00:00:00:00:01'}\n"
                 "        - {node: b, interface: 'e[1-2]'}\n"
                 "    - endpoints: ['a:f[1-2]', 'b:f[1-2]']\n      ipv4: [192.0.2.1, 192.0.2.2]\n");

    (void)state;
    assert_int_equal(c->link_count, 4);
    assert_int_equal(
        count_remarks(c, CP_REMARK_NOT_UNDERSTOOD, "one address of several ports", NULL), 1);
    trial_close(&t);
}

static void no_memory_is_an_error(void **state)
{
    (void)state;
    assert_survives_no_memory(CP_ROLE_NETWORK, "x.clab.yml",
                              lab(NODE("r[1-40]") BRIDGE("br"), LINK("r[1-40]:e1", "br:p[01-40]")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_range_is_a_node_each_with_all_its_properties),
        cmocka_unit_test(ranges_are_spans_and_lists_and_keep_their_width),
        cmocka_unit_test(ends_are_joined_one_by_one_the_last_range_fastest),
        cmocka_unit_test(a_range_is_plugged_into_a_bridge_and_the_machine),
        cmocka_unit_test(what_is_no_range_is_refused_with_its_place),
        cmocka_unit_test(ends_of_different_numbers_are_refused),
        cmocka_unit_test(a_name_that_stands_twice_is_refused),
        cmocka_unit_test(ranges_are_bounded),
        cmocka_unit_test(one_address_is_not_that_of_several_ports),
        cmocka_unit_test(no_memory_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
