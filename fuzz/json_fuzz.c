#include <string.h>

#include "base/json.h"
#include "base/json_in.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What parses, written and parsed again, is the same tree.  Passing over a document and taking it
 * agree on what is JSON, at the same place; only names that stand twice are for trees alone. */

enum { ARENA_BYTES = 64 << 20 };

static bool is_thing(const struct cp_json_value *value)
{
    return value->kind == CP_JSON_OBJECT || value->kind == CP_JSON_ARRAY;
}

static void check_same(const struct cp_json_value *a, const struct cp_json_value *b)
{
    CP_ASSERT(a->kind == b->kind);
    CP_ASSERT(a->count == b->count);
    CP_ASSERT(cp_text_eq(a->text, b->text));
    CP_ASSERT(cp_text_eq(a->key, b->key));
}

static void check_same_tree(const struct cp_json_value *a, const struct cp_json_value *b)
{
    const struct cp_json_value *above[2][CP_JSON_IN_DEPTH_MAX];
    uint32_t depth = 0;

    for (;;) {
        check_same(a, b);
        if (a->first != NULL) {
            above[0][depth] = a;
            above[1][depth++] = b;
            a = a->first;
            b = b->first;
            continue;
        }
        while (depth > 0 && a->next == NULL) {
            a = above[0][--depth];
            b = above[1][depth];
        }
        if (depth == 0)
            return;
        a = a->next;
        b = b->next;
    }
}

static void write_value(struct cp_json *json, const struct cp_json_value *value, const char *name)
{
    switch (value->kind) {
    case CP_JSON_OBJECT:
        cp_json_object(json, name, CP_JSON_LINES);
        return;
    case CP_JSON_ARRAY:
        cp_json_array(json, name, value->count < 4 ? CP_JSON_FLAT : CP_JSON_LINES);
        return;
    case CP_JSON_TEXT:
        cp_json_text(json, name, value->text);
        return;
    case CP_JSON_NUMBER:
        cp_json_number(json, name, value->text);
        return;
    case CP_JSON_NULL:
        cp_json_null(json, name);
        return;
    case CP_JSON_FALSE:
    case CP_JSON_TRUE:
        cp_json_bool(json, name, value->kind == CP_JSON_TRUE);
        return;
    case CP_JSON_NOTHING:
        break;
    }
    CP_ASSERT(false);
}

/* The name, ended by a zero, where one belongs; false where memory ends or it holds a zero itself:
 * the writer's names are our own and hold none. */
static bool name_of(const struct cp_json_value *value, bool in_object, struct cp_arena *arena,
                    const char **name)
{
    cp_text copy;

    *name = NULL;
    if (!in_object)
        return true;
    if (cp_text_copy(value->key, arena, &copy) != CP_OK || strlen(copy.at) < copy.len)
        return false;
    *name = copy.at;
    return true;
}

static bool write_tree(struct cp_json *json, const struct cp_json_value *value,
                       struct cp_arena *arena)
{
    const struct cp_json_value *above[CP_JSON_IN_DEPTH_MAX];
    uint32_t depth = 0;

    for (;;) {
        bool in_object = depth > 0 && above[depth - 1]->kind == CP_JSON_OBJECT;
        const char *name;

        if (!name_of(value, in_object, arena, &name))
            return false;
        write_value(json, value, name);
        if (value->first != NULL) {
            above[depth++] = value;
            value = value->first;
            continue;
        }
        if (is_thing(value))
            cp_json_close(json);
        for (; depth > 0 && value->next == NULL; value = above[--depth], cp_json_close(json))
            ;
        if (depth == 0)
            return true;
        value = value->next;
    }
}

static void write_and_read_again(const struct cp_json_value *tree, struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    struct cp_json json = cp_json_make(&out);
    const struct cp_json_value *again;
    cp_text text;
    cp_err err;

    if (!write_tree(&json, tree, arena) || cp_out_done(&out, &text) != CP_OK)
        return;
    err = cp_json_in_document(text, 0, arena, &again, NULL);
    CP_ASSERT(err == CP_OK || err == CP_ERR_NOMEM);
    if (err == CP_OK)
        check_same_tree(tree, again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cp_arena *arena = cp_arena_open(ARENA_BYTES);
    struct cp_json_in in = cp_json_in_make((cp_text){(const char *)data, size}, 0, 1);
    struct cp_diag taken = {.place = CP_PLACE_NONE}, passed = taken;
    const struct cp_json_value *tree;
    cp_err take = cp_json_in_document(in.text, 0, arena, &tree, &taken);
    cp_err pass = cp_json_in_skip(&in, &passed);

    if (pass == CP_OK)
        pass = cp_json_in_end(&in, &passed);
    if (take != CP_ERR_DUPLICATE && take != CP_ERR_NOMEM) {
        CP_ASSERT(take == pass);
        CP_ASSERT(take == CP_OK || memcmp(&taken.place, &passed.place, sizeof(cp_place)) == 0);
    }
    CP_ASSERT(take == CP_OK || take == CP_ERR_NOMEM || (taken.why != NULL && taken.place.line > 0));
    if (take == CP_OK)
        write_and_read_again(tree, arena);
    cp_arena_close(arena);
    return 0;
}
