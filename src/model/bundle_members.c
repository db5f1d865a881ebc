#include "bundle_members.h"

bool cp_bundle_member_once(const char *const *names, uint64_t *seen, cp_text key)
{
    uint32_t at = 0;
    bool first;

    while (names[at] != NULL && !cp_text_is(key, names[at]))
        at++;
    if (names[at] == NULL)
        return false;
    first = (*seen >> at & 1u) == 0;
    *seen |= UINT64_C(1) << at;
    return first;
}

bool cp_bundle_members_of(const struct cp_json_value *value, const char *const *names)
{
    const struct cp_json_value *member =
        value != NULL && value->kind == CP_JSON_OBJECT ? value->first : NULL;
    uint64_t seen = 0;

    while (member != NULL && cp_bundle_member_once(names, &seen, member->key))
        member = member->next;
    return member == NULL;
}

bool cp_bundle_members_of_all(const struct cp_json_value *list, const char *const *names)
{
    const struct cp_json_value *item =
        list != NULL && list->kind == CP_JSON_ARRAY ? list->first : NULL;

    while (item != NULL && cp_bundle_members_of(item, names))
        item = item->next;
    return item == NULL;
}
