#include "judge/judge.h"

#include "small_case.h"

/* Rules about what stands at a place, or near one. */

static void at(const char *id, const char *lat, const char *lon)
{
    fact(&world, id, "lat", lat);
    fact(&world, id, "lon", lon);
}

static uint32_t findings(const char *rule)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < world.judge->presence_count; i++)
        count += world.judge->presences[i].rule == rule_named(rule);
    return count;
}

/* --- at ----------------------------------------------------------------------------------- */

static void each_key_of_a_place_tells_what_is_there(void **state)
{
    static const char policy[] =
        RULES "  - { id: site, says: x, forbid-presence: { maker: huawei }, at: { site: s } }\n"
              "  - { id: tag, says: x, forbid-presence: { maker: huawei }, at: { tag: t } }\n"
              "  - { id: stag, says: x, forbid-presence: { maker: huawei },\n"
              "      at: { site-tag: base } }\n"
              "  - { id: role, says: x, forbid-presence: { maker: huawei }, at: { role: core } }\n"
              "  - { id: op, says: x, forbid-presence: { maker: huawei }, at: { operator: KT } }\n"
              "  - { id: country, says: x, forbid-presence: { maker: huawei },\n"
              "      at: { country: KR } }\n";
    static const char *const rules[] = {"site", "tag", "stag", "role", "op", "country"};

    (void)state;
    site(&world, "s", "base");
    site(&world, "e", "");
    fact(&world, "s", "country", "KR");
    fact(&world, "e", "country", "JP");
    node(&world, "in", "ip", "huawei", "s", "");
    fact(&world, "in", "tags", "t");
    fact(&world, "in", "role", "core");
    fact(&world, "in", "operator", "kt");
    node(&world, "out", "ip", "huawei", "e", "");
    fact(&world, "out", "role", "access");
    fact(&world, "out", "operator", "skt");
    judged(policy);
    for (size_t i = 0; i < CP_COUNT(rules); i++) {
        assert_trust(rules[i], "in", CP_UNTRUSTED);
        assert_trust(rules[i], "out", CP_TRUSTED);
        assert_int_equal(findings(rules[i]), 1);
    }
    assert_int_equal(world.judge->gap_count, 0);
}

static void a_link_is_at_a_place_where_one_of_its_ends_is(void **state)
{
    (void)state;
    site(&world, "s", "base");
    node(&world, "in", "ip", "nokia", "s", "");
    node(&world, "out", "ip", "nokia", "", "");
    link(&world, "l", "ip", "", "out in", "");
    link(&world, "m", "ip", "", "out out-2", "");
    node(&world, "out-2", "ip", "nokia", "", "");
    fact(&world, "l", "maker", "huawei");
    fact(&world, "m", "maker", "huawei");
    judged(RULES "  - { id: r, says: x, forbid-presence: { maker: huawei },\n"
                 "      at: { site-tag: base } }\n");
    assert_trust("r", "l", CP_UNTRUSTED);
    assert_trust("r", "m", CP_TRUSTED);
    assert_int_equal(world.judge->presence_count, 1);
    assert_true(cp_text_is(cp_presence_site(world.net, &world.judge->presences[0]), "s"));
}

static void what_may_be_at_the_place_is_unknown(void **state)
{
    (void)state;
    site(&world, "s", "");
    fact(&world, "s", "country", "unknown");
    node(&world, "n", "ip", "huawei", "s", "");
    node(&world, "good", "ip", "nokia", "s", "");
    node(&world, "lost", "ip", "huawei", "", "");
    judged(RULES "  - { id: r, says: x, forbid-presence: { maker: huawei }, at: { country: KR },\n"
                 "      unknown: undecided }\n"
                 "  - { id: u, says: x, forbid-presence: { maker: huawei }, at: { country: KR },\n"
                 "      unstated: unknown }\n");
    assert_trust("r", "n", CP_UNKNOWN);
    assert_trust("r", "good", CP_TRUSTED);
    assert_trust("r", "lost", CP_TRUSTED);
    assert_trust("u", "lost", CP_UNKNOWN);
    assert_int_equal(findings("r"), 1);
    assert_int_equal(world.judge->presences[0].trust, CP_UNKNOWN);
    assert_int_equal(findings("u"), 2);
    assert_int_equal(world.judge->gap_count, 1);
    assert_int_equal(world.judge->gaps[0].rule, rule_named("r"));
    assert_string_equal(world.judge->gaps[0].key, "site");
    assert_int_equal(world.judge->gaps[0].object, 2);
}

static void what_serves_the_place_from_elsewhere_counts(void **state)
{
    (void)state;
    site(&world, "s", "base");
    node(&world, "in", "ip", "nokia", "s", "ems");
    node(&world, "ems", "management", "huawei", "", "");
    judged(RULES "  - { id: r, says: x, forbid-presence: { maker: huawei },\n"
                 "      at: { site-tag: base } }\n");
    assert_sentence("r", "in", "managed by ems, maker huawei, nodes.csv:3");
    assert_trust("r", "ems", CP_TRUSTED);
    assert_int_equal(world.judge->presence_count, 1);
}

/* --- hops --------------------------------------------------------------------------------- */

#define HOPS(hops, more)                                                \
    RULES "  - { id: r, says: x, forbid-presence: { maker: huawei },\n" \
          "      near: { tag: gate, hops: " hops more " } }\n"

static void chain_of_nodes(void)
{
    node(&world, "gate", "ip", "huawei", "", "");
    node(&world, "one", "ip", "huawei", "", "");
    node(&world, "two", "ip", "huawei", "", "");
    node(&world, "three", "ip", "huawei", "", "");
    fact(&world, "gate", "tags", "gate");
    link(&world, "g1", "ip", "", "gate one", "");
    link(&world, "l12", "ip", "", "one two", "");
    link(&world, "l23", "ip", "", "two three", "");
    fact(&world, "l12", "maker", "huawei");
    fact(&world, "l23", "maker", "huawei");
}

static void nodes_within_the_hops_are_near_and_the_place_itself_is_not(void **state)
{
    (void)state;
    chain_of_nodes();
    judged(HOPS("2", ""));
    assert_trust("r", "gate", CP_TRUSTED);
    assert_trust("r", "one", CP_UNTRUSTED);
    assert_trust("r", "two", CP_UNTRUSTED);
    assert_trust("r", "three", CP_TRUSTED);
    assert_trust("r", "l12", CP_UNTRUSTED);
    assert_trust("r", "l23", CP_TRUSTED);
}

static void what_is_looked_through_is_passed_for_nothing(void **state)
{
    (void)state;
    chain_of_nodes();
    fact(&world, "one", "class", "Patch Panel");
    judged(HOPS("1", ", look-through: [patch-panel]"));
    assert_trust("r", "one", CP_TRUSTED);
    assert_trust("r", "two", CP_UNTRUSTED);
    assert_trust("r", "three", CP_TRUSTED);
}

static void hops_are_walked_on_the_layers_named(void **state)
{
    (void)state;
    chain_of_nodes();
    node(&world, "mux", "optical", "huawei", "", "");
    link(&world, "o", "optical", "", "gate mux", "");
    judged(HOPS("1", ", layers: optical"));
    assert_trust("r", "one", CP_TRUSTED);
    assert_trust("r", "mux", CP_UNTRUSTED);
}

static void what_is_near_what_may_be_at_the_place_is_perhaps_near(void **state)
{
    (void)state;
    chain_of_nodes();
    fact(&world, "two", "role", "unknown");
    fact(&world, "gate", "role", "fence");
    fact(&world, "one", "role", "x");
    fact(&world, "three", "role", "x");
    judged(RULES "  - { id: r, says: x, forbid-presence: { maker: huawei },\n"
                 "      near: { role: fence, hops: 1 } }\n");
    assert_trust("r", "one", CP_UNTRUSTED);
    assert_trust("r", "three", CP_UNKNOWN);
}

/* --- radius ------------------------------------------------------------------------------- */

#define WITHIN(radius)                                                  \
    RULES "  - { id: r, says: x, forbid-presence: { maker: huawei },\n" \
          "      near: { site-tag: gate, within: " radius " } }\n"

static void what_lies_within_the_radius_is_near_the_place_included(void **state)
{
    (void)state;
    site(&world, "s", "gate");
    at("s", "37.0", "127.0");
    node(&world, "in", "ip", "huawei", "s", "");
    node(&world, "four", "ip", "huawei", "", "");
    node(&world, "six", "ip", "huawei", "", "");
    at("four", "37.036", "127.0");
    at("six", "37.054", "127.0");
    link(&world, "l", "ip", "", "four six", "");
    link(&world, "m", "ip", "", "six far", "");
    node(&world, "far", "ip", "huawei", "", "");
    at("far", "38", "127");
    fact(&world, "l", "maker", "huawei");
    fact(&world, "m", "maker", "huawei");
    judged(WITHIN("5 km"));
    assert_trust("r", "in", CP_UNTRUSTED);
    assert_trust("r", "four", CP_UNTRUSTED);
    assert_trust("r", "six", CP_TRUSTED);
    assert_trust("r", "l", CP_UNTRUSTED);
    assert_trust("r", "m", CP_TRUSTED);
}

static void where_nobody_knows_a_spot_it_may_be_near(void **state)
{
    (void)state;
    site(&world, "s", "gate");
    at("s", "37.0", "127.0");
    node(&world, "in", "ip", "nokia", "s", "");
    node(&world, "lost", "ip", "huawei", "", "");
    node(&world, "good", "ip", "nokia", "", "");
    node(&world, "far", "ip", "huawei", "", "");
    at("far", "38", "127");
    link(&world, "l", "ip", "", "lost far", "");
    fact(&world, "l", "maker", "huawei");
    judged(WITHIN("500 m"));
    assert_trust("r", "lost", CP_UNKNOWN);
    assert_trust("r", "good", CP_TRUSTED);
    assert_trust("r", "far", CP_TRUSTED);
    assert_trust("r", "l", CP_UNKNOWN);
}

static void a_place_that_lies_nobody_knows_where_may_be_near_all(void **state)
{
    (void)state;
    site(&world, "s", "gate");
    node(&world, "in", "ip", "huawei", "s", "");
    node(&world, "far", "ip", "huawei", "", "");
    at("far", "38", "127");
    judged(WITHIN("0.5 km"));
    assert_trust("r", "in", CP_UNTRUSTED);
    assert_trust("r", "far", CP_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(each_key_of_a_place_tells_what_is_there),
        CASE(a_link_is_at_a_place_where_one_of_its_ends_is),
        CASE(what_may_be_at_the_place_is_unknown),
        CASE(what_serves_the_place_from_elsewhere_counts),
        CASE(nodes_within_the_hops_are_near_and_the_place_itself_is_not),
        CASE(what_is_looked_through_is_passed_for_nothing),
        CASE(hops_are_walked_on_the_layers_named),
        CASE(what_is_near_what_may_be_at_the_place_is_perhaps_near),
        CASE(what_lies_within_the_radius_is_near_the_place_included),
        CASE(where_nobody_knows_a_spot_it_may_be_near),
        CASE(a_place_that_lies_nobody_knows_where_may_be_near_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
