#include "world.h"

/* What can fail, and what fails with it. */

static void ends_do_not_fail_not_even_those_of_other_pairs(void **state)
{
    struct world *w = *state;

    put_nodes(w, 3);
    join(w, 0, 1, 1);
    join(w, 1, 2, 1);
    put_demand(w, 0, 2);
    assert_int_equal(audit(w, 1, CP_FAIL_NODE)->cut_depth, 1);
    w->demand_ends[1].at = 1; /* from 0 and 1 */
    w->demands[0].src.count = 2;
    assert_int_equal(audit(w, 2, CP_FAIL_NODE)->cut_depth, NEVER);
    assert_int_equal(audit(w, 2, CP_FAIL_LINK)->cut_depth, 1);
}

static void a_set_to_itself_is_all_its_pairs(void **state)
{
    struct world *w = *state;

    put_line(w);
    w->demand_ends[1].at = 2;
    w->demands[0].src.count = 2; /* from 0 and 2 to 2: one pair */
    const struct cp_demand_result *r = audit(w, 1, CP_FAIL_LINK);

    assert_int_equal(r->verdict, CP_VERDICT_VIOLATION);
    assert_int_equal(r->cut_depth, 1);
}

static void a_lan_fails_as_one_link(void **state)
{
    struct world *w = *state;

    put_nodes(w, 4);
    uint32_t lan = join(w, 0, 1, 1);

    add_end(w, lan, 2, 1);
    add_end(w, lan, 3, 1);
    put_demand(w, 0, 3);
    const struct cp_demand_result *r = audit(w, 2, CP_FAIL_ALL);

    assert_int_equal(r->cut_depth, 1);
    assert_int_equal(r->cut[0].kind, CP_FAIL_LINK);
    assert_int_equal(r->cut[0].at, lan);
}

/* ---- SRLGs from below ---- */

/* How many SRLG failures cut a link that is over two fibres with these groups (4: none). */
static uint32_t srlg_cut(struct world *w, uint32_t own, uint32_t first, uint32_t second)
{
    put_nodes(w, 2);
    uint32_t link = join(w, 0, 1, 1);

    put_optical_nodes(w);
    put_over(w, link, put_fibre(w));
    put_over(w, link, put_fibre(w));
    if (own < 4)
        put_in_srlg(w, link, own);
    if (first < 4)
        put_in_srlg(w, link + 1, first);
    if (second < 4)
        put_in_srlg(w, link + 2, second);
    put_demand(w, 0, 1);
    const struct cp_demand_result *r = audit(w, 2, CP_FAIL_SRLG);

    if (r->cut_depth == 1)
        assert_int_equal(r->cut[0].kind, CP_FAIL_SRLG);
    return r->cut_depth;
}

static void an_srlg_that_a_link_names_fails_it(void **state)
{
    assert_int_equal(srlg_cut(*state, 2, 4, 4), 1);
}

static void an_srlg_of_every_alternative_fails_the_link(void **state)
{
    assert_int_equal(srlg_cut(*state, 4, 2, 2), 1);
}

static void an_srlg_of_one_alternative_does_not(void **state)
{
    assert_int_equal(srlg_cut(*state, 4, 2, 4), NEVER);
}

static void srlgs_of_each_alternative_do_not_add_up(void **state)
{
    assert_int_equal(srlg_cut(*state, 4, 1, 2), NEVER);
}

static void srlgs_are_inherited_through_several_layers(void **state)
{
    struct world *w = *state;

    put_nodes(w, 2);
    uint32_t link = join(w, 0, 1, 1);

    put_optical_nodes(w);
    for (uint32_t i = 0; i < 3; i++) /* each over the next */
        put_over(w, link + i, put_fibre(w));
    put_in_srlg(w, link + 3, 3);
    put_demand(w, 0, 1);
    const struct cp_demand_result *r = audit(w, 1, CP_FAIL_SRLG);

    assert_int_equal(r->cut_depth, 1);
    assert_int_equal(r->cut[0].at, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(ends_do_not_fail_not_even_those_of_other_pairs),
        TEST(a_set_to_itself_is_all_its_pairs),
        TEST(a_lan_fails_as_one_link),
        TEST(an_srlg_that_a_link_names_fails_it),
        TEST(an_srlg_of_every_alternative_fails_the_link),
        TEST(an_srlg_of_one_alternative_does_not),
        TEST(srlgs_of_each_alternative_do_not_add_up),
        TEST(srlgs_are_inherited_through_several_layers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
