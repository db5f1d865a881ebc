#include "language_text.h"

#include <stdlib.h>

#include "language_case.h"
#include "sample.h"

struct writer {
    uint64_t *numbers;
    struct cp_arena *arena;
    struct cp_out out;
    bool any; /* some key of the selector is written */
};

static struct writer writer_make(struct language_policy *p, struct cp_arena *arena)
{
    return (struct writer){&p->numbers, arena, cp_out_make(arena), false};
}

static cp_text written(struct writer *w)
{
    cp_text text = CP_TEXT("");

    if (cp_out_done(&w->out, &text) != CP_OK)
        abort();
    return text;
}

static bool chance(struct writer *w, uint32_t percent)
{
    return sample_chance(w->numbers, percent);
}

static const char *word(struct writer *w, const char *words)
{
    return language_word(w->numbers, words, w->arena);
}

cp_date language_day(uint64_t *numbers)
{
    static const cp_date days[] = {17683 /* 2018-06-01 */, 18140 /* 2019-09-01 */,
                                   18414 /* 2020-06-01 */, 18993 /* 2022-01-01 */};

    return days[sample_pick(numbers, 0, CP_COUNT(days) - 1)];
}

/* ---- selectors ---- */

/* "key: a" or "key: [a, b]". */
static void put_words(struct writer *w, const char *key, const char *words)
{
    const char *a = word(w, words), *b = word(w, words);
    bool one = chance(w, 65) || cp_text_eq(cp_text_of(a), cp_text_of(b));

    cp_out_format(&w->out, one ? "%s%s: \"%s\"" : "%s%s: [\"%s\", \"%s\"]", w->any ? ", " : "", key,
                  a, b);
    w->any = true;
}

static void put_word(struct writer *w, const char *key, const char *words)
{
    cp_out_format(&w->out, "%s%s: \"%s\"", w->any ? ", " : "", key, word(w, words));
    w->any = true;
}

struct selector_key {
    const char *name, *words;
    uint32_t percent;
};

static const struct selector_key maker_keys[] = {
    {"maker", "huawei|zte|Acme|globex|nokia", 50},
    {"maker-list", "bad|worse|here|dated|was", 40},
    {"country-of-control", "CN|KR|FI|US", 15},
};

static const struct selector_key place_keys[] = {
    {"role", "core|access|Cell Site", 22}, {"operator", "KT|op-b", 14}, {"site", "s0|s1|s2", 10},
    {"site-tag", "base|gov", 22},          {"tag", "covered|x", 14},    {"country", "KR|us|de", 14},
};

static const struct selector_key thing_keys[] = {
    {"technology", "5g|FTTP|4g", 12},
    {"layer", "ip|optical|ethernet|radio", 8},
    {"class", "patch panel|router|leased-circuit|lan|microwave", 12},
    {"product", "quiet|carrier-box|passive|acme-core|fibre", 18},
    {"capability", "can-route|can-see-traffic|neither", 12},
    {"function", "transmission|control|management|computing|storage", 12},
};

static void put_keys(struct writer *w, const struct selector_key *keys, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (chance(w, keys[i].percent))
            put_words(w, keys[i].name, keys[i].words);
}

static void put_dates(struct writer *w)
{
    if (chance(w, 6))
        put_word(w, "installed-before", "2018-06-01|2019-09-01|2020-01-01");
    else if (chance(w, 6))
        put_word(w, "installed-after", "2018-06-01|2019-07-01|2020-01-01");
}

typedef enum { ANY_MAKER, SOME_MAKER, NO_MAKER } makers_wanted;

static void put_selector(struct writer *w, makers_wanted makers)
{
    cp_out_str(&w->out, "{ ");
    w->any = false;
    if (makers == SOME_MAKER || (makers == ANY_MAKER && chance(w, 30)))
        put_keys(w, maker_keys, CP_COUNT(maker_keys));
    if (makers != SOME_MAKER || chance(w, 35)) {
        put_keys(w, place_keys, CP_COUNT(place_keys));
        put_keys(w, thing_keys, CP_COUNT(thing_keys));
        put_dates(w);
    }
    if (!w->any && makers == SOME_MAKER)
        put_words(w, "maker", maker_keys[0].words);
    else if (!w->any)
        put_words(w, "role", place_keys[0].words);
    cp_out_str(&w->out, " }");
}

static void put_allowed(struct writer *w)
{
    w->any = false;
    cp_out_str(&w->out, "{ ");
    if (chance(w, 40))
        put_words(w, "maker", "nokia|Acme|huawei|Juniper|cisco");
    if (chance(w, 50))
        put_words(w, "maker-list", "good|dated|here");
    if (chance(w, 15))
        put_words(w, "country-of-control", "FI|US|KR");
    if (!w->any)
        put_words(w, "maker", "nokia|cisco");
    cp_out_str(&w->out, " }");
}

static void put_place(struct writer *w)
{
    w->any = false;
    for (size_t i = 0; i < CP_COUNT(place_keys); i++)
        if (chance(w, place_keys[i].percent))
            put_words(w, place_keys[i].name, place_keys[i].words);
    if (!w->any)
        put_words(w, "site-tag", "base|gov");
}

/* ---- rules ---- */

static void put_line(struct writer *w, uint32_t percent, const char *key, const char *words)
{
    if (chance(w, percent))
        cp_out_format(&w->out, "    %s: %s\n", key, word(w, words));
}

static const char grades[] = "claim|unauthenticated-read|neighbour-view|two-person-inspection|"
                             "authenticated-read|device-identity|self-declared|attested";
static const char layers[] = "ip|[ip, optical]|[ip, ethernet, optical, radio, management]|optical|"
                             "[ethernet, radio]";

static void put_near(struct writer *w)
{
    cp_out_str(&w->out, "    near: { ");
    put_place(w);
    if (chance(w, 55)) {
        put_word(w, "hops", "1|2|3");
        if (chance(w, 50))
            put_words(w, "look-through", "patch-panel|Leased Circuit|rectifier|microwave");
    } else {
        put_word(w, "within", "3 km|500 m|4.5 km|1 m");
    }
    if (chance(w, 40))
        cp_out_format(&w->out, ", layers: %s", word(w, layers));
    cp_out_str(&w->out, " }\n");
}

static void put_excepts(struct writer *w)
{
    cp_out_str(&w->out, "    except: ");
    if (chance(w, 70)) {
        put_selector(w, ANY_MAKER);
    } else {
        cp_out_str(&w->out, "[");
        put_selector(w, NO_MAKER);
        cp_out_str(&w->out, ", ");
        put_selector(w, ANY_MAKER);
        cp_out_str(&w->out, "]");
    }
    cp_out_str(&w->out, "\n");
}

/* Keys of rules about elements. */
static void put_reach(struct writer *w, bool of_places)
{
    if (chance(w, 25)) {
        cp_out_str(&w->out, "    where: ");
        put_selector(w, ANY_MAKER);
        cp_out_str(&w->out, "\n");
    }
    if (chance(w, 30))
        put_excepts(w);
    put_line(w, 15, "scope", "element|site|operator");
    put_line(w, 30, "layers", layers);
    if (of_places && chance(w, 40)) {
        cp_out_str(&w->out, "    at: { ");
        put_place(w);
        cp_out_str(&w->out, " }\n");
    } else if (of_places && chance(w, 40)) {
        put_near(w);
    }
    if (of_places)
        return;
    put_line(w, 20, "under-failure", "{ any-one-of: [link, node] }|{ any-two-of: link }");
    put_line(w, 20, "if-no-path", "block|allow");
}

static void put_head(struct writer *w, const char *name, uint32_t rule)
{
    cp_out_format(&w->out, "  - id: %s-%u\n    says: Rule %u.\n", name, rule, rule);
}

static void put_window(struct writer *w, uint32_t percent)
{
    put_line(w, percent, "from", "2018-01-01|2018-06-01|2019-09-01|2019-08-01|2020-06-02");
    put_line(w, 10, "until", "2020-06-02|2021-01-01|2022-01-01");
}

static void put_rest(struct writer *w)
{
    put_line(w, 60, "unknown", "untrusted|undecided|undecided|trusted");
    put_line(w, 40, "unstated", "outside|unknown");
    put_line(w, 35, "enough-evidence", grades);
}

static void put_cap(struct writer *w)
{
    cp_out_str(&w->out, "    cap: { what: ");
    put_selector(w, chance(w, 85) ? SOME_MAKER : NO_MAKER);
    cp_out_str(&w->out, ", among: ");
    put_selector(w, NO_MAKER);
    cp_out_format(&w->out, ", counted-in: %s, at-most: %s }\n",
                  word(w, "devices|sites|premises|capacity|traffic"),
                  word(w, "0 %|35%|33.33 %|50 %|100%|12.5%"));
}

static void put_rule(struct writer *w, const char *name, uint32_t rule, uint32_t deed,
                     bool *counting)
{
    bool of_places = deed >= 45 && deed < 75;

    put_head(w, name, rule);
    *counting = deed >= 85;
    put_window(w, deed >= 65 && deed < 75 ? 100 : 40);
    if (deed < 35 || (deed >= 45 && deed < 60) || (deed >= 65 && deed < 75)) {
        cp_out_str(&w->out, deed < 35   ? "    forbid-transit: "
                            : deed < 60 ? "    forbid-presence: "
                                        : "    forbid-install: ");
        if (deed >= 65 && chance(w, 50))
            cp_out_format(&w->out, "{ maker-list: %s }", word(w, "dated|[dated, bad]|was"));
        else
            put_selector(w, chance(w, 75) ? SOME_MAKER : NO_MAKER);
        cp_out_str(&w->out, "\n");
    } else if (deed < 85) {
        of_places = deed < 75;
        cp_out_str(&w->out, "    require: ");
        put_allowed(w);
        cp_out_str(&w->out, "\n");
    } else if (deed < 95) {
        put_cap(w);
    } else {
        cp_out_format(&w->out, "    require: { at-least: %s, among: ",
                      word(w, "1 supplier|2 suppliers|3 suppliers"));
        put_selector(w, NO_MAKER);
        cp_out_str(&w->out, " }\n");
    }
    if (!*counting)
        put_reach(w, of_places);
    if (!*counting && !of_places && (deed >= 35 || chance(w, 60)))
        put_line(w, 100, "of", "sensitive|covered|named");
    put_rest(w);
}

/* ---- the rest of the file ---- */

static void put_defaults(struct writer *w)
{
    w->any = false;
    if (!chance(w, 35))
        return;
    cp_out_str(&w->out, "defaults: { ");
    put_word(w, "unknown", "untrusted|undecided|trusted");
    if (chance(w, 40))
        put_word(w, "unstated", "outside|unknown");
    if (chance(w, 40))
        put_word(w, "enough-evidence", grades);
    if (chance(w, 30))
        cp_out_format(&w->out, ", layers: %s", word(w, layers));
    cp_out_str(&w->out, " }\n");
}

/* Not all policies know the same names. */
static void put_makers(struct writer *w)
{
    cp_out_format(&w->out,
                  "makers:\n  Acme: { names: [Acme Networks]%s, owner: BigCo, software: %s }\n",
                  word(w, "|, affiliates: [Acme Sub]|, affiliates: [Acme Sub]"),
                  word(w, "AcmeOS|AcmeOS|[AcmeOS, FooOS]"));
    cp_out_format(&w->out, "  BigCo: { country: %s }\n", word(w, "KR|CN|US"));
    cp_out_format(&w->out, "  globex: { names: [Globex Corp%s]%s }\n", word(w, "||, Juniper"),
                  word(w, "|, country: US|, owner: huawei|, country: CN"));
}

static void put_lists(struct writer *w)
{
    cp_out_format(&w->out, "maker-lists:\n  bad: { makers: [huawei, zte], affiliates: %s }\n",
                  word(w, "included|excluded"));
    cp_out_format(&w->out, "  worse: { makers: [%s], country-of-control: %s }\n",
                  word(w, "화웨이|Acme|zte, globex"), word(w, "[CN, KR]|US|CN"));
    cp_out_format(&w->out, "  here: { country-of-control: %s, affiliates: %s }\n",
                  word(w, "FI|US|[KR, FI]"), word(w, "included|excluded"));
    cp_out_format(&w->out,
                  "  dated: { makers: [{ maker: huawei, from: %s }, { maker: nokia, until: %s }, "
                  "Acme] }\n",
                  word(w, "2018-01-01|2019-09-01|2021-01-01"),
                  word(w, "2018-06-01|2019-08-31|2022-01-01"));
    cp_out_format(&w->out,
                  "  was: { makers: [{ maker: huawei, from: 2017-01-01, until: %s }, "
                  "{ maker: globex, from: 2019-08-01, until: 2019-08-31 }] }\n",
                  word(w, "2018-06-01|2019-07-01|2019-12-31"));
    cp_out_str(&w->out, "  good: { makers: [nokia, cisco, globex] }\n");
}

static void put_products(struct writer *w)
{
    cp_out_format(&w->out, "products:\n  quiet: { says: Quiet things., capability: %s }\n",
                  word(w, "neither|[neither, can-see-traffic]"));
    cp_out_format(&w->out, "  passive: { class: [patch-panel, rectifier]%s }\n",
                  word(w, "|, technology: fttp|, function: transmission"));
    cp_out_format(&w->out, "  fibre: { technology: %s }\n", word(w, "fttp|[fttp, 4g]|5g"));
    cp_out_format(&w->out, "  carrier-box: { model: %s }\n",
                  word(w, "[NE*, \"7750\"]|ne40e|\"*\"|NE8000"));
    cp_out_format(&w->out, "  acme-core: { %s, role: core }\n",
                  word(w, "maker: Acme|maker-list: bad|maker: [huawei, globex]"));
}

static void put_traffic(struct writer *w)
{
    cp_out_str(&w->out, "traffic:\n  sensitive: { says: Some., both-ends: { ");
    put_place(w);
    cp_out_str(&w->out, " }, directions: both }\n  covered: { any-end: { ");
    put_place(w);
    cp_out_str(&w->out, " } }\n  named: { says: Whoever names it. }\n");
}

static void put_licence(struct writer *w, const struct language_policy *p, const char *name,
                        uint32_t licence)
{
    uint32_t a = sample_pick(w->numbers, 0, p->rule_count - 1);
    uint32_t b = sample_pick(w->numbers, 0, p->rule_count - 1);
    bool ends = chance(w, 85);

    cp_out_format(&w->out,
                  a == b ? "  - id: %s-l%u\n    says: Let off.\n    relaxes: %s-%u\n"
                         : "  - id: %s-l%u\n    says: Let off.\n    relaxes: [%s-%u, %s-%u]\n",
                  name, licence, name, a, name, b);
    if ((p->counting & (1u << a | 1u << b)) == 0 && chance(w, 80)) {
        cp_out_str(&w->out, "    covers: ");
        put_selector(w, ANY_MAKER);
        cp_out_str(&w->out, "\n");
    }
    put_line(w, 50, "granted", "{ by: B, ref: R, on: 2018-05-20 }|{ by: B, on: 2019-09-02 }");
    put_line(w, 50, "from", "2018-06-01|2018-01-01|2019-09-01");
    if (ends)
        put_line(w, 100, "until", "2019-09-01|2019-10-01|2020-05-31|2022-01-01");
    if (ends && chance(w, 40))
        cp_out_str(&w->out,
                   "    extended:\n      - { on: 2019-08-30, until: 2022-02-01, ref: e1 }\n"
                   "      - { on: 2020-06-01, until: 2022-06-01 }\n");
    put_line(w, 30, "warn-before", "60 days|1 day");
    put_line(w, 20, "after-end", "{ if-no-path: block }|{ if-no-path: allow }");
}

static cp_text name_of(const struct language_policy *p)
{
    size_t from = cp_text_find(p->head, '\n', 0) + sizeof("id: ");

    return cp_text_sub(p->head, from, 2);
}

static const char *name_copy(const struct language_policy *p, struct cp_arena *arena)
{
    cp_text name = CP_TEXT("");

    if (cp_text_copy(name_of(p), arena, &name) != CP_OK)
        abort();
    return name.at;
}

void language_policy_make(uint64_t seed, const char *name, struct cp_arena *arena,
                          struct language_policy *out)
{
    *out = (struct language_policy){.numbers = seed * 2 + 1};
    struct writer w = writer_make(out, arena);

    cp_out_format(&w.out, "cleanpath-policy: 1\nid: %s\nsays: Random.\n", name);
    put_defaults(&w);
    put_makers(&w);
    put_lists(&w);
    put_products(&w);
    put_traffic(&w);
    out->head = written(&w);
    out->rule_count = sample_pick(&out->numbers, 1, LANGUAGE_RULES);
    for (uint32_t r = 0; r < out->rule_count; r++) {
        bool counting = false;

        w = writer_make(out, arena);
        put_rule(&w, name, r, sample_pick(&out->numbers, 0, 99), &counting);
        out->counting |= counting ? 1u << r : 0;
        out->rules[r] = written(&w);
    }
    out->licence_count = sample_pick(&out->numbers, 0, LANGUAGE_LICENCES);
    for (uint32_t l = 0; l < out->licence_count; l++) {
        w = writer_make(out, arena);
        put_licence(&w, out, name, l);
        out->licences[l] = written(&w);
    }
}

void language_policy_forbid(struct language_policy *p, struct cp_arena *arena)
{
    struct writer w = writer_make(p, arena);
    bool counting = false;

    put_rule(&w, name_copy(p, arena), LANGUAGE_RULES, sample_pick(&p->numbers, 0, 84), &counting);
    p->rules[p->rule_count++] = written(&w);
}

void language_policy_license(struct language_policy *p, struct cp_arena *arena)
{
    struct writer w = writer_make(p, arena);

    put_licence(&w, p, name_copy(p, arena), p->licence_count);
    p->licences[p->licence_count++] = written(&w);
}

static void shuffle(cp_text *at, uint32_t count, uint64_t *numbers)
{
    for (uint32_t i = count; i > 1; i--) {
        uint32_t j = sample_pick(numbers, 0, i - 1);
        cp_text text = at[i - 1];

        at[i - 1] = at[j];
        at[j] = text;
    }
}

void language_policy_shuffle(struct language_policy *p, uint64_t seed)
{
    shuffle(p->rules, p->rule_count, &seed);
    shuffle(p->licences, p->licence_count, &seed);
}

cp_text language_policy_write(const struct language_policy *p, struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    cp_text text = CP_TEXT("");

    cp_out_text(&out, p->head);
    cp_out_str(&out, "rules:\n");
    for (uint32_t r = 0; r < p->rule_count; r++)
        cp_out_text(&out, p->rules[r]);
    if (p->licence_count > 0)
        cp_out_str(&out, "licences:\n");
    for (uint32_t l = 0; l < p->licence_count; l++)
        cp_out_text(&out, p->licences[l]);
    if (cp_out_done(&out, &text) != CP_OK)
        abort();
    return text;
}

cp_text language_text_replace(struct cp_arena *arena, cp_text text, size_t at, size_t len,
                              const char *with)
{
    struct cp_out out = cp_out_make(arena);
    cp_text made = CP_TEXT("");

    cp_out_text(&out, cp_text_sub(text, 0, at));
    cp_out_str(&out, with);
    cp_out_text(&out, cp_text_sub(text, at + len, text.len));
    if (cp_out_done(&out, &made) != CP_OK)
        abort();
    return made;
}

size_t language_text_line(cp_text text, const char *start)
{
    for (size_t at = 0; at < text.len; at = cp_text_find(text, '\n', at) + 1)
        if (cp_text_starts(cp_text_sub(text, at, text.len), cp_text_of(start)))
            return at;
    return text.len;
}

cp_text language_text_with_line(struct cp_arena *arena, cp_text rule, const char *key,
                                const char *line)
{
    size_t at = language_text_line(rule, key);
    size_t end = at == rule.len ? at : cp_text_find(rule, '\n', at) + 1;

    return language_text_replace(arena, rule, at, end - at, line);
}
