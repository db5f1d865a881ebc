#include "policy/policy.h"

#include <string.h>

#include "policy_file.h"

#include "base/out.h"

/* What is read of each construct. */

enum { ARENA_BYTES = 64 << 20 };

#define WHOLE_LANGUAGE "fuzz/corpus/policy/whole-language.yaml"

static struct cp_arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = cp_arena_open(ARENA_BYTES);
    return arena == NULL;
}

static int close_arena(void **state)
{
    (void)state;
    cp_arena_close(arena);
    return 0;
}

/* --- what a file says ------------------------------------------------------------------------- */

static const struct cp_policy *whole_language(void)
{
    return policy_of(policy_file_bytes(WHOLE_LANGUAGE, arena), arena);
}

static const struct cp_rule *rule_of(const struct cp_policy *policy, const char *id)
{
    for (uint32_t i = 0; i < policy->rule_count; i++) {
        if (cp_text_is(policy->rules[i].id, id))
            return &policy->rules[i];
    }
    fail_msg("no rule %s", id);
    return NULL;
}

static cp_date date(const char *text)
{
    cp_date day = CP_DATE_NONE;

    assert_int_equal(cp_date_parse(cp_text_of(text), &day), CP_OK);
    return day;
}

/* The words with a space between, to be compared at a glance. */
static bool are(struct cp_texts texts, const char *want)
{
    struct cp_out out = cp_out_make(arena);
    cp_text got = CP_TEXT("");

    for (uint32_t i = 0; i < texts.count; i++) {
        cp_out_str(&out, i == 0 ? "" : " ");
        cp_out_text(&out, texts.at[i]);
    }
    assert_int_equal(cp_out_done(&out, &got), CP_OK);
    if (!cp_text_is(got, want))
        print_error("'%.*s' where '%s' was expected\n", (int)got.len, got.at, want);
    return cp_text_is(got, want);
}

static bool is_maker(const struct cp_policy *policy, uint32_t maker, const char *name)
{
    return cp_text_is(cp_makers_name(policy->makers, maker), name);
}

static void the_head_is_read(void **state)
{
    const struct cp_policy *policy = whole_language();

    (void)state;
    assert_int_equal(policy->file, 0);
    assert_true(cp_text_is(policy->id, "whole"));
    assert_true(cp_text_is(policy->says, "Every construct of the language, once."));
    assert_true(cp_text_is(policy->version, "draft 7"));
    assert_true(cp_text_is(policy->by, "An office"));
    assert_true(cp_text_is(policy->ref, "Order 12/2026"));
    assert_true(cp_text_is(policy->owner, "net@example.org"));
    assert_true(cp_text_is(policy->timezone, "Asia/Seoul"));
    assert_int_equal(policy->policy_maker_count, 2);
    assert_int_equal(policy->list_count, 3);
    assert_int_equal(policy->product_count, 2);
    assert_int_equal(policy->class_count, 3);
    assert_int_equal(policy->rule_count, 12);
    assert_int_equal(policy->licence_count, 2);
    assert_int_equal(policy->trial_count, 2);
}

static void makers_and_what_they_claim_are_read(void **state)
{
    static const struct {
        cp_claim kind;
        const char *name;
    } claims[] = {
        {CP_CLAIM_NAME, "acme"},
        {CP_CLAIM_NAME, "Acme Networks"},
        {CP_CLAIM_NAME, "아크미"},
        {CP_CLAIM_SOFTWARE, "acmeos"},
        {CP_CLAIM_PEN, "4294967295"},
        {CP_CLAIM_PEN, "4294967294"},
        {CP_CLAIM_AFFILIATE, "Acme Radio"},
        {CP_CLAIM_NAME, "bolt"},
        {CP_CLAIM_NAME, "Bolt Ltd"},
        {CP_CLAIM_PEN, "4294967293"},
    };
    const struct cp_policy *policy = whole_language();

    (void)state;
    assert_true(is_maker(policy, 0, "acme"));
    assert_true(is_maker(policy, 1, "bolt"));
    assert_int_equal(cp_makers_find(policy->makers, CP_TEXT("acme NETWORKS")), 0);
    assert_int_equal(policy->claim_count, CP_COUNT(claims));
    for (uint32_t i = 0; i < CP_COUNT(claims); i++) {
        assert_int_equal(policy->claims[i].kind, claims[i].kind);
        assert_true(cp_text_is(policy->claims[i].name, claims[i].name));
        assert_int_equal(policy->claims[i].maker, i < 7 ? 0 : 1);
        assert_int_equal(policy->claims[i].place.line, i < 7 ? 16 : 17);
    }
}

static void lists_are_read_with_their_days(void **state)
{
    const struct cp_policy *policy = whole_language();
    const struct cp_maker_list *dated = &policy->lists[0];

    (void)state;
    assert_true(cp_text_is(dated->id, "dated"));
    assert_true(cp_text_is(dated->version, "2026-01-01"));
    assert_true(cp_text_is(dated->says, "Came and went."));
    assert_false(dated->affiliates);
    assert_int_equal(dated->count, 3);
    assert_true(is_maker(policy, dated->makers[0].maker, "huawei"));
    assert_int_equal(dated->makers[0].window.from, CP_DATE_NONE);
    assert_int_equal(dated->makers[0].window.until, CP_DATE_NONE);
    assert_int_equal(dated->makers[1].window.from, date("2020-01-01"));
    assert_int_equal(dated->makers[1].window.until, date("2020-12-31"));
    assert_int_equal(dated->makers[2].window.from, date("2022-01-01"));
    assert_int_equal(policy->lists[1].count, 1);
    assert_true(policy->lists[1].affiliates);
    assert_true(are(policy->lists[1].countries, "CN RU"));
    assert_int_equal(policy->lists[2].count, 0);
    assert_true(are(policy->lists[2].countries, "KP"));
}

static void products_are_read_with_their_words_folded(void **state)
{
    const struct cp_policy *policy = whole_language();
    const struct cp_product *optics = &policy->products[0];

    (void)state;
    assert_true(cp_text_is(optics->id, "optics"));
    assert_true(cp_text_is(optics->says, "Pluggables."));
    assert_true(are(optics->select.classes, "pluggable-optic xcvr"));
    assert_true(are(optics->select.models, "sfp* qsfp28-lr4"));
    assert_true(optics->select.has_makers);
    assert_int_equal(optics->select.maker_count, 1);
    assert_int_equal(optics->select.maker_list_count, 2);
    assert_true(are(optics->select.roles, "core"));
    assert_true(are(optics->select.technologies, "5g fttp"));
    assert_int_equal(optics->select.functions, CP_FUNCTION_TRANSMISSION | CP_FUNCTION_CONTROL);
    assert_int_equal(optics->select.capabilities, CP_CAN_ROUTE | CP_CAN_SEE_TRAFFIC);
    assert_true(are(policy->products[1].select.classes, "patch-panel"));
    assert_int_equal(policy->products[1].select.capabilities, CP_CAN_NEITHER);
}

static void classes_are_read_with_the_ends_that_make_them(void **state)
{
    const struct cp_policy *policy = whole_language();
    const struct cp_traffic *both = &policy->classes[0];

    (void)state;
    assert_int_equal(both->ends, CP_ENDS_BOTH);
    assert_true(cp_text_is(both->says, "Between two sites."));
    assert_true(are(both->select.site_tags, "gov usfk"));
    assert_true(are(both->select.tags, "a"));
    assert_true(are(both->select.sites, "s-1"));
    assert_true(are(both->select.roles, "core-router"));
    assert_true(are(both->select.operators, "kt"));
    assert_true(are(both->select.countries, "kr us"));
    assert_int_equal(policy->classes[1].ends, CP_ENDS_ANY);
    assert_int_equal(policy->classes[1].paths.metric, CP_METRIC_DELAY);
    assert_int_equal(policy->classes[1].paths.disjoint, CP_DISJOINT_SRLG);
    assert_int_equal(policy->classes[1].paths.co_routed, CP_SAID_YES);
    assert_int_equal(policy->classes[1].paths.delay_max_us, 500);
    assert_int_equal(policy->classes[1].paths.hops_max, 12);
    assert_int_equal(policy->classes[1].survive, CP_FAIL_LINK | CP_FAIL_SRLG);
    assert_int_equal(both->paths.metric, CP_METRIC_COUNT);
    assert_int_equal(both->paths.disjoint, CP_DISJOINT_COUNT);
    assert_int_equal(both->paths.co_routed, CP_SAID_NOTHING);
    assert_int_equal(both->paths.hops_max + both->survive, 0);
    assert_int_equal(policy->classes[2].ends, CP_ENDS_NONE);
    assert_int_equal(cp_policy_find_class(policy, CP_TEXT("named")), 2);
    assert_int_equal(cp_policy_find_class(policy, CP_TEXT("name")), CP_NONE);
}

static void a_selector_is_read_with_all_its_keys(void **state)
{
    const struct cp_policy *policy = whole_language();
    const struct cp_select *select = &rule_of(policy, "transit")->target;

    (void)state;
    assert_true(select->given && select->has_makers);
    assert_int_equal(select->maker_count, 2);
    assert_true(is_maker(policy, select->makers[0], "huawei"));
    assert_int_equal(select->makers[1], 1);
    assert_int_equal(select->maker_list_count, 2);
    assert_int_equal(select->maker_lists[1], 2);
    assert_true(are(select->control, "CN RU"));
    assert_int_equal(select->product_count, 2);
    assert_int_equal(select->products[1], 1);
    assert_true(are(select->classes, "router dense-wdm"));
    assert_true(are(select->roles, "core edge"));
    assert_true(are(select->technologies, "5g"));
    assert_int_equal(select->layers, 1u << CP_LAYER_IP | 1u << CP_LAYER_RADIO);
    assert_true(are(select->operators, "kt sk-broadband"));
    assert_true(are(select->sites, "s-1"));
    assert_true(are(select->site_tags, "gov"));
    assert_true(are(select->tags, "t1 t2"));
    assert_true(are(select->countries, "kr"));
    assert_int_equal(select->installed_before, date("2019-05-16"));
    assert_int_equal(select->installed_after, date("2001-01-01"));
    assert_int_equal(select->capabilities, CP_CAN_ROUTE | CP_CAN_SEE_TRAFFIC);
    assert_int_equal(select->functions, 31);
}

static void a_transit_rule_is_read_with_all_its_keys(void **state)
{
    const struct cp_rule *rule = rule_of(whole_language(), "transit");

    (void)state;
    assert_int_equal(rule->place.line, 38);
    assert_int_equal(rule->effect, CP_EFFECT_FORBID_TRANSIT);
    assert_false(rule->require);
    assert_true(cp_text_is(rule->says, "Nothing forbidden carries it."));
    assert_int_equal(rule->window.from, date("2020-01-01"));
    assert_int_equal(rule->window.until, date("2030-12-31"));
    assert_true(rule->where.given && are(rule->where.technologies, "4g"));
    assert_int_equal(rule->except_count, 2);
    assert_int_equal(rule->excepts[0].products[0], 1);
    assert_true(are(rule->excepts[1].operators, "lg"));
    assert_int_equal(rule->traffic_class, 0);
    assert_int_equal(rule->scope, CP_SCOPE_OPERATOR);
    assert_int_equal(rule->layers, 31);
    assert_int_equal(rule->unknown, CP_UNKNOWN_IS_TRUSTED);
    assert_int_equal(rule->unstated, CP_UNSTATED_IS_OUTSIDE);
    assert_int_equal(rule->enough, CP_GRADE_ATTESTED);
    assert_int_equal(rule->depth, 3);
    assert_int_equal(rule->failure_kinds, CP_FAIL_ALL);
    assert_int_equal(rule->no_path, CP_NO_PATH_BLOCK);
    assert_false(rule->at.given || rule->has_near);
}

static void a_silent_rule_takes_the_defaults_that_go_with_it(void **state)
{
    const struct cp_policy *policy = whole_language();
    const struct cp_rule *transit = rule_of(policy, "silent");
    const struct cp_rule *presence = rule_of(policy, "install");
    const struct cp_rule *share = rule_of(policy, "whole-share");
    uint32_t two_layers = 1u << CP_LAYER_IP | 1u << CP_LAYER_OPTICAL;

    (void)state;
    assert_int_equal(transit->unknown, CP_UNKNOWN_IS_UNDECIDED);
    assert_int_equal(transit->unstated, CP_UNSTATED_IS_UNKNOWN);
    assert_int_equal(transit->enough, CP_GRADE_AUTHENTICATED_READ);
    assert_int_equal(transit->layers, two_layers);
    assert_int_equal(transit->depth, 2);
    assert_int_equal(transit->failure_kinds, CP_FAIL_LINK | CP_FAIL_SRLG);
    assert_int_equal(transit->no_path, CP_NO_PATH_ALLOW);
    assert_int_equal(transit->scope, CP_SCOPE_ELEMENT);
    assert_int_equal(presence->layers, two_layers);
    assert_int_equal(presence->depth, 0);
    assert_int_equal(presence->failure_kinds, 0);
    assert_int_equal(presence->no_path, CP_NO_PATH_BLOCK);
    assert_int_equal(presence->traffic_class, CP_NONE);
    assert_int_equal(share->unknown, CP_UNKNOWN_IS_UNDECIDED);
    assert_int_equal(share->layers, 31);
    assert_int_equal(share->depth, 0);
}

static void without_defaults_a_silent_rule_takes_those_of_the_language(void **state)
{
    const struct cp_policy *policy =
        policy_of(CP_TEXT("{ cleanpath-policy: 1, id: p, rules: [{ id: r, says: s, forbid-transit: "
                          "{ role: core } }] }"),
                  arena);
    const struct cp_rule *rule = &policy->rules[0];

    (void)state;
    assert_int_equal(rule->unknown, CP_UNKNOWN_IS_UNTRUSTED);
    assert_int_equal(rule->unstated, CP_UNSTATED_IS_OUTSIDE);
    assert_int_equal(rule->enough, CP_GRADE_CLAIM);
    assert_int_equal(rule->layers, 31);
    assert_int_equal(rule->depth, 0);
    assert_int_equal(rule->window.from, CP_DATE_NONE);
    assert_int_equal(rule->traffic_class, CP_NONE);
    assert_false(rule->target.has_makers);
    assert_int_equal(rule->target.installed_before, CP_DATE_NONE);
}

static void places_are_read_with_how_far_from_them(void **state)
{
    const struct cp_policy *policy = whole_language();
    const struct cp_rule *presence = rule_of(policy, "presence");

    (void)state;
    assert_int_equal(presence->effect, CP_EFFECT_FORBID_PRESENCE);
    assert_int_equal(presence->scope, CP_SCOPE_SITE);
    assert_int_equal(presence->except_count, 1);
    assert_true(are(presence->at.site_tags, "base") && are(presence->at.tags, "x"));
    assert_true(are(presence->at.sites, "s-2") && are(presence->at.roles, "core"));
    assert_true(are(presence->at.operators, "kt") && are(presence->at.countries, "kr"));
    assert_true(presence->has_near);
    assert_true(are(presence->near.from.site_tags, "base"));
    assert_int_equal(presence->near.hops, 3);
    assert_int_equal(presence->near.within_m, 0);
    assert_int_equal(presence->near.layers, 1u << CP_LAYER_IP | 1u << CP_LAYER_OPTICAL);
    assert_true(are(presence->near.look_through, "patch-panel leased-circuit"));
    assert_int_equal(rule_of(policy, "within")->near.within_m, 500);
    assert_int_equal(rule_of(policy, "within")->near.layers, 31);
    assert_int_equal(rule_of(policy, "metres")->near.within_m, 250);
}

static void each_effect_is_read_as_what_it_does(void **state)
{
    const struct cp_policy *policy = whole_language();
    const struct cp_rule *install = rule_of(policy, "install");
    const struct cp_rule *way = rule_of(policy, "allowed-way");
    const struct cp_rule *here = rule_of(policy, "allowed-here");

    (void)state;
    assert_int_equal(install->effect, CP_EFFECT_FORBID_INSTALL);
    assert_int_equal(install->window.from, date("2021-01-01"));
    assert_int_equal(way->effect, CP_EFFECT_FORBID_TRANSIT);
    assert_true(way->require);
    assert_int_equal(way->traffic_class, 2);
    assert_int_equal(way->depth, 2);
    assert_int_equal(way->target.maker_count, 2);
    assert_true(are(way->target.control, "KR"));
    assert_int_equal(here->effect, CP_EFFECT_FORBID_PRESENCE);
    assert_true(here->require && here->at.given && here->where.given);
}

static void what_is_counted_is_read_with_its_bound(void **state)
{
    const struct cp_policy *policy = whole_language();
    const struct cp_rule *share = rule_of(policy, "share");
    const struct cp_rule *two = rule_of(policy, "two");

    (void)state;
    assert_int_equal(share->effect, CP_EFFECT_CAP);
    assert_int_equal(share->counted_in, CP_COUNTED_CAPACITY);
    assert_int_equal(share->at_most_bp, 3330);
    assert_int_equal(share->target.maker_lists[0], 0);
    assert_true(are(share->among.roles, "access"));
    assert_int_equal(rule_of(policy, "whole-share")->counted_in, CP_COUNTED_PREMISES);
    assert_int_equal(rule_of(policy, "whole-share")->at_most_bp, 3500);
    assert_int_equal(two->effect, CP_EFFECT_SUPPLIERS);
    assert_int_equal(two->at_least, 2);
    assert_true(are(two->among.roles, "core"));
    assert_false(two->target.given || two->require);
    assert_int_equal(two->enough, CP_GRADE_CLAIM); /* self-declared */
    assert_int_equal(rule_of(policy, "one")->at_least, 1);
}

static void a_licence_is_read_with_all_its_keys(void **state)
{
    const struct cp_policy *policy = whole_language();
    const struct cp_licence *tgl = &policy->licences[0];
    const struct cp_licence *open = &policy->licences[1];

    (void)state;
    assert_true(cp_text_is(tgl->id, "tgl") && cp_text_is(tgl->says, "For a while."));
    assert_true(cp_text_is(tgl->by, "An office") && cp_text_is(tgl->ref, "L-1"));
    assert_int_equal(tgl->relax_count, 2);
    assert_int_equal(tgl->relaxes[1], 1);
    assert_int_equal(tgl->covers.installed_before, date("2019-05-16"));
    assert_int_equal(tgl->granted_on, date("2020-01-10"));
    assert_int_equal(tgl->window.from, date("2020-01-20"));
    assert_int_equal(tgl->window.until, date("2020-02-20"));
    assert_int_equal(tgl->extension_count, 2);
    assert_int_equal(tgl->extensions[0].on, date("2020-02-19"));
    assert_true(cp_text_is(tgl->extensions[0].ref, "second notice"));
    assert_int_equal(tgl->extensions[1].until, date("2020-04-20"));
    assert_int_equal(tgl->extensions[1].place.line, 98);
    assert_int_equal(tgl->warn_before_days, 60);
    assert_int_equal(tgl->after_end, CP_NO_PATH_ALLOW);
    assert_false(open->covers.given);
    assert_int_equal(open->granted_on, CP_DATE_NONE);
    assert_int_equal(open->window.until, CP_DATE_NONE);
    assert_int_equal(open->warn_before_days, 1);
    assert_int_equal(open->after_end, CP_NO_PATH_BLOCK);
}

/* --- the policies of governments -------------------------------------------------------------- */

static void the_four_first_policies_are_read_as_written(void **state)
{
    static const struct {
        const char *path;
        uint32_t lists, products, classes, rules, licences, trials;
    } files[] = {
        {"examples/policies/base-ring.yaml", 1, 0, 0, 3, 0, 1},
        {"examples/policies/kr-2014.yaml", 0, 0, 1, 2, 0, 3},
        {"examples/policies/uk-2022.yaml", 2, 1, 0, 6, 0, 3},
        {"examples/policies/us-2019.yaml", 1, 0, 1, 2, 1, 4},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(files); i++) {
        const struct cp_policy *policy = policy_of(policy_file_bytes(files[i].path, arena), arena);
        assert_int_equal(policy->list_count, files[i].lists);
        assert_int_equal(policy->product_count, files[i].products);
        assert_int_equal(policy->class_count, files[i].classes);
        assert_int_equal(policy->rule_count, files[i].rules);
        assert_int_equal(policy->licence_count, files[i].licences);
        assert_int_equal(policy->trial_count, files[i].trials);
    }
}

/* --- words -------------------------------------------------------------------------------------- */

static void words_are_folded_as_inventories_are_compared(void **state)
{
    static const struct {
        const char *word, *folded;
    } words[] = {
        {"Core Router", "core-router"},
        {" PATCH_panel ", "patch-panel"},
        {"5G", "5g"},
        {"a _ b", "a-b"},
        {"", ""},
        {"ÉCOLE", "école"},
    };
    char wide[300];
    cp_text folded = CP_TEXT("");

    (void)state;
    for (size_t i = 0; i < CP_COUNT(words); i++) {
        assert_int_equal(cp_word_fold(cp_text_of(words[i].word), arena, &folded), CP_OK);
        if (!cp_text_is(folded, words[i].folded))
            fail_msg("'%s' is '%.*s'", words[i].word, (int)folded.len, folded.at);
    }
    memset(wide, 'A', sizeof(wide));
    assert_int_equal(cp_word_fold((cp_text){wide, sizeof(wide)}, arena, &folded), CP_OK);
    assert_int_equal(folded.len, sizeof(wide)); /* two long words stay two */
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, open_arena, close_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_head_is_read),
        CASE(makers_and_what_they_claim_are_read),
        CASE(lists_are_read_with_their_days),
        CASE(products_are_read_with_their_words_folded),
        CASE(classes_are_read_with_the_ends_that_make_them),
        CASE(a_selector_is_read_with_all_its_keys),
        CASE(a_transit_rule_is_read_with_all_its_keys),
        CASE(a_silent_rule_takes_the_defaults_that_go_with_it),
        CASE(without_defaults_a_silent_rule_takes_those_of_the_language),
        CASE(places_are_read_with_how_far_from_them),
        CASE(each_effect_is_read_as_what_it_does),
        CASE(what_is_counted_is_read_with_its_bound),
        CASE(a_licence_is_read_with_all_its_keys),
        CASE(the_four_first_policies_are_read_as_written),
        CASE(words_are_folded_as_inventories_are_compared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
