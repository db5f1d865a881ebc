#pragma once

#include "netbox_trial.h"

/** Small networks for tests: an object a line, and the links that come of them. */
struct net {
    char text[65536];
    struct trial t;
    const struct cp_case *c;
};

static inline void add_line(struct net *n, const char *format, ...) CP_PRINTF(2, 3);

static inline void add_line(struct net *n, const char *format, ...)
{
    size_t len = strlen(n->text);
    va_list args;

    va_start(args, format);
    len += (size_t)vsnprintf(n->text + len, sizeof(n->text) - len, format, args);
    va_end(args);
    assert_true(len + 2 < sizeof(n->text));
    n->text[len] = '\n';
    n->text[len + 1] = '\0';
}

#define URL(kind) "\"url\":\"https://n/api/" kind "/%u/\""

static inline void device(struct net *n, uint32_t id, const char *name, const char *more)
{
    add_line(n, "{\"id\":%u," URL("dcim/devices") ",\"name\":\"%s\"%s}", id, id, name, more);
}

static inline void interface(struct net *n, uint32_t id, uint32_t of)
{
    add_line(n, "{\"id\":%u," URL("dcim/interfaces") ",\"device\":{\"id\":%u},\"name\":\"p%u\"}",
             id, id, of, id);
}

static inline void rear(struct net *n, uint32_t id, uint32_t of, uint32_t positions)
{
    add_line(
        n,
        "{\"id\":%u," URL("dcim/rear-ports") ",\"device\":%u,\"name\":\"r%u\",\"positions\":%u,"
                                             "\"type\":\"lc\"}",
        id, id, of, id, positions);
}

static inline void front(struct net *n, uint32_t id, uint32_t of, uint32_t behind,
                         uint32_t position)
{
    add_line(
        n,
        "{\"id\":%u," URL("dcim/front-ports") ",\"device\":%u,\"name\":\"f%u\",\"type\":\"lc\","
                                              "\"rear_port\":%u,\"rear_port_position\":%u}",
        id, id, of, id, behind, position);
}

/* ends: words "i1", "f2", "r3", "t4". */
static inline void put_ends(char *to, size_t size, const char *ends)
{
    static const struct {
        char letter;
        const char *type;
    } types[] = {{'i', "dcim.interface"},
                 {'f', "dcim.frontport"},
                 {'r', "dcim.rearport"},
                 {'t', "circuits.circuittermination"}};
    cp_text rest = cp_text_of(ends), word;
    size_t len = 0;

    to[0] = '\0';
    while (cp_text_word(&rest, " ", &word))
        for (size_t i = 0; i < CP_COUNT(types); i++)
            if (types[i].letter == word.at[0])
                len += (size_t)snprintf(
                    to + len, size - len, "%s{\"object_type\":\"%s\",\"object_id\":%.*s}",
                    len > 0 ? "," : "", types[i].type, (int)word.len - 1, word.at + 1);
}

static inline void cable(struct net *n, uint32_t id, const char *a, const char *b, const char *more)
{
    char from[1024], to[1024];

    put_ends(from, sizeof(from), a);
    put_ends(to, sizeof(to), b);
    add_line(n,
             "{\"id\":%u," URL("dcim/cables") ",\"a_terminations\":[%s],\"b_terminations\":[%s]%s}",
             id, id, from, to, more);
}

static inline void circuit(struct net *n, uint32_t id, const char *cid, const char *more)
{
    add_line(
        n,
        "{\"id\":%u," URL("circuits/circuits") ",\"cid\":\"%s\",\"provider\":{\"name\":\"KT\"}%s}",
        id, id, cid, more);
}

static inline void term(struct net *n, uint32_t id, uint32_t of, char side, const char *more)
{
    add_line(n,
             "{\"id\":%u," URL("circuits/circuit-terminations") ",\"circuit\":{\"id\":%u},"
                                                                "\"term_side\":\"%c\"%s}",
             id, id, of, side, more);
}

static inline void make(struct net *n)
{
    n->t = trial_open();
    trial_add(&n->t, CP_ROLE_NETWORK, "lines", n->text);
    n->c = trial_make(&n->t);
}

static inline void close_net(struct net *n)
{
    trial_close(&n->t);
    n->text[0] = '\0';
}

/* The case's links, sorted, as lines of the picture. */
static inline void assert_links(struct net *n, const char *const *wanted, uint32_t count)
{
    static struct picture picture;
    uint32_t found = 0;

    picture_take(&picture, n->t.arena, n->c);
    for (uint32_t i = 0; i < picture.count; i++) {
        if (strncmp(picture.lines[i], "link ", 5) != 0)
            continue;
        assert_string_equal(picture.lines[i] + 5, found < count ? wanted[found] : "(nothing)");
        found++;
    }
    assert_int_equal(found, count);
}

#define ASSERT_LINKS(n, ...)                                \
    do {                                                    \
        static const char *const wanted_[] = {__VA_ARGS__}; \
        assert_links((n), wanted_, CP_COUNT(wanted_));      \
    } while (0)

static inline void assert_remark(const struct net *n, cp_remark_kind kind, const char *why)
{
    assert_int_equal(count_remarks(n->c, kind, why, NULL), 1);
}
