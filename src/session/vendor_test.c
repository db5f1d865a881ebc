#include "pcep_trial.h"

/* What our own speakers tell each other beside the standards. */

static struct cp_pcc_event up(struct pair *p)
{
    struct cp_pce_event event;
    struct cp_pcc_event other;

    pair_connect(p);
    assert_false(pair_pce_event(p, &event));
    assert_false(cp_pcc_next(p->pcc, &other));
    return pair_want_pcc(p, CP_PCC_EV_UP);
}

static void an_edge_hears_who_the_controller_is_and_its_epoch(void **state)
{
    struct cp_pce_config pce = pair_pce_config();
    struct cp_pcc_config pcc = pair_pcc_config();
    struct cp_pcc_event event;
    struct pair p;

    (void)state;
    pce.speaker = (struct cp_pce_speaker){true, UINT64_MAX - 1, CP_TEXT("pce-east")};
    p = pair_make(&pce, &pcc);
    event = up(&p);
    assert_true(event.speaker.known);
    assert_true(event.speaker.epoch == UINT64_MAX - 1);
    pair_assert_text(event.speaker.name, CP_TEXT("pce-east"));
    pair_free(&p);
}

static void a_controller_without_an_epoch_is_not_known(void **state)
{
    struct cp_pce_config pce = pair_pce_config();
    struct cp_pcc_config pcc = pair_pcc_config();
    struct cp_pcc_event event;
    struct pair p = pair_make(&pce, &pcc);

    (void)state;
    event = up(&p);
    assert_false(event.speaker.known);
    pair_free(&p);
}

static void what_an_edge_saw_of_an_lsp_arrives_with_its_report(void **state)
{
    struct cp_pce_config pce = pair_pce_config();
    struct cp_pcc_config pcc = pair_pcc_config();
    struct pair p = pair_make(&pce, &pcc);
    struct cp_pce_lsp lsp = {.plsp_id = 5, .name = CP_TEXT("GREEN"), .delegated = true}, got;

    (void)state;
    lsp.proof = (struct cp_pce_proof){true, true, 1795000000000000, 7};
    pair_synced(&p);
    assert_int_equal(cp_pcc_report(p.pcc, &lsp, p.now_us), CP_OK);
    got = pair_want_pce(&p, CP_PCE_EV_LSP).lsp;
    assert_true(got.proof.known && got.proof.alive);
    assert_true(got.proof.proven_us == lsp.proof.proven_us);
    assert_true(got.proof.packets == 7);
    assert_false(got.colour_known);
    pair_free(&p);
}

static void a_report_without_a_proof_has_none(void **state)
{
    struct cp_pce_config pce = pair_pce_config();
    struct cp_pcc_config pcc = pair_pcc_config();
    struct pair p = pair_make(&pce, &pcc);
    struct cp_pce_lsp lsp = {.plsp_id = 5, .name = CP_TEXT("GREEN")};

    (void)state;
    pair_synced(&p);
    assert_int_equal(cp_pcc_report(p.pcc, &lsp, p.now_us), CP_OK);
    assert_false(pair_want_pce(&p, CP_PCE_EV_LSP).lsp.proof.known);
    pair_free(&p);
}

static void each_prefix_and_each_longer_one_is_not_known(void **state)
{
    struct cp_arena *arena = cp_arena_open(1 << 16);
    struct cp_pce_speaker speaker = {true, 9, CP_TEXT("")};
    struct cp_pce_proof proof = {true, false, 1, 2};
    cp_text bytes;
    char longer[64] = {0};

    (void)state;
    assert_int_equal(cp_pce_proof_write(&proof, arena, &bytes), CP_OK);
    assert_true(cp_pce_proof_read(bytes).known);
    assert_false(cp_pce_speaker_read(bytes).known);
    for (size_t len = 0; len < bytes.len; len++)
        assert_false(cp_pce_proof_read(cp_text_sub(bytes, 0, len)).known);
    memcpy(longer, bytes.at, bytes.len);
    assert_false(cp_pce_proof_read((cp_text){longer, bytes.len + 4}).known);
    longer[0] = 'x';
    assert_false(cp_pce_proof_read((cp_text){longer, bytes.len}).known);
    assert_int_equal(cp_pce_speaker_write(&speaker, arena, &bytes), CP_OK);
    assert_true(cp_pce_speaker_read(bytes).known);
    assert_false(cp_pce_proof_read(bytes).known);
    for (size_t len = 0; len < bytes.len; len++)
        assert_false(cp_pce_speaker_read(cp_text_sub(bytes, 0, len)).known);
    cp_arena_close(arena);
}

static void a_name_that_is_too_long_or_not_printable_is_no_name(void **state)
{
    struct cp_arena *arena = cp_arena_open(1 << 16);
    char name[CP_PCE_SPEAKER_BYTES_MAX + 1];
    struct cp_pce_speaker speaker = {true, 9, {name, CP_PCE_SPEAKER_BYTES_MAX}};
    cp_text bytes;

    (void)state;
    memset(name, 'n', sizeof name);
    assert_int_equal(cp_pce_speaker_write(&speaker, arena, &bytes), CP_OK);
    assert_true(cp_pce_speaker_read(bytes).known);
    speaker.name.len++;
    assert_int_equal(cp_pce_speaker_write(&speaker, arena, &bytes), CP_ERR_RANGE);
    speaker.name.len = 3;
    name[1] = '\n';
    assert_int_equal(cp_pce_speaker_write(&speaker, arena, &bytes), CP_ERR_RANGE);
    cp_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_edge_hears_who_the_controller_is_and_its_epoch),
        cmocka_unit_test(a_controller_without_an_epoch_is_not_known),
        cmocka_unit_test(what_an_edge_saw_of_an_lsp_arrives_with_its_report),
        cmocka_unit_test(a_report_without_a_proof_has_none),
        cmocka_unit_test(each_prefix_and_each_longer_one_is_not_known),
        cmocka_unit_test(a_name_that_is_too_long_or_not_printable_is_no_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
