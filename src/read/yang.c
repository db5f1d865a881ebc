#include "yang.h"

#include <string.h>

#include "base/num.h"

/* Members of objects by tables.  Each object of a document is gone through once. */

#define OWN_MODULE "cleanpath-network"

cp_err cp_yang_refuse(struct cp_yang *yang, cp_err err, cp_place place, const char *why,
                      cp_text subject)
{
    return cp_doc_fail(yang->doc, err, place, why, subject);
}

cp_err cp_yang_tally(struct cp_yang *yang, cp_remark_kind kind, cp_place place, const char *why,
                     cp_text subject)
{
    return cp_doc_tally(yang->doc, kind, place, why, subject);
}

cp_err cp_yang_add(struct cp_yang *yang, struct cp_yang_list *list, const void *thing,
                   size_t size_bytes)
{
    if (list->count == list->cap)
        CP_TRY(cp_arena_grow(yang->doc->arena, &list->at, list->count, &list->cap, size_bytes));
    memcpy((char *)list->at + (size_t)list->count * size_bytes, thing, size_bytes);
    list->count++;
    return CP_OK;
}

/* --- names and texts -------------------------------------------------------------------------- */

bool cp_yang_is(cp_text key, const char *module, const char *name)
{
    size_t len = strlen(module);

    if (cp_text_is(key, name))
        return true;
    return key.len > len + 1 && key.at[len] == ':' && memcmp(key.at, module, len) == 0 &&
           cp_text_is(cp_text_sub(key, len + 1, key.len), name);
}

cp_text cp_yang_bare(cp_text identity)
{
    size_t colon = cp_text_find(identity, ':', 0);

    return colon + 1 < identity.len ? cp_text_sub(identity, colon + 1, identity.len) : identity;
}

cp_err cp_yang_keep(struct cp_yang *yang, cp_place place, cp_text text, cp_text *out)
{
    CP_TRY(cp_doc_one_line(yang->doc, place, cp_text_trim(text), out));
    return cp_text_copy(*out, yang->doc->arena, out);
}

static cp_text scalar(const struct cp_json_value *value)
{
    switch (value->kind) {
    case CP_JSON_TEXT:
    case CP_JSON_NUMBER:
        return value->text;
    case CP_JSON_TRUE:
        return CP_TEXT("true");
    case CP_JSON_FALSE:
        return CP_TEXT("false");
    case CP_JSON_NULL:
    case CP_JSON_ARRAY:
    case CP_JSON_OBJECT:
    case CP_JSON_NOTHING:
        break;
    }
    return CP_TEXT("");
}

cp_err cp_yang_text(struct cp_yang *yang, const struct cp_json_value *value, cp_text *out)
{
    if (value->kind != CP_JSON_TEXT && value->kind != CP_JSON_NUMBER)
        return cp_yang_refuse(yang, CP_ERR_MALFORMED, value->place,
                              "a text or a number is expected here", value->key);
    return cp_yang_keep(yang, value->place, value->text, out);
}

cp_err cp_yang_id(struct cp_yang *yang, const struct cp_json_value *value, cp_text *out)
{
    if (value->kind == CP_JSON_ARRAY && value->count > 0)
        value = value->first;
    CP_TRY(cp_yang_text(yang, value, out));
    if (out->len == 0)
        return cp_yang_refuse(yang, CP_ERR_MALFORMED, value->place, "an id that is empty",
                              value->key);
    return CP_OK;
}

bool cp_yang_number(const struct cp_json_value *value, uint64_t max, uint64_t *out)
{
    uint64_t number;

    if (value->kind == CP_JSON_TEXT)
        return cp_num_u64(cp_text_trim(value->text), max, out) == CP_OK;
    if (!cp_json_u64_of(value, &number) || number > max)
        return false;
    *out = number;
    return true;
}

static cp_err add_name(struct cp_yang *yang, const struct cp_json_value *value, void *names)
{
    struct cp_yang_ref ref = {.place = value->place};
    cp_range *range = names;

    CP_TRY(cp_yang_id(yang, value, &ref.name));
    range->count++;
    return CP_YANG_ADD(yang, &yang->names, &ref);
}

cp_err cp_yang_names(struct cp_yang *yang, const struct cp_json_value *value, cp_range *names)
{
    if (names->count == 0)
        names->first = yang->names.count;
    if (value->kind != CP_JSON_ARRAY)
        return add_name(yang, value, names);
    return cp_yang_each(yang, value, add_name, names);
}

/* --- facts -------------------------------------------------------------------------------- */

cp_err cp_yang_note_text(struct cp_yang *yang, const char *attribute, cp_text value, cp_place place)
{
    struct cp_yang_attr attr = {
        .part = yang->part, .attribute = cp_text_of(attribute), .place = place};

    CP_TRY(cp_yang_keep(yang, place, value, &attr.value));
    if (attr.value.len == 0)
        return cp_yang_tally(yang, CP_REMARK_IGNORED, place, "empty values say nothing",
                             CP_TEXT(""));
    if (yang->attrs.count >= CP_LIMIT_ATTRIBUTES)
        return cp_yang_refuse(yang, CP_ERR_LIMIT, place, "too many attributes", CP_TEXT(""));
    return CP_YANG_ADD(yang, &yang->attrs, &attr);
}

static cp_err note_one(struct cp_yang *yang, const char *attribute,
                       const struct cp_json_value *value, bool alone)
{
    switch (value->kind) {
    case CP_JSON_TEXT:
    case CP_JSON_NUMBER:
    case CP_JSON_TRUE:
    case CP_JSON_FALSE:
        return cp_yang_note_text(yang, attribute, scalar(value), value->place);
    case CP_JSON_NULL: /* RFC 7951 6.9: an empty leaf that is there is [null] */
        return alone ? CP_OK : cp_yang_note_text(yang, attribute, CP_TEXT("true"), value->place);
    case CP_JSON_ARRAY:
    case CP_JSON_OBJECT:
    case CP_JSON_NOTHING:
        break;
    }
    return cp_yang_tally(yang, CP_REMARK_IGNORED, value->place,
                         "lists and containers where a value belongs say nothing",
                         cp_text_of(attribute));
}

cp_err cp_yang_note(struct cp_yang *yang, const char *attribute, const struct cp_json_value *value)
{
    if (value->kind != CP_JSON_ARRAY)
        return note_one(yang, attribute, value, true);
    for (const struct cp_json_value *item = value->first; item != NULL; item = item->next)
        CP_TRY(note_one(yang, attribute, item, false));
    return CP_OK;
}

/* --- members -------------------------------------------------------------------------------- */

static bool is_plain(const struct cp_json_value *value)
{
    return value->kind != CP_JSON_OBJECT &&
           (value->kind != CP_JSON_ARRAY || value->first == NULL ||
            (value->first->kind != CP_JSON_OBJECT && value->first->kind != CP_JSON_ARRAY));
}

/* A member that no rule knows. */
static cp_err take_other(struct cp_yang *yang, const struct cp_json_value *member)
{
    cp_text name;

    if (cp_text_starts(member->key, CP_TEXT("//")))
        return cp_yang_tally(yang, CP_REMARK_IGNORED, member->key_place,
                             "members whose name begins with // are comments", CP_TEXT(""));
    CP_TRY(cp_yang_keep(yang, member->key_place, member->key, &name));
    if (yang->strict || cp_text_starts(member->key, CP_TEXT(OWN_MODULE ":")))
        return cp_yang_tally(yang, CP_REMARK_NOT_UNDERSTOOD, member->key_place,
                             "no member of cleanpath-network is read here", name);
    if (!yang->notes || !is_plain(member) || name.len == 0)
        return cp_yang_tally(yang, CP_REMARK_IGNORED, member->key_place,
                             "no rule reads this member", name);
    CP_TRY(cp_text_join(CP_TEXT("x-"), name, yang->doc->arena, &name));
    return cp_yang_note(yang, name.at, member);
}

static cp_err apply(struct cp_yang *yang, const struct cp_yang_rule *rule,
                    const struct cp_json_value *member, void *into)
{
    if (rule->take != NULL)
        return rule->take(yang, member, into);
    if (rule->fact != NULL)
        return cp_yang_note(yang, rule->fact, member);
    return cp_yang_tally(yang, CP_REMARK_IGNORED, member->key_place, rule->why, CP_TEXT(""));
}

cp_err cp_yang_walk(struct cp_yang *yang, const struct cp_json_value *object,
                    const struct cp_yang_rule *rules, size_t count, void *into)
{
    bool seen[CP_YANG_RULES_MAX] = {false};

    CP_ASSERT(count <= CP_YANG_RULES_MAX);
    if (object->kind != CP_JSON_OBJECT)
        return cp_yang_refuse(yang, CP_ERR_MALFORMED, object->place,
                              "an object ({...}) is expected here", object->key);
    for (const struct cp_json_value *m = object->first; m != NULL; m = m->next) {
        size_t i = 0;

        while (i < count && !cp_yang_is(m->key, rules[i].module, rules[i].name))
            i++;
        if (i == count) {
            CP_TRY(take_other(yang, m));
            continue;
        }
        if (seen[i])
            return cp_yang_refuse(yang, CP_ERR_DUPLICATE, m->key_place,
                                  "this stands twice, with the name of its module and without",
                                  m->key);
        seen[i] = true;
        CP_TRY(apply(yang, &rules[i], m, into));
    }
    return CP_OK;
}

cp_err cp_yang_each(struct cp_yang *yang, const struct cp_json_value *array,
                    cp_err (*take)(struct cp_yang *yang, const struct cp_json_value *value,
                                   void *into),
                    void *into)
{
    if (array->kind != CP_JSON_ARRAY)
        return cp_yang_refuse(yang, CP_ERR_MALFORMED, array->place,
                              "an array ([...]) is expected here", array->key);
    for (const struct cp_json_value *item = array->first; item != NULL; item = item->next)
        CP_TRY(take(yang, item, into));
    return CP_OK;
}
