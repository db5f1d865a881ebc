#include "policy/policy.h"

#include <string.h>

#include "policy_file.h"

#include "base/out.h"

#include "yaml_tree.h"

/*
 * The order of keys means nothing: a policy is written anew with the keys of every mapping in another
 * order, read, and told in words that do not depend on it.
 */

enum { ARENA_BYTES = 64 << 20, LINES_MAX = 64, ROUNDS = 40 };

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

/* --- writing a tree --------------------------------------------------------------------------- */

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

static void write_text(struct cp_out *out, cp_text text)
{
    cp_out_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '"' || text.at[i] == '\\')
            cp_out_char(out, '\\');
        cp_out_char(out, text.at[i]);
    }
    cp_out_char(out, '"');
}

/* The children in another order: of a mapping shuffled, of a list as they are. */
static const struct cp_yaml **children(const struct cp_yaml *thing, uint32_t *seed)
{
    const struct cp_yaml **all = CP_TAKE(arena, thing->count, const struct cp_yaml *);
    uint32_t count = 0;

    assert_non_null(all);
    for (const struct cp_yaml *at = thing->first; at != NULL; at = at->next)
        all[count++] = at;
    for (uint32_t i = count; thing->kind == CP_YAML_MAP && i > 1; i--) {
        uint32_t other = next_random(seed) % i;
        const struct cp_yaml *moved = all[i - 1];
        all[i - 1] = all[other];
        all[other] = moved;
    }
    return all;
}

static void write_thing(struct cp_out *out, const struct cp_yaml *thing, uint32_t *seed)
{
    bool map = thing->kind == CP_YAML_MAP;

    if (thing->kind == CP_YAML_TEXT) {
        write_text(out, thing->text);
        return;
    }
    const struct cp_yaml **all = children(thing, seed);
    cp_out_char(out, map ? '{' : '[');
    for (uint32_t i = 0; i < thing->count; i++) {
        cp_out_str(out, i == 0 ? "" : ",\n");
        if (map) {
            write_text(out, all[i]->key);
            cp_out_str(out, ": ");
        }
        write_thing(out, all[i], seed);
    }
    cp_out_char(out, map ? '}' : ']');
}

static cp_text shuffled(cp_text bytes, uint32_t seed)
{
    const struct cp_yaml *tree = NULL;
    struct cp_diag diag = {0};
    struct cp_out out = cp_out_make(arena);
    cp_text text = CP_TEXT("");

    assert_int_equal(cp_yaml_parse(bytes, 0, arena, &tree, &diag), CP_OK);
    write_thing(&out, tree, &seed);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return text;
}

/* --- telling a policy ------------------------------------------------------------------------- */

/* Lines, one a thing; sorted before they are compared. */
struct telling {
    const struct cp_policy *policy;
    struct cp_out out;
    cp_text lines[LINES_MAX];
    uint32_t count;
};

static void tell(struct telling *t, const char *key, cp_text text)
{
    cp_out_format(&t->out, " %s=", key);
    cp_out_text(&t->out, text);
}

static void tell_number(struct telling *t, const char *key, int64_t number)
{
    cp_out_format(&t->out, " %s=%lld", key, (long long)number);
}

static void tell_texts(struct telling *t, const char *key, struct cp_texts texts)
{
    for (uint32_t i = 0; i < texts.count; i++)
        tell(t, key, texts.at[i]);
}

static void tell_select(struct telling *t, const char *key, const struct cp_select *select)
{
    cp_out_format(&t->out, " %s(%d%d", key, select->given, select->has_makers);
    for (uint32_t i = 0; i < select->maker_count; i++)
        tell(t, "maker", cp_makers_name(t->policy->makers, select->makers[i]));
    for (uint32_t i = 0; i < select->maker_list_count; i++)
        tell(t, "list", t->policy->lists[select->maker_lists[i]].id);
    for (uint32_t i = 0; i < select->product_count; i++)
        tell(t, "product", t->policy->products[select->products[i]].id);
    tell_texts(t, "control", select->control);
    tell_texts(t, "model", select->models);
    tell_texts(t, "class", select->classes);
    tell_texts(t, "role", select->roles);
    tell_texts(t, "technology", select->technologies);
    tell_texts(t, "operator", select->operators);
    tell_texts(t, "country", select->countries);
    tell_texts(t, "site", select->sites);
    tell_texts(t, "site-tag", select->site_tags);
    tell_texts(t, "tag", select->tags);
    tell_number(t, "layers", select->layers);
    tell_number(t, "functions", select->functions);
    tell_number(t, "capabilities", select->capabilities);
    tell_number(t, "before", select->installed_before);
    tell_number(t, "after", select->installed_after);
    cp_out_char(&t->out, ')');
}

static void tell_window(struct telling *t, struct cp_window window)
{
    tell_number(t, "from", window.from);
    tell_number(t, "until", window.until);
}

static void end_line(struct telling *t)
{
    assert_in_range(t->count, 0, LINES_MAX - 1);
    assert_int_equal(cp_out_done(&t->out, &t->lines[t->count++]), CP_OK);
    t->out = cp_out_make(arena);
}

static void tell_head(struct telling *t)
{
    const struct cp_policy *policy = t->policy;

    tell(t, "id", policy->id);
    tell(t, "says", policy->says);
    tell(t, "zone", policy->timezone);
    tell(t, "version", policy->version);
    tell(t, "by", policy->by);
    tell(t, "ref", policy->ref);
    tell(t, "owner", policy->owner);
    end_line(t);
}

static void tell_maker(struct telling *t, uint32_t maker)
{
    struct cp_maker_about about = cp_makers_about(t->policy->makers, maker);

    tell(t, "maker", about.name);
    tell(t, "country", about.country);
    tell_number(t, "names", about.name_count);
    tell_number(t, "software", about.software_count);
    for (uint32_t i = 0; i < about.pen_count; i++)
        tell_number(t, "pen", about.pens[i]);
    for (uint32_t i = 0; i < about.owner_count; i++)
        tell(t, "owner", cp_makers_name(t->policy->makers, about.owners[i]));
    if (about.parent != CP_MAKER_OTHER)
        tell(t, "parent", cp_makers_name(t->policy->makers, about.parent));
    end_line(t);
}

static void tell_list(struct telling *t, const struct cp_maker_list *list)
{
    tell(t, "list", list->id);
    tell(t, "says", list->says);
    tell(t, "version", list->version);
    for (uint32_t i = 0; i < list->count; i++) {
        tell(t, "maker", cp_makers_name(t->policy->makers, list->makers[i].maker));
        tell_window(t, list->makers[i].window);
    }
    tell_texts(t, "control", list->countries);
    tell_number(t, "affiliates", list->affiliates);
    end_line(t);
}

static void tell_rule(struct telling *t, const struct cp_rule *rule)
{
    tell(t, "rule", rule->id);
    tell(t, "says", rule->says);
    tell_number(t, "effect", rule->effect);
    tell_number(t, "require", rule->require);
    tell_window(t, rule->window);
    tell_select(t, "target", &rule->target);
    tell_select(t, "among", &rule->among);
    tell_select(t, "where", &rule->where);
    tell_select(t, "at", &rule->at);
    tell_number(t, "near", rule->has_near);
    tell_select(t, "near", &rule->near.from);
    tell_number(t, "hops", rule->near.hops);
    tell_number(t, "within", rule->near.within_m);
    tell_number(t, "layers", rule->near.layers);
    tell_texts(t, "look-through", rule->near.look_through);
    for (uint32_t i = 0; i < rule->except_count; i++)
        tell_select(t, "except", &rule->excepts[i]);
    tell_number(t, "scope", rule->scope);
    if (rule->traffic_class != CP_NONE)
        tell(t, "of", t->policy->classes[rule->traffic_class].id);
    tell_number(t, "layers", rule->layers);
    tell_number(t, "unknown", rule->unknown);
    tell_number(t, "unstated", rule->unstated);
    tell_number(t, "enough", rule->enough);
    tell_number(t, "depth", rule->depth);
    tell_number(t, "kinds", rule->failure_kinds);
    tell_number(t, "no-path", rule->no_path);
    tell_number(t, "counted", rule->counted_in);
    tell_number(t, "at-most", rule->at_most_bp);
    tell_number(t, "at-least", rule->at_least);
    end_line(t);
}

static void tell_licence(struct telling *t, const struct cp_licence *licence)
{
    tell(t, "licence", licence->id);
    tell(t, "says", licence->says);
    tell(t, "by", licence->by);
    tell(t, "ref", licence->ref);
    for (uint32_t i = 0; i < licence->relax_count; i++)
        tell(t, "relaxes", t->policy->rules[licence->relaxes[i]].id);
    tell_select(t, "covers", &licence->covers);
    tell_number(t, "granted", licence->granted_on);
    tell_window(t, licence->window);
    for (uint32_t i = 0; i < licence->extension_count; i++) {
        tell_number(t, "on", licence->extensions[i].on);
        tell_number(t, "until", licence->extensions[i].until);
        tell(t, "ref", licence->extensions[i].ref);
    }
    tell_number(t, "warn", licence->warn_before_days);
    tell_number(t, "after", licence->after_end);
    end_line(t);
}

static void tell_rest(struct telling *t)
{
    const struct cp_policy *policy = t->policy;

    for (uint32_t i = 0; i < policy->product_count; i++) {
        tell(t, "product", policy->products[i].id);
        tell(t, "says", policy->products[i].says);
        tell_select(t, "select", &policy->products[i].select);
        end_line(t);
    }
    for (uint32_t i = 0; i < policy->class_count; i++) {
        tell(t, "class", policy->classes[i].id);
        tell(t, "says", policy->classes[i].says);
        tell_number(t, "ends", policy->classes[i].ends);
        tell_number(t, "metric", policy->classes[i].paths.metric);
        tell_number(t, "disjoint", policy->classes[i].paths.disjoint);
        tell_number(t, "co-routed", policy->classes[i].paths.co_routed);
        tell_number(t, "delay", policy->classes[i].paths.delay_max_us);
        tell_number(t, "hops", policy->classes[i].paths.hops_max);
        tell_number(t, "survive", policy->classes[i].survive);
        tell_select(t, "select", &policy->classes[i].select);
        end_line(t);
    }
}

static void sort_lines(struct telling *t)
{
    for (uint32_t i = 1; i < t->count; i++) {
        for (uint32_t k = i; k > 0 && cp_text_cmp(t->lines[k - 1], t->lines[k]) > 0; k--) {
            cp_text moved = t->lines[k];
            t->lines[k] = t->lines[k - 1];
            t->lines[k - 1] = moved;
        }
    }
}

static cp_text told(cp_text bytes)
{
    struct telling t = {.policy = policy_of(bytes, arena), .out = cp_out_make(arena)};
    struct cp_out out = cp_out_make(arena);
    cp_text text = CP_TEXT("");

    tell_head(&t);
    for (uint32_t i = 0; i < t.policy->policy_maker_count; i++)
        tell_maker(&t, i);
    for (uint32_t i = 0; i < t.policy->list_count; i++)
        tell_list(&t, &t.policy->lists[i]);
    tell_rest(&t);
    for (uint32_t i = 0; i < t.policy->rule_count; i++)
        tell_rule(&t, &t.policy->rules[i]);
    for (uint32_t i = 0; i < t.policy->licence_count; i++)
        tell_licence(&t, &t.policy->licences[i]);
    sort_lines(&t);
    for (uint32_t i = 0; i < t.count; i++) {
        cp_out_text(&out, t.lines[i]);
        cp_out_char(&out, '\n');
    }
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return text;
}

/* ---------------------------------------------------------------------------------------------- */

static void the_order_of_keys_means_nothing(void **state)
{
    static const char *const paths[] = {
        "fuzz/corpus/policy/whole-language.yaml", "examples/policies/kr-2014.yaml",
        "examples/policies/uk-2022.yaml",         "examples/policies/us-2019.yaml",
        "examples/policies/base-ring.yaml",
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(paths); i++) {
        cp_text bytes = policy_file_bytes(paths[i], arena);
        cp_text want = told(bytes);
        cp_arena_mark mark = cp_arena_mark_get(arena);
        for (uint32_t round = 0; round < ROUNDS; round++) {
            cp_text other = shuffled(bytes, round * 7919 + (uint32_t)i);
            cp_text got = told(other);
            if (!cp_text_eq(got, want))
                fail_msg("%s, round %u:\n%.*s\nis\n%.*s\nnot\n%.*s", paths[i], round,
                         (int)other.len, other.at, (int)got.len, got.at, (int)want.len, want.at);
            cp_arena_reset(arena, mark);
        }
    }
}

static void a_difference_would_be_told(void **state)
{
    static const char head[] = "cleanpath-policy: 1\nid: p\nrules: [{ id: r, says: s, ";
    static const char *const rests[] = {
        "forbid-transit: { maker: zte } }]\n",
        "forbid-transit: { maker: huawei } }]\n",
        "forbid-presence: { maker: zte } }]\n",
        "forbid-transit: { maker: zte }, unknown: trusted }]\n",
        "forbid-transit: { maker: zte }, except: { role: core } }]\n",
    };
    cp_text all[CP_COUNT(rests)];

    (void)state;
    for (size_t i = 0; i < CP_COUNT(rests); i++) {
        cp_text text = CP_TEXT("");
        assert_int_equal(cp_text_join(CP_TEXT(head), cp_text_of(rests[i]), arena, &text), CP_OK);
        all[i] = told(text);
        for (size_t k = 0; k < i; k++)
            assert_false(cp_text_eq(all[k], all[i]));
    }
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, open_arena, close_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_order_of_keys_means_nothing),
        CASE(a_difference_would_be_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
