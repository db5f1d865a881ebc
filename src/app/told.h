#pragma once

#include "base/json_in.h"
#include "base/out.h"

/*
 * What cleanpathd's documents say, for people: its texts come from routers and files, and what a terminal would obey or
 * hide in them becomes '?'.  Values may be NULL: there is nothing in them then.
 */

typedef const struct cp_json_value *value_at;

/** The first item of a list, or member; NULL: none. */
value_at cp_told_first(value_at value);
/** At a path of names with dots between; 0 where there is no such number. */
uint64_t cp_told_count(value_at value, const char *path);
bool cp_told_yes(value_at value, const char *name);
/** The number, and what stands behind it. */
void cp_told_number(struct cp_out *out, value_at value, const char *path, const char *behind);
/** A text behind `before`; where it is null or empty neither is written. */
void cp_told_text(struct cp_out *out, value_at value, const char *before, const char *name);
/** Without the fraction of a second; "never" where it is null. */
void cp_told_time(struct cp_out *out, value_at value, const char *name);
/** Why nothing moves, one of the status's holds: "operator since 2026-11-28T12:00:00Z, by root: works". */
void cp_told_hold(struct cp_out *out, value_at hold);
/** "warning feed-lost/a since 2026-11-28T12:00:00Z: it is gone; acknowledged by root". */
void cp_told_alarm(struct cp_out *out, value_at alarm);
