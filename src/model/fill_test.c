#include "draft.h"

/* What facts fill in rows that left it empty. */

static void facts_fill_what_rows_left_empty(void **state)
{
    struct draft d = draft_open();
    const struct cp_node_rec *node;
    const struct cp_link_rec *link;
    struct cp_node_row row;

    (void)state;
    draft_site(&d, "s", "t1");
    draft_nodes(&d, "b c");
    row = draft_node_row(&d, "a");
    row.tags = CP_TEXT("t1");
    row.managed_by = CP_TEXT("b");
    draft_node_add(&d, &row);
    draft_link(&d, "o", "a", "b");
    draft_over(&d, "l", "o");
    draft_link(&d, "p", "a", "b");
    draft_fact(&d, "a", "role", "core");
    draft_fact(&d, "a", "site", "s");
    draft_fact(&d, "a", "operator", "kt");
    draft_fact(&d, "a", "loopback", "10.0.0.1");
    draft_fact(&d, "a", "sid", "16001");
    draft_fact(&d, "a", "lat", "37.5");
    draft_fact(&d, "a", "lon", "-127");
    draft_fact(&d, "a", "tags", "t2 t1");
    draft_fact(&d, "a", "managed_by", "c b");
    draft_fact(&d, "a", "x-colour", "red");
    draft_fact(&d, "a/1", "role", "card");
    draft_fact(&d, "l", "class", "lan");
    draft_fact(&d, "l", "operator", "kt");
    draft_fact(&d, "l", "srlgs", "d1");
    draft_fact(&d, "l", "over", "p|o");
    draft_fact(&d, "l", "tags", "t3");
    draft_fact(&d, "s", "name", "Seoul");
    draft_fact(&d, "s", "country", "KR");
    draft_fact(&d, "s", "lat", "37.5326");
    draft_fact(&d, "s", "lon", "127");
    draft_fact(&d, "s", "tags", "t4");
    draft_finish(&d);
    assert_int_equal(d.c->remark_count, 0);
    assert_int_equal(d.c->fact_count, 21);
    node = draft_get_node(&d, "a");
    assert_text(node->role, "core");
    assert_int_equal(node->site, 0);
    assert_text(node->operator_name, "kt");
    assert_text(node->loopback, "10.0.0.1");
    assert_text(node->sid, "16001");
    assert_int_equal(node->lat_udeg, 37500000);
    assert_int_equal(node->lon_udeg, -127000000);
    assert_int_equal(node->tags.count, 2);
    assert_int_equal(node->managed_by.count, 2);
    assert_int_equal(d.c->managers[node->managed_by.first + 1].at, 1);
    link = draft_get_link(&d, "l");
    assert_text(link->link_class, "lan");
    assert_true(link->lan);
    assert_text(link->operator_name, "kt");
    assert_int_equal(link->srlgs.count, 1);
    assert_int_equal(link->alternatives.count, 2); /* o again adds nothing */
    assert_int_equal(link->tags.count, 1);
    assert_text(d.c->sites[0].name, "Seoul");
    assert_text(d.c->sites[0].country, "KR");
    assert_int_equal(d.c->sites[0].lat_udeg, 37532600);
    assert_int_equal(d.c->sites[0].tags.count, 2);
    draft_close(&d);
}

static void sources_that_disagree_make_a_finding(void **state)
{
    struct draft d = draft_open();
    const struct cp_node_rec *node;
    struct cp_node_row row;

    (void)state;
    draft_site(&d, "s", "");
    draft_site(&d, "t", "");
    row = draft_node_row(&d, "a");
    row.role = CP_TEXT("core");
    row.site = CP_TEXT("s");
    row.lat_udeg = 1;
    draft_node_add(&d, &row);
    draft_fact(&d, "a", "role", "core");
    draft_fact(&d, "a", "role", "edge");
    draft_fact(&d, "a", "site", "t");
    draft_fact(&d, "a", "lat", "0.000002");
    draft_fact(&d, "a", "sid", "1");
    draft_fact(&d, "a", "sid", "2");
    draft_fact(&d, "a", "layer", "optical");
    draft_fact(&d, "a", "layer", "ip");
    draft_finish(&d);
    assert_int_equal(d.c->remark_count, 5);
    for (uint32_t i = 0; i < 5; i++)
        assert_int_equal(d.c->remarks[i].kind, CP_REMARK_FINDING);
    assert_text(d.c->remarks[0].subject, "edge");
    assert_int_equal(d.c->remarks[0].place.line, 5);
    node = draft_get_node(&d, "a");
    assert_text(node->role, "core");
    assert_int_equal(node->site, 0);
    assert_int_equal(node->lat_udeg, 1);
    assert_text(node->sid, "1");
    assert_int_equal(node->layer, CP_LAYER_IP);
    assert_int_equal(d.c->inputs[0].used, 11);
    draft_close(&d);
}

static void values_that_cannot_be_are_not_understood(void **state)
{
    struct draft d = draft_open();

    (void)state;
    draft_site(&d, "s", "");
    draft_nodes(&d, "a b");
    draft_link(&d, "l", "a", "b");
    draft_link(&d, "o", "a", "b");
    draft_fact(&d, "a", "site", "nowhere");
    draft_fact(&d, "a", "managed_by", "b nobody");
    draft_fact(&d, "a", "lat", "north");
    draft_fact(&d, "a", "lat", "90.000001");
    draft_fact(&d, "s", "lon", "-180.000001");
    draft_fact(&d, "l", "over", "o|x");
    draft_fact(&d, "l", "over", "o|");
    draft_finish(&d);
    assert_int_equal(d.c->inputs[0].used, 5);
    assert_int_equal(d.c->inputs[0].not_understood, 7);
    assert_int_equal(d.c->remark_count, 7);
    assert_int_equal(d.c->nodes[0].site, CP_NONE);
    assert_int_equal(d.c->nodes[0].managed_by.count, 0);
    assert_int_equal(d.c->nodes[0].lat_udeg, CP_COORD_NONE);
    assert_int_equal(d.c->sites[0].lon_udeg, CP_COORD_NONE);
    assert_int_equal(draft_get_link(&d, "l")->alternatives.count, 0);
    draft_close(&d);
}

static void draft_dated_fact(struct draft *d, const char *object, const char *attribute,
                             const char *value, cp_date expires)
{
    struct cp_fact_row row = draft_fact_row(d, object, attribute, value);

    row.date = 20000;
    row.expires = expires;
    assert_int_equal(cp_build_fact(d->build, &row, &d->diag), CP_OK);
}

static struct draft draft_expiring(void)
{
    struct draft d = draft_open();

    draft_site(&d, "s", "");
    draft_nodes(&d, "a b");
    draft_link(&d, "l", "a", "b");
    draft_dated_fact(&d, "a", "site", "s", 99);
    draft_dated_fact(&d, "a", "site", "s", 100);
    draft_dated_fact(&d, "s", "tags", "kr", 99);
    draft_dated_fact(&d, "b", "maker", "huawei", 99);
    return d;
}

static void what_expired_before_the_date_asked_fills_nothing(void **state)
{
    struct draft d = draft_expiring();

    (void)state;
    assert_int_equal(cp_build_finish(d.build, 100, &d.c, &d.diag), CP_OK);
    assert_int_equal(d.c->remark_count, 2);
    for (uint32_t i = 0; i < 2; i++)
        assert_int_equal(d.c->remarks[i].kind, CP_REMARK_FINDING);
    assert_text(d.c->remarks[0].subject, "tags");
    assert_int_equal(d.c->remarks[1].place.line, 5);
    assert_int_equal(d.c->nodes[0].site, 0); /* by the one that holds on its last day */
    assert_int_equal(d.c->sites[0].tags.count, 0);
    assert_int_equal(d.c->fact_count, 4); /* whoever reads them looks at their dates */
    assert_int_equal(d.c->inputs[0].used, 8);
    draft_close(&d);

    d = draft_expiring();
    draft_finish(&d);
    assert_int_equal(d.c->remark_count, 0);
    assert_int_equal(d.c->sites[0].tags.count, 1);
    draft_close(&d);
}

static void what_expired_leaves_unknown_what_nothing_else_states(void **state)
{
    struct draft d = draft_open();

    (void)state;
    draft_nodes(&d, "a b");
    draft_link(&d, "l", "a", "b");
    draft_dated_fact(&d, "a", "role", "core", 99);
    draft_dated_fact(&d, "a", "operator", "kt", 99);
    draft_dated_fact(&d, "b", "role", "core", 99);
    draft_dated_fact(&d, "b", "role", "edge", 100);
    draft_dated_fact(&d, "l", "class", "lan", 99);
    draft_dated_fact(&d, "l", "operator", "kt", 99);
    assert_int_equal(cp_build_finish(d.build, 100, &d.c, &d.diag), CP_OK);
    assert_text(d.c->nodes[0].role, "unknown");
    assert_text(d.c->nodes[0].operator_name, "unknown");
    assert_text(d.c->nodes[1].role, "edge");
    assert_text(d.c->nodes[1].operator_name, "");
    assert_text(d.c->links[0].link_class, "unknown");
    assert_text(d.c->links[0].operator_name, "unknown");
    assert_int_equal(d.c->remark_count, 5);
    draft_close(&d);
}

static void what_hides_or_manages_counts_though_it_expired(void **state)
{
    struct draft d = draft_open();

    (void)state;
    draft_nodes(&d, "a b ems");
    draft_link(&d, "l", "a", "b");
    draft_link(&d, "fibre", "a", "b");
    draft_link(&d, "m", "a", "b");
    draft_dated_fact(&d, "a", "managed_by", "ems", 99);
    draft_dated_fact(&d, "l", "over", "fibre", 99);
    draft_dated_fact(&d, "l", "class", "Leased Circuit", 99);
    draft_dated_fact(&d, "m", "class", "leasd-circuit", 99);
    assert_int_equal(cp_build_finish(d.build, 100, &d.c, &d.diag), CP_OK);
    assert_int_equal(d.c->nodes[0].managed_by.count, 1);
    assert_int_equal(draft_get_link(&d, "l")->alternatives.count, 1);
    assert_text(draft_get_link(&d, "l")->link_class, "leased-circuit");
    assert_text(draft_get_link(&d, "m")->link_class, "unknown");
    assert_int_equal(d.c->inputs[0].not_understood, 1);
    draft_close(&d);
}

static void a_capacity_fills_what_the_row_left_empty(void **state)
{
    struct draft d = draft_open();
    struct cp_link_row row;

    (void)state;
    draft_nodes(&d, "a b");
    draft_link(&d, "l", "a", "b");
    row = draft_link_row(&d, "a", "b");
    row.id = CP_TEXT("m");
    row.capacity_bps = 7;
    draft_link_add(&d, &row);
    draft_link(&d, "n", "a", "b");
    draft_fact(&d, "l", "capacity", "unknown");
    draft_fact(&d, "l", "capacity", "10000000000");
    draft_fact(&d, "m", "capacity", "7");
    draft_fact(&d, "m", "capacity", "8");
    draft_fact(&d, "n", "capacity", "unknown");
    draft_finish(&d);
    assert_true(draft_get_link(&d, "l")->capacity_bps == 10000000000);
    assert_true(draft_get_link(&d, "m")->capacity_bps == 7);
    assert_true(draft_get_link(&d, "n")->capacity_bps == CP_BPS_NONE);
    assert_int_equal(d.c->remark_count, 1);
    assert_int_equal(d.c->remarks[0].kind, CP_REMARK_FINDING);
    assert_text(d.c->remarks[0].subject, "8");
    draft_close(&d);
}

/* Not even when it has expired, which of a fact that fills would be a finding. */
static void a_class_of_a_node_fills_nothing(void **state)
{
    struct draft d = draft_open();

    (void)state;
    draft_nodes(&d, "a b");
    draft_link(&d, "l", "a", "b");
    draft_dated_fact(&d, "a", "class", "leasd-circuit", CP_DATE_NONE);
    draft_dated_fact(&d, "a", "class", "lan", 99);
    draft_dated_fact(&d, "l/port", "class", "lan", CP_DATE_NONE);
    assert_int_equal(cp_build_finish(d.build, 100, &d.c, &d.diag), CP_OK);
    assert_int_equal(d.c->fact_count, 3);
    assert_int_equal(d.c->remark_count, 0);
    assert_text(draft_get_link(&d, "l")->link_class, "");
    draft_close(&d);
}

static void a_leased_circuit_wins_over_other_classes(void **state)
{
    struct draft d = draft_open();
    struct cp_link_row row;

    (void)state;
    draft_nodes(&d, "a b c");
    row = draft_link_row(&d, "a", "b");
    row.id = CP_TEXT("l");
    row.link_class = CP_TEXT("dark-fibre");
    draft_link_add(&d, &row);
    draft_lan(&d, "lan", "a b", "c");
    draft_link(&d, "m", "a", "b");
    draft_fact(&d, "l", "class", "leased-circuit");
    draft_fact(&d, "l", "class", "duct");
    draft_fact(&d, "lan", "class", "Leased Circuit");
    draft_fact(&d, "m", "class", "dark-fibre");
    draft_fact(&d, "m", "class", "duct");
    draft_finish(&d);
    assert_text(draft_get_link(&d, "l")->link_class, "leased-circuit");
    assert_text(draft_get_link(&d, "lan")->link_class, "leased-circuit");
    assert_true(draft_get_link(&d, "lan")->lan);
    assert_int_equal(draft_get_link(&d, "lan")->ends.count, 3);
    assert_text(draft_get_link(&d, "m")->link_class, "dark-fibre");
    assert_int_equal(d.c->remark_count, 4);
    draft_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_fill_what_rows_left_empty),
        cmocka_unit_test(sources_that_disagree_make_a_finding),
        cmocka_unit_test(values_that_cannot_be_are_not_understood),
        cmocka_unit_test(what_expired_before_the_date_asked_fills_nothing),
        cmocka_unit_test(what_expired_leaves_unknown_what_nothing_else_states),
        cmocka_unit_test(what_hides_or_manages_counts_though_it_expired),
        cmocka_unit_test(a_capacity_fills_what_the_row_left_empty),
        cmocka_unit_test(a_class_of_a_node_fills_nothing),
        cmocka_unit_test(a_leased_circuit_wins_over_other_classes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
