#include "edge_facts.h"

#include <stdlib.h>
#include <string.h>

#include "permit/words.h"

/* Words are gathered in the order of the facts, sorted by what they say, and each one's repeats left out: O(n log n). */

cp_err cp_edge_facts_find(struct cp_edge_facts *facts, const struct cp_edge_finding *finding)
{
    struct cp_edge_finding *at = cp_list_more(&facts->findings, facts->arena, sizeof *at);

    if (at == NULL)
        return CP_ERR_NOMEM;
    *at = *finding;
    facts->refused = facts->refused || !finding->warns;
    return CP_OK;
}

static cp_err find_wrong(struct cp_edge_facts *facts, const char *why, const struct cp_fact *fact,
                         cp_text word)
{
    return cp_edge_facts_find(
        facts, &(struct cp_edge_finding){
                   .why = why, .subject = word, .place = fact->place, .other = CP_PLACE_NONE});
}

static cp_err warn_left_out(struct cp_edge_facts *facts, const char *why,
                            const struct cp_fact *fact)
{
    return cp_edge_facts_find(facts, &(struct cp_edge_finding){.why = why,
                                                               .subject = fact->value,
                                                               .place = fact->place,
                                                               .other = CP_PLACE_NONE,
                                                               .warns = true});
}

/* Two that exclude each other. */
static cp_err find_both(struct cp_edge_facts *facts, const struct cp_edge_word *a,
                        const struct cp_edge_word *b)
{
    return cp_edge_facts_find(
        facts, &(struct cp_edge_finding){
                   .why = "another value than stated before, and there can be one alone",
                   .subject = b->text,
                   .place = b->place,
                   .other = a->place});
}

/* NULL: it is such a value. */
static const char *read_value(cp_edge_value value, struct cp_edge_word *word)
{
    cp_text text = word->text;

    switch (value) {
    case CP_EDGE_PREFIX:
        return cp_edge_read_prefix(text, &word->prefix)
                   ? NULL
                   : "not a prefix without bits behind its length";
    case CP_EDGE_INTERFACE:
        return cp_edge_is_name(text, CP_EDGE_INTERFACE_MAX) ? NULL : "not the name of an interface";
    case CP_EDGE_ADDRESS:
        word->prefix.address = cp_ip_find(cp_text_sub(text, 0, cp_text_find(text, '/', 0)));
        return word->prefix.address.family != 0 ? NULL : "not an address";
    case CP_EDGE_SID:
        word->prefix.address = cp_ip_find(text);
        break;
    case CP_EDGE_ANY:
        return NULL;
    }
    return word->prefix.address.family == 6 ? NULL : "not an IPv6 address";
}

static cp_err add_words(struct cp_edge_facts *facts, const struct cp_fact *fact,
                        cp_edge_value value, struct cp_list *list)
{
    cp_text rest = fact->value, text;

    while (cp_text_word(&rest, value == CP_EDGE_ADDRESS || value == CP_EDGE_ANY ? " ,;" : " ",
                        &text)) {
        struct cp_edge_word word = {.text = text, .place = fact->place, .order = list->count};
        const char *why = read_value(value, &word);
        struct cp_edge_word *at;

        if (why != NULL) {
            CP_TRY(find_wrong(facts, why, fact, text));
            continue;
        }
        at = cp_list_more(list, facts->arena, sizeof *at);
        if (at == NULL)
            return CP_ERR_NOMEM;
        *at = word;
    }
    return CP_OK;
}

static int compare_values(const struct cp_edge_word *a, const struct cp_edge_word *b)
{
    int order = cp_ip_cmp(a->prefix.address, b->prefix.address);

    if (order == 0 && a->prefix.address.family == 0)
        return cp_text_cmp(a->text, b->text);
    return order != 0 ? order : (int)a->prefix.length - (int)b->prefix.length;
}

static int by_value(const void *left, const void *right)
{
    const struct cp_edge_word *a = left, *b = right;
    int order = compare_values(a, b);

    return order != 0 ? order : (a->order > b->order) - (a->order < b->order);
}

static int by_order(const void *left, const void *right)
{
    const struct cp_edge_word *a = left, *b = right;

    return (a->order > b->order) - (a->order < b->order);
}

static void leave_repeats_out(struct cp_edge_words *words)
{
    uint32_t kept = 0;

    if (words->count < 2)
        return;
    qsort(words->at, words->count, sizeof *words->at, by_value);
    for (uint32_t i = 0; i < words->count; i++)
        if (i == 0 || compare_values(&words->at[i], &words->at[kept - 1]) != 0)
            words->at[kept++] = words->at[i];
    words->count = kept;
    qsort(words->at, words->count, sizeof *words->at, by_order);
}

cp_err cp_edge_facts_words(struct cp_edge_facts *facts, cp_object_kind kind, uint32_t object,
                           const char *attribute, cp_edge_value value, struct cp_edge_words *out)
{
    const uint32_t *range = kind == CP_OBJECT_NODE ? facts->c->node_facts : facts->c->link_facts;
    struct cp_list list = {0};

    for (uint32_t f = range == NULL ? 0 : range[object]; range != NULL && f < range[object + 1];
         f++) {
        const struct cp_fact *fact = &facts->c->facts[f];

        if (fact->part.len > 0 || !cp_text_is(fact->attribute, attribute))
            continue;
        if (fact->expires != CP_DATE_NONE && fact->expires < facts->as_of)
            CP_TRY(
                warn_left_out(facts, "does not count, for it has expired on the day asked", fact));
        else if (cp_text_is(fact->value, "unknown"))
            CP_TRY(warn_left_out(facts, "nothing is known of what the edge policy asks for", fact));
        else
            CP_TRY(add_words(facts, fact, value, &list));
    }
    *out = (struct cp_edge_words){CP_AT(list, struct cp_edge_word), list.count};
    leave_repeats_out(out);
    return CP_OK;
}

cp_err cp_edge_facts_one(struct cp_edge_facts *facts, uint32_t node, const char *attribute,
                         cp_ip *out)
{
    struct cp_edge_words words;

    CP_TRY(cp_edge_facts_words(facts, CP_OBJECT_NODE, node, attribute, CP_EDGE_SID, &words));
    *out = words.count > 0 ? words.at[0].prefix.address : (cp_ip){0};
    for (uint32_t i = 1; i < words.count; i++)
        CP_TRY(find_both(facts, &words.at[0], &words.at[i]));
    return CP_OK;
}

static bool is_of_link(cp_ip address)
{
    return address.family == 6 && address.bytes[0] == 0xfe && (address.bytes[1] & 0xc0) == 0x80;
}

cp_err cp_edge_facts_next_hop(struct cp_edge_facts *facts, uint32_t link, const char *attribute,
                              cp_ip *out)
{
    const struct cp_edge_word *best = NULL, *word;
    struct cp_edge_words words;

    CP_TRY(cp_edge_facts_words(facts, CP_OBJECT_LINK, link, attribute, CP_EDGE_ADDRESS, &words));
    for (word = words.at; word < words.at + words.count; word++)
        if (word->prefix.address.family == 6 &&
            (best == NULL ||
             (is_of_link(best->prefix.address) && !is_of_link(word->prefix.address))))
            best = word;
    for (word = words.at; word < words.at + words.count; word++)
        if (word->prefix.address.family == 6 && word != best &&
            is_of_link(word->prefix.address) == is_of_link(best->prefix.address))
            CP_TRY(find_both(facts, best, word));
    *out = best == NULL ? (cp_ip){0} : best->prefix.address;
    return CP_OK;
}

static void put_address(cp_ip address, cp_ip *before, uint32_t *count, struct cp_out *out)
{
    for (uint32_t i = 0; i < *count; i++)
        if (cp_ip_eq(before[i], address))
            return;
    before[(*count)++] = address;
    cp_out_char(out, ' ');
    cp_out_ip(out, address);
}

/* A router id may be something else than an address. */
cp_err cp_edge_facts_addresses(struct cp_edge_facts *facts, uint32_t node, struct cp_out *out)
{
    cp_text loopback = facts->c->nodes[node].loopback, word;
    struct cp_edge_words ids;
    uint32_t count = 0;
    cp_ip *before;

    CP_TRY(cp_edge_facts_words(facts, CP_OBJECT_NODE, node, "router-id", CP_EDGE_ANY, &ids));
    before = CP_TAKE(facts->arena, loopback.len / 2 + ids.count + 1, cp_ip);
    if (before == NULL)
        return CP_ERR_NOMEM;
    while (cp_text_word(&loopback, " ,;", &word))
        if (cp_ip_find(word).family != 0)
            put_address(cp_ip_find(word), before, &count, out);
    for (uint32_t i = 0; i < ids.count; i++)
        if (cp_ip_find(ids.at[i].text).family != 0)
            put_address(cp_ip_find(ids.at[i].text), before, &count, out);
    return CP_OK;
}
