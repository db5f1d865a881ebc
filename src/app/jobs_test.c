#include "app/jobs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

/* An audit that only fails: the threads' part of the work, without the work. */
struct cp_audit {
    uint32_t parts, fails_from;
};

uint32_t cp_audit_parts(const struct cp_audit *audit)
{
    return audit->parts;
}

struct cp_audit_worker {
    struct cp_audit *audit;
};

cp_err cp_audit_worker_open(struct cp_audit *audit, struct cp_arena *answers,
                            struct cp_audit_worker **out)
{
    *out = CP_TAKE(answers, 1, struct cp_audit_worker);
    assert_non_null(*out);
    (*out)->audit = audit;
    return CP_OK;
}

void cp_audit_worker_close(struct cp_audit_worker *worker)
{
    (void)worker;
}

/* Lower parts take longer, so that higher ones fail first. */
cp_err cp_audit_run(struct cp_audit_worker *worker, uint32_t part)
{
    struct cp_audit *audit = worker->audit;
    struct timespec pause = {0, part < audit->parts ? (audit->parts - part) * 2000000L : 0};

    if (part < audit->fails_from)
        return CP_OK;
    (void)nanosleep(&pause, NULL);
    return part == audit->fails_from ? CP_ERR_RANGE : CP_ERR_LIMIT;
}

static cp_err run(uint32_t parts, uint32_t fails_from, uint32_t jobs)
{
    struct cp_audit audit = {parts, fails_from};
    struct cp_arena *arenas[CP_JOBS_MAX] = {NULL};
    cp_err err = cp_jobs_audit(&audit, jobs, 1 << 20, arenas);

    for (uint32_t i = 0; i < jobs; i++)
        cp_arena_close(arenas[i]);
    return err;
}

static void of_parts_that_fail_the_lowest_ones_error_is_the_answer(void **state)
{
    (void)state;
    for (uint32_t jobs = 1; jobs <= 8; jobs++)
        assert_int_equal(run(16, 4, jobs), CP_ERR_RANGE);
}

static void parts_that_all_succeed_are_no_error(void **state)
{
    (void)state;
    assert_int_equal(run(100, 100, 4), CP_OK);
    assert_int_equal(run(0, 0, 4), CP_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_parts_that_fail_the_lowest_ones_error_is_the_answer),
        cmocka_unit_test(parts_that_all_succeed_are_no_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
