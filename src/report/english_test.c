#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "policy/policy.h"
#include "report/english.h"

/* One policy that uses every construct, and small changes to it, each of which must show. */

#define ARENA_BYTES ((size_t)512 << 20)

static const char whole[] =
    "cleanpath-policy: 1\n"
    "id: whole\n"
    "says: Everything at once.\n"
    "version: 3\n"
    "authority: { by: \"An office\", ref: \"order 7\", owner: \"desk@example.net\" }\n"
    "timezone: Asia/Seoul\n"
    "makers:\n"
    "  acme: { names: [\"Acme Works\"], affiliates: [acme-lab], owner: holding, country: SE, "
    "pen: 77, software: acmeos }\n"
    "  zenith: { country: NO }\n"
    "maker-lists:\n"
    "  listed: { version: 2020-01-01, says: Those., makers: [acme, { maker: zenith, "
    "from: 2020-02-01, until: 2020-03-01 }], affiliates: included }\n"
    "  compelled: { country-of-control: [SE] }\n"
    "products:\n"
    "  quiet: { says: Quiet things., class: [battery], model: [\"B-1\", \"MA5*\"] }\n"
    "traffic:\n"
    "  sensitive: { says: Between bases., both-ends: { site-tag: base } }\n"
    "  named: { says: Whatever names it., paths: { metric: te, disjoint: node, co-routed: yes, "
    "max-delay: 20 ms, max-hops: 6, survive: [link, node] } }\n"
    "rules:\n"
    "  - id: r-transit\n"
    "    says: Not over those.\n"
    "    from: 2020-01-01\n"
    "    until: 2021-01-01\n"
    "    forbid-transit: { maker: acme, maker-list: listed, technology: 5g }\n"
    "    of: sensitive\n"
    "    layers: [ip, optical]\n"
    "    unknown: untrusted\n"
    "    unstated: outside\n"
    "    enough-evidence: authenticated-read\n"
    "    under-failure: { any-one-of: [link, node] }\n"
    "    if-no-path: block\n"
    "    scope: element\n"
    "    where: { role: core }\n"
    "    except: [{ product: quiet }, { operator: home }]\n"
    "  - id: r-presence\n"
    "    says: None there.\n"
    "    forbid-presence: { country-of-control: SE, country: KR }\n"
    "    at: { site-tag: base }\n"
    "  - id: r-near\n"
    "    says: None next to it.\n"
    "    forbid-presence: { maker: acme, function: [control, storage], capability: can-route }\n"
    "    near: { site-tag: base, hops: 2, layers: [ip, radio], look-through: [patch-panel] }\n"
    "  - id: r-within\n"
    "    says: None around it.\n"
    "    require: { maker-list: listed }\n"
    "    near: { site: camp, within: 5 km }\n"
    "  - id: r-install\n"
    "    says: No new one.\n"
    "    from: 2020-05-05\n"
    "    forbid-install: { maker: acme, class: router, tag: mine, layer: radio }\n"
    "  - id: r-require\n"
    "    says: Only those carry it.\n"
    "    require: { maker: zenith }\n"
    "    of: named\n"
    "  - id: r-cap\n"
    "    says: At most a third.\n"
    "    cap: { what: { maker: acme }, among: { role: access, site: [a, b] }, "
    "counted-in: premises, at-most: 35% }\n"
    "  - id: r-suppliers\n"
    "    says: Two at least.\n"
    "    require: { at-least: 2 suppliers, among: { role: access, installed-before: 2019-09-09, "
    "installed-after: 2010-10-10 } }\n"
    "licences:\n"
    "  - id: grace\n"
    "    says: For a time.\n"
    "    relaxes: [r-transit, r-presence]\n"
    "    covers: { installed-before: 2019-01-01 }\n"
    "    granted: { by: \"The office\", ref: \"let 1\", on: 2020-01-02 }\n"
    "    from: 2020-01-03\n"
    "    until: 2020-02-02\n"
    "    extended:\n"
    "      - { on: 2020-02-01, until: 2020-03-03, ref: \"let 2\" }\n"
    "      - { on: 2020-03-01, until: 2020-04-04, ref: \"let 3\" }\n"
    "    warn-before: 60 days\n"
    "    after-end: { if-no-path: block }\n"
    "tests:\n"
    "  - { says: caught, at: 2020-06-06, of: sensitive, through: [x, y, z], "
    "with: { y: { maker: acme, role: core, technology: 5g } }, "
    "expect: \"violates r-transit at y\" }\n"
    "  - { says: part, at: 2020-06-06, device: d, "
    "with: { d: { maker: nokia, site-tag: base, country: KR, "
    "parts: [{ slot: s1, maker: acme, installed: 2020-01-01 }] } }, "
    "expect: \"violates r-presence\" }\n"
    "  - { says: all, at: 2020-06-06, device: all, expect: ok, with: { "
    "all: { layer: radio, model: m1, product: quiet, class: c1, technology: t1, operator: o1, "
    "site: w1, tag: g1, managed-by: m2, evidence: claim, installed: 2001-01-01, "
    "capability: can-route, function: storage, premises: 1, traffic: 2, lat: 3.5, lon: 4.5, "
    "parts: [{ slot: p1, software: v1, model: m3, product: quiet, class: c3, technology: t3, "
    "capability: neither, function: control, evidence: attested }] }, "
    "l1: { ends: [all, unknown], capacity: 5, over: l2 }, l2: { ends: [all, other], class: x1 }, "
    "other: { role: r1 } } }\n";

/* The first `old` of the whole policy becomes `new`; what a reader is told must change with it. */
struct change {
    const char *old, *new;
};

static const struct change changes[] = {
    {"id: whole", "id: other"},
    {"Everything at once", "Everything"},
    {"version: 3", "version: 4"},
    {"An office", "A ministry"},
    {"order 7", "order 8"},
    {"desk@example.net", "other@example.net"},
    {"timezone: Asia/Seoul\n", ""},
    {"Asia/Seoul", "Europe/London"},
    {"Acme Works", "Acme Worx"},
    {"affiliates: [acme-lab]", "affiliates: [acme-laboratory]"},
    {", owner: holding", ""},
    {"country: SE", "country: FI"},
    {"country: SE, ", ""},
    {"pen: 77", "pen: [77, 78]"},
    {"software: acmeos", "software: acmix"},
    {"country: NO", "country: DK"},
    {"version: 2020-01-01", "version: 2020-01-02"},
    {"says: Those., ", ""},
    {"[acme, { maker", "[nokia, { maker"},
    {"from: 2020-02-01", "from: 2020-02-02"},
    {"from: 2020-02-01, ", ""},
    {", until: 2020-03-01", ""},
    {"affiliates: included", "affiliates: excluded"},
    {"control: [SE]", "control: [SE, CN]"},
    {"class: [battery]", "class: [rectifier]"},
    {"\"B-1\"", "\"B-1*\""},
    {"MA5*", "MA5"},
    {"metric: te", "metric: igp"},
    {"metric: te", "metric: delay"},
    {"metric: te, ", ""},
    {"disjoint: node", "disjoint: none"},
    {"disjoint: node", "disjoint: link"},
    {"disjoint: node", "disjoint: shared-risk-group"},
    {"disjoint: node", "disjoint: site"},
    {"disjoint: node, ", ""},
    {"co-routed: yes", "co-routed: no"},
    {"co-routed: yes, ", ""},
    {"max-delay: 20 ms", "max-delay: 20 us"},
    {"max-delay: 20 ms", "max-delay: 20.5 ms"},
    {"max-hops: 6", "max-hops: 1"},
    {"survive: [link, node]", "survive: [link, shared-risk-group]"},
    {", survive: [link, node]", ""},
    {"both-ends: { site-tag: base }", "any-end: { site-tag: base }"},
    {"both-ends: { site-tag: base }", "both-ends: { site-tag: fort }"},
    {"both-ends: { site-tag: base }", "both-ends: { tag: base }"},
    {"both-ends: { site-tag: base }", "both-ends: { site: base }"},
    {"both-ends: { site-tag: base }", "both-ends: { role: base }"},
    {"both-ends: { site-tag: base }", "both-ends: { operator: base }"},
    {"both-ends: { site-tag: base }", "both-ends: { country: US }"},
    {"Not over those", "Not over these"},
    {"from: 2020-01-01\n", "from: 2020-01-02\n"},
    {"    from: 2020-01-01\n", ""},
    {"until: 2021-01-01", "until: 2021-01-02"},
    {"    until: 2021-01-01\n", ""},
    {"forbid-transit: { maker: acme,", "forbid-transit: { maker: nokia,"},
    {"forbid-transit: { maker: acme,", "forbid-transit: {"},
    {"maker: acme, maker-list: listed, technology", "maker: acme, technology"},
    {"technology: 5g }\n", "technology: [5g, 4g] }\n"},
    {", technology: 5g }\n", " }\n"},
    {"    of: sensitive\n", ""},
    {"    of: sensitive\n", "    of: named\n"},
    {"layers: [ip, optical]", "layers: [ip, ethernet]"},
    {"    layers: [ip, optical]\n", ""},
    {"unknown: untrusted", "unknown: undecided"},
    {"unknown: untrusted", "unknown: trusted"},
    {"unstated: outside", "unstated: unknown"},
    {"enough-evidence: authenticated-read", "enough-evidence: attested"},
    {"enough-evidence: authenticated-read", "enough-evidence: claim"},
    {"any-one-of: [link, node]", "any-two-of: [link, node]"},
    {"any-one-of: [link, node]", "any-one-of: [link]"},
    {"any-one-of: [link, node]", "any-one-of: [link, node, shared-risk-group]"},
    {"    under-failure: { any-one-of: [link, node] }\n", ""},
    {"    if-no-path: block\n", "    if-no-path: allow\n"},
    {"scope: element", "scope: site"},
    {"scope: element", "scope: operator"},
    {"where: { role: core }", "where: { role: edge }"},
    {"    where: { role: core }\n", ""},
    {"[{ product: quiet }, { operator: home }]", "[{ product: quiet, operator: home }]"},
    {"[{ product: quiet }, { operator: home }]", "[{ product: quiet }]"},
    {"forbid-presence: { country-of-control: SE, ", "forbid-presence: { country-of-control: CN, "},
    {"forbid-presence: { country-of-control: SE, ", "forbid-presence: { "},
    {"country: KR }\n", "country: JP }\n"},
    {"at: { site-tag: base }\n  - id: r-near", "at: { site-tag: fort }\n  - id: r-near"},
    {"    at: { site-tag: base }\n  - id: r-near", "  - id: r-near"},
    {"function: [control, storage]", "function: [control]"},
    {"function: [control, storage]", "function: [control, computing]"},
    {"capability: can-route", "capability: can-see-traffic"},
    {"capability: can-route", "capability: neither"},
    {"hops: 2", "hops: 1"},
    {"hops: 2, layers: [ip, radio]", "hops: 2"},
    {"layers: [ip, radio]", "layers: [radio]"},
    {"look-through: [patch-panel]", "look-through: [leased-circuit]"},
    {", look-through: [patch-panel]", ""},
    {"near: { site: camp,", "near: { site: fort,"},
    {"within: 5 km", "within: 5001 m"},
    {"require: { maker-list: listed }", "forbid-presence: { maker-list: listed }"},
    {"from: 2020-05-05", "from: 2020-05-06"},
    {"forbid-install: { maker: acme", "forbid-presence: { maker: acme"},
    {"class: router", "class: switch"},
    {"tag: mine", "tag: yours"},
    {"layer: radio", "layer: optical"},
    {"require: { maker: zenith }", "forbid-transit: { maker: zenith }"},
    {"    require: { maker: zenith }\n    of: named\n", "    require: { maker: zenith }\n"},
    {"what: { maker: acme }", "what: { maker: zenith }"},
    {"among: { role: access, site: [a, b] }", "among: { role: access, site: [a] }"},
    {"counted-in: premises", "counted-in: devices"},
    {"counted-in: premises", "counted-in: sites"},
    {"counted-in: premises", "counted-in: capacity"},
    {"counted-in: premises", "counted-in: traffic"},
    {"at-most: 35%", "at-most: 35.01%"},
    {"at-least: 2 suppliers", "at-least: 1 supplier"},
    {"installed-before: 2019-09-09", "installed-before: 2019-09-10"},
    {"installed-after: 2010-10-10", "installed-after: 2010-10-11"},
    {"says: For a time", "says: For long"},
    {"relaxes: [r-transit, r-presence]", "relaxes: r-transit"},
    {"covers: { installed-before: 2019-01-01 }", "covers: { installed-before: 2019-01-02 }"},
    {"    covers: { installed-before: 2019-01-01 }\n", ""},
    {"The office", "Another office"},
    {"let 1", "let 9"},
    {", on: 2020-01-02", ", on: 2020-01-01"},
    {", on: 2020-01-02", ""},
    {"from: 2020-01-03", "from: 2020-01-04"},
    {"    from: 2020-01-03\n", ""},
    {"until: 2020-02-02", "until: 2020-02-03"},
    {"on: 2020-02-01", "on: 2020-02-02"},
    {"until: 2020-03-03", "until: 2020-03-04"},
    {"let 2", "let 8"},
    {"      - { on: 2020-03-01, until: 2020-04-04, ref: \"let 3\" }\n", ""},
    {"warn-before: 60 days", "warn-before: 61 days"},
    {"    warn-before: 60 days\n", ""},
    {"after-end: { if-no-path: block }", "after-end: { if-no-path: allow }"},
    {"says: caught", "says: found"},
    {"at: 2020-06-06", "at: 2020-06-07"},
    {"through: [x, y, z]", "through: [z, y, x]"},
    {"y: { maker: acme, ", "y: { maker: zenith, "},
    {"y: { maker: acme, ", "y: { maker: acme, software: acmeos, "},
    {"expect: \"violates r-transit at y\"", "expect: \"violates r-transit\""},
    {"slot: s1", "slot: s2"},
    {"s1, maker: acme", "s1, maker: nokia"},
    {"installed: 2020-01-01", "installed: 2020-01-02"},
    {"device: all", "device: other"},
    {"layer: radio, model", "layer: optical, model"},
    {"layer: radio, model", "model"},
    {"model: m1", "model: m9"},
    {"m1, product: quiet", "m1, product: unknown"},
    {"class: c1", "class: c9"},
    {"technology: t1", "technology: [t1, t9]"},
    {"operator: o1", "operator: o9"},
    {"site: w1", "site: w9"},
    {"tag: g1", "tag: g9"},
    {"managed-by: m2", "managed-by: m9"},
    {"evidence: claim", "evidence: attested"},
    {"installed: 2001-01-01", "installed: unknown"},
    {"capability: can-route, function: storage", "capability: neither, function: storage"},
    {"function: storage", "function: control"},
    {"premises: 1,", "premises: 9,"},
    {"traffic: 2,", "traffic: 9,"},
    {"lat: 3.5", "lat: 9.5"},
    {"lon: 4.5", "lon: 9.5"},
    {"software: v1", "software: v9"},
    {"model: m3", "model: m9"},
    {"m3, product: quiet", "m3, product: unknown"},
    {"class: c3", "class: c9"},
    {"technology: t3", "technology: t9"},
    {"capability: neither", "capability: can-route"},
    {"function: control, evidence", "function: computing, evidence"},
    {"evidence: attested", "evidence: device-identity"},
    {"ends: [all, unknown]", "ends: [all, other]"},
    {"capacity: 5", "capacity: 9"},
    {", over: l2", ""},
    {"class: x1", "class: x9"},
    {"role: r1", "role: r9"},
};

static const struct cp_policy *read(struct cp_arena *arena, cp_text bytes)
{
    const struct cp_policy *policy = NULL;
    struct cp_diag diag = {.why = NULL};

    if (cp_policy_read(bytes, 0, arena, &policy, &diag) != CP_OK)
        fail_msg("line %u, column %u: %s: %s", diag.place.line, diag.place.column, diag.why,
                 diag.subject);
    return policy;
}

static cp_text english(struct cp_arena *arena, cp_text bytes)
{
    struct cp_out out = cp_out_make(arena);
    cp_text text;

    assert_int_equal(cp_english_policy(read(arena, bytes), &out), CP_OK);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return text;
}

static cp_text changed(struct cp_arena *arena, const struct change *change)
{
    const char *found = strstr(whole, change->old);
    struct cp_out out = cp_out_make(arena);
    cp_text text;

    if (found == NULL)
        fail_msg("no such words: %s", change->old);
    cp_out_text(&out, (cp_text){whole, (size_t)(found - whole)});
    cp_out_str(&out, change->new);
    cp_out_str(&out, found + strlen(change->old));
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return text;
}

static void every_change_of_the_policy_changes_its_english(void **state)
{
    struct cp_arena *arena = cp_arena_open(ARENA_BYTES);
    cp_text texts[1 + CP_COUNT(changes)];

    (void)state;
    texts[0] = english(arena, CP_TEXT(whole));
    for (size_t i = 0; i < CP_COUNT(changes); i++) {
        texts[i + 1] = english(arena, changed(arena, &changes[i]));
        for (size_t j = 0; j <= i; j++) {
            if (cp_text_eq(texts[j], texts[i + 1]))
                fail_msg("reads as %s: %s -> %s", j == 0 ? "before" : changes[j - 1].new,
                         changes[i].old, changes[i].new);
        }
    }
    cp_arena_close(arena);
}

static void has(cp_text text, const char *sentence)
{
    if (strstr(text.at, sentence) == NULL)
        fail_msg("does not say: %s\n%s", sentence, text.at);
}

static void what_is_signed_is_in_it(void **state)
{
    struct cp_arena *arena = cp_arena_open(ARENA_BYTES);
    cp_text text = english(arena, CP_TEXT(whole));

    (void)state;
    has(text, "Its authority is \"An office\".\n");
    has(text, "A day is a day of the time zone Asia/Seoul; first and last days are included.\n");
    has(text, "\nacme-lab is a maker that this policy names.\n");
    has(text, "  It is an affiliate of acme, and counts as that.\n");
    has(text, "On it is zenith from 2020-02-01 on and until 2020-03-01, that last day included.\n");
    has(text, "Traffic of the class sensitive must not pass anything that is made by acme or an "
              "affiliate of it or by a maker on the list listed, and is of the technology 5g, in "
              "either direction.\n");
    has(text, "Of everything that has the role access, and stands at the site a or b, counted in "
              "the premises that nodes state they serve, at most 35 % may be what is made by "
              "acme or an affiliate of it.\n");
    has(text, "On 2020-02-01 it was extended until 2020-03-03, that last day included, reference "
              "\"let 2\": answers for earlier days do not know that.\n");
    has(text, "With all that is said here it ends with 2020-04-04: ");
    has(text,
        "\"caught\": on 2020-06-06, traffic through x, y and z of the class sensitive, with y "
        "(made by acme, role core, technology 5g): the answer must be: violates r-transit at "
        "y.\n");
    cp_arena_close(arena);
}

static void who_trusts_a_country_trusts_no_maker_that_another_can_compel(void **state)
{
    static const struct change changes_of_control[] = {
        {"require: { maker-list: listed }", "require: { country-of-control: [SE, FI] }"},
        {"covers: { installed-before: 2019-01-01 }", "covers: { country-of-control: SE }"},
    };
    struct cp_arena *arena = cp_arena_open(ARENA_BYTES);

    (void)state;
    has(english(arena, changed(arena, &changes_of_control[0])),
        "must be only what is made by a maker under the control of no country but SE or FI, ");
    has(english(arena, changed(arena, &changes_of_control[1])),
        "It covers everything that is made by a maker under the control of no country but SE, ");
    has(english(arena, CP_TEXT(whole)),
        "must not hold anything that is made by a maker under the control of SE");
    cp_arena_close(arena);
}

static void words_stand_as_the_file_has_them(void **state)
{
    static const struct change spelt[] = {
        {"where: { role: core }", "where: { role: \"CORE  Ring\" }"},
        {"country: KR }\n", "country: [no, KR] }\n"},
        {"look-through: [patch-panel]", "look-through: [Patch_Panel]"},
    };
    struct cp_arena *arena = cp_arena_open(ARENA_BYTES);

    (void)state;
    has(english(arena, changed(arena, &spelt[0])), "what has the role \"CORE  Ring\".\n");
    has(english(arena, changed(arena, &spelt[1])), "stands in the country NO or KR");
    has(english(arena, changed(arena, &spelt[2])), "What is of the class Patch_Panel is looked ");
    has(english(arena, CP_TEXT(whole)), "is of a model that is B-1 or begins with MA5");
    cp_arena_close(arena);
}

static void an_exception_by_the_inventorys_words_asks_for_no_evidence(void **state)
{
    static const struct change own[] = {
        {"covers: { installed-before: 2019-01-01 }", "covers: { tag: kept }"},
    };
    static const char sentence[] =
        "are the inventory's own words, for which no evidence is asked.\n";
    struct cp_arena *arena = cp_arena_open(ARENA_BYTES);
    cp_text before = english(arena, CP_TEXT(whole));
    cp_text after = english(arena, changed(arena, &own[0]));

    (void)state;
    has(before, sentence); /* the exception { operator: home } */
    assert_null(strstr(strstr(before.at, "\nLICENCE "), sentence));
    has((cp_text){strstr(after.at, "\nLICENCE "), 0}, sentence);
    cp_arena_close(arena);
}

static void words_of_the_file_cannot_pass_for_ours(void **state)
{
    static const struct change change = {"site: [a, b]", "site: [\"a or b\"]"};
    struct cp_arena *arena = cp_arena_open(ARENA_BYTES);

    (void)state;
    has(english(arena, changed(arena, &change)), "stands at the site \"a or b\", counted in");
    cp_arena_close(arena);
}

static void without_memory_it_fails(void **state)
{
    struct cp_arena *arena = cp_arena_open(ARENA_BYTES);
    const struct cp_policy *policy = read(arena, CP_TEXT(whole));
    uint64_t takes = 0;
    cp_err err = CP_ERR_NOMEM;

    (void)state;
    for (; err != CP_OK; takes++) {
        cp_arena_mark mark = cp_arena_mark_get(arena);
        struct cp_out out;

        cp_arena_fail_after(arena, takes);
        out = cp_out_make(arena);
        err = cp_english_policy(policy, &out);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        cp_arena_reset(arena, mark);
    }
    assert_true(takes > 3);
    cp_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_change_of_the_policy_changes_its_english),
        cmocka_unit_test(what_is_signed_is_in_it),
        cmocka_unit_test(who_trusts_a_country_trusts_no_maker_that_another_can_compel),
        cmocka_unit_test(words_stand_as_the_file_has_them),
        cmocka_unit_test(an_exception_by_the_inventorys_words_asks_for_no_evidence),
        cmocka_unit_test(words_of_the_file_cannot_pass_for_ours),
        cmocka_unit_test(without_memory_it_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
