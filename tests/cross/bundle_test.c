#include "bundle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "check/check.h"
#include "share.h"

/* What audits of thousands of small networks say is proven by their bundles. */

static void print_refusal(struct sample *sample, const struct bundle *b,
                          const struct cp_check_report *report)
{
    sample_print(sample);
    fprintf(stderr, "refused: %s; demand %.*s; element %.*s\n%.*s%.*s", report->why,
            (int)report->demand.len, report->demand.at, (int)report->element.len,
            report->element.at, (int)b->network.len, b->network.at, (int)b->answer.len,
            b->answer.at);
}

static bool prove(uint64_t seed, uint32_t depth)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX), *work = cp_arena_open(SIZE_MAX);
    struct cp_check_report report;
    struct cp_check *check = NULL;
    struct sample sample;
    struct bundle b;

    sample_make(seed, depth, &sample);
    bundle_audit(&sample, arena, &b);
    bundle_write(&b, arena);
    assert_int_equal(cp_check_open(b.network, b.answer, arena, work, &check), CP_OK);
    for (uint32_t i = 0; i < b.piece_count; i++)
        assert_int_equal(cp_check_piece(check, b.piece[i]), CP_OK);
    cp_check_finish(check, &report);
    if (!report.holds)
        print_refusal(&sample, &b, &report);
    cp_arena_close(work);
    cp_arena_close(arena);
    return report.holds;
}

static void prove_all(uint32_t depth, uint32_t samples)
{
    uint64_t count = share_of(samples);
    const char *one = getenv("BUNDLE_SEED");
    uint64_t first = one != NULL ? strtoull(one, NULL, 10) : 0;

    for (uint64_t seed = first; seed < (one != NULL ? first + 1 : count); seed++)
        assert_true(prove(seed, depth));
}

static void audits_without_failures_are_proven(void **state)
{
    (void)state;
    prove_all(0, 3000);
}

static void audits_of_single_failures_are_proven(void **state)
{
    (void)state;
    prove_all(1, 3000);
}

static void audits_of_double_failures_are_proven(void **state)
{
    (void)state;
    prove_all(2, 1500);
}

static void audits_of_triple_failures_are_proven(void **state)
{
    (void)state;
    prove_all(3, 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(audits_without_failures_are_proven),
        cmocka_unit_test(audits_of_single_failures_are_proven),
        cmocka_unit_test(audits_of_double_failures_are_proven),
        cmocka_unit_test(audits_of_triple_failures_are_proven),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
