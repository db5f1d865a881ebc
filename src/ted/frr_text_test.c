#include "ted_trial.h"

/* `show isis database detail` of real routers (tests/ted, tests/live/netlab.py made them), and what could be in its place. */

static const struct cp_ted_feed isis = {{"r1", 2}, CP_TED_FRR_ISIS};

static cp_err tell(struct trial *t, cp_text document, uint64_t now_us)
{
    return cp_ted_document(t->ted, 0, document, now_us, &t->diag);
}

static void open_with(struct trial *t, cp_text (*document)(struct trial *t, const char *path),
                      const char *path)
{
    *t = (struct trial){0};
    trial_planes8(t);
    trial_open(t, &isis, 1);
    assert_int_equal(tell(t, document(t, path), 5), CP_OK);
    trial_view(t, 5);
}

static uint32_t count_alarms(struct trial *t, cp_ted_alarm_kind kind)
{
    const struct cp_ted_alarm *alarms;
    uint32_t count = cp_ted_alarms(t->ted, 5, &alarms);
    uint32_t found = 0;

    for (uint32_t i = 0; i < count; i++)
        found += alarms[i].kind == kind ? alarms[i].count : 0;
    return found;
}

static cp_text adjacency(const struct trial *t, const char *link, const char *attribute)
{
    return trial_fact_of(t->view.net, CP_OBJECT_LINK,
                         cp_case_link(t->view.net, cp_text_of(link)).at, attribute);
}

/* Everything from the database on: without the names. */
static cp_text without_names(struct trial *t, const char *path)
{
    cp_text all = trial_file(t, path);
    size_t at = 0;

    while (!cp_text_starts(cp_text_sub(all, at, all.len), CP_TEXT("Area 1:")))
        at++;
    return cp_text_sub(all, at, all.len);
}

static bool is_adjacency(cp_text attribute)
{
    return cp_text_starts(attribute, CP_TEXT("adj-sid"));
}

static void same_facts(const struct cp_case *a, const struct cp_case *b, const uint32_t *first_a,
                       const uint32_t *first_b, uint32_t object)
{
    assert_int_equal(first_a[object + 1] - first_a[object], first_b[object + 1] - first_b[object]);
    for (uint32_t i = 0; i < first_a[object + 1] - first_a[object]; i++) {
        const struct cp_fact *x = &a->facts[first_a[object] + i];
        const struct cp_fact *y = &b->facts[first_b[object] + i];

        assert_true(cp_text_eq(x->attribute, y->attribute));
        assert_true(is_adjacency(x->attribute) || cp_text_eq(x->value, y->value));
    }
}

static void text_and_json_are_one_view_but_for_the_adjacencies(void **state)
{
    struct trial text, json;
    const struct cp_case *a, *b;

    (void)state;
    open_with(&text, trial_file, "tests/ted/frr8.4.4-isis-dual.txt");
    open_with(&json, trial_file, "tests/ted/frr8.4.4-isis-dual.json");
    a = text.view.net;
    b = json.view.net;
    assert_int_equal(a->node_count, 8);
    assert_int_equal(b->node_count, 8);
    assert_int_equal(a->link_count, 10);
    assert_int_equal(b->link_count, 10);
    for (uint32_t v = 0; v < a->node_count; v++) {
        assert_true(cp_text_eq(a->nodes[v].id, b->nodes[v].id));
        assert_true(cp_text_eq(a->nodes[v].sid, b->nodes[v].sid));
        assert_true(cp_ip_eq(text.view.nodes[v].address, json.view.nodes[v].address));
        same_facts(a, b, a->node_facts, b->node_facts, v);
    }
    for (uint32_t l = 0; l < a->link_count; l++) {
        assert_true(cp_text_eq(a->links[l].id, b->links[l].id));
        assert_int_equal(a->links[l].delay_us, b->links[l].delay_us);
        assert_int_equal(a->links[l].capacity_bps, b->links[l].capacity_bps);
        for (uint32_t i = 0; i < 2; i++)
            assert_int_equal(a->ends[a->links[l].ends.first + i].metric,
                             b->ends[b->links[l].ends.first + i].metric);
        same_facts(a, b, a->link_facts, b->link_facts, l);
    }
    assert_text(a->nodes[2].sid, "index:3");
    assert_int_equal(a->links[cp_case_link(a, CP_TEXT("r1--r2")).at].delay_us, 1000);
    trial_close(&text);
    trial_close(&json);
}

static void the_text_has_the_ipv4_adjacencies_and_the_json_says_that_it_lacks_them(void **state)
{
    struct trial t;

    (void)state;
    open_with(&t, trial_file, "tests/ted/frr8.4.4-isis-dual.txt");
    assert_text(adjacency(&t, "r1--r2", "adj-sid-ab"), "15000");
    assert_text(adjacency(&t, "r1--r2", "adj-sid-ba"), "15000");
    assert_text(adjacency(&t, "r1--r4", "adj-sid-ab"), "15001");
    assert_int_equal(count_alarms(&t, CP_TED_ALARM_SID), 0);
    assert_int_equal(count_alarms(&t, CP_TED_ALARM_NOT_UNDERSTOOD), 0);
    trial_close(&t);
    open_with(&t, trial_file, "tests/ted/frr8.4.4-isis-dual.json");
    assert_text(adjacency(&t, "r1--r2", "adj-sid-ab"), "15003");
    assert_text(adjacency(&t, "r1--r4", "adj-sid-ab"), "15002");
    assert_int_equal(count_alarms(&t, CP_TED_ALARM_SID), 20);
    trial_close(&t);
}

static void routers_are_told_by_their_links_where_no_names_are(void **state)
{
    struct trial t;

    (void)state;
    open_with(&t, without_names, "tests/ted/frr8.4.4-isis-dual.txt");
    assert_int_equal(t.view.net->node_count, 8);
    assert_int_equal(t.view.net->link_count, 10);
    assert_int_equal(count_alarms(&t, CP_TED_ALARM_NOT_UNDERSTOOD), 0);
    assert_text(adjacency(&t, "r1--r2", "adj-sid-ab"), "15000");
    trial_close(&t);
}

static void a_pseudonode_is_a_lan_and_fragments_are_one_router(void **state)
{
    const struct cp_link_rec *rec;
    struct trial t;

    (void)state;
    open_with(&t, trial_file, "tests/ted/frr8.4.4-isis-lan.txt");
    assert_int_equal(t.view.net->node_count, 8);
    assert_int_equal(t.view.net->link_count, 10);
    rec = trial_rec(&t, "r6--r8");
    assert_non_null(rec);
    assert_int_equal(rec->ends.count, 2);
    assert_int_equal(t.view.net->ends[rec->ends.first].metric, 20);
    assert_int_equal(cp_ted_count(t.ted, 0).malformed, 0);
    assert_int_equal(cp_ted_count(t.ted, 0).nodes, 8);
    assert_int_equal(cp_ted_count(t.ted, 0).prefixes, 244);
    assert_int_equal(count_alarms(&t, CP_TED_ALARM_OVERLOAD), 1);
    trial_close(&t);
}

static void a_document_that_is_cut_is_refused_wherever(void **state)
{
    struct trial t;
    cp_text all;

    (void)state;
    open_with(&t, trial_file, "tests/ted/frr8.4.4-isis-dual.txt");
    all = cp_text_trim(trial_file(&t, "tests/ted/frr8.4.4-isis-dual.txt"));
    for (size_t len = 0; len < all.len; len += len + 200 < all.len ? 97 : 1)
        assert_int_equal(tell(&t, cp_text_sub(all, 0, len), 6), CP_ERR_MALFORMED);
    assert_int_equal(tell(&t, all, 7), CP_OK);
    assert_int_equal(cp_ted_count(t.ted, 0).links, 20);
    trial_close(&t);
}

/* --- by hand ------------------------------------------------------------------------------------ */

#define HEAD                               \
    "Area 1:\n"                            \
    "IS-IS Level-2 link-state database:\n" \
    "LSP ID                  PduLen  SeqNumber   Chksum  Holdtime  ATT/P/OL\n"
#define LSP(id, hold) id "             *    464   0x00000004  0xd4dd    " hold "    0/0/0\n"
#define REACH(to) "  Extended Reachability: 0000.0000.000" to ".00 (Metric: 10)\n"
#define TE(n) "  TE Router ID: 10.255.0." n "\n"

static void hear(struct trial *t, const char *document, cp_err err)
{
    assert_int_equal(tell(t, cp_text_of(document), 9), err);
    if (err == CP_OK)
        trial_view(t, 9);
}

static void open_plain(struct trial *t)
{
    *t = (struct trial){0};
    trial_planes8(t);
    trial_open(t, &isis, 1);
}

static void an_expired_lsp_does_not_count(void **state)
{
    struct trial t;

    (void)state;
    open_plain(&t);
    hear(&t,
         HEAD LSP("0000.0000.0001.00-00", "1141") TE("1")
             REACH("2") "\n" LSP("0000.0000.0002.00-00", " 900") TE("2")
                 REACH("1") "\n    2 LSPs\n\n",
         CP_OK);
    assert_int_equal(t.view.net->link_count, 1);
    hear(&t,
         HEAD LSP("0000.0000.0001.00-00", "1141") TE("1")
             REACH("2") "\n" LSP("0000.0000.0002.00-00", "(   59)") TE("2")
                 REACH("1") "\n    2 LSPs\n\n",
         CP_OK);
    assert_int_equal(t.view.net->link_count, 0);
    hear(&t,
         HEAD LSP("0000.0000.0001.00-00", "1141") TE("1")
             REACH("2") "\n" LSP("0000.0000.0002.00-01", " 900") TE("2")
                 REACH("1") "\n    2 LSPs\n\n",
         CP_OK);
    assert_int_equal(t.view.net->link_count, 0); /* a fragment without the first */
    trial_close(&t);
}

static void two_routers_of_one_name_are_nobody_and_counted(void **state)
{
    struct trial t;

    (void)state;
    open_plain(&t);
    hear(&t,
         "2      0000.0000.0001 same\n2      0000.0000.0002 same\n" HEAD LSP(
             "same.00-00", "1141") "  Hostname: same\n" REACH("2") LSP("same.00-00", "1141")
             REACH("1") "    2 LSPs\n",
         CP_OK);
    assert_int_equal(t.view.net->link_count, 0);
    assert_int_equal(cp_ted_count(t.ted, 0).malformed, 2);
    trial_close(&t);
}

static void a_router_that_calls_itself_anothers_system_id_is_not_it(void **state)
{
    struct trial t;

    (void)state;
    open_plain(&t);
    hear(&t,
         "2      0000.0000.0003 0000.0000.0002\n" HEAD LSP("0000.0000.0001.00-00", "1141") TE("1")
             REACH("2") LSP("0000.0000.0002.00-00",
                            "1141") "  Hostname: 0000.0000.0002\n" REACH("1") "    2 LSPs\n",
         CP_OK);
    assert_int_equal(t.view.net->link_count, 0);
    trial_close(&t);
}

static void odd_names_refuse_nothing(void **state)
{
    struct trial t;

    (void)state;
    open_plain(&t);
    hear(&t,
         "2      0000.0000.0001  a b\n2      0000.0000.0002 c/0 (1)*\n" HEAD LSP(
             " a b.00-00", "1141") "  Hostname:  a b\n" TE("1") REACH("2")
             LSP("c/0 (1)*.00-00", "1141") "  Hostname: c/0 (1)*\n" TE("2")
                 REACH("1") "    2 LSPs\n",
         CP_OK);
    assert_int_equal(cp_ted_count(t.ted, 0).links + cp_ted_count(t.ted, 0).malformed, 2);
    trial_close(&t);
}

static void a_line_that_cannot_be_read_says_where(void **state)
{
    static const struct {
        const char *document;
        uint32_t line, column;
    } cases[] = {
        {"% Unknown command\n", 1, 1},
        {"", 0, 1},
        {HEAD LSP("r1.00-00", "9") "  Extended Reachability: x (Metric: 1)\n    1 LSPs\n", 5, 26},
        {HEAD LSP("r1.00-00", "9") REACH("2") "    Adjacency-SID: no\n    1 LSPs\n", 6, 20},
        {HEAD LSP("r1.00-00", "9") "  TE Router ID: fc00::1\n    1 LSPs\n", 5, 17},
        {HEAD LSP("r1.00-00", "9") "  Extended IP Reachability: 10.0.0.0/33 (M\n    1 LSPs\n", 5,
         29},
        {HEAD LSP("r1.00-00", "9") "    2 LSPs\n", 5, 5},
        {HEAD "  Hostname: r1\n    1 LSPs\n", 4, 3},
        {"Area 1:\nIS-IS Level-3 link-state database:\n", 2, 1},
        {"Area 1:\n\n", 2, 1},
    };
    struct trial t;

    (void)state;
    open_plain(&t);
    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        hear(&t, cases[i].document, CP_ERR_MALFORMED);
        assert_int_equal(t.diag.place.line, cases[i].line);
        assert_int_equal(t.diag.place.column, cases[i].column);
    }
    trial_close(&t);
}

static void what_is_not_known_is_passed_over(void **state)
{
    struct trial t;

    (void)state;
    open_plain(&t);
    hear(&t,
         HEAD LSP("0000.0000.0001.00-00", "1141") TE("1") "  A new TLV: 7\n    of parts: 8\n" REACH(
             "2") "    A new sub-TLV: 9\n    Maximum Bandwidth: nan (Bytes/sec)\n"
                  "    Adjacency-SID: 15000, Weight: 0, Flags: F:0 B:1, V:1, L:1, S:0, P:0\n"
                  "    Adjacency-SID: 15002, Weight: 0, Flags: F:0 B:0, V:1, L:1, S:1, P:0\n"
                  "    Adjacency-SID: 15009, Weight: 0, Flags: F:0 B:0, V:1, L:1, S:0, P:0\n"
                  "    Adjacency-SID: 15001, Weight: 0, Flags: F:1 B:0, V:1, L:1, S:0, P:0\n" LSP(
                      "0000.0000.0002.00-00", "1141") TE("2") REACH("1") "    2 LSPs\n",
         CP_OK);
    assert_int_equal(t.view.net->link_count, 1);
    assert_text(adjacency(&t, "r1--r2", "adj-sid-ab"), "15009");
    trial_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_and_json_are_one_view_but_for_the_adjacencies),
        cmocka_unit_test(the_text_has_the_ipv4_adjacencies_and_the_json_says_that_it_lacks_them),
        cmocka_unit_test(routers_are_told_by_their_links_where_no_names_are),
        cmocka_unit_test(a_pseudonode_is_a_lan_and_fragments_are_one_router),
        cmocka_unit_test(a_document_that_is_cut_is_refused_wherever),
        cmocka_unit_test(an_expired_lsp_does_not_count),
        cmocka_unit_test(two_routers_of_one_name_are_nobody_and_counted),
        cmocka_unit_test(a_router_that_calls_itself_anothers_system_id_is_not_it),
        cmocka_unit_test(odd_names_refuse_nothing),
        cmocka_unit_test(a_line_that_cannot_be_read_says_where),
        cmocka_unit_test(what_is_not_known_is_passed_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
