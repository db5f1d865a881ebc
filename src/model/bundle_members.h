#pragma once

#include "base/json_in.h"

/*
 * What an object of answer.json may hold.  A name that the format does not have, or one that stands twice,
 * would say to other readers what nobody has checked.
 */

/** names: at most 64, ended by NULL.  Whether key is one of them that *seen has not; notes it there. */
bool cp_bundle_member_once(const char *const *names, uint64_t *seen, cp_text key);
/** Whether value is no object, or its members are among the names.  (Doubled ones are no tree.) */
bool cp_bundle_members_of(const struct cp_json_value *value, const char *const *names);
/** The same of each item of a list. */
bool cp_bundle_members_of_all(const struct cp_json_value *list, const char *const *names);
