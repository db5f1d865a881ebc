#include "listed.h"

#include <string.h>

#include "app/message.h"
#include "told.h"

#define PAGE_BYTES ((size_t)1 << 30)

enum { PAGE_MOST = 1000 };

struct asking {
    const struct cp_listing *listing;
    struct cp_arena *arena; /* of the caller */
    struct cp_arena *page;  /* of one answer */
    cp_listed_take take;
    void *user;
    uint32_t left;
    cp_text after; /* in the caller's arena */
};

cp_exit cp_listed_odd(const struct cp_listing *listing)
{
    cp_say("%s: the answer is not understood", listing->socket);
    return CP_EXIT_INPUT;
}

/* --- targets ---------------------------------------------------------------------------------- */

static void add_parameter(struct cp_out *out, const char *name, const char *value)
{
    if (name == NULL)
        return;
    cp_out_format(out, "&%s=", name);
    cp_peer_write_id(out, cp_text_of(value));
}

static cp_exit ask(struct asking *a, struct cp_out *target, cp_text *text, value_at *document)
{
    cp_text written;

    cp_out_char(target, '\0');
    if (cp_out_done(target, &written) != CP_OK)
        return cp_say_no_memory();
    return cp_peer_ask(a->listing->socket, &(struct cp_peer_request){.target = written.at}, a->page,
                       text, document);
}

static cp_exit ask_page(struct asking *a, cp_text *text, value_at *page)
{
    const struct cp_listing *l = a->listing;
    struct cp_out target = cp_out_make(a->page);

    cp_out_format(&target, "%s?limit=%u", l->list, a->left < PAGE_MOST ? a->left : PAGE_MOST);
    add_parameter(&target, l->filter, l->value);
    add_parameter(&target, l->filter_2, l->value_2);
    if (a->after.len > 0) {
        cp_out_str(&target, "&after=");
        cp_peer_write_id(&target, a->after);
    }
    return ask(a, &target, text, page);
}

/* --- pages ------------------------------------------------------------------------------------ */

/* Goes to the list's first bracket: other members of the page are passed over. */
static cp_err find_items(struct cp_json_in *in, struct cp_arena *arena)
{
    cp_text key;
    bool more;

    CP_TRY(cp_json_in_enter(in, CP_JSON_OBJECT, NULL));
    for (;;) {
        CP_TRY(cp_json_in_next(in, arena, &key, &more, NULL));
        if (!more)
            return CP_ERR_MALFORMED;
        if (cp_text_is(key, "items"))
            return cp_json_in_enter(in, CP_JSON_ARRAY, NULL);
        CP_TRY(cp_json_in_skip(in, NULL));
    }
}

/* The bytes of the next item. */
static cp_err next_item(struct cp_json_in *in, struct cp_arena *arena, cp_text *json)
{
    bool more;
    size_t from;

    CP_TRY(cp_json_in_next(in, arena, NULL, &more, NULL));
    if (!more || cp_json_in_peek(in) != CP_JSON_OBJECT)
        return CP_ERR_MALFORMED;
    from = in->at;
    CP_TRY(cp_json_in_skip(in, NULL));
    *json = cp_text_sub(in->text, from, in->at - from);
    return CP_OK;
}

static cp_exit take_page(struct asking *a, cp_text text, value_at page)
{
    struct cp_json_in in = cp_json_in_make(text, CP_PLACE_NO_FILE, 1);
    value_at items = cp_json_member(page, "items");
    cp_text next = cp_json_member_text(page, "next"), json = {"", 0};
    cp_exit code = CP_EXIT_OK;

    if (items == NULL || items->kind != CP_JSON_ARRAY || items->count > a->left ||
        (items->count == 0 && next.len > 0) || find_items(&in, a->page) != CP_OK)
        return cp_listed_odd(a->listing);
    for (value_at v = items->first; code == CP_EXIT_OK && v != NULL; v = v->next)
        code = next_item(&in, a->page, &json) == CP_OK ? a->take(a->user, v, json)
                                                       : cp_listed_odd(a->listing);
    a->left -= items->count;
    if (cp_text_copy(next, a->arena, &a->after) != CP_OK)
        return cp_say_no_memory();
    return code;
}

static cp_exit take_pages(struct asking *a)
{
    cp_arena_mark mark = cp_arena_mark_get(a->page);
    cp_exit code = CP_EXIT_OK;

    a->after = cp_text_of(a->listing->after);
    do {
        cp_text text;
        value_at page;

        code = ask_page(a, &text, &page);
        if (code == CP_EXIT_OK)
            code = take_page(a, text, page);
        cp_arena_reset(a->page, mark);
    } while (code == CP_EXIT_OK && a->after.len > 0 && a->left > 0);
    return code;
}

/* Who writes an id in its form is not told of the form. */
static const char *hint_for(const struct asking *a, uint32_t i)
{
    const char *thing = a->listing->things[i];

    return strncmp(thing, "node:", 5) == 0 || strncmp(thing, "link:", 5) == 0 ? ""
                                                                              : a->listing->id_hint;
}

static cp_exit take_things(struct asking *a)
{
    cp_arena_mark mark = cp_arena_mark_get(a->page);
    cp_exit code = CP_EXIT_OK;

    for (uint32_t i = 0; code == CP_EXIT_OK && i < a->listing->thing_count; i++) {
        struct cp_out target = cp_out_make(a->page);
        cp_text text;
        value_at thing;

        cp_out_format(&target, "%s/", a->listing->list);
        cp_peer_write_id(&target, cp_text_of(a->listing->things[i]));
        code = ask(a, &target, &text, &thing);
        if (code == CP_EXIT_MISSING)
            cp_say("'%s' is none of %s%s", a->listing->things[i], a->listing->list, hint_for(a, i));
        if (code == CP_EXIT_OK)
            code = a->take(a->user, thing, cp_text_trim(text));
        cp_arena_reset(a->page, mark);
    }
    return code;
}

cp_exit cp_listed_each(const struct cp_listing *listing, struct cp_arena *arena,
                       cp_listed_take take, void *user, cp_text *next)
{
    struct asking a = {.listing = listing,
                       .arena = arena,
                       .page = cp_arena_open(PAGE_BYTES),
                       .take = take,
                       .user = user,
                       .left = listing->limit};
    cp_exit code;

    if (a.page == NULL)
        return cp_say_no_memory();
    code = listing->thing_count > 0 ? take_things(&a) : take_pages(&a);
    *next = a.after;
    cp_arena_close(a.page);
    return code;
}
