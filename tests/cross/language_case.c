#include "language_case.h"

#include <stdio.h>
#include <stdlib.h>

#include "sample.h"

const char *language_word(uint64_t *numbers, const char *words, struct cp_arena *arena)
{
    cp_text rest = cp_text_of(words), word = CP_TEXT("");
    uint32_t count = 1, pick;

    for (size_t i = 0; i < rest.len; i++)
        count += rest.at[i] == '|';
    pick = sample_pick(numbers, 0, count - 1);
    for (size_t from = 0, i = 0; i <= pick; i++) {
        size_t end = cp_text_find(rest, '|', from);

        word = cp_text_sub(rest, from, end - from);
        from = end + 1;
    }
    if (cp_text_copy(word, arena, &word) != CP_OK)
        abort();
    return word.at;
}

static cp_text pick(struct language_case *c, const char *words, struct cp_arena *arena)
{
    return cp_text_of(language_word(&c->numbers, words, arena));
}

static cp_text joined(struct cp_arena *arena, cp_text a, const char *between, cp_text b)
{
    cp_text text = CP_TEXT("");

    if (cp_text_join(a, cp_text_of(between), arena, &text) != CP_OK ||
        cp_text_join(text, b, arena, &text) != CP_OK)
        abort();
    return text;
}

/* "n3" */
static cp_text named(struct cp_arena *arena, char letter, uint32_t number)
{
    char text[16];
    cp_text copy = CP_TEXT("");

    (void)snprintf(text, sizeof(text), "%c%u", letter, number);
    if (cp_text_copy(cp_text_of(text), arena, &copy) != CP_OK)
        abort();
    return copy;
}

static void make_sites(struct language_case *c, struct cp_arena *arena)
{
    c->site_count = sample_pick(&c->numbers, 1, LANGUAGE_SITES);
    for (uint32_t s = 0; s < c->site_count; s++) {
        struct cp_site_row *row = &c->sites[s];

        *row = cp_site_row_make((cp_place){0, s + 1, 1}, named(arena, 's', s));
        row->country = pick(c, "KR|US|kr|de|||unknown|?", arena);
        row->tags = pick(c, "base|gov|base gov|||unknown", arena);
        if (!sample_chance(&c->numbers, 75))
            continue;
        row->lat_udeg = 37500000 + (int32_t)sample_pick(&c->numbers, 0, 4) * 20000;
        row->lon_udeg = 127000000 + (int32_t)sample_pick(&c->numbers, 0, 4) * 20000;
    }
}

static const char makers[] = "Huawei|huawei|HiSilicon|华为|ZTE|Nokia|Nokia|nokia|Cisco|Acme|"
                             "Acme Sub|Globex|No Such Ltd|unknown|Huawei / Nokia|Juniper";

static cp_text pick_ems(struct language_case *c, struct cp_arena *arena)
{
    uint32_t a = sample_pick(&c->numbers, 0, c->node_count - 1);
    uint32_t b = sample_pick(&c->numbers, 0, c->node_count - 1);

    if (!sample_chance(&c->numbers, 25))
        return CP_TEXT("");
    if (a == b)
        return named(arena, 'n', a);
    return joined(arena, named(arena, 'n', a), " ", named(arena, 'n', b));
}

static void make_nodes(struct language_case *c, struct cp_arena *arena)
{
    static const cp_layer layers[] = {CP_LAYER_IP,        CP_LAYER_IP,      CP_LAYER_IP,
                                      CP_LAYER_ETHERNET,  CP_LAYER_OPTICAL, CP_LAYER_RADIO,
                                      CP_LAYER_MANAGEMENT};

    c->node_count = sample_pick(&c->numbers, 2, LANGUAGE_NODES);
    for (uint32_t n = 0; n < c->node_count; n++) {
        struct cp_node_row *row = &c->nodes[n];

        *row = cp_node_row_make((cp_place){0, 100 + n, 1}, named(arena, 'n', n));
        if (n > 1)
            row->layer = layers[sample_pick(&c->numbers, 0, CP_COUNT(layers) - 1)];
        row->role = pick(c, "core|Core|access|cell site|cell_site|||unknown|N/A", arena);
        row->operator_name = pick(c, "kt|KT|Op B|op-b|||unknown|-", arena);
        row->tags = pick(c, "covered|x|covered x||||unknown", arena);
        if (sample_chance(&c->numbers, 80))
            row->site = c->sites[sample_pick(&c->numbers, 0, c->site_count - 1)].id;
        if (sample_chance(&c->numbers, 70))
            row->maker = pick(c, makers, arena);
        row->model = pick(c, "|||NE40E|NE8000|7750|unknown|-", arena);
        row->software = pick(c, "||||VRP 8.2|SR OS 22|AcmeOS 3|FooOS 1|unknown", arena);
        row->managed_by = pick_ems(c, arena);
        if (!sample_chance(&c->numbers, 30))
            continue;
        row->lat_udeg = 37500000 + (int32_t)sample_pick(&c->numbers, 0, 4) * 20000;
        row->lon_udeg = 127000000 + (int32_t)sample_pick(&c->numbers, 0, 4) * 20000;
    }
}

/* ---- links ---- */

/* Links that are above no other yet stand before: so nothing goes round in a circle. */
static cp_text pick_over(struct language_case *c, uint32_t link, struct cp_arena *arena)
{
    uint32_t a, b;

    if (link == 0 || !sample_chance(&c->numbers, 55))
        return CP_TEXT("");
    a = sample_pick(&c->numbers, 0, link - 1);
    b = sample_pick(&c->numbers, 0, link - 1);
    if (a == b)
        return named(arena, 'l', a);
    return joined(arena, named(arena, 'l', a), sample_chance(&c->numbers, 50) ? " " : "|",
                  named(arena, 'l', b));
}

static uint32_t pick_node(struct language_case *c, cp_layer layer, uint32_t but)
{
    uint32_t node;

    do
        node = sample_pick(&c->numbers, 0, c->node_count - 1);
    while (node == but || (layer == CP_LAYER_IP && c->nodes[node].layer != CP_LAYER_IP));
    return node;
}

static void make_links(struct language_case *c, struct cp_arena *arena)
{
    static const cp_layer low[] = {CP_LAYER_OPTICAL, CP_LAYER_ETHERNET, CP_LAYER_RADIO};
    uint32_t lower = sample_pick(&c->numbers, 0, 4);

    c->link_count = sample_pick(&c->numbers, lower, LANGUAGE_LINKS);
    for (uint32_t l = 0; l < c->link_count; l++) {
        cp_layer layer = l < lower ? low[sample_pick(&c->numbers, 0, 2)] : CP_LAYER_IP;
        uint32_t a = pick_node(c, layer, UINT32_MAX), b = pick_node(c, layer, a);
        uint32_t third = sample_pick(&c->numbers, 0, c->node_count - 1);
        struct cp_link_row *row = &c->links[l];

        *row =
            cp_link_row_make((cp_place){0, 200 + l, 1}, named(arena, 'n', a), named(arena, 'n', b));
        row->id = named(arena, 'l', l);
        row->layer = layer;
        row->link_class = pick(c, "|||microwave|leased-circuit|patch_panel|unknown|tbd|lan", arena);
        row->a_port = pick(c, "|p0|p1|p1/a", arena);
        row->b_port = pick(c, "|p0|p1", arena);
        row->over = pick_over(c, l, arena);
        row->operator_name = pick(c, "||||kt|Op B|unknown|n/a", arena);
        row->tags = pick(c, "|||covered|x|unknown", arena);
        if (sample_chance(&c->numbers, 25))
            row->maker = pick(c, makers, arena);
        if (sample_chance(&c->numbers, 70))
            row->capacity_bps = sample_pick(&c->numbers, 0, 4) * 1000000000ull;
        if (cp_text_is(row->link_class, "lan") && third != a && third != b &&
            (layer != CP_LAYER_IP || c->nodes[third].layer == CP_LAYER_IP)) {
            row->b = joined(arena, row->b, " ", named(arena, 'n', third));
            row->b_port = CP_TEXT("");
        }
    }
}

/* ---- facts ---- */

static cp_text pick_object(struct language_case *c, struct cp_arena *arena)
{
    bool link = c->link_count > 0 && sample_chance(&c->numbers, 30);
    uint32_t at = sample_pick(&c->numbers, 0, (link ? c->link_count : c->node_count) - 1);
    const char *part =
        link ? language_word(&c->numbers, "||amp|otdr", arena)
             : language_word(&c->numbers, "|||p0|p1|p1/a|p0/xcvr|card-1|card-1|p1/a/b|p01", arena);
    cp_text object = named(arena, link ? 'l' : 'n', at);

    if (sample_chance(&c->numbers, 4))
        return joined(arena, CP_TEXT("site"), ":", c->sites[at % c->site_count].id);
    return part[0] == '\0' ? object : joined(arena, object, "/", cp_text_of(part));
}

static cp_text pick_value(struct language_case *c, cp_text attribute, struct cp_arena *arena)
{
    static const struct {
        const char *attribute, *values;
    } all[] = {
        {"software", "VRP 8.2|SR OS 22|AcmeOS 3|FooOS 1|unknown"},
        {"technology", "5g|5G|fttp|4g 5g|unknown|fttp unknown|N/A"},
        {"function", "transmission|control|management storage|computing|unknown"},
        {"capability",
         "can-route|can-see-traffic|neither|neither|can-route can-see-traffic|unknown"},
        {"product", "quiet|Quiet|carrier-box|Carrier_Box|widget|unknown|?"},
        {"class", "patch-panel|router|Patch_Panel|rectifier|leased-circuit|unknown|n/a"},
        {"model", "NE40E|ne8000|7750|unknown|-"},
        {"installed", "2017-05-01|2018-06-01|2019-07-01|2019-09-01|2021-01-01|unknown"},
        {"role", "core|access|cell_site|cell site|unknown|n/a"},
        {"operator", "kt|KT|Op B|unknown|tbd"},
        {"site", "s0|s1|s2"},
        {"tags", "covered|x|base gov|base|unknown"},
        {"country", "KR|US|de|unknown"},
        {"premises", "0|10|30|100|250|unknown"},
        {"traffic", "0|1000|5000|20000|unknown"},
    };

    for (size_t i = 0; i < CP_COUNT(all); i++)
        if (cp_text_is(attribute, all[i].attribute))
            return pick(c, all[i].values, arena);
    return pick(c, makers, arena);
}

/* What a fact is about, what it rests on, and how long it holds. */
static struct cp_fact_row fact_of(struct language_case *c, uint32_t line, cp_text object,
                                  struct cp_arena *arena)
{
    static const cp_date dates[] = {15000, 17300 /* 2017-05-14 */, 17600, 17900, 18050, 18150};
    static const cp_date ends[] = {17500 /* 2017-11-30 */, 17700, 18100, 18200, 19000};
    struct cp_fact_row row = {
        .place = {0, line, 1}, .object = object, .date = CP_DATE_NONE, .expires = CP_DATE_NONE};

    row.evidence = pick(c,
                        "|claim|self-declared|neighbour-view|authenticated-read|"
                        "authenticated-read|attested|two-person-inspection",
                        arena);
    if (sample_chance(&c->numbers, 60))
        row.who = pick(c, "kim, lee|kim, lee|kim|lee, Lee", arena);
    if (sample_chance(&c->ages, 40))
        row.date = dates[sample_pick(&c->ages, 0, CP_COUNT(dates) - 1)];
    if (sample_chance(&c->ages, 15))
        row.evidence = CP_TEXT("unauthenticated-read");
    if (sample_chance(&c->numbers, 25))
        row.expires = ends[sample_pick(&c->numbers, 0, CP_COUNT(ends) - 1)];
    return row;
}

static void state_something(struct language_case *c, struct cp_fact_row *row,
                            struct cp_arena *arena)
{
    row->attribute =
        pick(c,
             cp_text_starts(row->object, CP_TEXT("site"))
                 ? "country|tags"
                 : "maker|maker|maker|maker|software|technology|technology|function|capability|"
                   "product|class|class|model|installed|installed|role|operator|site|tags|"
                   "premises|premises|traffic|serial",
             arena);
    row->value = pick_value(c, row->attribute, arena);
}

static void make_facts(struct language_case *c, struct cp_arena *arena)
{
    c->fact_count = sample_pick(&c->numbers, 4, LANGUAGE_FACTS);
    for (uint32_t f = 0; f < c->fact_count; f++) {
        c->facts[f] = fact_of(c, 300 + f, pick_object(c, arena), arena);
        state_something(c, &c->facts[f], arena);
    }
}

struct cp_fact_row language_case_claim(struct language_case *c, struct cp_arena *arena)
{
    struct cp_fact_row row = fact_of(c, 600, pick_object(c, arena), arena);

    state_something(c, &row, arena);
    row.evidence = CP_TEXT("claim");
    row.expires = CP_DATE_NONE;
    return row;
}

/* Whoever manages something says that it can do nothing. */
static void make_quiet_manager(struct language_case *c, struct cp_arena *arena)
{
    for (uint32_t n = 0; n < c->node_count && c->fact_count < LANGUAGE_FACTS; n++) {
        cp_text list = c->nodes[n].managed_by, manager;

        if (!sample_chance(&c->numbers, 30) || !cp_text_word(&list, " ", &manager))
            continue;
        c->facts[c->fact_count] = fact_of(c, 300 + c->fact_count, manager, arena);
        c->facts[c->fact_count].attribute = CP_TEXT("capability");
        c->facts[c->fact_count++].value = CP_TEXT("neither");
    }
}

static void make_foreign(struct language_case *c, struct cp_arena *arena)
{
    c->foreign_count = sample_pick(&c->numbers, 0, LANGUAGE_FOREIGN);
    for (uint32_t f = 0; f < c->foreign_count; f++) {
        bool link = c->link_count > 0 && sample_chance(&c->numbers, 30);
        struct language_foreign *foreign = &c->foreign[f];
        cp_text part = pick(c, "|||p0|p1|card-1", arena);

        foreign->kind = link ? CP_OBJECT_LINK : CP_OBJECT_NODE;
        foreign->object = sample_pick(&c->numbers, 0, (link ? c->link_count : c->node_count) - 1);
        foreign->row = fact_of(c, 500 + f, part, arena);
        foreign->row.attribute = pick(c, "capability|capability|function|installed|role", arena);
        foreign->row.value = pick(c,
                                  "neither can-route|can-fly|neither can-fly|can-see-traffic mpls|"
                                  "control neither|core|2018-06-01|soon|n/a|neither unknown",
                                  arena);
    }
}

static void make_demands(struct language_case *c, struct cp_arena *arena)
{
    for (uint32_t d = 0; d < LANGUAGE_DEMANDS; d++) {
        uint32_t a = pick_node(c, CP_LAYER_IP, UINT32_MAX), b = pick_node(c, CP_LAYER_IP, a);

        c->demands[d] = cp_demand_row_make((cp_place){0, 400 + d, 1}, named(arena, 'n', a),
                                           named(arena, 'n', b));
    }
    c->demand_count = LANGUAGE_DEMANDS;
}

void language_case_make(uint64_t seed, struct cp_arena *arena, struct language_case *out)
{
    *out = (struct language_case){.numbers = seed * 2 + 1, .ages = ~seed};
    make_sites(out, arena);
    make_nodes(out, arena);
    make_links(out, arena);
    make_facts(out, arena);
    make_quiet_manager(out, arena);
    make_foreign(out, arena);
    make_demands(out, arena);
}

static bool fills_records(const struct cp_fact_row *row)
{
    static const char *const attributes[] = {"role", "operator", "site", "class", "country"};

    for (size_t i = 0; i < CP_COUNT(attributes); i++)
        if (cp_text_is(row->attribute, attributes[i]))
            return true;
    return false;
}

void language_case_shuffle(struct language_case *c, uint64_t seed)
{
    for (uint32_t i = c->fact_count; i > 1; i--) {
        uint32_t j = sample_pick(&seed, 0, i - 1);
        struct cp_fact_row row = c->facts[i - 1];

        if (fills_records(&row) || fills_records(&c->facts[j]))
            continue;
        c->facts[i - 1] = c->facts[j];
        c->facts[j] = row;
    }
}

static cp_err build_foreign(const struct language_case *c, cp_object_kind kind, uint32_t object,
                            struct cp_build *build, struct cp_diag *diag)
{
    for (uint32_t i = 0; i < c->foreign_count; i++)
        if (c->foreign[i].kind == kind && c->foreign[i].object == object)
            CP_TRY(cp_build_fact_on_last(build, &c->foreign[i].row, diag));
    return CP_OK;
}

cp_err language_case_build(const struct language_case *c, cp_date as_of, struct cp_arena *arena,
                           const struct cp_case **out, struct cp_diag *diag)
{
    struct cp_build *build = NULL;
    uint32_t file = 0;

    CP_TRY(cp_build_open(arena, &build));
    CP_TRY(cp_build_input(build, CP_TEXT("case"), CP_TEXT("rows"), &file));
    for (uint32_t i = 0; i < c->site_count; i++)
        CP_TRY(cp_build_site(build, &c->sites[i], diag));
    for (uint32_t i = 0; i < c->node_count; i++) {
        CP_TRY(cp_build_node(build, &c->nodes[i], diag));
        CP_TRY(build_foreign(c, CP_OBJECT_NODE, i, build, diag));
    }
    for (uint32_t i = 0; i < c->link_count; i++) {
        CP_TRY(cp_build_link(build, &c->links[i], diag));
        CP_TRY(build_foreign(c, CP_OBJECT_LINK, i, build, diag));
    }
    for (uint32_t i = 0; i < c->fact_count; i++)
        CP_TRY(cp_build_fact(build, &c->facts[i], diag));
    for (uint32_t i = 0; i < c->demand_count; i++)
        CP_TRY(cp_build_demand(build, &c->demands[i], diag));
    return cp_build_finish(build, as_of, out, diag);
}

/* ---- for people ---- */

#define SHOW(t) (int)(t).len, (t).at

static void print_date(const char *name, cp_date date)
{
    char text[11];

    if (date == CP_DATE_NONE)
        return;
    cp_date_format(date, text);
    (void)fprintf(stderr, " %s %s", name, text);
}

static void print_fact(const struct cp_fact_row *f)
{
    (void)fprintf(stderr, " %.*s = %.*s (%.*s", SHOW(f->attribute), SHOW(f->value),
                  SHOW(f->evidence));
    print_date("of", f->date);
    print_date("expires", f->expires);
    (void)fprintf(stderr, ")\n");
}

void language_case_print(const struct language_case *c)
{
    for (uint32_t i = 0; i < c->site_count; i++)
        (void)fprintf(stderr, "site %.*s country '%.*s' tags '%.*s' at %d %d\n",
                      SHOW(c->sites[i].id), SHOW(c->sites[i].country), SHOW(c->sites[i].tags),
                      c->sites[i].lat_udeg, c->sites[i].lon_udeg);
    for (uint32_t i = 0; i < c->node_count; i++) {
        const struct cp_node_row *n = &c->nodes[i];

        (void)fprintf(stderr,
                      "node %.*s %s role '%.*s' site '%.*s' operator '%.*s' maker '%.*s' "
                      "model '%.*s' software '%.*s' managed by '%.*s' tags '%.*s'\n",
                      SHOW(n->id), cp_layer_name(n->layer), SHOW(n->role), SHOW(n->site),
                      SHOW(n->operator_name), SHOW(n->maker), SHOW(n->model), SHOW(n->software),
                      SHOW(n->managed_by), SHOW(n->tags));
    }
    for (uint32_t i = 0; i < c->link_count; i++) {
        const struct cp_link_row *l = &c->links[i];

        (void)fprintf(stderr,
                      "link %.*s %s '%.*s' to '%.*s' ports '%.*s' '%.*s' class '%.*s' over '%.*s' "
                      "operator '%.*s' maker '%.*s' tags '%.*s'\n",
                      SHOW(l->id), cp_layer_name(l->layer), SHOW(l->a), SHOW(l->b), SHOW(l->a_port),
                      SHOW(l->b_port), SHOW(l->link_class), SHOW(l->over), SHOW(l->operator_name),
                      SHOW(l->maker), SHOW(l->tags));
    }
    for (uint32_t i = 0; i < c->fact_count; i++) {
        (void)fprintf(stderr, "fact %.*s", SHOW(c->facts[i].object));
        print_fact(&c->facts[i]);
    }
    for (uint32_t i = 0; i < c->foreign_count; i++) {
        const struct language_foreign *f = &c->foreign[i];

        (void)fprintf(stderr, "foreign %c%u/%.*s", f->kind == CP_OBJECT_LINK ? 'l' : 'n', f->object,
                      SHOW(f->row.object));
        print_fact(&f->row);
    }
}
