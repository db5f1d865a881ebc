#include "corrupt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/sha256.h"
#include "base/wr.h"
#include "check/check.h"
#include "share.h"

/*
 * 10,000 corruptions of true bundles, all refused.  Some change bytes: the manifest's sums see that.  The
 * harder ones (corrupt.h) change what is said, and nothing but the checker's arithmetic can see it (no sum is
 * looked at).
 */

#define CORRUPTIONS 10000u

enum { KINDS = CORRUPT_ANSWERS + CORRUPT_TEXTS + CORRUPT_PROOFS };

static const struct corrupt *kind(uint32_t which)
{
    if (which < CORRUPT_ANSWERS)
        return &corrupt_answers[which];
    if (which < CORRUPT_ANSWERS + CORRUPT_TEXTS)
        return &corrupt_texts[which - CORRUPT_ANSWERS];
    return &corrupt_proofs[which - CORRUPT_ANSWERS - CORRUPT_TEXTS];
}

static bool holds(const struct bundle *b)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX), *work = cp_arena_open(SIZE_MAX);
    struct cp_check_report report;
    struct cp_check *check = NULL;

    assert_int_equal(cp_check_open(b->network, b->answer, arena, work, &check), CP_OK);
    for (uint32_t i = 0; i < b->piece_count; i++)
        assert_int_equal(cp_check_piece(check, b->piece[i]), CP_OK);
    cp_check_finish(check, &report);
    cp_arena_close(work);
    cp_arena_close(arena);
    return report.holds;
}

static bool make(struct trial *t, uint64_t seed, uint32_t which, bool reproven)
{
    bool of_files = kind(which)->of == OF_FILES;

    t->numbers = seed ^ (uint64_t)which << 40;
    sample_make(seed, 1 + (uint32_t)(seed % 2), &t->sample);
    bundle_audit(&t->sample, t->arena, &t->b);
    t->demand = pick(t, t->sample.demand_count);
    if (!reproven)
        bundle_write(&t->b, t->arena);
    if (of_files)
        return kind(which)->corrupt(t);
    if (!kind(which)->corrupt(t))
        return false;
    if (reproven)
        bundle_write(&t->b, t->arena);
    else
        t->b.answer = bundle_answer(&t->b, t->arena);
    return true;
}

static void every_false_answer_and_proof_is_refused(void **state)
{
    uint32_t counts[KINDS] = {0}, total = 0, wanted = share_of(CORRUPTIONS);

    (void)state;
    for (uint64_t seed = 0; total < wanted; seed++)
        for (uint32_t which = 0; which < KINDS && total < wanted; which++) {
            struct trial t = {.arena = cp_arena_open(SIZE_MAX)};
            bool reproven = kind(which)->of == OF_ANSWER_PROVEN && seed % 2 == 1;

            if (make(&t, seed, which, reproven)) {
                if (holds(&t.b)) {
                    fprintf(stderr, "seed %llu, %s%s: held\n", (unsigned long long)seed,
                            kind(which)->name, reproven ? ", proven anew" : "");
                    fprintf(stderr, "%s%s", t.b.network.at, t.b.answer.at);
                    fail();
                }
                counts[which]++;
                total++;
            }
            cp_arena_close(t.arena);
        }
    for (uint32_t i = 0; i < KINDS; i++)
        assert_true(counts[i] >= share_of(20));
}

/* ---- bytes ---- */

enum { ANSWER, NETWORK, CERTIFICATE, MANIFEST, FILES };

struct files {
    cp_text at[FILES];
};

static void put_sum(struct cp_out *out, const char *name, cp_text bytes)
{
    char sum[65];

    cp_sha256_hex(bytes, sum);
    cp_out_format(out, "[\"%s\", \"%s\"]\n", name, sum);
}

static struct files write_files(const struct bundle *b, struct cp_arena *arena)
{
    struct files f = {{b->answer, b->network, {0}, {0}}};
    struct cp_out out = cp_out_make(arena), manifest = cp_out_make(arena);
    cp_text so_far;

    cp_out_str(&out, CP_PROVE_HEAD);
    for (uint32_t i = 0; i < b->piece_count; i++) {
        cp_wr_number(&out, b->piece[i].len);
        cp_out_text(&out, b->piece[i]);
    }
    assert_int_equal(cp_out_done(&out, &f.at[CERTIFICATE]), CP_OK);
    cp_out_str(&manifest, "[\"cleanpath-bundle\", 1]\n[\"program\", \"cleanpath 0\"]\n");
    put_sum(&manifest, "answer", f.at[ANSWER]);
    put_sum(&manifest, "network", f.at[NETWORK]);
    put_sum(&manifest, "certificate", f.at[CERTIFICATE]);
    cp_out_str(&manifest, "[\"input\", \"all\", \"00\"]\n");
    assert_int_equal(cp_out_done(&manifest, &so_far), CP_OK);
    put_sum(&manifest, "sum", so_far);
    assert_int_equal(cp_out_done(&manifest, &f.at[MANIFEST]), CP_OK);
    return f;
}

/* As main() of cleanpath-check has it. */
static bool files_hold(const struct files *f)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX), *work = cp_arena_open(SIZE_MAX);
    struct cp_bundle_manifest m;
    struct cp_check_report report = {.holds = false};
    struct cp_check *check = NULL;
    char sums[FILES][65];

    for (uint32_t i = 0; i < FILES; i++)
        cp_sha256_hex(f->at[i], sums[i]);
    if (cp_bundle_manifest_read(f->at[MANIFEST], arena, work, &m) == CP_OK &&
        cp_text_is(m.answer, sums[ANSWER]) && cp_text_is(m.network, sums[NETWORK]) &&
        cp_text_is(m.certificate, sums[CERTIFICATE])) {
        assert_int_equal(cp_check_open(f->at[NETWORK], f->at[ANSWER], arena, work, &check), CP_OK);
        assert_int_equal(cp_check_certificate(check, f->at[CERTIFICATE]), CP_OK);
        cp_check_inputs(check, &m);
        cp_check_finish(check, &report);
    }
    cp_arena_close(work);
    cp_arena_close(arena);
    return report.holds;
}

/* The file otherwise, by a byte or a line; false where it is as before. */
static bool spoil_file(uint64_t *numbers, cp_text *file, struct cp_arena *arena)
{
    uint32_t len = (uint32_t)file->len, at = sample_pick(numbers, 0, len - 1);
    struct cp_out out = cp_out_make(arena);
    cp_text was = *file;
    char *bytes;

    switch (sample_pick(numbers, 0, 3)) {
    case 0: /* a byte changes */
        assert_int_equal(cp_text_copy(*file, arena, file), CP_OK);
        bytes = memchr(file->at + at, file->at[at], 1);
        *bytes = (char)(*bytes ^ (1 << sample_pick(numbers, 0, 7)));
        return true;
    case 1: /* the end is cut */
        file->len = at;
        return true;
    case 2: /* a byte is left out */
        cp_out_text(&out, cp_text_sub(was, 0, at));
        cp_out_text(&out, cp_text_sub(was, at + 1, len));
        break;
    default: /* a line stands twice */
        at = (uint32_t)cp_text_find(was, '\n', at);
        cp_out_text(&out, cp_text_sub(was, 0, at));
        cp_out_text(&out, cp_text_sub(was, at / 2, len));
        break;
    }
    return cp_out_done(&out, file) == CP_OK && !cp_text_eq(*file, was);
}

static void every_other_byte_is_refused(void **state)
{
    uint64_t numbers = 7;
    uint32_t total = 0;

    (void)state;
    for (uint64_t seed = 0; seed < share_of(40); seed++) {
        struct trial t = {.arena = cp_arena_open(SIZE_MAX)};
        struct files f;

        sample_make(seed, 1, &t.sample);
        bundle_audit(&t.sample, t.arena, &t.b);
        bundle_write(&t.b, t.arena);
        f = write_files(&t.b, t.arena);
        assert_true(files_hold(&f));
        for (uint32_t i = 0; i < 100; i++) {
            struct files spoilt = f;

            if (!spoil_file(&numbers, &spoilt.at[i % FILES], t.arena))
                continue;
            assert_false(files_hold(&spoilt));
            total++;
        }
        cp_arena_close(t.arena);
    }
    assert_true(total > share_of(3000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_false_answer_and_proof_is_refused),
        cmocka_unit_test(every_other_byte_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
