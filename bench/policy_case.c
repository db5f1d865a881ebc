#include "policy_case.h"

#include <stdio.h>
#include <string.h>

#include "base/out.h"
#include "contest.h"
#include "isp.h"
#include "model/build.h"
#include "policy/policy.h"

enum { NODES_A_SITE = 10, LINKS_A_NODE = 4, LOWER_OF_TEN = 9, NEAR = 40 };

struct making {
    struct cp_build *build;
    uint32_t nodes, lower, links;
    uint64_t state;
};

static uint32_t below(struct making *m, uint32_t n)
{
    return (uint32_t)(isp_random(&m->state) % n);
}

static bool chance(struct making *m, uint32_t percent)
{
    return below(m, 100) < percent;
}

/* One of the words between the bars. */
static cp_text pick(struct making *m, const char *words)
{
    uint32_t count = 1, at;
    const char *end;

    for (const char *c = words; *c != '\0'; c++)
        count += *c == '|';
    for (at = below(m, count); at > 0; at--)
        words = strchr(words, '|') + 1;
    end = strchr(words, '|');
    return (cp_text){words, end == NULL ? strlen(words) : (size_t)(end - words)};
}

/* ---- nodes ---- */

static cp_layer layer_of(uint32_t node)
{
    static const cp_layer rest[] = {CP_LAYER_ETHERNET,  CP_LAYER_ETHERNET, CP_LAYER_OPTICAL,
                                    CP_LAYER_OPTICAL,   CP_LAYER_OPTICAL,  CP_LAYER_RADIO,
                                    CP_LAYER_MANAGEMENT};

    return node % 20 < 13 ? CP_LAYER_IP : rest[node % 20 - 13];
}

static cp_text pick_maker(struct making *m)
{
    uint32_t dice = below(m, 100);

    if (dice < 5)
        return CP_TEXT("");
    if (dice < 10)
        return CP_TEXT("unknown");
    if (dice < 16)
        return pick(m, "Huawei|Huawei Technologies|HiSilicon|ZTE|华为");
    return pick(m, "Nokia|Ericsson|Cisco|Juniper|Ciena|Samsung|Infinera|Fujitsu|Local Works");
}

static void add_sites(struct making *m)
{
    for (uint32_t s = 0; s < m->nodes / NODES_A_SITE + 1; s++) {
        char id[16];
        struct cp_site_row row;

        (void)snprintf(id, sizeof(id), "s%u", s);
        row = cp_site_row_make((cp_place){0, s + 1, 1}, cp_text_of(id));
        row.country = pick(m, "KR|KR|KR|US|JP|DE|GB");
        row.tags = chance(m, 8) ? pick(m, "base|gov|nat-sec|exchange") : CP_TEXT("");
        row.lat_udeg = 34000000 + (int32_t)below(m, 4000000);
        row.lon_udeg = 126000000 + (int32_t)below(m, 3000000);
        check(cp_build_site(m->build, &row, NULL));
    }
}

static void add_nodes(struct making *m)
{
    for (uint32_t n = 0; n < m->nodes; n++) {
        char id[16], site[16], manager[16];
        uint32_t management = n / 1000 * 1000 + 19 + 20 * below(m, 40);
        struct cp_node_row row;

        (void)snprintf(id, sizeof(id), "n%u", n);
        (void)snprintf(site, sizeof(site), "s%u", n / NODES_A_SITE);
        (void)snprintf(manager, sizeof(manager), "n%u", management);
        row = cp_node_row_make((cp_place){0, n + 1, 1}, cp_text_of(id));
        row.layer = layer_of(n);
        row.role = pick(m, "core|aggregation|access|access|access|transport");
        row.operator_name = pick(m, "kt|skt|lgu|Op A|Op B|Op C|Op D|Op E");
        row.maker = pick_maker(m);
        row.model = chance(m, 70) ? pick(m, "NE40E|7750|ASR9k|MX480|6500|NE8000") : CP_TEXT("");
        row.software =
            chance(m, 45) ? pick(m, "SR OS 22|IOS XR 7|Junos 21|VRP 8|House OS 1") : CP_TEXT("");
        row.tags = chance(m, 10) ? pick(m, "covered|legacy|5g-slice") : CP_TEXT("");
        if (!chance(m, 5))
            row.site = cp_text_of(site);
        if (management < m->nodes && management != n && chance(m, 60))
            row.managed_by = cp_text_of(manager);
        check(cp_build_node(m->build, &row, NULL));
    }
}

/* ---- links ---- */

static uint32_t pick_near(struct making *m, uint32_t node, bool router)
{
    uint32_t other;

    do {
        other = node + below(m, 2 * NEAR + 1);
        other = other < NEAR ? 0 : other - NEAR;
        if (chance(m, 2))
            other = below(m, m->nodes);
    } while (other == node || other >= m->nodes || (router && layer_of(other) != CP_LAYER_IP));
    return other;
}

/* What carries a link lies near it; one in five has another way below. */
static void write_over(struct making *m, uint32_t node, char *over, size_t size)
{
    static const char *const between[] = {" ", "|", "|", " "};
    uint32_t count = 1 + below(m, 2), base = (uint32_t)((uint64_t)node * m->lower / m->nodes);
    size_t len = 0;

    over[0] = '\0';
    if (chance(m, 20))
        count += 2;
    for (uint32_t i = 0; i < count && len < size; i++) {
        uint32_t lower = (base + 3 * i + below(m, 3)) % m->lower;
        int more = snprintf(over + len, size - len, "%s%s%u",
                            i == 0       ? ""
                            : count <= 2 ? " "
                                         : between[i],
                            "l", lower);
        len += more > 0 ? (size_t)more : 0;
    }
}

static void add_link(struct making *m, uint32_t link)
{
    static const cp_layer low[] = {CP_LAYER_OPTICAL, CP_LAYER_OPTICAL, CP_LAYER_ETHERNET,
                                   CP_LAYER_RADIO};
    bool router = link >= m->lower;
    uint32_t from = router
                        ? (uint32_t)((uint64_t)(link - m->lower) * m->nodes / (m->links - m->lower))
                        : (uint32_t)((uint64_t)link * m->nodes / m->lower);
    uint32_t a = pick_near(m, from, router), b = pick_near(m, a, router);
    char id[16], ends[2][16], ports[2][16], over[80];
    struct cp_link_row row;

    (void)snprintf(id, sizeof(id), "l%u", link);
    (void)snprintf(ends[0], sizeof(ends[0]), "n%u", a);
    (void)snprintf(ends[1], sizeof(ends[1]), "n%u", b);
    (void)snprintf(ports[0], sizeof(ports[0]), "p%u", link);
    (void)snprintf(ports[1], sizeof(ports[1]), "p%u", link);
    row = cp_link_row_make((cp_place){0, link + 1, 1}, cp_text_of(ends[0]), cp_text_of(ends[1]));
    row.id = cp_text_of(id);
    row.layer = router ? CP_LAYER_IP : low[below(m, 4)];
    row.a_port = cp_text_of(ports[0]);
    row.b_port = cp_text_of(ports[1]);
    row.link_class = chance(m, 12) ? pick(m, "leased-circuit|microwave|dark-fibre") : CP_TEXT("");
    row.operator_name = chance(m, 20) ? pick(m, "kt|skt|Op A|Op B") : CP_TEXT("");
    row.maker = chance(m, 10) ? pick_maker(m) : CP_TEXT("");
    row.tags = chance(m, 5) ? pick(m, "covered|legacy") : CP_TEXT("");
    row.capacity_bps = UINT64_C(10000000000) * (1 + below(m, 10));
    if (router && chance(m, 70)) {
        write_over(m, from, over, sizeof(over));
        row.over = cp_text_of(over);
    }
    check(cp_build_link(m->build, &row, NULL));
    for (int end = 0; end < 2 && chance(m, 12); end++) {
        char object[48];
        struct cp_fact_row fact = {.place = {0, link + 1, 1},
                                   .attribute = CP_TEXT("maker"),
                                   .value = pick_maker(m),
                                   .evidence = pick(m, "|claim|authenticated-read"),
                                   .date = CP_DATE_NONE,
                                   .expires = CP_DATE_NONE};

        (void)snprintf(object, sizeof(object), "%s/%s/xcvr", ends[end], ports[end]);
        fact.object = cp_text_of(object);
        if (fact.value.len > 0)
            check(cp_build_fact(m->build, &fact, NULL));
    }
}

/* ---- facts ---- */

static void add_fact(struct making *m, const char *object, const char *attribute, cp_text value)
{
    struct cp_fact_row row = {.place = {0, 1, 1},
                              .object = cp_text_of(object),
                              .attribute = cp_text_of(attribute),
                              .value = value,
                              .evidence = pick(m, "|claim|authenticated-read|authenticated-read|"
                                                  "device-identity|attested"),
                              .date = CP_DATE_NONE,
                              .expires = CP_DATE_NONE};

    if (value.len == 0)
        return;
    if (chance(m, 10)) /* half of them before the day asked */
        row.expires = POLICY_CASE_DAY - 365 + (int32_t)below(m, 730);
    check(cp_build_fact(m->build, &row, NULL));
}

static const struct {
    const char *attribute, *values;
    uint32_t percent;
} node_facts[] = {
    {"installed",
     "2015-03-01|2017-05-01|2018-06-01|2019-05-15|2019-07-01|2020-02-01|2021-01-01|unknown", 80},
    {"technology", "5g|4g|4g 5g|fttp|lte|unknown", 45},
    {"function", "transmission|control|management|computing|storage", 30},
    {"class", "router|switch|patch-panel|passive-optic|amplifier|rectifier", 30},
    {"capability", "can-route|can-see-traffic|neither", 15},
    {"premises", "40|120|800|2500", 25},
    {"traffic", "1000000|20000000|500000000", 25},
};

static void add_node_facts(struct making *m)
{
    for (uint32_t n = 0; n < m->nodes; n++) {
        char object[32];

        (void)snprintf(object, sizeof(object), "n%u", n);
        for (size_t i = 0; i < CP_COUNT(node_facts); i++)
            if (chance(m, node_facts[i].percent))
                add_fact(m, object, node_facts[i].attribute, pick(m, node_facts[i].values));
        if (!chance(m, 25))
            continue;
        (void)snprintf(object, sizeof(object), "n%u/card-%u", n, below(m, 4));
        add_fact(m, object, "maker", pick_maker(m));
    }
}

const struct cp_case *policy_case_make(uint32_t nodes, uint64_t seed, struct cp_arena *arena)
{
    struct making m = {.nodes = nodes,
                       .lower = nodes * LOWER_OF_TEN / 10,
                       .links = nodes * LINKS_A_NODE,
                       .state = seed};
    const struct cp_case *net = NULL;
    uint32_t file = 0;

    check(cp_build_open(arena, &m.build));
    check(cp_build_input(m.build, CP_TEXT("made-up"), CP_TEXT("made-up"), &file));
    cp_build_expect(m.build, m.nodes, m.links);
    add_sites(&m);
    add_nodes(&m);
    for (uint32_t l = 0; l < m.links; l++)
        add_link(&m, l);
    add_node_facts(&m);
    check(cp_build_finish(m.build, POLICY_CASE_DAY, &net, NULL));
    return net;
}

/* ---- policies ---- */

static const char head[] =
    "defaults: { enough-evidence: claim }\n"
    "makers:\n"
    "  local-works: { names: [Local Works], country: KR, owner: works-holding }\n"
    "  works-holding: { names: [Works Holding], country: KR }\n"
    "maker-lists:\n"
    "  high-risk: { makers: [huawei, { maker: zte, from: 2019-05-16 }], affiliates: included }\n"
    "  compelled: { country-of-control: CN }\n"
    "  accepted: { makers: [nokia, ericsson, cisco, juniper, ciena, samsung, infinera, fujitsu, "
    "local-works] }\n"
    "  strict: { makers: [nokia, ericsson, samsung, local-works], affiliates: excluded }\n"
    "products:\n"
    "  passive: { class: [patch-panel, passive-optic, rectifier] }\n"
    "  blind: { capability: neither }\n"
    "  big-routers: { model: [NE*, \"7750\"], role: [core, aggregation] }\n"
    "traffic:\n"
    "  sensitive: { both-ends: { site-tag: [gov, base] } }\n"
    "  covered: { any-end: { tag: covered } }\n";

static void put(struct making *m, struct cp_out *out, const char *words)
{
    cp_out_text(out, pick(m, words));
}

static void put_where(struct making *m, struct cp_out *out)
{
    if (chance(m, 35)) {
        cp_out_str(out, "    where: { ");
        put(m, out,
            "role: core|role: [access, aggregation]|technology: 5g|operator: [kt, Op A]|country: KR|"
            "site-tag: [gov, base, nat-sec]|function: [management, control]|layer: [optical, radio]|"
            "product: big-routers|tag: legacy|installed-after: 2019-05-16|class: leased-circuit");
        cp_out_str(out, " }\n");
    }
    if (chance(m, 35)) {
        cp_out_str(out, "    except: { ");
        put(m, out,
            "product: passive|product: blind|installed-before: 2018-06-01|site-tag: exchange|"
            "capability: neither|role: access|tag: legacy|technology: fttp|country: US");
        cp_out_str(out, " }\n");
    }
    if (chance(m, 30))
        cp_out_str(out, "    layers: [ip, ethernet, optical, radio]\n");
    if (chance(m, 8)) {
        cp_out_str(out, "    scope: ");
        put(m, out, "site|operator");
        cp_out_str(out, "\n");
    }
}

static void put_rest(struct making *m, struct cp_out *out)
{
    if (chance(m, 50)) {
        cp_out_str(out, "    unknown: ");
        put(m, out, "untrusted|undecided|trusted");
        cp_out_str(out, "\n");
    }
    if (chance(m, 12))
        cp_out_str(out, "    unstated: unknown\n");
    if (chance(m, 30)) {
        cp_out_str(out, "    enough-evidence: ");
        put(m, out, "authenticated-read|two-person-inspection|device-identity");
        cp_out_str(out, "\n");
    }
}

static void put_place(struct making *m, struct cp_out *out)
{
    uint32_t dice = below(m, 10);

    if (dice < 5) {
        cp_out_str(out, "    at: { ");
        put(m, out, "site-tag: base|site-tag: [gov, nat-sec]|role: core|country: KR|operator: kt");
        cp_out_str(out, " }\n");
    } else if (dice < 7) {
        cp_out_str(out, "    near: { site-tag: base, hops: ");
        put(m, out, "1|2");
        cp_out_str(out, ", layers: [ip, ethernet, optical, radio], look-through: [patch-panel, "
                        "passive-optic, leased-circuit] }\n");
    } else if (dice < 8) {
        cp_out_str(out, "    near: { site-tag: base, within: 5 km, layers: [radio, ip] }\n");
    }
}

static const char against[] =
    "{ maker: huawei }|{ maker-list: high-risk }|{ maker-list: compelled }|"
    "{ country-of-control: [CN, RU] }|{ maker: [huawei, zte], role: core }|"
    "{ maker-list: high-risk, technology: 5g }|{ maker-list: high-risk, function: management }|"
    "{ maker: zte, country: [KR, JP] }|{ maker-list: compelled, product: big-routers }";
static const char allowed[] = "{ maker-list: accepted }|{ maker-list: strict }|"
                              "{ country-of-control: [FI, SE, US, KR, JP] }";

static void put_rule(struct making *m, struct cp_out *out, uint32_t rule)
{
    uint32_t kind = rule % 25;

    cp_out_format(out, "  - id: r%u\n    says: Rule %u.\n    from: 2019-01-01\n    ", rule, rule);
    if (kind == 24) {
        cp_out_str(out, "require: { at-least: 2 suppliers, among: { role: core } }\n");
    } else if (kind == 23) {
        cp_out_str(out, "cap: { what: { maker-list: high-risk }, among: { role: access }, "
                        "counted-in: ");
        put(m, out, "devices|sites|premises|capacity|traffic");
        cp_out_str(out, ", at-most: 35% }\n");
    } else {
        cp_out_str(out, kind < 11   ? "forbid-transit: "
                        : kind < 16 ? "forbid-presence: "
                        : kind < 19 ? "forbid-install: "
                                    : "require: ");
        put(m, out, kind < 19 ? against : allowed);
        cp_out_str(out, "\n");
        if (kind < 11 || kind >= 21) {
            cp_out_str(out, "    of: ");
            put(m, out, "sensitive|covered");
            cp_out_str(out, "\n");
        } else {
            put_place(m, out);
        }
        put_where(m, out);
    }
    put_rest(m, out);
}

static void put_licence(struct making *m, struct cp_out *out, uint32_t licence)
{
    cp_out_format(out,
                  "  - id: l%u\n    says: For a while.\n    relaxes: [r%u, r%u]\n    covers: { ",
                  licence, licence, licence + 11);
    put(m, out,
        "installed-before: 2019-05-16|tag: legacy|operator: [Op C, Op D]|role: access|"
        "site-tag: exchange|technology: 4g");
    cp_out_str(out, " }\n    granted: { by: Ministry, on: 2019-05-20 }\n    until: 2021-06-30\n"
                    "    extended: [{ on: 2021-06-01, until: 2022-12-31 }]\n");
}

const struct cp_policy *policy_case_policy(uint32_t government, struct cp_arena *arena)
{
    struct making m = {.state = government + 1};
    struct cp_out out = cp_out_make(arena);
    const struct cp_policy *policy = NULL;
    struct cp_diag diag = {0};
    cp_text text = CP_TEXT("");

    cp_out_format(&out, "cleanpath-policy: 1\nid: government-%u\nsays: Made up.\n", government);
    cp_out_str(&out, head);
    cp_out_str(&out, "rules:\n");
    for (uint32_t r = 0; r < POLICY_CASE_RULES; r++)
        put_rule(&m, &out, r);
    cp_out_str(&out, "licences:\n");
    for (uint32_t l = 0; l < 6; l++)
        put_licence(&m, &out, l);
    check(cp_out_done(&out, &text));
    if (cp_policy_read(text, government, arena, &policy, &diag) != CP_OK) {
        fprintf(stderr, "bench: line %u: %s '%s'\n%s", diag.place.line, diag.why, diag.subject,
                text.at);
        check(CP_ERR_MALFORMED);
    }
    return policy;
}
