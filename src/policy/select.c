#include "select.h"

static cp_err read_key(const struct cp_yaml *map, const char *key, struct cp_arena *arena,
                       struct cp_texts *out, struct cp_diag *diag)
{
    const struct cp_yaml *value = cp_value_find(map, key);

    return value == NULL ? CP_OK : cp_value_texts(value, arena, out, diag);
}

cp_err cp_select_read(const struct cp_yaml *value, cp_vocabulary which, struct cp_arena *arena,
                      struct cp_select *out, struct cp_diag *diag)
{
    struct cp_select got = {0};

    CP_TRY(cp_vocabulary_keys(which, value, diag));
    if (value->count == 0)
        return cp_diag_set(diag, CP_ERR_MALFORMED, value->place, "the selector is empty",
                           value->key);
    CP_TRY(read_key(value, "site-tag", arena, &got.site_tags, diag));
    CP_TRY(read_key(value, "tag", arena, &got.tags, diag));
    CP_TRY(read_key(value, "site", arena, &got.sites, diag));
    *out = got;
    return CP_OK;
}

static bool has_a_tag(const struct cp_case *net, cp_range tags, const struct cp_texts *wanted)
{
    for (uint32_t i = 0; i < wanted->count; i++) {
        if (cp_case_has_tag(net, tags, wanted->at[i]))
            return true;
    }
    return false;
}

static bool is_among(cp_text id, const struct cp_texts *wanted)
{
    for (uint32_t i = 0; i < wanted->count; i++) {
        if (cp_text_eq(id, wanted->at[i]))
            return true;
    }
    return false;
}

bool cp_select_meets(const struct cp_select *select, const struct cp_case *net, uint32_t node)
{
    const struct cp_node_rec *rec = &net->nodes[node];

    if (select->tags.count > 0 && !has_a_tag(net, rec->tags, &select->tags))
        return false;
    if (select->site_tags.count == 0 && select->sites.count == 0)
        return true;
    if (rec->site == CP_NONE)
        return false;
    const struct cp_site *site = &net->sites[rec->site];
    if (select->sites.count > 0 && !is_among(site->id, &select->sites))
        return false;
    return select->site_tags.count == 0 || has_a_tag(net, site->tags, &select->site_tags);
}

/* --- what nothing bears --------------------------------------------------------------------- */

typedef bool bears(const struct cp_case *net, cp_text word);

static bool some_site_has_tag(const struct cp_case *net, cp_text word)
{
    for (uint32_t i = 0; i < net->site_count; i++) {
        if (cp_case_has_tag(net, net->sites[i].tags, word))
            return true;
    }
    return false;
}

static bool some_node_has_tag(const struct cp_case *net, cp_text word)
{
    for (uint32_t i = 0; i < net->node_count; i++) {
        if (cp_case_has_tag(net, net->nodes[i].tags, word))
            return true;
    }
    return false;
}

static bool is_site(const struct cp_case *net, cp_text word)
{
    return cp_case_site(net, word) != CP_NONE;
}

static bool is_listed(const struct cp_unmet_words *list, const char *key, cp_text word)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (cp_text_is(cp_text_of(key), list->at[i].key) && cp_text_eq(list->at[i].word, word))
            return true;
    }
    return false;
}

static cp_err add_unmet(const struct cp_texts *words, const char *key, bears *has,
                        const struct cp_case *net, struct cp_arena *arena,
                        struct cp_unmet_words *out)
{
    for (uint32_t i = 0; i < words->count; i++) {
        void *at = out->at;
        if (has(net, words->at[i]) || is_listed(out, key, words->at[i]))
            continue;
        CP_TRY(cp_arena_grow(arena, &at, out->count, &out->cap, sizeof(struct cp_unmet)));
        out->at = at;
        out->at[out->count++] = (struct cp_unmet){key, words->at[i]};
    }
    return CP_OK;
}

cp_err cp_select_unmet(const struct cp_select *select, const struct cp_case *net,
                       struct cp_arena *arena, struct cp_unmet_words *out)
{
    CP_TRY(add_unmet(&select->site_tags, "site-tag", some_site_has_tag, net, arena, out));
    CP_TRY(add_unmet(&select->tags, "tag", some_node_has_tag, net, arena, out));
    return add_unmet(&select->sites, "site", is_site, net, arena, out);
}
