#include <stdlib.h>

#include "check/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * A hostile bundle: network, answer and certificate behind each other, %%%% between.  Whatever they say,
 * the checker ends, and holds or refuses with a reason; the same bytes are refused for the same reason.
 */

enum { ARENA_BYTES = 64 << 20 };

static cp_text next_file(cp_text *rest)
{
    static const char mark[] = "%%%%";
    size_t end = 0;
    cp_text file;

    while (end < rest->len && !cp_text_starts(cp_text_sub(*rest, end, 4), CP_TEXT("%%%%")))
        end++;
    file = cp_text_sub(*rest, 0, end);
    *rest = cp_text_sub(*rest, end + sizeof mark - 1, rest->len);
    return file;
}

static struct cp_check_report check_once(cp_text rest, struct cp_arena *arena,
                                         struct cp_arena *work)
{
    cp_text network = next_file(&rest);
    cp_text answer = next_file(&rest);
    struct cp_check_report report = {.why = NULL};
    struct cp_check *check;

    if (cp_check_open(network, answer, arena, work, &check) == CP_OK &&
        cp_check_certificate(check, rest) == CP_OK) {
        cp_check_finish(check, &report);
        CP_ASSERT(report.holds == (report.why == NULL));
    }
    return report;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cp_arena *arena = cp_arena_open(ARENA_BYTES);
    struct cp_arena *work = cp_arena_open(ARENA_BYTES);
    cp_text bundle = {(const char *)data, size};
    struct cp_check_report first, second;

    CP_ASSERT(arena != NULL && work != NULL);
    first = check_once(bundle, arena, work);
    second = check_once(bundle, arena, work);
    CP_ASSERT(second.why == first.why || second.why == NULL); /* NULL: memory ended */
    cp_arena_close(arena);
    cp_arena_close(work);
    return 0;
}
