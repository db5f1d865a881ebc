#include "policy/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* What a policy may not say: each refusal with its place, its words and the nearest that is right. */

enum { ARENA_BYTES = 256 << 20 };

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

/* Lines 1 to 5 of most policies below. */
#define HEAD                                                         \
    "cleanpath-policy: 1\n"                                          \
    "id: p\n"                                                        \
    "traffic: { sensitive: { says: all } }\n"                        \
    "maker-lists: { bad: { version: 2020-01-01, makers: [zte] } }\n" \
    "products: { passive: { class: [patch-panel, passive-optic] } }\n"
#define RULES HEAD "rules:\n"                             /* line 6 */
#define RULE RULES "  - { id: r, says: s, "               /* line 7, what follows at column 23 */
#define TRANSIT RULE "forbid-transit: { maker: zte }, "   /* ... at column 55 */
#define PRESENCE RULE "forbid-presence: { maker: zte }, " /* ... at column 56 */
#define INSTALL RULE "forbid-install: { maker: zte }, from: 2020-01-01, " /* ... at column 73 */
#define LICENCE                                                                    \
    RULES "  - { id: r, says: s, forbid-transit: { maker: zte } }\n"               \
          "  - { id: c, says: s, cap: { what: { maker: zte }, among: { role: a }," \
          " counted-in: devices, at-most: 35% } }\n"                               \
          "licences:\n"                                                            \
          "  - { id: l, says: s, "                     /* line 10, column 23 */
#define BARE "cleanpath-policy: 1\nid: p\nrules: []\n" /* what follows on line 4 */

struct refusal {
    const char *text;
    cp_err err;
    uint32_t line, column;
    const char *why, *subject, *hint;
};

static const struct refusal head[] = {
    {"a: b\n", CP_ERR_MALFORMED, 1, 1, "unknown key", "a", ""},
    {"- a\n", CP_ERR_MALFORMED, 1, 1, "expected a mapping", "", ""},
    {"x\n", CP_ERR_MALFORMED, 1, 1, "expected a mapping", "x", ""},
    {"id: p\nrules: []\n", CP_ERR_MALFORMED, 1, 1, "a key is missing", "cleanpath-policy", ""},
    {"cleanpath-policy: 1\nid: p\n", CP_ERR_MALFORMED, 1, 1, "a key is missing", "rules", ""},
    {"cleanpath-policy: 1\nrules: []\n", CP_ERR_MALFORMED, 1, 1, "a key is missing", "id", ""},
    {"cleanpath-policy: 2\nid: p\nrules: []\n", CP_ERR_MALFORMED, 1, 19,
     "only version 1 of the language is known", "2", ""},
    {"cleanpath-policy: 1\nid: a b\nrules: []\n", CP_ERR_MALFORMED, 2, 5,
     "expected a name without spaces", "a b", ""},
    {"cleanpath-policy: 1\nid:\nrules: []\n", CP_ERR_MALFORMED, 2, 4, "a value is missing", "id",
     ""},
    {"cleanpath-policy: 1\nid: [p]\nrules: []\n", CP_ERR_MALFORMED, 2, 5, "expected a text", "id",
     ""},
    {"cleanpath-policy: 1\nid: p\nid: q\nrules: []\n", CP_ERR_DUPLICATE, 3, 1,
     "this key stands twice", "id", ""},
    {BARE "rulez: []\n", CP_ERR_MALFORMED, 4, 1, "unknown key", "rulez", "rules"},
    {BARE "licenses: []\n", CP_ERR_MALFORMED, 4, 1, "unknown key", "licenses", "licences"},
    {BARE "규칙: []\n", CP_ERR_MALFORMED, 4, 1, "unknown key", "규칙", ""},
    {"cleanpath-policy: 1\nid: p\nrules: {}\n", CP_ERR_MALFORMED, 3, 8, "expected a list", "rules",
     ""},
    {BARE "version: [1]\n", CP_ERR_MALFORMED, 4, 10, "expected a text", "version", ""},
    {BARE "timezone: Mars!\n", CP_ERR_MALFORMED, 4, 11, "expected a time zone such as Asia/Seoul",
     "Mars!", ""},
    {BARE "timezone: Asia//Seoul\n", CP_ERR_MALFORMED, 4, 11,
     "expected a time zone such as Asia/Seoul", "Asia//Seoul", ""},
    {BARE "timezone: Asia/\n", CP_ERR_MALFORMED, 4, 11, "expected a time zone such as Asia/Seoul",
     "Asia/", ""},
    {BARE "authority: { ref: x }\n", CP_ERR_MALFORMED, 4, 12, "a key is missing", "by", ""},
    {BARE "authority: { by: x, onwer: y }\n", CP_ERR_MALFORMED, 4, 21, "unknown key", "onwer",
     "owner"},
    {BARE "defaults: { unknown: untrustet }\n", CP_ERR_MALFORMED, 4, 22, "unknown word",
     "untrustet", "untrusted"},
    {BARE "defaults: { unstated: inside }\n", CP_ERR_MALFORMED, 4, 23,
     "expected outside or unknown", "inside", ""},
    {BARE "defaults: { enough-evidence: authenticated }\n", CP_ERR_MALFORMED, 4, 30,
     "expected claim, unauthenticated-read, neighbour-view, two-person-inspection, authenticated-read, device-identity or attested",
     "authenticated", ""},
    {BARE "defaults: { layers: [ipp] }\n", CP_ERR_MALFORMED, 4, 22, "unknown word", "ipp", "ip"},
    {BARE "defaults: { under-failure: [link] }\n", CP_ERR_MALFORMED, 4, 28, "expected a mapping",
     "under-failure", ""},
    {BARE "defaults: { layers: [l3] }\n", CP_ERR_MALFORMED, 4, 22,
     "expected ip, ethernet, optical, radio or management", "l3", ""},
    {BARE "defaults: { if-no-path: stop }\n", CP_ERR_MALFORMED, 4, 25, "expected block or allow",
     "stop", ""},
    {BARE "defaults: { under-failure: { any-one-of: srlg } }\n", CP_ERR_MALFORMED, 4, 42,
     "unknown word", "srlg", "shared-risk-group"},
    {BARE "defaults: { under-failure: { any-one-of: path } }\n", CP_ERR_MALFORMED, 4, 42,
     "expected link, node or shared-risk-group", "path", ""},
    {BARE "products: { a: { function: x } }\n", CP_ERR_MALFORMED, 4, 28,
     "expected transmission, control, management, computing or storage", "x", ""},
    {BARE "rulse: []\n", CP_ERR_MALFORMED, 4, 1, "unknown key", "rulse", "rules"},
    {BARE "defaults: { if-no-path: blok }\n", CP_ERR_MALFORMED, 4, 25, "unknown word", "blok",
     "block"},
    {BARE "defaults: { from: 2020-01-01 }\n", CP_ERR_MALFORMED, 4, 13, "unknown key", "from", ""},
    {BARE "makers: []\n", CP_ERR_MALFORMED, 4, 9, "expected a mapping", "makers", ""},
    {BARE "makers: { acme: { aliases: [x] } }\n", CP_ERR_MALFORMED, 4, 19, "unknown key", "aliases",
     "names"},
};

static const struct refusal sections[] = {
    /* maker lists */
    {BARE "maker-lists: { a: { makers: [huawei, nokai] } }\n", CP_ERR_UNKNOWN_ID, 4, 38,
     "no such maker", "nokai", "nokia"},
    {BARE "maker-lists: { a: { version: x } }\n", CP_ERR_MALFORMED, 4, 19, "a key is missing",
     "makers", ""},
    {BARE "maker-lists: { a: { makers: [] } }\n", CP_ERR_MALFORMED, 4, 29, "the list is empty",
     "makers", ""},
    {BARE "maker-lists: { a: { makers: zte, affiliates: yes } }\n", CP_ERR_MALFORMED, 4, 46,
     "expected included or excluded", "yes", ""},
    {BARE "maker-lists: { a: { makers: zte, country: CN } }\n", CP_ERR_MALFORMED, 4, 34,
     "unknown key", "country", ""},
    {BARE "maker-lists: { a: { country-of-control: [CN, China] } }\n", CP_ERR_MALFORMED, 4, 46,
     "expected a country, two capitals of ISO 3166-1", "China", ""},
    {BARE "maker-lists: { a: { country-of-control: uk } }\n", CP_ERR_MALFORMED, 4, 41,
     "expected a country, two capitals of ISO 3166-1", "uk", "GB"},
    {BARE "maker-lists: { a: { makers: [화웨이, zte, huawei] } }\n", CP_ERR_DUPLICATE, 4, 46,
     "this maker stands twice", "huawei", ""},
    {BARE "maker-lists: { a: { makers: [{ maker: zte, since: 2020-01-01 }] } }\n", CP_ERR_MALFORMED,
     4, 44, "unknown key", "since", ""},
    {BARE "maker-lists: { a: { makers: [{ from: 2020-01-01 }] } }\n", CP_ERR_MALFORMED, 4, 30,
     "a key is missing", "maker", ""},
    {BARE "maker-lists: { a: { makers: [{ maker: zte, from: 2020-01-02, until: 2020-01-01 }] } }\n",
     CP_ERR_CONFLICT, 4, 69, "it ends before it begins", "2020-01-01", ""},
    {BARE "maker-lists: { a: { makers: [{ maker: zte, until: 2020-01-02 },\n"
          "  { maker: zte, from: 2020-01-02 }] } }\n",
     CP_ERR_DUPLICATE, 5, 3, "this maker stands twice", "zte", ""},
    /* products */
    {BARE "products: { a: { says: x } }\n", CP_ERR_MALFORMED, 4, 16,
     "a product needs a key such as class", "a", ""},
    {BARE "products: { a: { site: x } }\n", CP_ERR_MALFORMED, 4, 18, "unknown key", "site", ""},
    {BARE "products: { a: { model: \"NE*E\" } }\n", CP_ERR_MALFORMED, 4, 25,
     "a * stands only at the end of a model", "NE*E", ""},
    {BARE "products: { a: { function: controll } }\n", CP_ERR_MALFORMED, 4, 28, "unknown word",
     "controll", "control"},
    {BARE "products: { a: { capability: [neither, neither] } }\n", CP_ERR_DUPLICATE, 4, 40,
     "this word stands twice", "neither", ""},
    {BARE "products: { a: { class: Unknown } }\n", CP_ERR_MALFORMED, 4, 25,
     "this word means that nobody knows", "Unknown", ""},
    {BARE "products: { a b: { class: x } }\n", CP_ERR_MALFORMED, 4, 13,
     "expected a name without spaces", "a b", ""},
    /* traffic */
    {BARE "traffic: { a: { both-ends: { site-tags: [x] } } }\n", CP_ERR_MALFORMED, 4, 30,
     "unknown key", "site-tags", "site-tag"},
    {BARE "traffic: { a: { both-ends: {} } }\n", CP_ERR_MALFORMED, 4, 28, "the selector is empty",
     "both-ends", ""},
    {BARE "traffic: { a: { both-ends: { tag: [x, x] } } }\n", CP_ERR_DUPLICATE, 4, 39,
     "this text stands twice", "x", ""},
    {BARE "traffic: { a: { both-ends: { tag: x }, any-end: { tag: y } } }\n", CP_ERR_MALFORMED, 4,
     40, "a class has both-ends or any-end, not both", "any-end", ""},
    {BARE "traffic: { a: { any-end: { maker: zte } } }\n", CP_ERR_MALFORMED, 4, 28, "unknown key",
     "maker", ""},
    {BARE "traffic: { a: { directions: forward } }\n", CP_ERR_MALFORMED, 4, 29, "expected both",
     "forward", ""},
    {BARE "traffic: { a: { paths: {} } }\n", CP_ERR_MALFORMED, 4, 24,
     "nothing is wanted of the paths", "paths", ""},
    {BARE "traffic: { a: { paths: te } }\n", CP_ERR_MALFORMED, 4, 24, "expected a mapping", "te",
     ""},
    {BARE "traffic: { a: { paths: { metrics: te } } }\n", CP_ERR_MALFORMED, 4, 26, "unknown key",
     "metrics", "metric"},
    {BARE "traffic: { a: { paths: { metric: cost } } }\n", CP_ERR_MALFORMED, 4, 34,
     "expected igp, te or delay", "cost", ""},
    {BARE "traffic: { a: { paths: { disjoint: srlg } } }\n", CP_ERR_MALFORMED, 4, 36,
     "unknown word", "srlg", "shared-risk-group"},
    {BARE "traffic: { a: { paths: { co-routed: true } } }\n", CP_ERR_MALFORMED, 4, 37,
     "expected yes or no", "true", ""},
    {BARE "traffic: { a: { paths: { max-delay: 20 } } }\n", CP_ERR_MALFORMED, 4, 37,
     "expected a delay such as 20 ms or 800 us", "20", ""},
    {BARE "traffic: { a: { paths: { max-delay: 0.5 us } } }\n", CP_ERR_MALFORMED, 4, 37,
     "expected a delay such as 20 ms or 800 us", "0.5 us", ""},
    {BARE "traffic: { a: { paths: { max-delay: 0 ms } } }\n", CP_ERR_RANGE, 4, 37,
     "a delay is from 1 us to 1000000 ms", "0 ms", ""},
    {BARE "traffic: { a: { paths: { max-delay: 1000000.001 ms } } }\n", CP_ERR_RANGE, 4, 37,
     "a delay is from 1 us to 1000000 ms", "1000000.001 ms", ""},
    {BARE "traffic: { a: { paths: { max-hops: 0 } } }\n", CP_ERR_RANGE, 4, 36,
     "hops are from 1 to 64", "0", ""},
    {BARE "traffic: { a: { paths: { survive: [link, link] } } }\n", CP_ERR_DUPLICATE, 4, 42,
     "this word stands twice", "link", ""},
    {BARE "traffic: { a: sensitive }\n", CP_ERR_MALFORMED, 4, 15, "expected a mapping", "sensitive",
     ""},
};

static const struct refusal rules[] = {
    {RULES "  - says: s\n", CP_ERR_MALFORMED, 7, 5, "a key is missing", "id", ""},
    {RULES "  - id: r\n", CP_ERR_MALFORMED, 7, 5, "a key is missing", "says", ""},
    {RULES "  - id: r\n    says: s\n", CP_ERR_MALFORMED, 7, 5,
     "a rule needs an effect such as forbid-transit", "r", ""},
    {TRANSIT "forbid-presence: { maker: zte } }\n", CP_ERR_MALFORMED, 7, 55,
     "a rule has one effect", "forbid-presence", ""},
    {PRESENCE "require: { maker: zte } }\n", CP_ERR_MALFORMED, 7, 56, "a rule has one effect",
     "require", ""},
    {TRANSIT "}\n  - { id: r, says: t, forbid-transit: { maker: zte } }\n", CP_ERR_DUPLICATE, 8, 11,
     "two rules have this id", "r", ""},
    {TRANSIT "form: 2014-02-14 }\n", CP_ERR_MALFORMED, 7, 55, "unknown key", "form", "from"},
    {TRANSIT "from: 14.2.2014 }\n", CP_ERR_MALFORMED, 7, 61, "expected a date, YYYY-MM-DD",
     "14.2.2014", ""},
    {TRANSIT "from: 2014-02-30 }\n", CP_ERR_RANGE, 7, 61, "no such day", "2014-02-30", ""},
    {TRANSIT "from: 2014-02-14, until: 2014-02-13 }\n", CP_ERR_CONFLICT, 7, 80,
     "it ends before it begins", "2014-02-13", ""},
    {TRANSIT "of: sensitiv }\n", CP_ERR_UNKNOWN_ID, 7, 59, "no such traffic class", "sensitiv",
     "sensitive"},
    {TRANSIT "layers: [ip, optcal] }\n", CP_ERR_MALFORMED, 7, 68, "unknown word", "optcal",
     "optical"},
    {TRANSIT "layers: [ip, ip] }\n", CP_ERR_DUPLICATE, 7, 68, "this word stands twice", "ip", ""},
    {TRANSIT "layers: [] }\n", CP_ERR_MALFORMED, 7, 63, "the list is empty", "layers", ""},
    {TRANSIT "unknown: bad }\n", CP_ERR_MALFORMED, 7, 64,
     "expected untrusted, undecided or trusted", "bad", ""},
    {TRANSIT "unstated: unknow }\n", CP_ERR_MALFORMED, 7, 65, "unknown word", "unknow", "unknown"},
    {TRANSIT "enough-evidence: atested }\n", CP_ERR_MALFORMED, 7, 72, "unknown word", "atested",
     "attested"},
    {TRANSIT "scope: sites }\n", CP_ERR_MALFORMED, 7, 62, "unknown word", "sites", "site"},
    {TRANSIT "if-no-path: blok }\n", CP_ERR_MALFORMED, 7, 67, "unknown word", "blok", "block"},
    {TRANSIT "under-failure: { any-four-of: [link] } }\n", CP_ERR_MALFORMED, 7, 72, "unknown key",
     "any-four-of", "any-one-of"},
    {TRANSIT "under-failure: {} }\n", CP_ERR_MALFORMED, 7, 70,
     "expected one of any-one-of, any-two-of, any-three-of", "under-failure", ""},
    {TRANSIT "under-failure: { any-one-of: [links] } }\n", CP_ERR_MALFORMED, 7, 85, "unknown word",
     "links", "link"},
    {TRANSIT "where: {} }\n", CP_ERR_MALFORMED, 7, 62, "the selector is empty", "where", ""},
    {TRANSIT "except: [] }\n", CP_ERR_MALFORMED, 7, 63, "the list is empty", "except", ""},
    {TRANSIT "except: passive }\n", CP_ERR_MALFORMED, 7, 63, "expected a mapping", "passive", ""},
    {TRANSIT "except: [{ role: core }, {}] }\n", CP_ERR_MALFORMED, 7, 80, "the selector is empty",
     "", ""},
    {PRESENCE "at: { tags: x } }\n", CP_ERR_MALFORMED, 7, 62, "unknown key", "tags", "tag"},
    {PRESENCE "at: { maker: x } }\n", CP_ERR_MALFORMED, 7, 62, "unknown key", "maker", ""},
    {PRESENCE "at: {} }\n", CP_ERR_MALFORMED, 7, 60, "the selector is empty", "at", ""},
    {PRESENCE "near: { hops: 1 } }\n", CP_ERR_MALFORMED, 7, 62,
     "near needs a place such as site-tag", "near", ""},
    {PRESENCE "near: { site: a } }\n", CP_ERR_MALFORMED, 7, 62, "near needs hops or within", "near",
     ""},
    {PRESENCE "near: { site: a, hops: 1, within: 5 km } }\n", CP_ERR_MALFORMED, 7, 82,
     "near has hops or within, not both", "within", ""},
    {PRESENCE "near: { site: a, within: 5 km, look-through: x } }\n", CP_ERR_MALFORMED, 7, 87,
     "does not go with within", "look-through", ""},
    {PRESENCE "near: { site: a, hops: 0 } }\n", CP_ERR_RANGE, 7, 79, "hops are from 1 to 64", "0",
     ""},
    {PRESENCE "near: { site: a, hops: 65 } }\n", CP_ERR_RANGE, 7, 79, "hops are from 1 to 64", "65",
     ""},
    {PRESENCE "near: { site: a, hops: two } }\n", CP_ERR_MALFORMED, 7, 79,
     "expected a whole number", "two", ""},
    {PRESENCE "near: { site: a, within: 5 miles } }\n", CP_ERR_MALFORMED, 7, 81,
     "expected a distance such as 5 km or 500 m", "5 miles", ""},
    {PRESENCE "near: { site: a, within: 0.5 m } }\n", CP_ERR_MALFORMED, 7, 81,
     "expected a distance such as 5 km or 500 m", "0.5 m", ""},
    {PRESENCE "near: { site: a, within: 0 km } }\n", CP_ERR_RANGE, 7, 81,
     "a distance is from 1 m to 20000 km", "0 km", ""},
    {PRESENCE "near: { site: a, within: 20001 km } }\n", CP_ERR_RANGE, 7, 81,
     "a distance is from 1 m to 20000 km", "20001 km", ""},
    {RULE "forbid-install: { maker: zte } }\n", CP_ERR_MALFORMED, 7, 5, "a key is missing", "from",
     ""},
};

/* Keys that say nothing beside an effect. */
static const struct refusal strangers[] = {
    {TRANSIT "at: { site-tag: x } }\n", CP_ERR_MALFORMED, 7, 55, "does not go with forbid-transit",
     "at", ""},
    {TRANSIT "near: { site: x, hops: 1 } }\n", CP_ERR_MALFORMED, 7, 55,
     "does not go with forbid-transit", "near", ""},
    {PRESENCE "of: sensitive }\n", CP_ERR_MALFORMED, 7, 56, "does not go with forbid-presence",
     "of", ""},
    {PRESENCE "under-failure: { any-one-of: link } }\n", CP_ERR_MALFORMED, 7, 56,
     "does not go with forbid-presence", "under-failure", ""},
    {INSTALL "if-no-path: block }\n", CP_ERR_MALFORMED, 7, 73, "does not go with forbid-install",
     "if-no-path", ""},
    {RULE "require: { maker: zte }, under-failure: { any-one-of: link } }\n", CP_ERR_MALFORMED, 7,
     48, "does not go with a require that has no of", "under-failure", ""},
    {RULE "require: { maker: zte }, of: sensitive, at: { site: a } }\n", CP_ERR_MALFORMED, 7, 63,
     "does not go with a require that has of", "at", ""},
    {RULE "require: { at-least: 2 suppliers, among: { role: a } }, where: { role: b } }\n",
     CP_ERR_MALFORMED, 7, 79, "does not go with at-least", "where", ""},
    {RULE "require: { at-least: 2 suppliers, among: { role: a }, maker: zte } }\n",
     CP_ERR_MALFORMED, 7, 77, "does not go with at-least", "maker", ""},
    {RULE "require: { maker: zte, among: { role: a } } }\n", CP_ERR_MALFORMED, 7, 46,
     "goes only with at-least", "among", ""},
    {RULE "cap: { what: { maker: zte }, among: { role: a }, counted-in: devices, at-most: 1% },\n"
          "      scope: site }\n",
     CP_ERR_MALFORMED, 8, 7, "does not go with cap", "scope", ""},
    {RULE "cap: { what: { maker: zte }, among: { role: a }, counted-in: devices, at-most: 1% },\n"
          "      except: { role: b } }\n",
     CP_ERR_MALFORMED, 8, 7, "does not go with cap", "except", ""},
};

/* What stands under an effect. */
static const struct refusal effects[] = {
    {RULE "forbid-transit: { maker: huawai } }\n", CP_ERR_UNKNOWN_ID, 7, 48, "no such maker",
     "huawai", "huawei"},
    {RULE "forbid-transit: { maker: unknown } }\n", CP_ERR_MALFORMED, 7, 48,
     "this word means that nobody knows", "unknown", ""},
    {RULE "forbid-transit: { maker-list: bda } }\n", CP_ERR_UNKNOWN_ID, 7, 53, "no such maker list",
     "bda", ""},
    {RULE "forbid-transit: { maker-list: [bad, bad] } }\n", CP_ERR_DUPLICATE, 7, 59,
     "this text stands twice", "bad", ""},
    {RULE "forbid-transit: { maker: [zte, ZTE] } }\n", CP_ERR_DUPLICATE, 7, 54,
     "this maker stands twice", "ZTE", ""},
    {RULE "forbid-transit: {} }\n", CP_ERR_MALFORMED, 7, 39, "whom does it forbid",
     "forbid-transit", ""},
    {RULE "forbid-transit: huawei }\n", CP_ERR_MALFORMED, 7, 39, "expected a mapping", "huawei",
     ""},
    {RULE "forbid-presence: { product: passif } }\n", CP_ERR_UNKNOWN_ID, 7, 51, "no such product",
     "passif", "passive"},
    {RULE "forbid-presence: { country-of-control: USA } }\n", CP_ERR_MALFORMED, 7, 62,
     "expected a country, two capitals of ISO 3166-1", "USA", ""},
    {RULE "forbid-presence: { model: NE40 } }\n", CP_ERR_MALFORMED, 7, 42, "unknown key", "model",
     ""},
    {RULE "forbid-presence: { layer: [ip, radoi] } }\n", CP_ERR_MALFORMED, 7, 54, "unknown word",
     "radoi", "radio"},
    {RULE "forbid-presence: { role: [core, unknown] } }\n", CP_ERR_MALFORMED, 7, 55,
     "this word means that nobody knows", "unknown", ""},
    {RULE "forbid-presence: { capability: route } }\n", CP_ERR_MALFORMED, 7, 54,
     "expected can-route, can-see-traffic or neither", "route", ""},
    {RULE "forbid-presence: { function: [storage, storages] } }\n", CP_ERR_MALFORMED, 7, 62,
     "unknown word", "storages", "storage"},
    {RULE "forbid-presence: { installed-before: 2020 } }\n", CP_ERR_MALFORMED, 7, 60,
     "expected a date, YYYY-MM-DD", "2020", ""},
    {RULE "forbid-presence: { installed-before: 2020-01-02, installed-after: 2020-01-01 } }\n",
     CP_ERR_CONFLICT, 7, 60, "no day lies between installed-after and installed-before",
     "2020-01-02", ""},
    {RULE "require: {} }\n", CP_ERR_MALFORMED, 7, 32, "whom does it allow", "require", ""},
    {RULE "require: { role: core } }\n", CP_ERR_MALFORMED, 7, 34, "unknown key", "role", ""},
    {RULE "require: { at-least: two suppliers, among: { role: a } } }\n", CP_ERR_MALFORMED, 7, 44,
     "expected a number of suppliers, such as 2 suppliers", "two suppliers", ""},
    {RULE "require: { at-least: 2, among: { role: a } } }\n", CP_ERR_MALFORMED, 7, 44,
     "expected a number of suppliers, such as 2 suppliers", "2", ""},
    {RULE "require: { at-least: 0 suppliers, among: { role: a } } }\n", CP_ERR_RANGE, 7, 44,
     "from 1 to 1000 suppliers may be asked for", "0 suppliers", ""},
    {RULE "require: { at-least: 1001 suppliers, among: { role: a } } }\n", CP_ERR_RANGE, 7, 44,
     "from 1 to 1000 suppliers may be asked for", "1001 suppliers", ""},
    {RULE "require: { at-least: 2 suppliers } }\n", CP_ERR_MALFORMED, 7, 32, "a key is missing",
     "among", ""},
    {RULE "require: { at-least: 2 suppliers, among: {} } }\n", CP_ERR_MALFORMED, 7, 64,
     "the selector is empty", "among", ""},
    {RULE "cap: { among: { role: a }, counted-in: devices, at-most: 1% } }\n", CP_ERR_MALFORMED, 7,
     28, "a key is missing", "what", ""},
    {RULE "cap: { what: { maker: zte }, counted-in: devices, at-most: 1% } }\n", CP_ERR_MALFORMED,
     7, 28, "a key is missing", "among", ""},
    {RULE "cap: { what: { maker: zte }, among: { role: a }, at-most: 1% } }\n", CP_ERR_MALFORMED, 7,
     28, "a key is missing", "counted-in", ""},
    {RULE "cap: { what: { maker: zte }, among: { role: a }, counted-in: devices } }\n",
     CP_ERR_MALFORMED, 7, 28, "a key is missing", "at-most", ""},
    {RULE "cap: { what: { maker: zte }, among: { role: a }, counted-in: device, at-most: 1% } }\n",
     CP_ERR_MALFORMED, 7, 84, "unknown word", "device", "devices"},
    {RULE "cap: { what: { maker: zte }, among: { role: a }, counted-in: sites, at-most: 1 } }\n",
     CP_ERR_MALFORMED, 7, 100, "expected a share such as 35 %, with at most two decimals", "1", ""},
    {RULE
     "cap: { what: { maker: zte }, among: { role: a }, counted-in: sites, at-most: 1.234% } }\n",
     CP_ERR_MALFORMED, 7, 100, "expected a share such as 35 %, with at most two decimals", "1.234%",
     ""},
    {RULE
     "cap: { what: { maker: zte }, among: { role: a }, counted-in: sites, at-most: 100.01% } }\n",
     CP_ERR_RANGE, 7, 100, "a share is at most 100 %", "100.01%", ""},
};

static const struct refusal licences[] = {
    {LICENCE "}\n", CP_ERR_MALFORMED, 10, 5, "a key is missing", "relaxes", ""},
    {LICENCE "relaxes: q }\n", CP_ERR_UNKNOWN_ID, 10, 32, "no such rule", "q", ""},
    {LICENCE "relaxes: [r, r] }\n", CP_ERR_DUPLICATE, 10, 36, "this text stands twice", "r", ""},
    {LICENCE "relaxes: r, lasts: x }\n", CP_ERR_MALFORMED, 10, 35, "unknown key", "lasts", ""},
    {LICENCE "relaxes: r }\n  - { id: l, says: s, relaxes: r }\n", CP_ERR_DUPLICATE, 11, 11,
     "two licences have this id", "l", ""},
    {LICENCE "relaxes: r, covers: {} }\n", CP_ERR_MALFORMED, 10, 43, "the selector is empty",
     "covers", ""},
    {LICENCE "relaxes: [r, c], covers: { role: a } }\n", CP_ERR_MALFORMED, 10, 40,
     "does not go with a rule that counts: it is relaxed whole", "covers", ""},
    {LICENCE "relaxes: r, granted: { from: x } }\n", CP_ERR_MALFORMED, 10, 46, "unknown key",
     "from", ""},
    {LICENCE "relaxes: r, granted: { on: today } }\n", CP_ERR_MALFORMED, 10, 50,
     "expected a date, YYYY-MM-DD", "today", ""},
    {LICENCE "relaxes: r, from: 2020-01-02, until: 2020-01-01 }\n", CP_ERR_CONFLICT, 10, 60,
     "it ends before it begins", "2020-01-01", ""},
    {LICENCE "relaxes: r, extended: [{ on: 2020-01-01, until: 2020-02-01 }] }\n", CP_ERR_CONFLICT,
     10, 35, "a licence without until has no end to extend", "extended", ""},
    {LICENCE "relaxes: r, until: 2020-01-01, extended: [{ until: 2020-02-01 }] }\n",
     CP_ERR_MALFORMED, 10, 65, "a key is missing", "on", ""},
    {LICENCE "relaxes: r, until: 2020-01-01, extended: [{ on: 2020-02-01 }] }\n", CP_ERR_MALFORMED,
     10, 65, "a key is missing", "until", ""},
    {LICENCE "relaxes: r, until: 2020-01-01, extended: [] }\n", CP_ERR_MALFORMED, 10, 64,
     "the list is empty", "extended", ""},
    {LICENCE "relaxes: r, until: 2020-01-01,\n"
             "      extended: [{ on: 2019-01-01, until: 2019-12-31 }] }\n",
     CP_ERR_CONFLICT, 11, 43, "it ends before what it extends", "2019-12-31", ""},
    {LICENCE "relaxes: r, until: 2020-01-01,\n"
             "      extended: [{ on: 2020-01-03, until: 2020-02-01 },\n"
             "        { on: 2020-01-02, until: 2020-03-01 }] }\n",
     CP_ERR_CONFLICT, 11, 43, "it ends before what it extends", "2020-02-01", ""},
    {LICENCE "relaxes: r, warn-before: 60 }\n", CP_ERR_MALFORMED, 10, 48,
     "expected a number of days, such as 60 days", "60", ""},
    {LICENCE "relaxes: r, warn-before: 0 days }\n", CP_ERR_RANGE, 10, 48,
     "a warning comes from 1 to 36500 days before", "0 days", ""},
    {LICENCE "relaxes: r, after-end: {} }\n", CP_ERR_MALFORMED, 10, 46, "a key is missing",
     "if-no-path", ""},
    {LICENCE "relaxes: r, after-end: { if-no-path: alow } }\n", CP_ERR_MALFORMED, 10, 60,
     "unknown word", "alow", "allow"},
};

static const struct refusal yaml[] = {
    {RULES "  - { id: r, says: &s s }\n", CP_ERR_MALFORMED, 7, 20, "anchors are not allowed", "s",
     ""},
    {RULES "  - { id: r, says: *s }\n", CP_ERR_MALFORMED, 7, 20, "aliases are not allowed", "s",
     ""},
    {RULES "  - { id: r, says: !!str s }\n", CP_ERR_MALFORMED, 7, 20, "tags are not allowed",
     "tag:yaml.org,2002:str", ""},
};

static uint32_t count_wrong(const struct refusal *want)
{
    const struct cp_policy *policy = NULL;
    struct cp_diag diag = {0};
    cp_err err = cp_policy_read(cp_text_of(want->text), 7, arena, &policy, &diag);
    const char *why = diag.why == NULL ? "" : diag.why;

    if (err != want->err || diag.place.line != want->line || diag.place.column != want->column ||
        strcmp(why, want->why) != 0 || strcmp(diag.subject, want->subject) != 0 ||
        strcmp(diag.hint, want->hint) != 0 || diag.place.file != 7) {
        print_error("%s: %s at %u:%u: %s: '%s'; '%s'?\n", want->text, cp_err_name(err),
                    diag.place.line, diag.place.column, why, diag.subject, diag.hint);
        return 1;
    }
    return 0;
}

static void check(const struct refusal *list, size_t count)
{
    uint32_t wrong = 0;

    for (size_t i = 0; i < count; i++)
        wrong += count_wrong(&list[i]);
    assert_int_equal(wrong, 0);
}

static void a_wrong_head_is_refused_at_its_place(void **state)
{
    (void)state;
    check(head, CP_COUNT(head));
}

static void wrong_lists_products_and_classes_are_refused_at_their_place(void **state)
{
    (void)state;
    check(sections, CP_COUNT(sections));
}

static void a_wrong_rule_is_refused_at_its_place(void **state)
{
    (void)state;
    check(rules, CP_COUNT(rules));
}

static void a_key_that_does_not_go_with_an_effect_is_refused_by_name(void **state)
{
    (void)state;
    check(strangers, CP_COUNT(strangers));
}

static void a_wrong_effect_is_refused_at_its_place(void **state)
{
    (void)state;
    check(effects, CP_COUNT(effects));
}

static void a_wrong_licence_is_refused_at_its_place(void **state)
{
    (void)state;
    check(licences, CP_COUNT(licences));
}

static void yaml_beyond_the_subset_is_refused_at_its_place(void **state)
{
    (void)state;
    check(yaml, CP_COUNT(yaml));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, open_arena, close_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_wrong_head_is_refused_at_its_place),
        CASE(wrong_lists_products_and_classes_are_refused_at_their_place),
        CASE(a_wrong_rule_is_refused_at_its_place),
        CASE(a_key_that_does_not_go_with_an_effect_is_refused_by_name),
        CASE(a_wrong_effect_is_refused_at_its_place),
        CASE(a_wrong_licence_is_refused_at_its_place),
        CASE(yaml_beyond_the_subset_is_refused_at_its_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
