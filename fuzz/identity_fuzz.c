#include "identify/identity.h"
#include "model/build.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Lines "PART;ATTRIBUTE;VALUE;EVIDENCE" are facts of a node.  What is concluded is the same whatever their order, and no
 * better graded than the best of them.
 */

enum { ARENA_BYTES = 256 << 20, FACTS_MAX = 64 };

struct facts {
    cp_text at[FACTS_MAX];
    uint32_t count;
};

static const struct cp_makers *makers_once(void)
{
    static const struct cp_makers *makers;

    if (makers == NULL) {
        struct cp_arena *arena = cp_arena_open(ARENA_BYTES);
        CP_ASSERT(arena != NULL && cp_makers_make(NULL, 0, arena, &makers, NULL) == CP_OK);
    }
    return makers;
}

static cp_text next_cell(cp_text *line)
{
    size_t to = cp_text_find(*line, ';', 0);
    cp_text cell = cp_text_sub(*line, 0, to);

    *line = cp_text_sub(*line, to + 1, line->len);
    return cell;
}

static void add_fact(struct cp_build *build, cp_text line, uint32_t number)
{
    struct cp_fact_row row = {
        .place = {0, number, 1}, .date = CP_DATE_NONE, .expires = CP_DATE_NONE};
    struct cp_diag diag;

    row.object = next_cell(&line);
    row.attribute = next_cell(&line);
    row.value = next_cell(&line);
    row.evidence = next_cell(&line);
    (void)(cp_build_fact_on_last(build, &row, &diag) == CP_OK); /* what is no fact is left out */
}

static const struct cp_identities *conclude(struct cp_arena *arena, const struct facts *facts,
                                            bool backwards)
{
    struct cp_identify_options options = cp_identify_defaults();
    struct cp_node_row node = cp_node_row_make((cp_place){0, 1, 1}, CP_TEXT("n"));
    const struct cp_identities *identities = NULL;
    const struct cp_case *net = NULL;
    struct cp_build *build = NULL;
    struct cp_diag diag;
    uint32_t file = 0;

    CP_ASSERT(cp_build_open(arena, &build) == CP_OK);
    CP_ASSERT(cp_build_input(build, CP_TEXT("f"), CP_TEXT(""), &file) == CP_OK);
    CP_ASSERT(cp_build_node(build, &node, &diag) == CP_OK);
    for (uint32_t i = 0; i < facts->count; i++)
        add_fact(build, facts->at[backwards ? facts->count - 1 - i : i], i + 1);
    if (cp_build_finish(build, CP_DATE_NONE, &net, &diag) != CP_OK)
        return NULL;
    CP_ASSERT(cp_identify(net, makers_once(), &options, arena, &identities) == CP_OK);
    return identities;
}

static void check_same(const struct cp_identity *a, const struct cp_identity *b)
{
    CP_ASSERT(a->subject == b->subject && a->state == b->state);
    CP_ASSERT(cp_text_eq(a->part, b->part) && a->clues.count == b->clues.count);
    if (a->state == CP_IDENTITY_CONCLUDED)
        CP_ASSERT(a->maker == b->maker && a->grade == b->grade && cp_text_eq(a->name, b->name));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cp_arena *arena = cp_arena_open(ARENA_BYTES);
    cp_text rest = {(const char *)data, size};
    struct facts facts = {.count = 0};

    CP_ASSERT(arena != NULL);
    while (facts.count < FACTS_MAX && cp_text_word(&rest, "\n", &facts.at[facts.count]))
        facts.count++;
    const struct cp_identities *one = conclude(arena, &facts, false);
    const struct cp_identities *two = conclude(arena, &facts, true);
    CP_ASSERT((one == NULL) == (two == NULL));
    for (uint32_t i = 0; one != NULL && i < one->count; i++) {
        CP_ASSERT(one->count == two->count);
        check_same(&one->at[i], &two->at[i]);
    }
    cp_arena_close(arena);
    return 0;
}
