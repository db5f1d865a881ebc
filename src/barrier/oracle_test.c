#include "behind.h"
#include "sets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "permit/request.h"
#include "share.h"

/*
 * Seeded random small policies: what the sets let pass is what an order may ask for, but for what the filter does not look at:
 * whether a node comes twice.  The sets are read from the text that nft gets, and looked up as the filter does.
 */

#define NOW UINT64_C(1767225600000000) /* 2026-01-01T00:00:00Z */
enum {
    CASES = 400,
    CHAINS = 3000,
    NODES = 5,
    CHAIN_MAX = 4,
    TEXT_MAX = 8192,
    LINES_MAX = 2000,
    PREFIX_SETS = 32
};

static const char *const addresses[] = {"10.2.0.1",  "10.3.0.1",  "10.3.3.1",  "10.4.0.1",
                                        "192.0.2.1", "fd00:2::1", "fd00:3::1", "fd00:3:3::1"};
static const char *const prefixes[] = {"10.2.0.0/16", "10.3.0.0/16", "10.3.3.0/24",  "10.4.0.0/15",
                                       "fd00:2::/32", "fd00:3::/32", "fd00:3:3::/48"};

static struct cp_arena *arena;

static uint32_t below(uint64_t *seed, uint32_t limit)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % limit;
}

static bool chance(uint64_t *seed, uint32_t of)
{
    return below(seed, of) == 0;
}

/* --- a policy */

struct text {
    char at[TEXT_MAX];
    size_t len;
};

static void CP_PRINTF(2, 3) put(struct text *text, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    text->len += (size_t)vsnprintf(text->at + text->len, TEXT_MAX - text->len, format, values);
    va_end(values);
    assert_in_range(text->len, 0, TEXT_MAX - 1);
}

static const char *any_classes(uint64_t *seed)
{
    static const char *const classes[] = {"1", "2", "1,2"};

    return classes[below(seed, 3)];
}

static const char *any_end(uint64_t *seed)
{
    static const char *const ends[] = {"", "", " until 2026-01-01T00:01:00Z",
                                       " until 2025-12-31T00:00:00Z",
                                       " until 2026-01-01T00:00:00Z"};

    return ends[below(seed, 5)];
}

enum { LOCATORS, IN_ORDER, MIXED, SCHEMES };
enum { NODE_SID = 0xe, UNPACK4 = 0xd4, UNPACK6 = 0xd6, NOBODYS = 0x99 };

/* A locator a node; SIDs of all nodes out of one prefix, in order; or mixed, so that it takes all bits to tell where one begins. */
static const char *sid_of(uint32_t scheme, uint32_t node, uint32_t function, char out[40])
{
    if (scheme == LOCATORS)
        (void)snprintf(out, 40, "fcbb:%u::%x", node, function);
    else if (scheme == IN_ORDER)
        (void)snprintf(out, 40, "fcbb::%u:%x", node, function);
    else
        (void)snprintf(out, 40, "fcbb::%x:%u", function, node);
    return out;
}

static void put_sids(struct text *text, uint64_t *seed, uint32_t scheme)
{
    char sid[40];

    for (uint32_t from = 2; from < 2 + NODES; from++)
        for (uint32_t to = 1; to < 2 + NODES; to++)
            for (uint32_t lines = below(seed, 3); from != to && lines > 0; lines--)
                put(text, "adjacency %s %u %u %s%s\n", sid_of(scheme, from, to, sid), from, to,
                    any_classes(seed), any_end(seed));
    for (uint32_t node = 2; node < 2 + NODES; node++)
        if (chance(seed, 3))
            put(text, "node-sid %s %u %s%s\n", sid_of(scheme, node, NODE_SID, sid), node,
                any_classes(seed), any_end(seed));
    for (uint32_t node = 2; node < 2 + NODES; node++)
        put(text, "unpack4 %s %u\n", sid_of(scheme, node, UNPACK4, sid), node);
    for (uint32_t node = 2; node < 2 + NODES; node++)
        put(text, "unpack6 %s %u\n", sid_of(scheme, node, UNPACK6, sid), node);
}

/* Each prefix of a class behind one node. */
static void put_behind(struct text *text, uint64_t *seed)
{
    for (uint32_t class = 1; class <= 2; class ++) {
        uint32_t behind[CP_COUNT(prefixes)];

        for (size_t i = 0; i < CP_COUNT(prefixes); i++)
            behind[i] = below(seed, 3 + NODES); /* 0, 1 and the last one: behind none */
        for (uint32_t node = 2; node < 2 + NODES; node++)
            for (size_t i = 0; i < CP_COUNT(prefixes); i++)
                if (behind[i] == node)
                    put(text, "behind %u %u %s\n", class, node, prefixes[i]);
    }
}

static const struct cp_edge_policy *make_policy(struct text *text, uint64_t *seed, uint32_t scheme)
{
    const struct cp_edge_policy *policy = NULL;
    struct cp_diag diag = {.why = ""};

    text->len = 0;
    put(text, "cleanpath-edge-policy 1\nserial 1\nissued 2026-01-01T00:00:00Z\nhead 1 h\n");
    for (uint32_t node = 2; node < 2 + NODES; node++)
        put(text, "node %u n%u\n", node, node);
    put(text, "source fcff::1\nclass 1 x\nclass 2 y\n");
    for (uint32_t first = 1; first <= 3; first++)
        put(text, "first %u e%u fc0%u::2 %u %s\n", first, first, first, 2 + below(seed, NODES),
            any_classes(seed));
    put_sids(text, seed, scheme);
    put_behind(text, seed);
    put(text, "mtu 1280\nsignature x\n");
    if (cp_edge_policy_read((cp_text){text->at, text->len}, (cp_text){0}, arena, &policy, &diag) !=
        CP_OK)
        fail_msg("%u: %s", diag.place.line, diag.why);
    return policy;
}

/* --- the sets, as lines of the text; what ends is left out of the comparison, for what is over is not there */

struct set {
    cp_text lines[LINES_MAX];
    uint32_t count;
};

struct sets {
    struct set ways, steps, sids, loose, ends;
    uint32_t bits;                    /* of what is looked up in steps */
    struct set prefixes[PREFIX_SETS]; /* those of prefixes, by name */
    char names[PREFIX_SETS][16];
    uint32_t prefix_count;
};

static void read_set(const char *text, const char *name, struct set *set)
{
    char before[64];
    const char *at;
    cp_text rest, line;

    (void)snprintf(before, sizeof before, "add element inet cleanpath %s {\n", name);
    set->count = 0;
    at = strstr(text, before);
    if (at == NULL)
        return;
    rest = (cp_text){at + strlen(before), (size_t)(strstr(at, "\n}\n") - at) - strlen(before)};
    while (cp_text_word(&rest, "\n", &line)) {
        const char *timeout;

        line = cp_text_trim(cp_text_sub(line, 0, cp_text_find(line, ',', 0)));
        timeout = memmem(line.at, line.len, " timeout ", 9);
        if (timeout != NULL)
            line.len = (size_t)(timeout - line.at);
        assert_in_range(set->count, 0, LINES_MAX - 1);
        set->lines[set->count++] = line;
    }
}

static void read_sets(const struct cp_edge_policy *policy, struct sets *sets)
{
    struct barrier_time time = {.now_us = NOW};
    struct cp_out out = cp_out_make(arena);
    struct behind behind;
    struct follow follow;
    cp_text text;

    assert_int_equal(behind_gather(policy, arena, &behind), CP_OK);
    assert_int_equal(follow_gather(policy, arena, &follow), CP_OK);
    sets->bits = follow.bits;
    behind_fill(&behind, &out);
    assert_int_equal(sets_fill(policy, &follow, &time, arena, &out), CP_OK);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    read_set(text.at, "ways", &sets->ways);
    read_set(text.at, "steps", &sets->steps);
    read_set(text.at, "sids", &sets->sids);
    read_set(text.at, "loose", &sets->loose);
    read_set(text.at, "ends", &sets->ends);
    sets->prefix_count = 0;
    for (const char *at = text.at; (at = strstr(at, "add element inet cleanpath ")) != NULL; at++) {
        char *name = sets->names[sets->prefix_count];

        if (sscanf(at, "add element inet cleanpath %15s", name) == 1 &&
            (strncmp(name, "behind", 6) == 0 || strncmp(name, "inside", 6) == 0)) {
            read_set(text.at, name, &sets->prefixes[sets->prefix_count++]);
            assert_in_range(sets->prefix_count, 0, PREFIX_SETS - 1);
        }
    }
}

static bool has(const struct set *set, const char *line)
{
    for (uint32_t i = 0; i < set->count; i++)
        if (cp_text_is(set->lines[i], line))
            return true;
    return false;
}

static const char *hex_of(cp_ip address, char out[35])
{
    size_t len = (size_t)snprintf(out, 35, "0x");

    for (uint32_t i = 0; i < (address.family == 4 ? 4u : 16u); i++)
        len += (size_t)snprintf(out + len, 35 - len, "%02x", address.bytes[i]);
    return out;
}

/* --- a packet */

struct packet {
    uint32_t class, first; /* number, index */
    cp_ip list[CHAIN_MAX + 1];
    uint32_t count; /* the last one unpacks */
    uint32_t end;   /* at this node */
    cp_ip to;
};

static cp_ip first_bits(cp_ip address, uint32_t count)
{
    for (uint32_t bit = count; bit < 128; bit++)
        address.bytes[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
    return address;
}

/* Whether a set of prefixes of a length has a key: what comes before the destination, and its first bits. */
static bool has_prefix(const struct sets *sets, const char *kind, const char *before, cp_ip to,
                       uint32_t length)
{
    char name[16], line[128], hex[35];
    uint32_t which = 0;

    (void)snprintf(name, sizeof name, "%s%u_%u", kind, to.family, length);
    while (which < sets->prefix_count && strcmp(sets->names[which], name) != 0)
        which++;
    if (which == sets->prefix_count)
        return false;
    to = first_bits(to, length);
    (void)snprintf(line, sizeof line, "%s%s%s", before, length > 0 ? " . " : "",
                   length > 0 ? hex_of(to, hex) : "");
    return has(&sets->prefixes[which], line);
}

/* As the filter's chains do: the longest first. */
static bool is_behind(const struct sets *sets, const struct packet *packet)
{
    char last[35], mark[16], both[64];

    (void)snprintf(mark, sizeof mark, "0x%08x", packet->class << 16);
    (void)snprintf(both, sizeof both, "%s . %s", mark,
                   hex_of(packet->list[packet->count - 1], last));
    for (uint32_t length = packet->to.family == 4 ? 33 : 129; length-- > 0;) {
        if (has_prefix(sets, "behind", both, packet->to, length))
            return has(&sets->ends, both);
        if (has_prefix(sets, "inside", mark, packet->to, length))
            return false;
    }
    return false;
}

/* From one SID to the next one, as a list's chain does. */
static bool is_step(const struct sets *sets, const struct packet *packet, uint32_t to)
{
    char line[128], mark[16], one[35], other[35];

    (void)snprintf(mark, sizeof mark, "0x%08x", packet->class << 16);
    (void)hex_of(packet->list[to - 1], one);
    (void)hex_of(first_bits(packet->list[to], sets->bits), other);
    (void)snprintf(line, sizeof line, "%s . %s . %.*s", mark, one,
                   (int)(2 + (sets->bits + 31) / 32 * 8), other);
    if (has(&sets->steps, line))
        return true;
    (void)snprintf(line, sizeof line, "%s . %s", mark, one);
    if (!has(&sets->sids, line))
        return false;
    (void)snprintf(line, sizeof line, "%s . %s", mark, hex_of(packet->list[to], other));
    return has(&sets->loose, line);
}

static bool passes(const struct cp_edge_policy *policy, const struct sets *sets,
                   const struct packet *packet)
{
    const struct cp_edge_first *first = &policy->firsts[packet->first];
    struct cp_out out = cp_out_make(arena);
    cp_text text;

    cp_out_format(&out, "0x%08x . \"%.*s\" . ", packet->class << 16, (int)first->interface.len,
                  first->interface.at);
    cp_out_ip(&out, packet->list[0]);
    cp_out_str(&out, " . ");
    cp_out_ip(&out, first->via);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    if (!has(&sets->ways, text.at))
        return false;
    for (uint32_t i = 1; i < packet->count; i++)
        if (!is_step(sets, packet, i))
            return false;
    return is_behind(sets, packet);
}

/* --- what an order may ask for */

/* The endpoint that the longest of a class's prefixes says; NULL: none holds the address. */
static const struct cp_edge_demand *demand_of(const struct cp_edge_policy *policy, uint32_t class,
                                              cp_ip to)
{
    const struct cp_edge_demand *found = NULL;
    int longest = -1;

    for (uint32_t d = 0; d < policy->demand_count; d++)
        for (uint32_t i = 0; i < policy->demands[d].prefix_count; i++) {
            const cp_edge_prefix *prefix = &policy->prefixes[policy->demands[d].prefix_first + i];
            bool holds = policy->demands[d].class == class && prefix->address.family == to.family;

            for (uint32_t bit = 0; bit < prefix->length; bit++)
                holds = holds && ((prefix->address.bytes[bit / 8] ^ to.bytes[bit / 8]) &
                                  0x80 >> bit % 8) == 0;
            if (!holds || prefix->length <= longest)
                continue;
            longest = prefix->length;
            found = &policy->demands[d];
        }
    return found;
}

static bool comes_twice(const struct cp_edge_policy *policy, const struct packet *packet)
{
    uint64_t passed = UINT64_C(1) << 1 | UINT64_C(1) << policy->firsts[packet->first].node;

    for (uint32_t i = 0; i + 1 < packet->count; i++) {
        const struct cp_edge_sid *sid = cp_edge_sid_find(policy, packet->list[i]);

        if (sid != NULL && (passed >> sid->to & 1) != 0)
            return true;
        passed |= sid != NULL ? UINT64_C(1) << sid->to : 0;
    }
    return false;
}

/*
 * An order is refused also where others may use its first SID, who may not go its way out: the packets of a SID have one route,
 * whichever class they are of.  The filter looks at each packet's own class.
 */
static bool is_permitted(const struct cp_edge_policy *policy, const struct packet *packet)
{
    const struct cp_edge_demand *demand = demand_of(policy, packet->class, packet->to);
    struct cp_agent_path path = {.first = policy->firsts[packet->first].number, .weight = 1};
    struct cp_edge_policy for_all = *policy;
    struct cp_edge_first firsts[3];

    if (demand == NULL || demand->endpoint != packet->end ||
        (policy->firsts[packet->first].classes & cp_edge_class_bit(policy, packet->class)) == 0)
        return false;
    memcpy(firsts, policy->firsts, sizeof firsts);
    firsts[packet->first].classes = 3;
    for_all.firsts = firsts;
    path.segment_count = (uint8_t)(packet->count - 1);
    for (uint32_t i = 0; i + 1 < packet->count; i++)
        memcpy(path.segments[i], packet->list[i].bytes, 16);
    return cp_agent_check_path(&for_all, NOW, demand, &path) == CP_AGENT_DONE;
}

/* Likelier than not to be permitted so far: a SID that begins where the last one ended. */
static cp_ip next_sid(const struct cp_edge_policy *policy, uint64_t *seed, uint32_t scheme,
                      uint32_t at)
{
    const struct cp_edge_sid *sid = NULL;
    char text[40];

    for (uint32_t tries = 0; tries < 20; tries++) {
        sid = &policy->sids[below(seed, policy->sid_count)];
        if (sid->kind <= CP_EDGE_NODE_SID &&
            (sid->from == at || sid->kind == CP_EDGE_NODE_SID || chance(seed, 20)))
            break;
    }
    if (!chance(seed, 20))
        return sid->sid;
    if (chance(seed, 2))
        at = 2 + below(seed, NODES + 2); /* another node's locator, or nobody's */
    return cp_ip_find(cp_text_of(sid_of(scheme, at, NOBODYS, text)));
}

static void make_packet(const struct cp_edge_policy *policy, uint64_t *seed, uint32_t scheme,
                        struct packet *out)
{
    uint32_t count = below(seed, CHAIN_MAX + 1), at;
    const struct cp_edge_demand *demand;
    bool is_v6;

    *out =
        (struct packet){.class = 1 + below(seed, 2),
                        .first = below(seed, 3),
                        .to = cp_ip_find(cp_text_of(addresses[below(seed, CP_COUNT(addresses))]))};
    at = policy->firsts[out->first].node;
    for (; out->count < count; out->count++) {
        const struct cp_edge_sid *sid;

        out->list[out->count] = next_sid(policy, seed, scheme, at);
        sid = cp_edge_sid_find(policy, out->list[out->count]);
        at = sid != NULL ? sid->to : at;
    }
    demand = demand_of(policy, out->class, out->to);
    out->end = at > 1 ? at : 2;
    if (demand != NULL && chance(seed, 3))
        out->end = demand->endpoint;
    is_v6 = out->to.family == 6;
    out->list[out->count++] = cp_edge_node_find(policy, out->end)->unpack[is_v6];
}

static void sets_permit_what_orders_may_ask_for(void **state)
{
    static struct text text;
    static struct sets sets;
    uint32_t permitted = 0, refused = 0;

    (void)state;
    for (uint32_t c = 0; c < share_of(CASES); c++) {
        uint64_t seed = c;
        uint32_t scheme = c % SCHEMES;
        const struct cp_edge_policy *policy;

        arena = cp_arena_open(1 << 28);
        policy = make_policy(&text, &seed, scheme);
        read_sets(policy, &sets);
        for (uint32_t i = 0; i < CHAINS; i++) {
            struct packet packet;
            bool expected;

            make_packet(policy, &seed, scheme, &packet);
            if (policy->firsts[packet.first].node == 1 || comes_twice(policy, &packet))
                continue;
            expected = is_permitted(policy, &packet);
            if (passes(policy, &sets, &packet) != expected)
                fail_msg("case %u, chain %u: %s is right\n%s", c, i,
                         expected ? "permitted" : "refused", text.at);
            permitted += expected;
            refused += !expected;
        }
        cp_arena_close(arena);
    }
    assert_true(permitted > refused / 50 && refused > permitted / 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sets_permit_what_orders_may_ask_for)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
