#pragma once

#include "base/arena.h"

/** Numbers by index, which are all forgotten at once without being touched. */
struct cp_stamped {
    uint64_t *at;
    uint32_t *stamp, now, count;
};

/** For indexes below count; nothing is there.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_stamped_make(struct cp_arena *arena, uint32_t count, struct cp_stamped *out);
/** Forgets all. */
void cp_stamped_clear(struct cp_stamped *s);

static inline bool cp_stamped_has(const struct cp_stamped *s, uint32_t at)
{
    return s->stamp[at] == s->now;
}

static inline void cp_stamped_put(struct cp_stamped *s, uint32_t at, uint64_t value)
{
    s->at[at] = value;
    s->stamp[at] = s->now;
}

/** otherwise: where nothing is there. */
static inline uint64_t cp_stamped_get(const struct cp_stamped *s, uint32_t at, uint64_t otherwise)
{
    return s->stamp[at] == s->now ? s->at[at] : otherwise;
}

/** Puts it where nothing is there yet; whether it did. */
static inline bool cp_stamped_add(struct cp_stamped *s, uint32_t at, uint64_t value)
{
    bool is_new = s->stamp[at] != s->now;

    if (is_new)
        cp_stamped_put(s, at, value);
    return is_new;
}
