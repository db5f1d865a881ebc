#include "identity_said.h"

/* What holds of whatever facts: their order, weak evidence, memory that ends. */

/* --- properties ------------------------------------------------------------------------------- */

enum { POOL_MAX = 6 };

static const struct said pool[] = {
    {"", "sys-descr", "Cisco IOS XR Software", READ},
    {"", "sys-descr", "Juniper Networks, Inc. mx80", STRONG},
    {"", "sys-descr", "Cisco Nokia router", READ},
    {"", "sys-object-id", OBJECT("9.1.1"), READ},
    {"", "sys-object-id", OBJECT("25506.1"), STRONG},
    {"", "sys-object-id", OBJECT("8072.3"), STRONG},
    {"", "maker", "Cisco Systems", STRONG},
    {"", "maker", "HPE", ""},
    {"", "maker", "Aruba", READ},
    {"", "maker", "Nobody Knows Ltd", READ},
    {"", "mac", "00:e0:fc:00:00:01", READ},
    {"", "mac", "00:00:0c:00:00:01", READ},
    {"", "engine-id", "800000090300112233", READ},
    {"", "model", "S5720-56C-PWR-EI-AC", ""},
    {"", "software", "OcNOS 6.0", READ},
    {"", "sys-descr", "Linux cisco 5.10", READ},
};

struct outcome {
    cp_identity_state state;
    uint32_t maker;
    cp_grade grade;
};

static struct outcome outcome_of(const struct said *said, size_t count)
{
    identify(said, count);
    return (struct outcome){box()->state, box()->maker, box()->grade};
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static size_t draw(struct said *into, uint32_t *seed)
{
    size_t count = 1 + next_random(seed) % POOL_MAX;

    for (size_t i = 0; i < count; i++)
        into[i] = pool[next_random(seed) % CP_COUNT(pool)];
    return count;
}

static void shuffle(struct said *at, size_t count, uint32_t *seed)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = next_random(seed) % i;
        struct said kept = at[i - 1];
        at[i - 1] = at[other];
        at[other] = kept;
    }
}

static void the_order_of_facts_means_nothing(void **state)
{
    uint32_t seed = 1;

    (void)state;
    for (uint32_t round = 0; round < 150; round++) {
        cp_arena_mark mark = cp_arena_mark_get(arena);
        struct said facts[POOL_MAX];
        size_t count = draw(facts, &seed);
        struct outcome one = outcome_of(facts, count);
        shuffle(facts, count, &seed);
        struct outcome two = outcome_of(facts, count);
        assert_int_equal(one.state, two.state);
        assert_int_equal(one.maker, two.maker);
        assert_int_equal(one.grade, two.grade);
        cp_arena_reset(arena, mark);
    }
}

/* A fact that anybody could have sent never makes what was concluded stronger than such a fact is. */
static void weak_evidence_never_raises_a_grade(void **state)
{
    uint32_t seed = 2;

    (void)state;
    for (uint32_t round = 0; round < 150; round++) {
        cp_arena_mark mark = cp_arena_mark_get(arena);
        struct said facts[POOL_MAX + 1];
        size_t count = draw(facts, &seed);
        struct outcome before = outcome_of(facts, count);
        facts[count] = pool[next_random(&seed) % CP_COUNT(pool)];
        facts[count].evidence = READ;
        struct outcome after = outcome_of(facts, count + 1);
        if (after.state == CP_IDENTITY_CONCLUDED && after.grade > CP_GRADE_UNAUTHENTICATED_READ) {
            assert_int_equal(before.state, CP_IDENTITY_CONCLUDED);
            assert_int_equal(before.maker, after.maker);
            assert_int_equal(before.grade, after.grade);
        }
        cp_arena_reset(arena, mark);
    }
}

static void each_take_that_fails_is_an_error(void **state)
{
    struct cp_arena *tight = cp_arena_open((size_t)64 << 20);
    cp_err err = CP_ERR_NOMEM;

    (void)state;
    IDENTIFY({"", "sys-descr", "Cisco IOS", READ}, {"x", "maker", "Quux AG", READ});
    for (uint64_t takes = 0; err == CP_ERR_NOMEM; takes += 97) {
        cp_arena_mark mark = cp_arena_mark_get(tight);
        cp_arena_fail_after(tight, takes);
        err = cp_identify(net, makers, &options, tight, &identities);
        cp_arena_reset(tight, mark);
    }
    assert_int_equal(err, CP_OK);
    cp_arena_close(tight);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_of_facts_means_nothing),
        cmocka_unit_test(weak_evidence_never_raises_a_grade),
        cmocka_unit_test(each_take_that_fails_is_an_error),
    };

    return cmocka_run_group_tests(tests, open_world, close_world);
}
