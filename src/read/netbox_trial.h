#pragma once

#include "trial.h"

#include <stdio.h>
#include <stdlib.h>

/** A case as lines of text, sorted: what two ways of reading one network must agree on. */
struct picture {
    char *lines[4096];
    uint32_t count;
};

static inline void picture_add(struct picture *p, struct cp_arena *arena, const char *line)
{
    size_t len = strlen(line);
    char *copy = CP_TAKE(arena, len + 1, char);

    assert_non_null(copy);
    assert_true(p->count < CP_COUNT(p->lines));
    memcpy(copy, line, len + 1);
    p->lines[p->count++] = copy;
}

static inline int picture_order(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

#define PICTURE_TEXT(text) (int)(text).len, (text).at

static inline void picture_tags(const struct cp_case *c, cp_range tags, char *to, size_t size)
{
    size_t len = strlen(to);

    for (uint32_t i = 0; i < tags.count && len < size; i++)
        len +=
            (size_t)snprintf(to + len, size - len, " #%.*s", PICTURE_TEXT(c->tags[tags.first + i]));
}

static inline void picture_facts(struct picture *p, struct cp_arena *arena, const struct cp_case *c,
                                 const uint32_t *of, uint32_t at, cp_text id)
{
    char line[2048];

    for (uint32_t i = of[at]; i < of[at + 1]; i++) {
        const struct cp_fact *fact = &c->facts[i];

        (void)snprintf(line, sizeof(line), "fact %.*s/%.*s %.*s=%.*s", PICTURE_TEXT(id),
                       PICTURE_TEXT(fact->part), PICTURE_TEXT(fact->attribute),
                       PICTURE_TEXT(fact->value));
        picture_add(p, arena, line);
    }
}

static inline void picture_link(struct picture *p, struct cp_arena *arena, const struct cp_case *c,
                                uint32_t at)
{
    const struct cp_link_rec *link = &c->links[at];
    char line[4096];
    size_t len = 0;

    len += (size_t)snprintf(line, sizeof(line), "link %.*s %s [%.*s] by %.*s",
                            PICTURE_TEXT(link->id), cp_layer_name(link->layer),
                            PICTURE_TEXT(link->link_class), PICTURE_TEXT(link->operator_name));
    for (uint32_t i = link->ends.first; i < link->ends.first + link->ends.count; i++)
        len += (size_t)snprintf(line + len, sizeof(line) - len, " <%.*s:%.*s>",
                                PICTURE_TEXT(c->nodes[c->ends[i].node.at].id),
                                PICTURE_TEXT(c->ends[i].port));
    for (uint32_t a = 0; a < link->alternatives.count; a++) {
        cp_range way = c->alternatives[link->alternatives.first + a];

        len += (size_t)snprintf(line + len, sizeof(line) - len, " over");
        for (uint32_t i = way.first; i < way.first + way.count; i++)
            len += (size_t)snprintf(line + len, sizeof(line) - len, " %.*s",
                                    PICTURE_TEXT(c->links[c->supports[i].at].id));
    }
    for (uint32_t i = 0; i < link->srlgs.count; i++)
        len += (size_t)snprintf(line + len, sizeof(line) - len, " srlg %.*s",
                                PICTURE_TEXT(c->srlgs[c->link_srlgs[link->srlgs.first + i]]));
    if (link->capacity_bps != CP_BPS_NONE)
        (void)snprintf(line + len, sizeof(line) - len, " %llu bit/s",
                       (unsigned long long)link->capacity_bps);
    picture_add(p, arena, line);
}

static inline void picture_take(struct picture *p, struct cp_arena *arena, const struct cp_case *c)
{
    char line[4096];

    p->count = 0;
    for (uint32_t i = 0; i < c->site_count; i++) {
        const struct cp_site *site = &c->sites[i];

        (void)snprintf(line, sizeof(line), "site %.*s '%.*s' in %.*s at %d %d",
                       PICTURE_TEXT(site->id), PICTURE_TEXT(site->name),
                       PICTURE_TEXT(site->country), (int)site->lat_udeg, (int)site->lon_udeg);
        picture_tags(c, site->tags, line, sizeof(line));
        picture_add(p, arena, line);
    }
    for (uint32_t i = 0; i < c->node_count; i++) {
        const struct cp_node_rec *node = &c->nodes[i];
        cp_text site = node->site == CP_NONE ? CP_TEXT("") : c->sites[node->site].id;

        (void)snprintf(line, sizeof(line), "node %.*s %s role %.*s at %.*s by %.*s",
                       PICTURE_TEXT(node->id), cp_layer_name(node->layer), PICTURE_TEXT(node->role),
                       PICTURE_TEXT(site), PICTURE_TEXT(node->operator_name));
        picture_tags(c, node->tags, line, sizeof(line));
        picture_add(p, arena, line);
        picture_facts(p, arena, c, c->node_facts, i, node->id);
    }
    for (uint32_t i = 0; i < c->link_count; i++) {
        picture_link(p, arena, c, i);
        picture_facts(p, arena, c, c->link_facts, i, c->links[i].id);
    }
    qsort(p->lines, p->count, sizeof(*p->lines), picture_order);
}

static inline void picture_print(const struct picture *p)
{
    for (uint32_t i = 0; i < p->count; i++)
        print_message("%s\n", p->lines[i]);
}

static inline void assert_same_picture(const struct picture *got, const struct picture *wanted)
{
    for (uint32_t i = 0; i < got->count || i < wanted->count; i++) {
        const char *one = i < got->count ? got->lines[i] : "(nothing)";
        const char *other = i < wanted->count ? wanted->lines[i] : "(nothing)";

        assert_string_equal(one, other);
    }
}
