#include "pcep_trial.h"

/* Objects by their short names, one message each: S SRP 1, s SRP 1 with R, L LSP, E ERO, R RP 1, P END-POINTS, ... */
static const struct {
    char letter;
    const char *hex;
} words[] = {
    {'S', "2110000c0000000000000001"},
    {'s', "2110000c0000000100000001"},
    {'L', "2010000800001001"},
    {'l', "2010001000000009 0011000161000000"}, /* LSP to be initiated, named */
    {'z', "2010000800000009"},                  /* without a name */
    {'E', "07100004"},
    {'W', "08100004"},                 /* RRO */
    {'R', "0212000c0000000000000001"}, /* RP, P set */
    {'r', "0210000c0000000000000001"}, /* RP, P clear */
    {'0', "0212000c0000000000000000"}, /* RP of request 0 */
    {'o', "0212000c0000000800000001"}, /* RP that reoptimises */
    {'P', "0412000c0a0000010a000002"}, /* END-POINTS */
    {'p', "0410000c0a0000010a000002"},
    {'V', "0b10000c0000000000000001"}, /* SVEC */
    {'N', "0310000800000000"},         /* NO-PATH */
    {'X', "0d10000800000301"},         /* PCEP-ERROR */
    {'n', "0c10000800000101"},         /* NOTIFICATION */
    {'B', "0510000800000000"},
    {'b', "0520000800000000"}, /* bandwidth held: none */
    {'h', "0520000847742400"}, /* bandwidth held: some */
    {'M', "0610000c0000000142c80000"},
    {'A', "0910001400000001000000020000000407060100"},
    {'U', "c8120004"},         /* unknown class, P set */
    {'u', "c8100004"},         /* unknown class, P clear */
    {'T', "04320004"},         /* END-POINTS of an unknown type, P set */
    {'F', "071000082404000c"}, /* malformed ERO */
};

static const char *hex_of(char letter)
{
    for (size_t i = 0; i < CP_COUNT(words); i++)
        if (words[i].letter == letter)
            return words[i].hex;
    fail();
    return NULL;
}

/* "2-5 ok, 5-6 6/9 at 12": the groups of a message of these objects. */
static const char *grouped(struct trial *t, uint8_t type, const char *letters,
                           struct cp_pcep_groups *groups)
{
    struct cp_out hex = cp_out_make(t->arena);
    struct cp_out out = cp_out_make(t->arena);
    cp_text text;

    for (; *letters != '\0'; letters++)
        cp_out_str(&hex, hex_of(*letters));
    assert_int_equal(cp_out_done(&hex, &text), CP_OK);
    assert_int_equal(trial_decode(t, trial_message(t, type, text.at)), CP_OK);
    assert_int_equal(cp_pcep_group(&t->message, t->arena, groups), CP_OK);
    for (uint32_t i = 0; i < groups->count; i++) {
        const struct cp_pcep_group *group = &groups->at[i];

        cp_out_format(&out, "%s%u-%u", i > 0 ? ", " : "", group->first, group->end);
        if (group->fault.why == NULL)
            cp_out_str(&out, " ok");
        else
            cp_out_format(&out, " %u/%u at %u", group->fault.error_type, group->fault.error_value,
                          group->fault.offset);
    }
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return text.len > 0 ? text.at : "";
}

static void groups_are(uint8_t type, const char *letters, const char *expected)
{
    struct trial t = trial_open();
    struct cp_pcep_groups groups;

    assert_string_equal(grouped(&t, type, letters, &groups), expected);
    trial_close(&t);
}

static void reports_begin_with_an_srp_or_an_lsp(void **state)
{
    (void)state;
    groups_are(CP_PCEP_PCRPT, "SLE", "0-3 ok");
    groups_are(CP_PCEP_PCRPT, "LE", "0-2 ok");
    groups_are(CP_PCEP_PCRPT, "SLELESLE", "0-3 ok, 3-5 ok, 5-8 ok");
    groups_are(CP_PCEP_PCRPT, "SLEABMWLE", "0-7 ok, 7-9 ok");
    groups_are(CP_PCEP_PCRPT, "SELW", "0-4 ok"); /* another order is no error */
    groups_are(CP_PCEP_PCRPT, "SL", "0-2 6/9 at 4");
    groups_are(CP_PCEP_PCRPT, "SE", "0-2 6/8 at 4");
    groups_are(CP_PCEP_PCRPT, "SLSLE", "0-2 6/9 at 4, 2-5 ok");
}

static void updates_and_initiations_begin_with_an_srp(void **state)
{
    (void)state;
    groups_are(CP_PCEP_PCUPD, "SLE", "0-3 ok");
    groups_are(CP_PCEP_PCUPD, "SLESLE", "0-3 ok, 3-6 ok");
    groups_are(CP_PCEP_PCUPD, "LE", "0-2 6/10 at 4");
    groups_are(CP_PCEP_PCUPD, "SE", "0-2 6/8 at 4");
    groups_are(CP_PCEP_PCUPD, "SL", "0-2 6/9 at 4");
    groups_are(CP_PCEP_PCUPD, "sL", "0-2 6/9 at 4");
    groups_are(CP_PCEP_PCINITIATE, "SlPE", "0-4 ok");
    groups_are(CP_PCEP_PCINITIATE, "sL", "0-2 ok"); /* RFC 8281 5.4: a removal has no ERO */
    groups_are(CP_PCEP_PCINITIATE, "sLSlE", "0-2 ok, 2-5 ok");
    groups_are(CP_PCEP_PCINITIATE, "SLE", "0-3 19/8 at 16"); /* RFC 8281 5.3 TEST */
    groups_are(CP_PCEP_PCINITIATE, "SzE", "0-3 10/8 at 16");
}

static void requests_begin_with_an_rp_and_have_end_points(void **state)
{
    (void)state;
    groups_are(CP_PCEP_PCREQ, "RP", "0-2 ok");
    groups_are(CP_PCEP_PCREQ, "VVRPMRPM", "2-5 ok, 5-8 ok");
    groups_are(CP_PCEP_PCREQ, "R", "0-1 6/3 at 4");
    groups_are(CP_PCEP_PCREQ, "P", "0-1 6/1 at 4");
    groups_are(CP_PCEP_PCREQ, "PRP", "0-1 6/1 at 4, 1-3 ok");
    groups_are(CP_PCEP_PCREQ, "rP", "0-2 10/1 at 4");
    groups_are(CP_PCEP_PCREQ, "Rp", "0-2 10/1 at 16");
    groups_are(CP_PCEP_PCREQ, "0P", "0-2 8/0 at 4");
    groups_are(CP_PCEP_PCREQ, "oPh", "0-3 6/2 at 4"); /* R and bandwidth held, but no RRO */
    groups_are(CP_PCEP_PCREQ, "oPhW", "0-4 ok");
    groups_are(CP_PCEP_PCREQ, "oPb", "0-3 ok");
    groups_are(CP_PCEP_PCREQ, "oP", "0-2 ok");
}

/* RFC 5440 7.2 TEST */
static void what_must_be_heeded_and_is_unknown_refuses_its_request_alone(void **state)
{
    (void)state;
    groups_are(CP_PCEP_PCREQ, "RPURP", "0-3 3/1 at 28, 3-5 ok");
    groups_are(CP_PCEP_PCREQ, "RPu", "0-3 ok");
    groups_are(CP_PCEP_PCREQ, "RPT", "0-3 3/2 at 28");
    groups_are(CP_PCEP_PCRPT, "LEU", "0-3 ok"); /* P is said of requests alone */
}

static void a_malformed_object_spoils_its_group_alone(void **state)
{
    (void)state;
    groups_are(CP_PCEP_PCRPT, "LELFLE", "0-2 ok, 2-4 10/6 at 28, 4-6 ok");
}

static void replies_errors_and_notifications_are_grouped(void **state)
{
    (void)state;
    groups_are(CP_PCEP_PCREP, "REMRN", "0-3 ok, 3-5 ok");
    groups_are(CP_PCEP_PCREP, "rE", "0-2 10/1 at 4");
    groups_are(CP_PCEP_PCREP, "ER", "0-1 6/1 at 4, 1-2 ok");
    groups_are(CP_PCEP_PCERR, "X", "0-1 ok");
    groups_are(CP_PCEP_PCERR, "rrXXSX", "0-4 ok, 4-6 ok");
    groups_are(CP_PCEP_PCNTF, "rnrrnn", "0-2 ok, 2-6 ok");
    groups_are(CP_PCEP_OPEN, "", "");
}

static void messages_that_open_no_group_have_a_fault(void **state)
{
    struct trial t = trial_open();
    struct cp_pcep_groups groups;

    (void)state;
    (void)grouped(&t, CP_PCEP_PCREQ, "V", &groups);
    assert_int_equal(groups.before_end, 1);
    assert_int_equal(groups.fault.error_type, 6);
    assert_int_equal(groups.fault.error_value, 1);
    (void)grouped(&t, CP_PCEP_PCREP, "", &groups);
    assert_int_equal(groups.fault.error_value, 1);
    (void)grouped(&t, CP_PCEP_PCUPD, "", &groups);
    assert_int_equal(groups.fault.error_value, 10);
    (void)grouped(&t, CP_PCEP_PCRPT, "", &groups);
    assert_int_equal(groups.fault.error_value, 8);
    (void)grouped(&t, CP_PCEP_KEEPALIVE, "", &groups);
    assert_null(groups.fault.why);
    trial_close(&t);
}

static void the_first_of_an_object_counts_and_the_rest_is_found(void **state)
{
    struct trial t = trial_open();
    struct cp_pcep_groups groups;
    const struct cp_pcep_group *group;
    uint32_t at;

    (void)state;
    (void)grouped(&t, CP_PCEP_PCREQ, "RPBMbMA", &groups);
    group = &groups.at[0];
    assert_ptr_equal(group->bandwidth, &t.message.objects[2]);
    assert_ptr_equal(group->bandwidth_held, &t.message.objects[4]);
    assert_ptr_equal(group->lspa, &t.message.objects[6]);
    assert_null(group->ero);
    at = group->first;
    assert_ptr_equal(cp_pcep_next(&t.message, CP_PCEP_CLASS_METRIC, &at, group->end),
                     &t.message.objects[3]);
    assert_ptr_equal(cp_pcep_next(&t.message, CP_PCEP_CLASS_METRIC, &at, group->end),
                     &t.message.objects[5]);
    assert_null(cp_pcep_next(&t.message, CP_PCEP_CLASS_METRIC, &at, group->end));
    trial_close(&t);
}

static void when_memory_ends_there_are_no_groups(void **state)
{
    struct trial t = trial_open();
    struct cp_pcep_groups groups;

    (void)state;
    (void)grouped(&t, CP_PCEP_PCRPT, "LE", &groups);
    cp_arena_fail_after(t.arena, 0);
    assert_int_equal(cp_pcep_group(&t.message, t.arena, &groups), CP_ERR_NOMEM);
    trial_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reports_begin_with_an_srp_or_an_lsp),
        cmocka_unit_test(updates_and_initiations_begin_with_an_srp),
        cmocka_unit_test(requests_begin_with_an_rp_and_have_end_points),
        cmocka_unit_test(what_must_be_heeded_and_is_unknown_refuses_its_request_alone),
        cmocka_unit_test(a_malformed_object_spoils_its_group_alone),
        cmocka_unit_test(replies_errors_and_notifications_are_grouped),
        cmocka_unit_test(messages_that_open_no_group_have_a_fault),
        cmocka_unit_test(the_first_of_an_object_counts_and_the_rest_is_found),
        cmocka_unit_test(when_memory_ends_there_are_no_groups),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
