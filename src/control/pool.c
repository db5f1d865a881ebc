#include <string.h>

#include "inside.h"

/*
 * Sizes in steps of a half: 32, 48, 64, 96, ...; what is given back is kept in the list of its size.  So memory grows to
 * what was used at most of each size, and no further.
 */

enum { LEAST = 32 };

static size_t size_of(uint32_t class_at)
{
    size_t whole = (size_t)LEAST << (class_at / 2);

    return class_at % 2 == 0 ? whole : whole + whole / 2;
}

static uint32_t class_of(size_t bytes)
{
    uint32_t at = 0;

    while (at < POOL_CLASSES && size_of(at) < bytes)
        at++;
    return at;
}

void *cp_ctl_take(struct ctl_pool *pool, size_t bytes)
{
    uint32_t at = class_of(bytes);
    void *block;

    if (at == POOL_CLASSES)
        return NULL;
    block = pool->free[at];
    if (block == NULL)
        return cp_arena_take(pool->arena, 1, size_of(at));
    memcpy(&pool->free[at], block, sizeof(void *));
    return block;
}

void cp_ctl_give(struct ctl_pool *pool, void *at, size_t bytes)
{
    uint32_t class_at = class_of(bytes);

    if (at == NULL)
        return;
    CP_ASSERT(class_at < POOL_CLASSES);
    memcpy(at, &pool->free[class_at], sizeof(void *));
    pool->free[class_at] = at;
}

cp_err cp_ctl_text_take(struct ctl_pool *pool, cp_text text, cp_text *out)
{
    char *at;

    *out = (cp_text){NULL, 0};
    if (text.len == 0)
        return CP_OK;
    at = (char *)cp_ctl_take(pool, text.len);
    if (at == NULL)
        return CP_ERR_NOMEM;
    memcpy(at, text.at, text.len);
    *out = (cp_text){at, text.len};
    return CP_OK;
}

void cp_ctl_text_give(struct ctl_pool *pool, cp_text *text)
{
    if (text->len > 0)
        cp_ctl_give(pool, (void *)(uintptr_t)text->at, text->len);
    *text = (cp_text){NULL, 0};
}

cp_err cp_ctl_text_put(struct ctl_pool *pool, struct cp_out *from, cp_text *into)
{
    cp_text text;

    CP_TRY(cp_out_done(from, &text));
    if (cp_text_eq(text, *into))
        return CP_OK;
    cp_ctl_text_give(pool, into);
    return cp_ctl_text_take(pool, text, into);
}
