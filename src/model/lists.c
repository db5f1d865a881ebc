#include "making.h"

#include "model/limits.h"

/* Lists are short (CP_LIMIT_LIST_ITEMS), so a repeat is looked for from end to end. */

cp_err cp_list_tags(struct cp_making *m, cp_text list, cp_range *range)
{
    cp_text word;

    while (cp_text_word(&list, " ", &word)) {
        if (cp_case_has_tag(m->c, *range, word))
            continue;
        if (range->count >= CP_LIMIT_LIST_ITEMS)
            return CP_ERR_LIMIT;
        m->tags[m->tag_count++] = word;
        range->count++;
    }
    return CP_OK;
}

static cp_err srlg_index(struct cp_making *m, cp_text name, uint32_t *index)
{
    *index = cp_map_find(m->srlg_ids, name);
    if (*index != CP_MAP_NONE)
        return CP_OK;
    *index = m->srlg_count;
    CP_TRY(cp_map_add(m->srlg_ids, name, *index));
    m->srlgs[m->srlg_count++] = name;
    return CP_OK;
}

static bool holds(const uint32_t *items, uint32_t count, uint32_t item)
{
    for (uint32_t i = 0; i < count; i++)
        if (items[i] == item)
            return true;
    return false;
}

cp_err cp_list_srlgs(struct cp_making *m, cp_text list, cp_range *range)
{
    uint32_t index;
    cp_text word;

    while (cp_text_word(&list, " ", &word)) {
        CP_TRY(srlg_index(m, word, &index));
        if (holds(&m->link_srlgs[range->first], range->count, index))
            continue;
        if (range->count >= CP_LIMIT_LIST_ITEMS)
            return CP_ERR_LIMIT;
        m->link_srlgs[m->link_srlg_count++] = index;
        range->count++;
    }
    return CP_OK;
}

static cp_err add_manager(struct cp_making *m, cp_node node, cp_range *range)
{
    for (uint32_t i = 0; i < range->count; i++)
        if (m->managers[range->first + i].at == node.at)
            return CP_OK;
    if (range->count >= CP_LIMIT_LIST_ITEMS)
        return CP_ERR_LIMIT;
    m->managers[m->manager_count++] = node;
    range->count++;
    return CP_OK;
}

cp_err cp_list_managers(struct cp_making *m, cp_text list, cp_range *range,
                        struct cp_list_fault *fault)
{
    uint32_t count = m->manager_count, old = range->count;
    cp_node node = {cp_map_find(m->build->node_ids, list)};
    cp_text word;

    if (node.at != CP_NONE)
        return add_manager(m, node, range);
    while (cp_text_word(&list, " ", &word)) {
        node.at = cp_map_find(m->build->node_ids, word);
        if (node.at == CP_NONE) {
            *fault =
                (struct cp_list_fault){"managed by a node that is not there", word, CP_NAMES_NODES};
            m->manager_count = count;
            range->count = old;
            return CP_ERR_UNKNOWN_ID;
        }
        CP_TRY(add_manager(m, node, range));
    }
    return CP_OK;
}

static cp_err add_support(struct cp_making *m, cp_link link, cp_range *alternative)
{
    for (uint32_t i = 0; i < alternative->count; i++)
        if (m->supports[alternative->first + i].at == link.at)
            return CP_OK;
    if (alternative->count >= CP_LIMIT_LIST_ITEMS)
        return CP_ERR_LIMIT;
    m->supports[m->support_count++] = link;
    alternative->count++;
    return CP_OK;
}

static struct cp_list_fault no_link(const struct cp_build *build, cp_text id)
{
    if (build->all_link_ids != NULL && cp_map_find(build->all_link_ids, id) != CP_MAP_NONE)
        return (struct cp_list_fault){"over a link of which an end is not there", id,
                                      CP_NAMES_NONE};
    return (struct cp_list_fault){"over a link that is not there", id, CP_NAMES_LINKS};
}

/* The links of one alternative: the whole text is one id where there is such a link. */
static cp_err read_alternative(struct cp_making *m, cp_text list, cp_range *alternative,
                               struct cp_list_fault *fault)
{
    cp_link link = {cp_unnamed_find(m->build->link_ids, m->build->unnamed, list)};
    cp_text word;

    if (link.at != CP_NONE)
        return add_support(m, link, alternative);
    while (cp_text_word(&list, " ", &word)) {
        link.at = cp_unnamed_find(m->build->link_ids, m->build->unnamed, word);
        if (link.at == CP_NONE) {
            *fault = no_link(m->build, word);
            return CP_ERR_UNKNOWN_ID;
        }
        CP_TRY(add_support(m, link, alternative));
    }
    if (alternative->count == 0) {
        *fault = (struct cp_list_fault){"an alternative without links", list, CP_NAMES_LINKS};
        return CP_ERR_CONFLICT;
    }
    return CP_OK;
}

static bool same_supports(const struct cp_making *m, cp_range a, cp_range b)
{
    if (a.count != b.count)
        return false;
    for (uint32_t i = 0; i < a.count; i++)
        if (m->supports[a.first + i].at != m->supports[b.first + i].at)
            return false;
    return true;
}

static cp_err add_alternative(struct cp_making *m, cp_range alternative, cp_range *range)
{
    for (uint32_t i = 0; i < range->count; i++) {
        if (same_supports(m, m->alternatives[range->first + i], alternative)) {
            m->support_count = alternative.first;
            return CP_OK;
        }
    }
    if (range->count >= CP_LIMIT_LIST_ITEMS)
        return CP_ERR_LIMIT;
    m->alternatives[m->alternative_count++] = alternative;
    range->count++;
    return CP_OK;
}

cp_err cp_list_over(struct cp_making *m, cp_text list, cp_range *range, struct cp_list_fault *fault)
{
    uint32_t supports = m->support_count, alternatives = m->alternative_count, old = range->count;
    size_t from = 0;

    while (from <= list.len) {
        size_t to = cp_text_find(list, '|', from);
        cp_range alternative = {.first = m->support_count};
        cp_err err = read_alternative(m, cp_text_trim(cp_text_sub(list, from, to - from)),
                                      &alternative, fault);

        if (err != CP_OK) {
            m->support_count = supports;
            m->alternative_count = alternatives;
            range->count = old;
            return err;
        }
        CP_TRY(add_alternative(m, alternative, range));
        from = to + 1;
    }
    return CP_OK;
}
