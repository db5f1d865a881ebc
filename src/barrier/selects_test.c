#include "selects.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "behind.h"
#include "netlink/rules.h"
#include "rules.h"
#include "share.h"

/*
 * Seeded random small policies: the class that the rules and maps say, looked up as the filter does in the text that nft gets, is
 * that of the first select which names the packet; and so is the table that the kernel's rules lead to.
 */

enum { CASES = 3000, PACKETS = 200, SELECTS_MAX = 12, MANY_MAX = 150, TEXT_MAX = 1 << 16 };

#define HEAD                                                                \
    "cleanpath-edge-policy 1\nserial 1\nissued 2026-01-01T00:00:00Z\nhead " \
    "1 h\nsource fcff::1\nclass 1 x\nclass 2 y\nclass 3 z\n"
#define TAIL "mtu 1280\nsignature x\n"

static struct cp_arena *arena;

struct packet {
    uint8_t family;
    cp_ip from, to;
    uint32_t dscp, proto, from_port, port, mark; /* ports UINT32_MAX: it is no first fragment */
};

static const struct cp_edge_policy *policy_of(const char *text)
{
    struct cp_diag diag = {.why = ""};
    const struct cp_edge_policy *policy = NULL;

    if (cp_edge_policy_read(cp_text_of(text), (cp_text){0}, arena, &policy, &diag) != CP_OK)
        fail_msg("%u: %s", diag.place.line, diag.why);
    return policy;
}

static cp_text rules_of(const struct selects *selects)
{
    struct cp_out out = cp_out_make(arena);
    cp_text text;

    selects_put_rules(selects, &out);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return text;
}

static cp_text elements_of(const struct selects *selects)
{
    struct cp_out out = cp_out_make(arena);
    cp_text text;

    selects_fill(selects, &out);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return text;
}

/* --- the text, as nft and the kernel do by it */

/* Takes words from the front where they stand there. */
static bool take(cp_text *line, const char *words)
{
    if (!cp_text_starts(*line, cp_text_of(words)))
        return false;
    *line = cp_text_sub(*line, strlen(words), line->len);
    return true;
}

static uint32_t take_number(cp_text *line)
{
    uint32_t value = 0;

    while (line->len > 0 && line->at[0] >= '0' && line->at[0] <= '9') {
        value = 10 * value + (uint32_t)(line->at[0] - '0');
        *line = cp_text_sub(*line, 1, line->len);
    }
    return value;
}

static void put_masked(struct cp_out *key, cp_text *line, cp_ip address)
{
    if (take(line, " & ")) {
        size_t len = cp_text_find(*line, ' ', 0);
        cp_ip mask = cp_ip_find(cp_text_sub(*line, 0, len));

        assert_int_equal(mask.family, address.family);
        for (uint32_t i = 0; i < 16; i++)
            address.bytes[i] &= mask.bytes[i];
        *line = cp_text_sub(*line, len, line->len);
    }
    cp_out_ip(key, address);
}

/* The key of a packet; false: it has none, and the rule is not met. */
static bool take_key(struct cp_out *key, cp_text *line, const struct packet *packet)
{
    const char *ip = packet->family == 4 ? "ip " : "ip6 ";

    for (const char *before = "";; before = " . ") {
        cp_out_str(key, before);
        if (take(line, ip)) {
            bool is_source = take(line, "saddr");

            assert_true(is_source || take(line, "daddr"));
            put_masked(key, line, is_source ? packet->from : packet->to);
        } else if (take(line, "th ")) {
            bool is_source = take(line, "sport");

            assert_true(is_source || take(line, "dport"));
            if (packet->port == UINT32_MAX)
                return false;
            cp_out_format(key, "%u", is_source ? packet->from_port : packet->port);
        } else {
            assert_true(take(line, "meta mark & 0x0000ffff"));
            cp_out_format(key, "0x%08x", packet->mark & 0xffff);
        }
        if (!take(line, " . "))
            return true;
    }
}

static uint32_t class_at(const char *at)
{
    uint32_t class = 0;

    assert_int_equal(sscanf(at, "goto class%u", &class), 1);
    return class;
}

/* Whether a set has a key. */
static bool look_up(cp_text elements, cp_text set, cp_text key)
{
    char before[64], element[128];
    const char *at, *end;

    (void)snprintf(before, sizeof before, "add element inet cleanpath %.*s {\n", (int)set.len,
                   set.at);
    (void)snprintf(element, sizeof element, "  %.*s", (int)key.len, key.at);
    at = strstr(elements.at, before);
    assert_non_null(at);
    end = strstr(at, "\n}\n");
    do
        at = strstr(at + 1, element);
    while (at != NULL && strchr(",\n", at[strlen(element)]) == NULL);
    return at != NULL && at < end;
}

/* A range of ports, where one stands there: whether the packet's is of it. */
static bool take_range(cp_text *line, const char *words, uint32_t port)
{
    cp_text at = *line;
    uint32_t low, high;

    if (!take(&at, words))
        return true;
    low = take_number(&at);
    if (!take(&at, "-"))
        return true; /* of a key */
    high = take_number(&at);
    assert_true(take(&at, " "));
    *line = at;
    return port != UINT32_MAX && port >= low && port <= high;
}

static uint32_t judge_rule(cp_text line, cp_text elements, const struct packet *packet)
{
    struct cp_out out = cp_out_make(arena);
    cp_text key;
    size_t end;

    if (!take(&line, packet->family == 4 ? "    meta nfproto ipv4 " : "    meta nfproto ipv6 "))
        return UINT32_MAX;
    if (take(&line, packet->family == 4 ? "ip dscp " : "ip6 dscp ")) {
        if (take_number(&line) != packet->dscp)
            return UINT32_MAX;
        assert_true(take(&line, " "));
    }
    if (take(&line, "meta l4proto ")) {
        if (take_number(&line) != packet->proto)
            return UINT32_MAX;
        assert_true(take(&line, " "));
    }
    if (!take_range(&line, "th sport ", packet->from_port) ||
        !take_range(&line, "th dport ", packet->port))
        return UINT32_MAX;
    if (cp_text_starts(line, CP_TEXT("goto ")))
        return class_at(line.at);
    if (!take_key(&out, &line, packet))
        return UINT32_MAX;
    assert_int_equal(cp_out_done(&out, &key), CP_OK);
    assert_true(take(&line, " @"));
    end = cp_text_find(line, ' ', 0);
    return look_up(elements, cp_text_sub(line, 0, end), key) ? class_at(line.at + end + 1)
                                                             : UINT32_MAX;
}

static uint32_t judge(cp_text rules, cp_text elements, const struct packet *packet)
{
    uint32_t class = UINT32_MAX;
    cp_text line;

    while (class == UINT32_MAX && cp_text_word(&rules, "\n", &line))
        class = judge_rule(line, elements, packet);
    return class;
}

/* --- plainly */

static bool holds(const cp_edge_prefix *prefix, cp_ip address)
{
    cp_ip mask = behind_mask(address.family, prefix->length);

    for (uint32_t i = 0; i < 16; i++)
        if (((prefix->address.bytes[i] ^ address.bytes[i]) & mask.bytes[i]) != 0)
            return false;
    return true;
}

static bool has_port(cp_edge_ports ports, uint32_t port)
{
    return ports.low == UINT32_MAX ||
           (port != UINT32_MAX && port >= ports.low && port <= ports.high);
}

static bool names(const struct cp_edge_select *select, const struct packet *packet)
{
    return (select->from.address.family == 0 || select->from.address.family == packet->family) &&
           (select->to.address.family == 0 || select->to.address.family == packet->family) &&
           holds(&select->from, packet->from) && holds(&select->to, packet->to) &&
           (select->dscp == UINT32_MAX || select->dscp == packet->dscp) &&
           (select->proto == UINT32_MAX || select->proto == packet->proto) &&
           has_port(select->from_port, packet->from_port) && has_port(select->port, packet->port) &&
           (select->mark == UINT32_MAX || select->mark == (packet->mark & 0xffff));
}

static uint32_t first_class(const struct cp_edge_policy *policy, const struct packet *packet)
{
    for (uint32_t i = 0; i < policy->select_count; i++)
        if (names(&policy->selects[i], packet))
            return policy->selects[i].class;
    return UINT32_MAX;
}

/* Where a select that asks for a port names all else; the protocol of a fragment of IPv6 stands in the first one. */
static bool may_be_fragment_of(const struct cp_edge_policy *policy, const struct packet *packet)
{
    for (uint32_t i = 0; i < policy->select_count; i++) {
        struct cp_edge_select select = policy->selects[i];

        if (select.from_port.low == UINT32_MAX && select.port.low == UINT32_MAX)
            continue;
        select.from_port = select.port = CP_EDGE_PORTS_ANY;
        select.proto = packet->family == 6 ? UINT32_MAX : select.proto;
        if (names(&select, packet))
            return true;
    }
    return false;
}

/* --- the kernel's rules, one after the other */

/* The class whose table a packet without a mark of ours goes to; UINT32_MAX: none.  passed: how many rules were looked at. */
static uint32_t walk(const struct rules *rules, const struct packet *packet, uint32_t *passed)
{
    uint32_t from = 0;

    *passed = 0;
    for (uint32_t i = 0; i < rules->count; i++) {
        const struct cp_nl_rule *rule = &rules->rules[i];

        if (rule->family != packet->family || rule->priority < CP_RULE_SELECT ||
            rule->priority < from)
            continue;
        ++*passed;
        if (rule->past == 0 && names(rule->select, packet))
            return rule->table - CP_TABLE_CLASS;
        if (rule->past != 0 && !names(rule->select, packet))
            from = rule->past;
    }
    return UINT32_MAX;
}

/* What is led past something comes to a rule that is there: else the kernel would not lead it.  How many lead so. */
static uint32_t assert_leads_on(const struct rules *rules)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < rules->count; i++) {
        uint32_t to = i;

        if (rules->rules[i].past == 0)
            continue;
        while (to < rules->count &&
               (rules->rules[to].family != rules->rules[i].family ||
                rules->rules[to].priority != rules->rules[i].past || rules->rules[to].past != 0))
            to++;
        assert_true(to < rules->count && rules->rules[i].priority < rules->rules[i].past);
        count++;
    }
    return count;
}

/* --- random ones */

static const char *const prefixes[2][6] = {
    {"0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.0.0/17", "10.1.128.0/17", "10.1.128.1/32"},
    {"::/0", "fd00::/16", "fd00:1::/32", "fd00:1::/33", "fd00:1:8000::/33", "fd00:1:8000::1/128"}};
static const char *const addresses[2][5] = {
    {"10.1.128.1", "10.1.128.2", "10.1.0.1", "10.2.0.1", "192.0.2.1"},
    {"fd00:1:8000::1", "fd00:1:8000::2", "fd00:1::1", "fd00:2::1", "2001:db8::1"}};
static const uint32_t protos[] = {6, 17, 47}, ports[] = {80, 81, 5000};

static uint32_t below(uint64_t *seed, uint32_t limit)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % limit;
}

static size_t CP_PRINTF(3, 4) put(char *text, size_t at, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    at += (size_t)vsnprintf(text + at, TEXT_MAX - at, format, values);
    va_end(values);
    assert_in_range(at, 0, TEXT_MAX - 1);
    return at;
}

typedef enum {
    WORD_FROM = 1,
    WORD_TO = 2,
    WORD_DSCP = 4,
    WORD_PROTO = 8,
    WORD_MARK = 16,
    WORD_PORT = 32,
    WORD_FROM_PORT = 64,
    WORDS_ALL = 127,
    WORDS = 7
} word;

/* One of those above, or of 24 that are of one length. */
static size_t put_prefix(char *text, size_t at, uint64_t *seed, uint32_t f, bool many)
{
    if (!many || below(seed, 8) == 0)
        return put(text, at, " %s", prefixes[f][below(seed, 6)]);
    return f == 0 ? put(text, at, " 10.1.%u.0/24", 10 * below(seed, 24))
                  : put(text, at, " fd00:1:%x::/48", 0xa00 * below(seed, 24));
}

static cp_ip any_address(uint64_t *seed, uint32_t f, bool many)
{
    char text[64];

    if (!many || below(seed, 8) == 0)
        return cp_ip_find(cp_text_of(addresses[f][below(seed, 5)]));
    (void)snprintf(text, sizeof text, f == 0 ? "10.1.%u.1" : "fd00:1:%x::1",
                   (f == 0 ? 10 : 0xa00) * below(seed, 25));
    return cp_ip_find(cp_text_of(text));
}

static size_t put_select(char *text, size_t at, uint64_t *seed, uint32_t words, bool many)
{
    static const char *const wanted_ports[] = {"80", "81", "80-81", "81-5000"};
    const uint32_t ports_words = WORD_PORT | WORD_FROM_PORT;
    uint32_t f = below(seed, 2), proto = below(seed, (words & ports_words) != 0 ? 2 : 3);

    at = put(text, at, "select %u", 1 + below(seed, 3));
    if ((words & WORD_FROM) != 0)
        at = put_prefix(text, put(text, at, " from"), seed, f, many);
    if ((words & WORD_TO) != 0)
        at = put_prefix(text, put(text, at, " to"), seed, f, many);
    if ((words & WORD_DSCP) != 0)
        at = put(text, at, " dscp %u", 32 + below(seed, 2));
    if ((words & (WORD_PROTO | ports_words)) != 0)
        at = put(text, at, " proto %u", protos[proto]);
    if ((words & WORD_FROM_PORT) != 0)
        at = put(text, at, " from-port %s", wanted_ports[below(seed, CP_COUNT(wanted_ports))]);
    if ((words & WORD_PORT) != 0)
        at = put(text, at, " port %s", wanted_ports[below(seed, CP_COUNT(wanted_ports))]);
    if ((words & WORD_MARK) != 0)
        at = put(text, at, " mark %u", 7 + below(seed, 2));
    return put(text, at, "\n");
}

/* Few words are asked for, again and again: shapes come back. */
static const struct cp_edge_policy *make_policy(char *text, uint64_t *seed, bool many)
{
    uint32_t words[] = {1 + below(seed, WORDS_ALL), 1u << below(seed, WORDS),
                        1u << below(seed, WORDS)};
    size_t at = put(text, 0, HEAD);

    for (uint32_t i = 0; many && i < CP_COUNT(words); i++)
        words[i] |= below(seed, 2) == 0 ? WORD_FROM : WORD_TO;
    for (uint32_t i = below(seed, many ? MANY_MAX : SELECTS_MAX); i > 0; i--)
        at = put_select(text, at, seed, words[below(seed, CP_COUNT(words))], many);
    (void)put(text, at, TAIL);
    return policy_of(text);
}

static struct packet make_packet(uint64_t *seed, bool many)
{
    uint32_t f = below(seed, 2);
    struct packet packet = {.family = f == 0 ? 4 : 6,
                            .from = any_address(seed, f, many),
                            .to = any_address(seed, f, many),
                            .dscp = 32 + below(seed, 3),
                            .proto = protos[below(seed, 3)],
                            .from_port = UINT32_MAX,
                            .port = UINT32_MAX,
                            .mark = (1024u << 16) + 7 + below(seed, 3)};

    if (packet.proto != 47 && below(seed, 4) > 0) {
        packet.from_port = ports[below(seed, 3)];
        packet.port = ports[below(seed, 3)];
    }
    return packet;
}

static void a_packet_is_of_the_class_of_the_first_select_that_names_it(void **state)
{
    static char text[TEXT_MAX];
    uint32_t counts[4] = {0}, fragments = 0, led = 0;

    (void)state;
    for (uint32_t c = 0; c < share_of(CASES); c++) {
        uint64_t seed = c;
        bool many = c % 8 == 0;
        const struct cp_edge_policy *policy;
        struct selects selects, rest;
        struct rules kernel;
        cp_text rules, elements, rest_rules, rest_elements;

        arena = cp_arena_open(1 << 24);
        policy = make_policy(text, &seed, many);
        assert_int_equal(selects_gather(policy->selects, policy->select_count, arena, &selects),
                         CP_OK);
        assert_int_equal(selects_gather_fragments(policy, arena, &rest), CP_OK);
        assert_int_equal(rules_gather(policy, arena, &kernel), CP_OK);
        led += assert_leads_on(&kernel);
        rules = rules_of(&selects);
        elements = elements_of(&selects);
        rest_rules = rules_of(&rest);
        rest_elements = elements_of(&rest);
        for (uint32_t i = 0; i < PACKETS; i++) {
            struct packet packet = make_packet(&seed, many);
            uint32_t expected = first_class(policy, &packet), passed;
            bool is_rest = may_be_fragment_of(policy, &packet);

            if (judge(rules, elements, &packet) != expected)
                fail_msg("case %u, packet %u: class %u is right\n%s%s%s", c, i, expected, text,
                         rules.at, elements.at);
            if (walk(&kernel, &packet, &passed) != expected)
                fail_msg("case %u, packet %u: table %u is right\n%s", c, i, expected, text);
            if (judge(rest_rules, rest_elements, &packet) != (is_rest ? 0 : UINT32_MAX))
                fail_msg("case %u, packet %u: %s is right\n%s%s%s", c, i,
                         is_rest ? "a fragment" : "none", text, rest_rules.at, rest_elements.at);
            counts[expected == UINT32_MAX ? 0 : expected]++;
            fragments += is_rest;
        }
        cp_arena_close(arena);
    }
    for (uint32_t i = 0; i < 4; i++)
        assert_true(counts[i] > share_of(CASES) * PACKETS / 20);
    assert_true(fragments > share_of(CASES) * PACKETS / 20);
    assert_true(led > share_of(CASES) / 32);
}

/* --- how many runs there are */

static void assert_rules(const char *lines, const char *expected)
{
    const struct cp_edge_policy *policy;
    struct selects selects;
    static char text[TEXT_MAX];
    cp_text rules;

    (void)snprintf(text, sizeof text, "%s%s%s", HEAD, lines, TAIL);
    arena = cp_arena_open(1 << 20);
    policy = policy_of(text);
    assert_int_equal(selects_gather(policy->selects, policy->select_count, arena, &selects), CP_OK);
    rules = rules_of(&selects);
    if (!cp_text_is(rules, expected))
        print_error("%.*s", (int)rules.len, rules.at);
    assert_true(cp_text_is(rules, expected));
    cp_arena_close(arena);
}

static void selects_of_one_shape_and_class_are_one_lookup(void **state)
{
    (void)state;
    assert_rules(
        "select 1 from 10.1.0.0/24 to 10.9.0.0/16 dscp 32 proto 17 port 80 mark 0x7\n"
        "select 1 from 10.1.1.0/24 to 10.8.0.0/16 dscp 32 proto 17 port 81 mark 0x9\n"
        "select 2 from 10.1.1.0/24 to 10.8.0.0/16 dscp 32 proto 17 port 81 mark 0x9\n",
        "    meta nfproto ipv4 ip dscp 32 meta l4proto 17 ip saddr & 255.255.255.0 . "
        "ip daddr & 255.255.0.0 . th dport . meta mark & 0x0000ffff @select0 goto class1\n"
        "    meta nfproto ipv4 ip dscp 32 meta l4proto 17 ip saddr & 255.255.255.0 . "
        "ip daddr & 255.255.0.0 . th dport . meta mark & 0x0000ffff @select1 goto class2\n");
    assert_rules(
        "select 1 to fd00:1::/32 proto 17 port 80-90\nselect 1 to fd00:2::/32 proto 17 port 80-90\n"
        "select 2 to fd00:2::/32 proto 17 port 80-91\n",
        "    meta nfproto ipv6 meta l4proto 17 th dport 80-90 ip6 daddr & ffff:ffff:: @select0 goto class1\n"
        "    meta nfproto ipv6 meta l4proto 17 th dport 80-91 ip6 daddr & ffff:ffff:: @select1 goto class2\n");
    assert_rules("select 1 proto 6 port 5432\nselect 1 proto 6 from-port 5432\n"
                 "select 1 proto 6 from-port 5433\nselect 2 proto 6 from-port 80-90 port 81-91\n"
                 "select 3 proto 6 from-port 80 port 81 mark 0x7\n",
                 "    meta nfproto ipv4 meta l4proto 6 th dport @select0 goto class1\n"
                 "    meta nfproto ipv6 meta l4proto 6 th dport @select1 goto class1\n"
                 "    meta nfproto ipv4 meta l4proto 6 th sport @select2 goto class1\n"
                 "    meta nfproto ipv6 meta l4proto 6 th sport @select3 goto class1\n"
                 "    meta nfproto ipv4 meta l4proto 6 th sport 80-90 th dport 81-91 goto class2\n"
                 "    meta nfproto ipv6 meta l4proto 6 th sport 80-90 th dport 81-91 goto class2\n"
                 "    meta nfproto ipv4 meta l4proto 6 th sport . th dport . "
                 "meta mark & 0x0000ffff @select6 goto class3\n"
                 "    meta nfproto ipv6 meta l4proto 6 th sport . th dport . "
                 "meta mark & 0x0000ffff @select7 goto class3\n");
}

static void a_shape_is_looked_up_again_only_where_the_order_matters(void **state)
{
    (void)state;
    /* One class; then packets of which none is of both; then one that is. */
    assert_rules("select 1 from 10.1.0.0/24\nselect 1 to 10.1.0.0/24\nselect 1 from 10.2.0.0/24\n",
                 "    meta nfproto ipv4 ip saddr & 255.255.255.0 @select0 goto class1\n"
                 "    meta nfproto ipv4 ip daddr & 255.255.255.0 @select1 goto class1\n");
    assert_rules(
        "select 1 from 10.1.0.0/24\nselect 2 from 10.3.0.0/24\nselect 1 from 10.2.0.0/24\n",
        "    meta nfproto ipv4 ip saddr & 255.255.255.0 @select0 goto class1\n"
        "    meta nfproto ipv4 ip saddr & 255.255.255.0 @select1 goto class2\n");
    assert_rules(
        "select 1 to 10.1.0.0/24 proto 6 from-port 80\n"
        "select 2 to 10.1.0.0/24 proto 6 from-port 81\n"
        "select 1 to 10.1.0.0/24 proto 6 from-port 82\n",
        "    meta nfproto ipv4 meta l4proto 6 ip daddr & 255.255.255.0 . th sport @select0 "
        "goto class1\n"
        "    meta nfproto ipv4 meta l4proto 6 ip daddr & 255.255.255.0 . th sport @select1 "
        "goto class2\n");
    assert_rules("select 1 from 10.1.0.0/24\nselect 2 to 10.1.0.0/24\nselect 1 from 10.2.0.0/24\n",
                 "    meta nfproto ipv4 ip saddr & 255.255.255.0 @select0 goto class1\n"
                 "    meta nfproto ipv4 ip daddr & 255.255.255.0 @select1 goto class2\n"
                 "    meta nfproto ipv4 ip saddr & 255.255.255.0 @select2 goto class1\n");
}

/* Each from one of ours to one of a thousand others, out of order. */
static void of_a_thousand_rules_a_packet_passes_few(void **state)
{
    static char text[TEXT_MAX];
    size_t at = put(text, 0, HEAD);
    struct packet packet = {.family = 4, .from_port = UINT32_MAX, .port = UINT32_MAX};
    struct rules rules;
    uint32_t passed, seed = 7;

    (void)state;
    for (uint32_t n = 0; n < 1000; n++, seed = (seed * 21 + 1) % 1000)
        at = put(text, at, "select 1 from 10.%u.0.0/16 to 30.%u.%u.0/24\n", seed % 2, seed / 256,
                 seed % 256);
    (void)put(text, at, TAIL);
    arena = cp_arena_open(1 << 24);
    assert_int_equal(rules_gather(policy_of(text), arena, &rules), CP_OK);
    assert_in_range(rules.count, 1000, 1250);
    packet.from = cp_ip_find(CP_TEXT("10.1.0.1"));
    packet.to = cp_ip_find(CP_TEXT("192.0.2.1"));
    assert_int_equal(walk(&rules, &packet, &passed), UINT32_MAX);
    assert_in_range(passed, 1, 5);
    for (uint32_t n = 0; n < 1000; n++) {
        char to[32];

        (void)snprintf(to, sizeof to, "30.%u.%u.1", n / 256, n % 256);
        packet.to = cp_ip_find(cp_text_of(to));
        assert_int_equal(walk(&rules, &packet, &passed), n % 2 == 1 ? 1 : UINT32_MAX);
        assert_in_range(passed, 1, 40);
    }
    cp_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_packet_is_of_the_class_of_the_first_select_that_names_it),
        cmocka_unit_test(selects_of_one_shape_and_class_are_one_lookup),
        cmocka_unit_test(a_shape_is_looked_up_again_only_where_the_order_matters),
        cmocka_unit_test(of_a_thousand_rules_a_packet_passes_few),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
