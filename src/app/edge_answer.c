#include "edge_answer.h"

enum { ENDS = 2 };

static const char *const keys[ENDS] = {"from-port", "port"};

/* Which of the keys; ENDS: neither. */
static uint32_t end_of(cp_text word)
{
    uint32_t end = 0;

    while (end < ENDS && !cp_text_is(word, keys[end]))
        end++;
    return end;
}

static void put(struct cp_out *out, cp_text word)
{
    cp_out_str(out, out->len > 0 ? " " : "");
    cp_out_text(out, word);
}

/* As the words stand: where both ends are named, their ports change places; else the one is called the other. */
cp_err cp_edge_answer(cp_text also, struct cp_arena *arena, cp_text *answer)
{
    struct cp_out out = cp_out_make(arena);
    cp_text ports[ENDS] = {{0}}, rest = also, word, value;

    *answer = (cp_text){0};
    while (cp_text_word(&rest, " ", &word) && cp_text_word(&rest, " ", &value))
        if (end_of(word) < ENDS)
            ports[end_of(word)] = value;
    if (cp_text_eq(ports[0], ports[1]))
        return CP_OK;
    for (rest = also; cp_text_word(&rest, " ", &word) && cp_text_word(&rest, " ", &value);) {
        uint32_t end = end_of(word);
        bool both = ports[0].len > 0 && ports[1].len > 0;

        put(&out, end < ENDS && !both ? cp_text_of(keys[1 - end]) : word);
        put(&out, end < ENDS && both ? ports[1 - end] : value);
    }
    return cp_out_done(&out, answer);
}
