#include "model/port.h"
#include "views.h"

/*
 * Which port of its node a neighbour shows.  What that node (or the inventory) calls so is sure.  A
 * name that nobody there knows is a guess, and gives way to what other views say of the same link: another
 * protocol at the same port, or the neighbour's own view back.
 */

static bool is_kind(const struct cp_sighting *seen, const char *kind)
{
    return cp_text_is(seen->port_id_kind, kind);
}

/* The port that the far node knows by what the neighbour says. */
static uint32_t find_sure(const struct cp_known *k, const struct cp_view *view)
{
    const struct cp_sighting *seen = view->seen;
    uint32_t port = is_kind(seen, "mac") ? cp_known_port_find_mac(k, view->far, seen->port_id)
                                         : cp_known_port_find(k, view->far, seen->port_id);

    return port != CP_NONE ? port : cp_known_port_find(k, view->far, seen->port_descr);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Whether a description is more likely the port's name than an administrator's note on it. */
static bool looks_like_port(cp_text text)
{
    size_t spaces = 0;
    bool letters = false;

    if (text.len == 0 || text.len > 40 || !is_digit(text.at[text.len - 1]))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        letters = letters || (text.at[i] >= 'A' && text.at[i] <= 'z');
        spaces += text.at[i] == ' ';
    }
    return letters && spaces <= 1;
}

/* Twelve hexadecimal digits, however they are parted. */
static bool looks_like_mac(cp_text text)
{
    size_t digits = 0;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];

        if (is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))
            digits++;
        else if (c != ':' && c != '-' && c != '.')
            return false;
    }
    return digits == 12;
}

/* What the port is called where nobody there knows it. */
static cp_text guess(const struct cp_sighting *seen)
{
    if (is_kind(seen, "interface-name") || seen->port_descr.len == 0 ||
        (looks_like_port(seen->port_id) && !looks_like_mac(seen->port_id)))
        return seen->port_id;
    if (seen->port_id.len == 0 || looks_like_port(seen->port_descr))
        return seen->port_descr;
    return seen->port_id;
}

/* Ports that are sure, by what may be asked of them; several: none. */
struct sure {
    struct cp_pairs *beside; /* near, its port, far: far's port */
    struct cp_pairs *back;   /* near, far, far's port: near's port */
    struct cp_pairs *lone;   /* near, far: near's port, of views that are not sure */
};

static cp_err note(struct sure *s, const struct cp_view *view)
{
    if (view->out || view->far == CP_NONE || view->near_port == CP_NONE)
        return CP_OK;
    if (!view->far_sure)
        return cp_pairs_put(s->lone, (uint32_t[4]){view->near, view->far, 0, 0}, view->near_port);
    CP_TRY(cp_pairs_put(s->beside, (uint32_t[4]){view->near, view->near_port, view->far, 0},
                        view->far_port));
    return cp_pairs_put(s->back, (uint32_t[4]){view->near, view->far, view->far_port, 0},
                        view->near_port);
}

static bool is_one(uint32_t port)
{
    return port != CP_NONE && port != CP_SEVERAL;
}

/* The far port of a view that is not sure of it, by what others say; CP_NONE: nobody does. */
static uint32_t adopt(const struct sure *s, const struct cp_view *view)
{
    uint32_t port =
        cp_pairs_get(s->beside, (uint32_t[4]){view->near, view->near_port, view->far, 0});

    if (!is_one(port))
        port = cp_pairs_get(s->back, (uint32_t[4]){view->far, view->near, view->near_port, 0});
    return port;
}

/* Where each of two nodes has just one view of the other, and neither is sure, they are one link. */
static uint32_t adopt_lone(const struct sure *s, const struct cp_view *view)
{
    uint32_t mine = cp_pairs_get(s->lone, (uint32_t[4]){view->near, view->far, 0, 0});
    uint32_t theirs = cp_pairs_get(s->lone, (uint32_t[4]){view->far, view->near, 0, 0});

    return mine == view->near_port && is_one(theirs) ? theirs : CP_NONE;
}

static cp_err open_sure(struct cp_views *v, struct sure *s)
{
    CP_TRY(cp_pairs_open(v->work, &s->beside));
    CP_TRY(cp_pairs_open(v->work, &s->back));
    CP_TRY(cp_pairs_open(v->work, &s->lone));
    for (uint32_t i = 0; i < v->count; i++)
        CP_TRY(note(s, &v->at[i]));
    return CP_OK;
}

static bool is_open(const struct cp_view *view)
{
    return !view->out && view->far != CP_NONE && view->far_port == CP_NONE;
}

/* Adopts for all open views at once, so that none depends on another. */
static cp_err adopt_all(struct cp_views *v,
                        uint32_t (*how)(const struct sure *s, const struct cp_view *view))
{
    struct sure s;

    CP_TRY(open_sure(v, &s));
    for (uint32_t i = 0; i < v->count; i++) {
        uint32_t port =
            is_open(&v->at[i]) && v->at[i].near_port != CP_NONE ? how(&s, &v->at[i]) : CP_NONE;

        if (is_one(port))
            v->at[i].far_port = port;
    }
    for (uint32_t i = 0; i < v->count; i++)
        v->at[i].far_sure = !v->at[i].out && v->at[i].far_port != CP_NONE;
    return CP_OK;
}

/* A port that the viewer does not name, by the view back. */
static cp_err adopt_near(struct cp_views *v)
{
    struct sure s;

    CP_TRY(open_sure(v, &s));
    for (uint32_t i = 0; i < v->count; i++) {
        struct cp_view *view = &v->at[i];
        uint32_t port;

        if (view->out || view->far == CP_NONE || view->near_port != CP_NONE || !view->far_sure)
            continue;
        port = cp_pairs_get(s.beside, (uint32_t[4]){view->far, view->far_port, view->near, 0});
        if (is_one(port))
            view->near_port = port;
    }
    return CP_OK;
}

/* Of nodes that nobody read a name of an interface is as sure as anything will be. */
static cp_err name_strangers_ports(struct cp_views *v)
{
    for (uint32_t i = 0; i < v->count; i++) {
        struct cp_view *view = &v->at[i];

        if (!is_open(view) || !v->known->nodes[view->far].was_added ||
            !is_kind(view->seen, "interface-name"))
            continue;
        CP_TRY(cp_known_port_get(v->known, view->far, view->seen->port_id, &view->far_port));
        view->far_sure = view->far_port != CP_NONE;
    }
    return CP_OK;
}

cp_err cp_views_ports(struct cp_views *v)
{
    for (uint32_t i = 0; i < v->count; i++) {
        struct cp_view *view = &v->at[i];

        if (view->out || view->far == CP_NONE)
            continue;
        view->far_port = find_sure(v->known, view);
        view->far_sure = view->far_port != CP_NONE;
    }
    CP_TRY(adopt_all(v, adopt));
    CP_TRY(adopt_all(v, adopt_lone));
    CP_TRY(adopt_near(v));
    CP_TRY(name_strangers_ports(v));
    CP_TRY(adopt_all(v, adopt));
    for (uint32_t i = 0; i < v->count; i++)
        if (is_open(&v->at[i]))
            CP_TRY(cp_known_port_get(v->known, v->at[i].far, guess(v->at[i].seen),
                                     &v->at[i].far_port));
    return CP_OK;
}
