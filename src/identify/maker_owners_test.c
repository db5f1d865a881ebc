#include "identify/makers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Owners by chance, against what is plainly right. */

enum { CHANCE_ROWS = 7, CHANCE_CASES = 400 };

static struct cp_arena *arena;

static const char *const chance_names[CHANCE_ROWS] = {"m0", "m1", "m2", "m3", "m4", "m5", "m6"};
static const char *const chance_countries[] = {"", "CN", "US", "KR"};

struct chance {
    bool owns[CHANCE_ROWS][CHANCE_ROWS]; /* [above][below] */
    uint32_t country[CHANCE_ROWS];
};

static uint32_t draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33);
}

static struct chance chance_of(uint64_t *seed)
{
    struct chance c = {0};

    for (uint32_t i = 0; i < CHANCE_ROWS; i++) {
        c.country[i] = draw(seed) % CP_COUNT(chance_countries);
        for (uint32_t k = 0; k < CHANCE_ROWS; k++)
            c.owns[i][k] = draw(seed) % 9 == 0;
    }
    return c;
}

/* Row i is maker order[i] of the case. */
static cp_err make_chance(const struct chance *c, const uint32_t *order,
                          const struct cp_makers **makers)
{
    struct cp_maker_row rows[CHANCE_ROWS] = {0};
    struct cp_maker_word owners[CHANCE_ROWS][CHANCE_ROWS];

    for (uint32_t i = 0; i < CHANCE_ROWS; i++) {
        struct cp_maker_row *row = &rows[i];
        row->name.text = cp_text_of(chance_names[order[i]]);
        row->country = cp_text_of(chance_countries[c->country[order[i]]]);
        row->owners.at = owners[i];
        for (uint32_t k = 0; k < CHANCE_ROWS; k++) {
            if (c->owns[k][order[i]])
                owners[i][row->owners.count++].text = cp_text_of(chance_names[k]);
        }
    }
    return cp_makers_make(rows, CHANCE_ROWS, arena, makers, NULL);
}

/* Who stands above whom, over any number of steps: Warshall. */
static void close_over(struct chance *c)
{
    for (uint32_t by = 0; by < CHANCE_ROWS; by++) {
        for (uint32_t i = 0; i < CHANCE_ROWS; i++) {
            for (uint32_t k = 0; k < CHANCE_ROWS; k++)
                c->owns[i][k] = c->owns[i][k] || (c->owns[i][by] && c->owns[by][k]);
        }
    }
}

static cp_control plain_control(const struct chance *above, uint32_t maker, uint32_t country)
{
    cp_control control = CP_CONTROL_NO;

    for (uint32_t i = 0; i < CHANCE_ROWS; i++) {
        if (i != maker && !above->owns[i][maker])
            continue;
        if (above->country[i] == country)
            return CP_CONTROL_YES;
        if (above->country[i] == 0)
            control = CP_CONTROL_UNKNOWN;
    }
    return control;
}

/* Whether none but the two countries can compel it. */
static cp_control plain_only(const struct chance *above, uint32_t maker, uint32_t one, uint32_t two)
{
    cp_control control = CP_CONTROL_YES;

    for (uint32_t i = 0; i < CHANCE_ROWS; i++) {
        if (i != maker && !above->owns[i][maker])
            continue;
        if (above->country[i] == 0)
            control = CP_CONTROL_UNKNOWN;
        else if (above->country[i] != one && above->country[i] != two)
            return CP_CONTROL_NO;
    }
    return control;
}

static void check_only(const struct cp_makers *makers, const struct chance *above, uint32_t maker)
{
    uint32_t index = cp_makers_find(makers, cp_text_of(chance_names[maker]));

    for (uint32_t one = 1; one < CP_COUNT(chance_countries); one++) {
        for (uint32_t two = one; two < CP_COUNT(chance_countries); two++) {
            const cp_text countries[] = {cp_text_of(chance_countries[one]),
                                         cp_text_of(chance_countries[two])};
            assert_int_equal(cp_makers_controlled_only(makers, index, countries, 2),
                             plain_only(above, maker, one, two));
        }
    }
}

static cp_control control(const struct cp_makers *makers, const char *name, const char *country)
{
    return cp_makers_controlled(makers, cp_makers_find(makers, cp_text_of(name)),
                                cp_text_of(country));
}

static int open_arena(void **state)
{
    (void)state;
    arena = cp_arena_open((size_t)64 << 20);
    return arena == NULL;
}

static int close_arena(void **state)
{
    (void)state;
    cp_arena_close(arena);
    return 0;
}

static void control_and_circles_are_as_a_plain_search_finds_them_in_any_order_of_rows(void **state)
{
    uint64_t seed = 4;
    uint32_t circles = 0;

    (void)state;
    for (uint32_t n = 0; n < CHANCE_CASES; n++) {
        struct chance c = chance_of(&seed);
        uint32_t order[CHANCE_ROWS] = {0, 1, 2, 3, 4, 5, 6};
        cp_arena_mark mark = cp_arena_mark_get(arena);
        const struct cp_makers *makers = NULL;
        bool circle = false;
        for (uint32_t i = CHANCE_ROWS - 1; i > 0; i--) {
            uint32_t k = draw(&seed) % (i + 1);
            uint32_t swap = order[i];
            order[i] = order[k];
            order[k] = swap;
        }
        cp_err err = make_chance(&c, order, &makers);
        close_over(&c);
        for (uint32_t i = 0; i < CHANCE_ROWS; i++)
            circle = circle || c.owns[i][i];
        assert_int_equal(err, circle ? CP_ERR_CONFLICT : CP_OK);
        circles += circle ? 1 : 0;
        for (uint32_t i = 0; !circle && i < CHANCE_ROWS; i++) {
            for (uint32_t k = 1; k < CP_COUNT(chance_countries); k++)
                assert_int_equal(control(makers, chance_names[i], chance_countries[k]),
                                 plain_control(&c, i, k));
            check_only(makers, &c, i);
        }
        cp_arena_reset(arena, mark);
    }
    assert_in_range(circles, CHANCE_CASES / 10, CHANCE_CASES * 9 / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(control_and_circles_are_as_a_plain_search_finds_them_in_any_order_of_rows),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
