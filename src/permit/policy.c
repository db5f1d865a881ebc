#include "permit/policy.h"

#include <stdlib.h>
#include <string.h>

#include "base/moment.h"
#include "base/num.h"
#include "base/signature.h"

#include "find.h"
#include "permit/words.h"

/*
 * A line's kind has a shape, a letter a word (read_shape); what it says is stored by kind (store).  Each line is
 * looked at once, and what it refers to found by bisection: O(n log n) in all.
 */
enum { MTU_LEAST = 1280 };

typedef enum {
    K_VERSION,
    K_SERIAL,
    K_ISSUED,
    K_HEAD,
    K_NODE,
    K_SOURCE,
    K_CLASS,
    K_INSIDE,
    K_FIRST,
    K_SELECT,
    K_ADJACENCY,
    K_NODE_SID,
    K_UNPACK4,
    K_UNPACK6,
    K_BEHIND,
    K_LOCAL_ADJACENCY,
    K_LOCAL_END,
    K_LOCAL_UNPACK4,
    K_LOCAL_UNPACK6,
    K_HMAC,
    K_MTU,
    K_COUNT
} line_kind;

/* n number, k class's own number, l long number, N node, w word, i interface, 6 IPv6 address, c classes, C class, p prefix, t time,
 * u until, a addresses, s select.  once: stands exactly once. */
static const struct {
    const char *name, *shape;
    bool once;
} kinds[K_COUNT] = {
    [K_VERSION] = {"cleanpath-edge-policy", "n", true},
    [K_SERIAL] = {"serial", "l", true},
    [K_ISSUED] = {"issued", "t", true},
    [K_HEAD] = {"head", "nwa", true},
    [K_NODE] = {"node", "nwa", false},
    [K_SOURCE] = {"source", "6", true},
    [K_CLASS] = {"class", "kw", false},
    [K_INSIDE] = {"inside", "i", false},
    [K_FIRST] = {"first", "ni6Nc", false},
    [K_SELECT] = {"select", "Cs", false},
    [K_ADJACENCY] = {"adjacency", "6NNcu", false},
    [K_NODE_SID] = {"node-sid", "6Ncu", false},
    [K_UNPACK4] = {"unpack4", "6N", false},
    [K_UNPACK6] = {"unpack6", "6N", false},
    [K_BEHIND] = {"behind", "CNp", false},
    [K_LOCAL_ADJACENCY] = {"local-adjacency", "66i", false},
    [K_LOCAL_END] = {"local-end", "6", false},
    [K_LOCAL_UNPACK4] = {"local-unpack4", "6", false},
    [K_LOCAL_UNPACK6] = {"local-unpack6", "6", false},
    [K_HMAC] = {"hmac", "nw", false},
    [K_MTU] = {"mtu", "n", true},
};

struct line {
    uint32_t n[3], n_count, ip_count, number;
    uint64_t wide, until_us;
    cp_text word, interface, addresses, whole, rest;
    cp_ip ip[2];
    cp_edge_prefix prefix;
    cp_edge_classes classes;
    struct cp_edge_select select;
};

struct reader {
    struct cp_edge_policy policy; /* its arrays have room for all that stands in the text */
    struct cp_diag *diag;
    line_kind kind; /* of the line before */
    uint32_t seen;  /* bits: kinds */
    uint32_t last;  /* number of the line before, where it is of the same kind */
};

/* The subject lies in the line, or is empty: then the place is the line's end. */
static cp_err bad(const struct reader *in, const struct line *line, cp_err err, const char *why,
                  cp_text subject)
{
    size_t column = subject.len > 0 ? (size_t)(subject.at - line->whole.at) : line->whole.len;

    return cp_diag_set(in->diag, err, (cp_place){0, line->number, (uint32_t)column + 1}, why,
                       subject);
}

static cp_text next_word(struct line *line)
{
    cp_text word = {0};

    return cp_text_word(&line->rest, " ", &word) ? word : (cp_text){0};
}

static bool read_classes(const struct reader *in, cp_text word, cp_edge_classes *classes)
{
    cp_text one;

    *classes = 0;
    for (size_t at = 0; at <= word.len; at += one.len + 1) {
        uint32_t number = 0;
        cp_edge_classes bit;

        one = cp_text_sub(word, at, cp_text_find(word, ',', at) - at);
        bit = cp_num_u32(one, CP_EDGE_CLASS_MAX, &number) == CP_OK
                  ? cp_edge_class_bit(&in->policy, number)
                  : 0;
        if (bit == 0 || (*classes & bit) != 0)
            return false;
        *classes |= bit;
    }
    return true;
}

static cp_err read_select(const struct reader *in, struct line *line)
{
    cp_text wrong;
    const char *why;

    line->select = cp_edge_select_any(line->n[0]);
    why = cp_edge_read_selectors(line->rest, CP_EDGE_FROM, &line->select, &wrong);
    line->rest = (cp_text){0};
    return why == NULL ? CP_OK : bad(in, line, CP_ERR_MALFORMED, why, wrong);
}

/* What is wrong with a word that is not what its letter says. */
static const char *why_not(char letter, cp_text word)
{
    static const struct {
        char letter;
        const char *why;
    } known[] = {
        {'l', "not a number"},
        {'t', "not a time such as 2026-11-29T10:00:00Z"},
        {'w', "not a name (letters, digits, '.', '_', '-')"},
        {'i', "not the name of an interface"},
        {'6', "not an IPv6 address"},
        {'c', "not numbers of class lines, each once, with commas between"},
        {'p', "not a prefix without bits behind its length"},
        {'N', "not the number of a node line"},
        {'C', "not the number of a class line"},
        {'k', "not a number from 1 to 1023"},
    };

    if (word.len == 0)
        return "a word is missing";
    for (size_t i = 0; i < CP_COUNT(known); i++)
        if (known[i].letter == letter)
            return known[i].why;
    return "not a number from 1 to 65535";
}

static cp_err read_until(const struct reader *in, struct line *line)
{
    cp_text word = next_word(line), time;

    line->until_us = UINT64_MAX;
    if (word.len == 0)
        return CP_OK;
    time = next_word(line);
    if (!cp_text_is(word, "until"))
        return bad(in, line, CP_ERR_MALFORMED, "not 'until' and a time", word);
    if (cp_moment_parse(time, &line->until_us) != CP_OK)
        return bad(in, line, CP_ERR_MALFORMED, why_not('t', time), time);
    return CP_OK;
}

static cp_err read_addresses(const struct reader *in, struct line *line)
{
    cp_text word;

    line->addresses = cp_text_trim(line->rest);
    while ((word = next_word(line)).len > 0)
        if (cp_ip_find(word).family == 0)
            return bad(in, line, CP_ERR_MALFORMED, "not an address", word);
    return CP_OK;
}

/* One word of a shape; false: it is not that. */
static bool read_word(const struct reader *in, struct line *line, char letter, cp_text word)
{
    uint32_t *number = &line->n[line->n_count % CP_COUNT(line->n)];
    cp_ip *ip = &line->ip[line->ip_count % CP_COUNT(line->ip)];

    switch (letter) {
    case 'l':
        return cp_num_u64(word, UINT64_MAX, &line->wide) == CP_OK;
    case 't':
        return cp_moment_parse(word, &line->wide) == CP_OK;
    case 'w':
        line->word = word;
        return cp_edge_is_name(word, CP_EDGE_WORD_MAX);
    case 'i':
        line->interface = word;
        return cp_edge_is_name(word, CP_EDGE_INTERFACE_MAX);
    case '6':
        line->ip_count++;
        return (*ip = cp_ip_find(word)).family == 6;
    case 'c':
        return read_classes(in, word, &line->classes);
    case 'p':
        return cp_edge_read_prefix(word, &line->prefix);
    default:
        line->n_count++;
        return cp_num_u32(word, letter == 'k' ? CP_EDGE_CLASS_MAX : CP_EDGE_NUMBER_MAX, number) ==
                   CP_OK &&
               *number > 0 && (letter != 'N' || cp_edge_node_find(&in->policy, *number) != NULL) &&
               (letter != 'C' || cp_edge_class_bit(&in->policy, *number) != 0);
    }
}

static cp_err read_shape(const struct reader *in, struct line *line, const char *shape)
{
    for (; *shape != '\0'; shape++) {
        if (*shape == 's') {
            CP_TRY(read_select(in, line));
        } else if (*shape == 'u') {
            CP_TRY(read_until(in, line));
        } else if (*shape == 'a') {
            CP_TRY(read_addresses(in, line));
        } else {
            cp_text word = next_word(line);

            if (!read_word(in, line, *shape, word))
                return bad(in, line, CP_ERR_MALFORMED, why_not(*shape, word), word);
        }
    }
    if (next_word(line).len > 0)
        return bad(in, line, CP_ERR_MALFORMED, "more words than belong here", (cp_text){0});
    return CP_OK;
}

static struct cp_edge_node *node_at(const struct cp_edge_policy *policy, uint32_t number)
{
    return &policy->nodes[cp_edge_node_find(policy, number) - policy->nodes];
}

static cp_err store_sid(struct reader *in, const struct line *line, cp_edge_sid_kind kind)
{
    struct cp_edge_policy *policy = &in->policy;
    uint32_t from = line->n_count > 0 ? line->n[0] : policy->nodes[0].number;

    if (kind == CP_EDGE_UNPACK4 || kind == CP_EDGE_UNPACK6) {
        cp_ip *unpack = &node_at(policy, from)->unpack[kind == CP_EDGE_UNPACK6];

        if (unpack->family != 0)
            return bad(in, line, CP_ERR_DUPLICATE, "this node has one", (cp_text){0});
        *unpack = line->ip[0];
    }
    policy->sids[policy->sid_count++] =
        (struct cp_edge_sid){.sid = line->ip[0],
                             .via = line->ip[1],
                             .interface = line->interface,
                             .kind = kind,
                             .from = from,
                             .to = line->n_count > 1 ? line->n[1] : from,
                             .classes = line->classes,
                             .until_us = line->until_us,
                             .line = line->number};
    return CP_OK;
}

static cp_err store_behind(struct reader *in, const struct line *line)
{
    struct cp_edge_policy *policy = &in->policy;
    struct cp_edge_demand demand = {line->n[0], line->n[1], policy->prefix_count, 0};
    struct cp_edge_node *node = node_at(policy, demand.endpoint);
    uint32_t count = policy->demand_count;
    int order = count == 0 ? -1 : cp_edge_demand_compare(&policy->demands[count - 1], &demand);

    if (node->unpack[line->prefix.address.family == 6].family == 0)
        return bad(in, line, CP_ERR_UNKNOWN_ID, "this node cannot unpack this family",
                   (cp_text){0});
    if (order > 0)
        return bad(in, line, CP_ERR_MALFORMED, "not in ascending order", (cp_text){0});
    if (order < 0)
        policy->demands[policy->demand_count++] = demand;
    policy->demands[policy->demand_count - 1].prefix_count++;
    node->behind |= cp_edge_class_bit(policy, demand.class);
    policy->prefixes[policy->prefix_count] = line->prefix;
    policy->prefixes[policy->prefix_count++].line = line->number;
    return CP_OK;
}

static cp_err store(struct reader *in, const struct line *line, line_kind kind)
{
    struct cp_edge_policy *policy = &in->policy;
    uint32_t number = line->n[0];

    switch (kind) {
    case K_VERSION:
        return number == 1 ? CP_OK : bad(in, line, CP_ERR_MALFORMED, "not version 1", (cp_text){0});
    case K_SERIAL:
        policy->serial = line->wide;
        return CP_OK;
    case K_ISSUED:
        policy->issued_us = line->wide;
        return CP_OK;
    case K_HEAD:
    case K_NODE:
        policy->nodes[policy->node_count++] = (struct cp_edge_node){
            .number = number, .name = line->word, .addresses = line->addresses};
        return kind == K_HEAD || number != policy->nodes[0].number
                   ? CP_OK
                   : bad(in, line, CP_ERR_DUPLICATE, "this is head", (cp_text){0});
    case K_SOURCE:
        policy->source = line->ip[0];
        return CP_OK;
    case K_CLASS:
        if (policy->class_count == CP_EDGE_CLASSES)
            return bad(in, line, CP_ERR_LIMIT, "more than 64 classes", (cp_text){0});
        policy->classes[policy->class_count++] = (struct cp_edge_class){number, line->word};
        return CP_OK;
    case K_INSIDE:
        policy->inside[policy->inside_count++] = line->interface;
        return CP_OK;
    case K_FIRST:
        policy->firsts[policy->first_count++] =
            (struct cp_edge_first){number, line->interface, line->ip[0], line->n[1], line->classes};
        return CP_OK;
    case K_SELECT:
        policy->selects[policy->select_count++] = line->select;
        return CP_OK;
    case K_BEHIND:
        return store_behind(in, line);
    case K_HMAC:
        policy->hmacs[policy->hmac_count++] =
            (struct cp_edge_hmac){number, cp_text_is(line->word, "sha256") ? 2 : 1};
        return cp_text_is(line->word, "sha256") || cp_text_is(line->word, "sha1")
                   ? CP_OK
                   : bad(in, line, CP_ERR_MALFORMED, "not sha1 or sha256", line->word);
    case K_MTU:
        policy->mtu = number;
        return number >= MTU_LEAST ? CP_OK
                                   : bad(in, line, CP_ERR_RANGE, "below 1280", (cp_text){0});
    default:
        return store_sid(in, line,
                         (cp_edge_sid_kind)(kind < K_BEHIND ? kind - K_ADJACENCY
                                                            : kind - K_LOCAL_ADJACENCY +
                                                                  CP_EDGE_LOCAL_ADJACENCY));
    }
}

static line_kind kind_of(cp_text word)
{
    uint32_t kind = 0;

    while (kind < K_COUNT && !cp_text_is(word, kinds[kind].name))
        kind++;
    return (line_kind)kind;
}

/* What has to stand before a line of this kind, or before the end. */
static cp_err check_before(const struct reader *in, const struct line *line, line_kind kind)
{
    for (uint32_t before = 0; before < kind; before++)
        if (kinds[before].once && (in->seen >> before & 1) == 0)
            return cp_diag_set(in->diag, CP_ERR_MALFORMED, (cp_place){0, line->number, 1},
                               "a line is missing before this", cp_text_of(kinds[before].name));
    return CP_OK;
}

/* Kinds ascend, and so do the numbers that things of some kinds begin with. */
static cp_err read_line(struct reader *in, struct line *line)
{
    const uint32_t numbered = 1u << K_NODE | 1u << K_CLASS | 1u << K_FIRST | 1u << K_HMAC;
    cp_text word = next_word(line);
    line_kind kind = kind_of(word);

    if (kind == K_COUNT)
        return bad(in, line, CP_ERR_MALFORMED, "no such line", word);
    if (kind < in->kind || (kinds[kind].once && (in->seen >> kind & 1) != 0))
        return bad(in, line, CP_ERR_MALFORMED, "such a line stands further up, or once", word);
    CP_TRY(check_before(in, line, kind));
    CP_TRY(read_shape(in, line, kinds[kind].shape));
    if ((numbered >> kind & 1) != 0 && kind == in->kind && line->n[0] <= in->last)
        return bad(in, line, CP_ERR_DUPLICATE, "not in ascending order", (cp_text){0});
    in->kind = kind;
    in->last = line->n[0];
    in->seen |= 1u << kind;
    return store(in, line, kind);
}

/* The next line without comment and end; false where there is none. */
static bool take_line(cp_text text, size_t *at, struct line *line)
{
    size_t end = cp_text_find(text, '\n', *at);

    if (*at >= text.len)
        return false;
    *line = (struct line){.number = line->number + 1, .whole = cp_text_sub(text, *at, end - *at)};
    line->rest = cp_text_sub(line->whole, 0, cp_text_find(line->whole, '#', 0));
    *at = end + 1;
    return true;
}

static cp_err take_arrays(struct reader *in, cp_text text, struct cp_arena *arena)
{
    struct cp_edge_policy *policy = &in->policy;
    uint32_t counts[K_COUNT + 1] = {0}, sids = 0;
    struct line line = {0};

    for (size_t at = 0; take_line(text, &at, &line);)
        counts[kind_of(next_word(&line))]++;
    for (uint32_t kind = K_ADJACENCY; kind <= K_LOCAL_UNPACK6; kind++)
        sids += counts[kind];
    policy->nodes = CP_TAKE(arena, counts[K_NODE] + 1, struct cp_edge_node);
    policy->classes = CP_TAKE(arena, counts[K_CLASS], struct cp_edge_class);
    policy->inside = CP_TAKE(arena, counts[K_INSIDE], cp_text);
    policy->firsts = CP_TAKE(arena, counts[K_FIRST], struct cp_edge_first);
    policy->selects = CP_TAKE(arena, counts[K_SELECT], struct cp_edge_select);
    policy->sids = CP_TAKE(arena, sids, struct cp_edge_sid);
    policy->demands = CP_TAKE(arena, counts[K_BEHIND], struct cp_edge_demand);
    policy->prefixes = CP_TAKE(arena, counts[K_BEHIND], cp_edge_prefix);
    policy->hmacs = CP_TAKE(arena, counts[K_HMAC], struct cp_edge_hmac);
    return policy->nodes && policy->classes && policy->inside && policy->firsts &&
                   policy->selects && policy->sids && policy->demands && policy->prefixes &&
                   policy->hmacs
               ? CP_OK
               : CP_ERR_NOMEM;
}

static int compare_sids(const void *left, const void *right)
{
    const struct cp_edge_sid *a = left, *b = right;
    int order = cp_ip_cmp(a->sid, b->sid);

    return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

static int compare_prefixes(const void *left, const void *right)
{
    const cp_edge_prefix *a = left, *b = right;
    int order = cp_ip_cmp(a->address, b->address);

    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

/* Whether b lies inside of a. */
static bool contains(const cp_edge_prefix *a, const cp_edge_prefix *b)
{
    if (a->address.family != b->address.family || a->length > b->length)
        return false;
    for (uint32_t bit = 0; bit < a->length; bit++)
        if (((a->address.bytes[bit / 8] ^ b->address.bytes[bit / 8]) >> (7 - bit % 8) & 1) != 0)
            return false;
    return true;
}

static int compare_lines(const void *left, const void *right)
{
    const cp_edge_prefix *a = left, *b = right;

    return (a->line > b->line) - (a->line < b->line);
}

/*
 * A prefix of one class lies behind one endpoint.  Sorted, what lies inside of a prefix follows it at once.
 */
static cp_err check_class(struct reader *in, cp_edge_prefix *sorted, uint32_t count)
{
    struct cp_edge_policy *policy = &in->policy;

    qsort(sorted, count, sizeof *sorted, compare_prefixes);
    for (uint32_t i = 0; i + 1 < count; i++) {
        struct line line = {.number = sorted[i + 1].line};
        cp_edge_prefix *outer;

        if (compare_prefixes(&sorted[i], &sorted[i + 1]) == 0)
            return bad(in, &line, CP_ERR_DUPLICATE, "another line has this prefix", (cp_text){0});
        if (!contains(&sorted[i], &sorted[i + 1]))
            continue;
        outer = bsearch(&sorted[i], policy->prefixes, policy->prefix_count, sizeof *sorted,
                        compare_lines);
        outer->divided = true;
    }
    return CP_OK;
}

/* A SID is one thing. */
static cp_err check_sids(struct reader *in)
{
    struct cp_edge_policy *policy = &in->policy;

    qsort(policy->sids, policy->sid_count, sizeof *policy->sids, compare_sids);
    for (uint32_t i = 1; i < policy->sid_count; i++) {
        const struct cp_edge_sid *a = &policy->sids[i - 1], *b = a + 1;
        struct line line = {.number = b->line};

        if (cp_ip_eq(a->sid, b->sid) && (b->kind > CP_EDGE_NODE_SID || b->kind != a->kind ||
                                         b->from != a->from || b->to != a->to))
            return bad(in, &line, CP_ERR_DUPLICATE, "another line has this SID", (cp_text){0});
    }
    return CP_OK;
}

static cp_err check_whole(struct reader *in, struct cp_arena *arena)
{
    struct cp_edge_policy *policy = &in->policy;
    cp_edge_prefix *sorted = CP_TAKE(arena, policy->prefix_count, cp_edge_prefix);

    if (sorted == NULL)
        return CP_ERR_NOMEM;
    memcpy(sorted, policy->prefixes, policy->prefix_count * sizeof *sorted);
    for (uint32_t first = 0, d = 0, end; d < policy->demand_count;
         d++) { /* a class after the other */
        end = policy->demands[d].prefix_first + policy->demands[d].prefix_count;
        if (d + 1 < policy->demand_count &&
            policy->demands[d + 1].class == policy->demands[d].class)
            continue;
        CP_TRY(check_class(in, sorted + first, end - first));
        first = end;
    }
    return check_sids(in);
}

/* Takes the last line off the text, once it is known to be the key's signature of the rest. */
static cp_err check_signature(const struct reader *in, cp_text *text, cp_text public_pem)
{
    static const char before[] = "signature ";
    struct line line = {.number = 1};
    size_t last = 0;
    cp_err err;

    for (size_t at = 0; at + 1 < text->len && (at = cp_text_find(*text, '\n', at) + 1) < text->len;
         line.number++)
        last = at;
    line.whole = cp_text_sub(*text, last, text->len);
    if (!cp_text_starts(line.whole, cp_text_of(before)) || !cp_text_ends(line.whole, CP_TEXT("\n")))
        return bad(in, &line, CP_ERR_MALFORMED, "the last line is no signature", (cp_text){0});
    *text = cp_text_sub(*text, 0, last);
    line.rest = cp_text_sub(line.whole, sizeof before - 1, line.whole.len - sizeof before);
    err = public_pem.len == 0 ? CP_OK : cp_signature_check(*text, line.rest, public_pem);
    return err == CP_OK ? CP_OK
                        : cp_diag_set(in->diag, CP_ERR_CONFLICT, (cp_place){0, line.number, 1},
                                      "not the key's signature of this text", (cp_text){0});
}

cp_err cp_edge_policy_read(cp_text text, cp_text public_pem, struct cp_arena *arena,
                           const struct cp_edge_policy **out, struct cp_diag *diag)
{
    struct reader *in = CP_TAKE(arena, 1, struct reader);
    struct line line = {0};

    if (in == NULL)
        return CP_ERR_NOMEM;
    in->diag = diag;
    CP_TRY(check_signature(in, &text, public_pem));
    CP_TRY(take_arrays(in, text, arena));
    for (size_t at = 0; take_line(text, &at, &line);)
        if (cp_text_trim(line.rest).len > 0)
            CP_TRY(read_line(in, &line));
    line.number++; /* that of the signature */
    CP_TRY(check_before(in, &line, K_COUNT));
    CP_TRY(check_whole(in, arena));
    *out = &in->policy;
    return CP_OK;
}
