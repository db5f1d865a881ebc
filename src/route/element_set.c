#include "element_set.h"

/*
 * A set is a binary trie over the bits of its elements, from the highest down.  A piece is a pair of
 * pieces and is made once: pairs are found again through a hash table of open addressing, so a set that is
 * equal to another has its number.  Piece 0 is empty, piece 1 an element.
 */

enum { EMPTY = 0, LEAF = 1, PIECES_FIRST = 1024 };

struct piece {
    uint32_t low, high;
};

struct cp_element_sets {
    struct cp_arena *arena;
    struct piece *pieces;
    uint32_t count, cap;
    uint32_t *slots; /* [slot_count] pieces; 0: free.  A power of two, at most half full */
    uint32_t slot_count;
    uint32_t bits;
};

cp_err cp_element_sets_open(struct cp_arena *arena, uint32_t limit, struct cp_element_sets **out)
{
    struct cp_element_sets *s = CP_TAKE(arena, 1, struct cp_element_sets);

    if (s == NULL)
        return CP_ERR_NOMEM;
    *s = (struct cp_element_sets){
        .arena = arena, .count = LEAF + 1, .cap = PIECES_FIRST, .slot_count = 2 * PIECES_FIRST};
    while (s->bits < 32 && (uint64_t)1 << s->bits < limit)
        s->bits++;
    s->pieces = CP_TAKE(arena, s->cap, struct piece);
    s->slots = CP_TAKE(arena, s->slot_count, uint32_t);
    if (s->pieces == NULL || s->slots == NULL)
        return CP_ERR_NOMEM;
    *out = s;
    return CP_OK;
}

/* Where the pair is, or would be.  splitmix64's last steps (public domain) mix the bits. */
static uint32_t *slot_of(const struct cp_element_sets *s, struct piece pair)
{
    uint64_t x = (uint64_t)pair.low << 32 | pair.high;

    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    for (uint32_t i = (uint32_t)(x ^ x >> 31);; i++) {
        uint32_t *slot = &s->slots[i & (s->slot_count - 1)];

        if (*slot == 0 || (s->pieces[*slot].low == pair.low && s->pieces[*slot].high == pair.high))
            return slot;
    }
}

static cp_err grow(struct cp_element_sets *s)
{
    void *pieces = s->pieces;
    uint32_t slot_count = 2 * s->slot_count;
    uint32_t *slots;

    if (s->count > UINT32_MAX / 4)
        return CP_ERR_LIMIT;
    slots = CP_TAKE(s->arena, slot_count, uint32_t);
    if (slots == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_arena_grow(s->arena, &pieces, s->count, &s->cap, sizeof *s->pieces));
    s->pieces = pieces;
    s->slots = slots;
    s->slot_count = slot_count;
    for (uint32_t i = LEAF + 1; i < s->count; i++)
        *slot_of(s, s->pieces[i]) = i;
    return CP_OK;
}

static cp_err get_piece(struct cp_element_sets *s, struct piece pair, uint32_t *out)
{
    uint32_t *slot = slot_of(s, pair);

    if (*slot == 0 && s->count == s->cap) {
        CP_TRY(grow(s));
        slot = slot_of(s, pair);
    }
    if (*slot == 0) {
        s->pieces[s->count] = pair;
        *slot = s->count++;
    }
    *out = *slot;
    return CP_OK;
}

static uint32_t side(struct piece pair, bool high)
{
    return high ? pair.high : pair.low;
}

cp_err cp_element_sets_add(struct cp_element_sets *s, element_set set, uint32_t element,
                           element_set *out)
{
    uint32_t way[32];
    uint32_t at = set;

    for (uint32_t bit = s->bits; bit-- > 0;) {
        way[bit] = at;
        at = at == EMPTY ? EMPTY : side(s->pieces[at], (element >> bit & 1u) != 0);
    }
    at = LEAF;
    for (uint32_t bit = 0; bit < s->bits; bit++) {
        struct piece pair = way[bit] == EMPTY ? (struct piece){EMPTY, EMPTY} : s->pieces[way[bit]];

        if ((element >> bit & 1u) != 0)
            pair.high = at;
        else
            pair.low = at;
        CP_TRY(get_piece(s, pair, &at));
    }
    *out = at;
    return CP_OK;
}

bool cp_element_sets_has(const struct cp_element_sets *s, element_set set, uint32_t element)
{
    for (uint32_t bit = s->bits; set != EMPTY && bit-- > 0;)
        set = side(s->pieces[set], (element >> bit & 1u) != 0);
    return set != EMPTY;
}

int cp_element_sets_compare(const struct cp_element_sets *s, element_set one, element_set other)
{
    if (one == other)
        return 0;
    for (uint32_t bit = s->bits; one != EMPTY && other != EMPTY && bit-- > 0;) {
        struct piece a = s->pieces[one];
        struct piece b = s->pieces[other];
        bool high = a.low == b.low;

        one = side(a, high);
        other = side(b, high);
    }
    return one != EMPTY ? -1 : 1;
}
