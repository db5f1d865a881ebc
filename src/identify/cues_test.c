#include "cues.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "cue_table.h"
#include "model_table.h"
#include "number_table.h"

static struct cp_arena *arena;
static const struct cp_makers *makers;
static const struct cp_cues *cues;

static int open_cues(void **state)
{
    (void)state;
    arena = cp_arena_open((size_t)64 << 20);
    return arena == NULL || cp_makers_make(NULL, 0, arena, &makers, NULL) != CP_OK ||
           cp_cues_make(makers, arena, &cues) != CP_OK;
}

static int close_cues(void **state)
{
    (void)state;
    cp_arena_close(arena);
    return 0;
}

static void assert_makers(const char *list)
{
    cp_text rest = cp_text_of(list);
    cp_text name = CP_TEXT("");

    while (cp_text_word(&rest, "|", &name)) {
        uint32_t maker = cp_makers_find(makers, name);
        if (maker >= cp_makers_count(makers) || !cp_text_eq(cp_makers_name(makers, maker), name))
            fail_msg("no maker is called %.*s", (int)name.len, name.at);
    }
}

/* --- the tables ------------------------------------------------------------------------------- */

static void the_tables_speak_of_makers_that_there_are(void **state)
{
    (void)state;
    for (size_t i = 0; i < cp_cue_entry_count; i++)
        assert_makers(cp_cue_entries[i].maker);
    for (size_t i = 0; i < cp_model_entry_count; i++)
        assert_makers(cp_model_entries[i].maker);
    for (size_t i = 0; i < cp_number_note_count; i++) {
        assert_makers(cp_number_notes[i].maker);
        assert_makers(cp_number_notes[i].also);
    }
    for (size_t i = 0; i < cp_number_kin_count; i++)
        assert_makers(cp_number_kin[i]);
    assert_makers(cp_number_houses);
    assert_makers(cp_number_boxless);
    assert_makers(cp_number_guarded);
}

static void notes_on_numbers_ascend_and_say_what_their_kind_needs(void **state)
{
    (void)state;
    for (size_t i = 0; i < cp_number_note_count; i++) {
        const struct cp_number_note *note = &cp_number_notes[i];
        assert_true(i == 0 || cp_number_notes[i - 1].number < note->number);
        assert_true((note->also != NULL) == (note->kind == CP_NUMBER_SHARED));
        assert_true((note->maker != NULL) ==
                    (note->kind == CP_NUMBER_SOFTWARE || note->kind == CP_NUMBER_BORROWED));
        assert_ptr_equal(cp_number_note_find(note->number), note);
    }
    assert_null(cp_number_note_find(0));
    assert_null(cp_number_note_find(UINT32_MAX));
}

/* A guarded maker is kin to nobody: nothing explains a hint of it away. */
static void nobody_is_kin_to_a_guarded_maker(void **state)
{
    uint32_t huawei = cp_makers_find(makers, CP_TEXT("huawei"));
    uint32_t hisilicon = cp_makers_find(makers, CP_TEXT("hisilicon"));

    (void)state;
    assert_true(cp_cues_guarded(cues, huawei));
    assert_true(cp_cues_guarded(cues, hisilicon));
    for (uint32_t i = 0; i < cp_makers_count(makers); i++) {
        if (cp_cues_guarded(cues, i))
            continue;
        for (uint32_t k = 0; k < cp_makers_count(makers); k++) {
            if (cp_cues_guarded(cues, k))
                assert_false(cp_cues_kin(cues, i, k));
        }
    }
}

/* --- texts ------------------------------------------------------------------------------------ */

static void assert_cue(const char *text, const char *maker)
{
    struct cp_cue_list list = {.at = NULL};

    assert_int_equal(cp_cues_read(cues, cp_text_of(text), arena, &list), CP_OK);
    if (maker == NULL && list.count == 0)
        return;
    for (uint32_t i = 0; maker != NULL && i < list.count; i++) {
        if (cp_text_is(cp_makers_name(makers, list.at[i].maker), maker))
            return;
    }
    fail_msg("%s: %s", text, maker == NULL ? "no cue" : maker);
}

static void names_and_families_are_found_as_people_write_them(void **state)
{
    (void)state;
    assert_cue("Cisco NX-OS(tm) n5000", "cisco");
    assert_cue("CISCO SYSTEMS, INC,", "cisco");
    assert_cue("Hewlett-Packard switch", "hpe");
    assert_cue("SuperStack 3", "3com");
    assert_cue("DS-7608NI-K2", "hikvision");
    assert_cue("(FORTIGATE-60F)", "fortinet");
    assert_cue("NE40E-X8", "huawei");
    assert_cue("ZXR10-5960", "zte");
    assert_cue("\xe5\x8d\x8e\xe4\xb8\xba\xe4\xba\xa4\xe6\x8d\xa2\xe6\x9c\xba", "huawei");
    assert_cue("\xef\xbc\xa8\xef\xbd\x95\xef\xbd\x81\xef\xbd\x97\xef\xbd\x85\xef\xbd\x89",
               "huawei");
    assert_cue("2.6.18-92cpx86_64", "check-point");
    assert_cue("Integra-W radio", "saf-tehnika");
}

static void what_only_looks_like_a_cue_is_none(void **state)
{
    (void)state;
    assert_cue("", NULL);
    assert_cue("ciscology", NULL);
    assert_cue("Fiber OLT XGS, 4.6.1", NULL);
    assert_cue("the planet is extreme", NULL);
    assert_cue("Integrated Processing Unit", NULL);
    assert_cue("E7", NULL);
    assert_cue("...---...", NULL);
}

static void assert_no_cue_of(const char *text, const char *maker)
{
    struct cp_cue_list list = {.at = NULL};

    assert_int_equal(cp_cues_read(cues, cp_text_of(text), arena, &list), CP_OK);
    for (uint32_t i = 0; i < list.count; i++) {
        if (cp_text_is(cp_makers_name(makers, list.at[i].maker), maker))
            fail_msg("%s: %s", text, maker);
    }
}

static void words_of_paths_and_of_hex_digits_are_no_names(void **state)
{
    (void)state;
    assert_no_cue_of("TiMOS-C-23.10.R3 Built by builder in /rel23.10/b1/R3/panos/main/sros",
                     "palo-alto");
    assert_cue("TiMOS-C-23.10.R3 Built by builder in /rel23.10/b1/R3/panos/main/sros", "nokia");
    assert_cue("built in /build/cisco/main, for Juniper", "juniper");
    assert_cue("PAN-OS 10/11 panos", "palo-alto");
    assert_cue("Nokia/Huawei/ZTE", "huawei");
    assert_cue("/home/huawei/main", "huawei"); /* of a guarded maker the least hint counts */
    assert_no_cue_of("V5812G NOS 6.07p1/00:d0:cb:f5:b9:8b", "f5");
    assert_no_cue_of("00-E0-FC-F5-B9-8B", "f5");
    assert_no_cue_of("f5:a1:00", "f5");
    assert_cue("BIG-IP 00:d0:cb:f5:b9:8b Cisco", "cisco");
    assert_cue("AS-16-24 Cisco", "cisco");
}

static void short_names_count_as_the_first_word_or_with_a_second(void **state)
{
    (void)state;
    assert_no_cue_of("Firmware rev A10", "a10");
    assert_no_cue_of("board hw rev. F5", "f5");
    assert_no_cue_of("RTOS on NEC 16", "nec");
    assert_cue("F5 Networks", "f5");
    assert_cue("load balancer of F5 Networks, Inc.", "f5");
    assert_cue("A10 Thunder", "a10");
    assert_cue("made by A10 Networks", "a10");
    assert_cue("switch by NEC Corporation", "nec");
    assert_cue("a switch of ZTE", "zte");
    assert_cue("a switch of H3C", "h3c");
}

static void assert_shown_only(const char *text, const char *maker)
{
    struct cp_cue_list list = {.at = NULL};

    assert_int_equal(cp_cues_read(cues, cp_text_of(text), arena, &list), CP_OK);
    for (uint32_t i = 0; i < list.count; i++) {
        if (cp_text_is(cp_makers_name(makers, list.at[i].maker), maker) &&
            (list.at[i].traits & CP_CUE_OTHERS) == 0)
            fail_msg("%s: %s", text, maker);
    }
}

static void who_made_a_chip_did_not_make_the_box(void **state)
{
    (void)state;
    assert_shown_only("NEC V850 CPU", "nec");
    assert_shown_only("Fujitsu processor board", "fujitsu");
    assert_shown_only("Broadcom Corporation BCM5345", "broadcom");
    assert_shown_only("Realtek RTL8382", "realtek");
    assert_shown_only("switch with Intel Corporation silicon", "intel");
    assert_cue("Cisco 2621 processor", "cisco");
}

static void a_word_for_a_model_must_be_its_makers_own(void **state)
{
    (void)state;
    assert_no_cue_of("C9500", "cisco");
    assert_no_cue_of("C9300 OLT", "cisco");
    assert_cue("C9500-16X", "cisco");
    assert_cue("C9300L-24P-4G", "cisco");
    assert_cue("C9407R", "cisco");
    assert_cue("WS-C9500-1", "cisco");
    assert_no_cue_of("Fiberstore Internetwork Operating System Software", "cisco");
    assert_cue("Cisco Internetwork Operating System Software", "cisco");
}

/* With a look back to the start of the word at each name this would be read for minutes. */
static void a_word_of_a_million_letters_is_read_in_one_go(void **state)
{
    enum { TIMES = 140000, PIECE = 7 };
    char *text = cp_arena_take(arena, TIMES * PIECE + 1, 1);

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < TIMES; i++)
        memcpy(text + i * PIECE, "1huawei", PIECE);
    assert_cue(text, "huawei");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tables_speak_of_makers_that_there_are),
        cmocka_unit_test(notes_on_numbers_ascend_and_say_what_their_kind_needs),
        cmocka_unit_test(nobody_is_kin_to_a_guarded_maker),
        cmocka_unit_test(names_and_families_are_found_as_people_write_them),
        cmocka_unit_test(what_only_looks_like_a_cue_is_none),
        cmocka_unit_test(words_of_paths_and_of_hex_digits_are_no_names),
        cmocka_unit_test(short_names_count_as_the_first_word_or_with_a_second),
        cmocka_unit_test(who_made_a_chip_did_not_make_the_box),
        cmocka_unit_test(a_word_for_a_model_must_be_its_makers_own),
        cmocka_unit_test(a_word_of_a_million_letters_is_read_in_one_go),
    };

    return cmocka_run_group_tests(tests, open_cues, close_cues);
}
