#include "cli.h"

/*
 * Prompts are found in two passes: a line is one where what stands behind the prompt asks something
 * ("show ...", "display ..."), and then wherever the same prompt stands again, or one with the first
 * name.  Names of configuration modes change the prompt and not the name: the document is about the
 * device of the first prompt, and what stands under another name is not understood.
 *
 * What a neighbour says of itself is printed as it came, lines that look like prompts included.  So
 * the output of a command that is none of ours is shown to all forms too: a false prompt does not make
 * the neighbours below it disappear.
 */

static const struct cp_cli_forms *const families[] = {
    &cp_cli_vrp,          &cp_cli_ios,           &cp_cli_cisco_seen,  &cp_cli_huawei_seen,
    &cp_cli_huawei_parts, &cp_cli_huawei_access, &cp_cli_cisco_parts, &cp_cli_zte,
    &cp_cli_junos,        &cp_cli_sros,          &cp_cli_eos,         &cp_cli_comware,
    &cp_cli_keyed,        &cp_cli_other_seen,    &cp_cli_ciena};

struct reading {
    struct cp_device_doc *doc;
    struct cp_cli_line *lines;
    uint32_t count;
    cp_text name; /* of the first prompt; empty: there are no prompts */
    bool knows_prompts;
};

/* How each fate is counted, but for lines that are blank or used. */
static const struct {
    cp_remark_kind kind;
    const char *why;
} fates[CP_CLI_FATE_COUNT] = {
    [CP_CLI_OPEN] = {CP_REMARK_NOT_UNDERSTOOD, "a line that does not belong to this output"},
    [CP_CLI_DECORATION] = {CP_REMARK_IGNORED, "a line that only decorates"},
    [CP_CLI_HEADING] = {CP_REMARK_IGNORED, "a heading"},
    [CP_CLI_COUNTER] = {CP_REMARK_IGNORED, "a count of entries"},
    [CP_CLI_DETAIL] = {CP_REMARK_IGNORED,
                       "a detail that says nothing of makers, parts or neighbours"},
    [CP_CLI_PROMPT] = {CP_REMARK_IGNORED, "a prompt"},
    [CP_CLI_REFUSED] = {CP_REMARK_IGNORED, "a command that the device did not take"},
    [CP_CLI_FILTERED] = {CP_REMARK_IGNORED, "an output that a filter cut"},
    [CP_CLI_BANNER] = {CP_REMARK_IGNORED, "text before the first prompt"},
    [CP_CLI_OTHER] = {CP_REMARK_IGNORED,
                      "the output of a command that says nothing of makers or neighbours"},
    [CP_CLI_ABSENT] = {CP_REMARK_IGNORED, "a part that is not there"},
    [CP_CLI_ODD] = {CP_REMARK_NOT_UNDERSTOOD, "a line that does not have the form of this output"},
    [CP_CLI_TWICE] = {CP_REMARK_NOT_UNDERSTOOD, "said twice of one thing in this output"},
    [CP_CLI_LONG] = {CP_REMARK_NOT_UNDERSTOOD, "a line of more than 65536 bytes"},
    [CP_CLI_ALIEN] = {CP_REMARK_NOT_UNDERSTOOD, "under the prompt of another device"},
    [CP_CLI_UNKNOWN] = {CP_REMARK_NOT_UNDERSTOOD,
                        "the output fits no form that is read, or several"},
};

static cp_err count_line(struct cp_device_doc *doc, const struct cp_cli_line *line,
                         const char *subject)
{
    cp_place place = {doc->file, line->number, 1};

    if (line->fate == CP_CLI_BLANK)
        return CP_OK;
    if (line->fate == CP_CLI_USED)
        return cp_device_used(doc, 1);
    return cp_device_remark(doc, fates[line->fate].kind, place, fates[line->fate].why,
                            cp_text_of(subject));
}

static cp_err count_lines(const struct cp_cli_section *section, const char *subject)
{
    for (uint32_t i = 0; i < section->count; i++)
        CP_TRY(count_line(section->doc, &section->lines[i], subject));
    return CP_OK;
}

/* "% Invalid input", "Error: Unrecognized command", "Info: LLDP is not enabled": nothing else was
 * printed then. */
static bool was_refused(const struct cp_cli_section *section)
{
    static const char *const words[] = {
        "%",
        "Error:",
        "Error ",
        "Info:",
        "Warning:",
        "syntax error",
        "MINOR:",
        "unknown command",
        "Unknown action",
        "Command fail",
        "LLDP is not",
        "CDP is not",
    };
    bool refused = false;

    for (uint32_t i = 0; i < section->count; i++) {
        cp_text line = cp_cli_at(section, i), rest;
        bool here = line.len == 0 || cp_text_is(line, "^");

        for (size_t k = 0; k < CP_COUNT(words) && !here; k++)
            if (cp_cli_after(line, words[k], &rest))
                here = refused = true;
        if (!here)
            return false;
    }
    return refused;
}

static bool has_rival(const struct cp_cli_section *section, const struct cp_cli_form *form)
{
    for (size_t f = 0; f < CP_COUNT(families) && form->head != NULL; f++)
        for (uint32_t i = 0; i < families[f]->count; i++) {
            const struct cp_cli_form *other = &families[f]->at[i];

            if (other != form && other->head != NULL && other->head(section) < section->count)
                return true;
        }
    return false;
}

static bool is_printed_by(const struct cp_cli_form *form, cp_text command)
{
    return command.len == 0 || cp_cli_command_is(command, form->commands);
}

/* Whether any form is printed by the command. */
static bool is_read(cp_text command)
{
    for (size_t f = 0; f < CP_COUNT(families); f++)
        for (uint32_t i = 0; i < families[f]->count; i++)
            if (is_printed_by(&families[f]->at[i], command))
                return true;
    return false;
}

/* The one form that fits, of those that the command prints where it prints any; NULL: none, several. */
const struct cp_cli_form *cp_cli_form_of(const struct cp_cli_section *section)
{
    cp_text command = is_read(section->command) ? section->command : (cp_text){"", 0};
    const struct cp_cli_form *one = NULL;
    uint32_t fit = 0;

    for (size_t f = 0; f < CP_COUNT(families); f++)
        for (uint32_t i = 0; i < families[f]->count; i++) {
            const struct cp_cli_form *form = &families[f]->at[i];

            if (!is_printed_by(form, command) || !form->fits(section) || has_rival(section, form))
                continue;
            one = form;
            fit++;
        }
    return fit == 1 ? one : NULL;
}

/* A filter leaves of an output what says little; what is whole was not printed by that command. */
static bool was_filtered(const struct cp_cli_section *section)
{
    struct cp_cli_section any = *section;

    any.command = CP_TEXT("");
    return cp_text_find(section->command, '|', 0) < section->command.len &&
           cp_cli_form_of(&any) == NULL;
}

static cp_err read_section(struct cp_cli_section *section)
{
    const struct cp_cli_form *form = cp_cli_form_of(section);

    if (form != NULL) {
        CP_TRY(form->read(section));
        cp_cli_mark_range(section, 0, section->count, form->rest);
        return count_lines(section, form->name);
    }
    if (was_refused(section))
        cp_cli_mark_range(section, 0, section->count, CP_CLI_REFUSED);
    else if (was_filtered(section))
        cp_cli_mark_range(section, 0, section->count, CP_CLI_FILTERED);
    else if (is_read(section->command))
        cp_cli_mark_range(section, 0, section->count, CP_CLI_UNKNOWN);
    else
        cp_cli_mark_range(section, 0, section->count, CP_CLI_OTHER);
    return count_lines(section, "");
}

static bool is_prompt(const struct reading *reading, uint32_t line, struct cp_cli_prompt *prompt)
{
    return reading->lines[line].fate == CP_CLI_PROMPT &&
           cp_cli_prompt_find(reading->lines[line].text, prompt);
}

/* A table of the prompts that asked: few, as a device has one and its modes. */
enum { PROMPTS_MAX = 16 };

struct prompts {
    cp_text whole[PROMPTS_MAX];
    uint32_t count;
};

static bool knows(const struct prompts *prompts, cp_text whole)
{
    for (uint32_t i = 0; i < prompts->count; i++)
        if (cp_text_eq(prompts->whole[i], whole))
            return true;
    return false;
}

static void find_prompts(struct reading *reading)
{
    struct prompts prompts = {.count = 0};
    struct cp_cli_prompt prompt;

    for (uint32_t i = 0; i < reading->count; i++)
        if (cp_cli_prompt_find(reading->lines[i].text, &prompt) &&
            cp_cli_command_asks(prompt.command) && !knows(&prompts, prompt.whole)) {
            if (prompts.count == PROMPTS_MAX)
                break;
            prompts.whole[prompts.count++] = prompt.whole;
            if (!reading->knows_prompts)
                reading->name = prompt.name;
            reading->knows_prompts = true;
        }
    for (uint32_t i = 0; i < reading->count; i++)
        if (cp_cli_prompt_find(reading->lines[i].text, &prompt) &&
            (cp_cli_command_asks(prompt.command) || knows(&prompts, prompt.whole) ||
             (reading->knows_prompts && cp_text_eq(prompt.name, reading->name))))
            reading->lines[i].fate = CP_CLI_PROMPT;
}

/* A prompt's line says the name once; commands are records that are read to know what follows. */
static cp_err use_prompt(struct reading *reading, uint32_t line, struct cp_cli_prompt prompt,
                         bool *named)
{
    struct cp_cli_section at = {reading->doc, reading->lines, reading->count, prompt.command};

    if (*named)
        return count_line(reading->doc, &reading->lines[line], "");
    *named = true;
    CP_TRY(cp_device_used(reading->doc, 1));
    return cp_device_says(reading->doc, cp_cli_place(&at, line, prompt.name), CP_TEXT(""),
                          "sys-name", prompt.name);
}

static cp_err read_range(struct reading *reading, uint32_t from, uint32_t to, cp_text command,
                         cp_cli_fate all)
{
    struct cp_cli_section section = {reading->doc, reading->lines + from, to - from, command};

    if (all == CP_CLI_OPEN)
        return read_section(&section);
    cp_cli_mark_range(&section, 0, section.count, all);
    return count_lines(&section, "");
}

static uint32_t next_prompt(const struct reading *reading, uint32_t from)
{
    struct cp_cli_prompt prompt;

    while (from < reading->count && !is_prompt(reading, from, &prompt))
        from++;
    return from;
}

/* What stands before the first prompt is the end of an output, or what a system greets with. */
static cp_err read_opening(struct reading *reading, uint32_t to)
{
    struct cp_cli_section section = {reading->doc, reading->lines, to, {"", 0}};

    return read_range(reading, 0, to, CP_TEXT(""),
                      cp_cli_form_of(&section) != NULL ? CP_CLI_OPEN : CP_CLI_BANNER);
}

static cp_err read_session(struct reading *reading)
{
    uint32_t at = next_prompt(reading, 0);
    bool named = false;

    CP_TRY(read_opening(reading, at));
    while (at < reading->count) {
        struct cp_cli_prompt prompt;
        uint32_t end = next_prompt(reading, at + 1);
        cp_cli_fate all = CP_CLI_OPEN;

        CP_ASSERT(is_prompt(reading, at, &prompt));
        if (!cp_text_eq(prompt.name, reading->name))
            all = reading->lines[at].fate = CP_CLI_ALIEN;
        else if (prompt.command.len == 0)
            all = CP_CLI_OTHER;
        if (all == CP_CLI_ALIEN)
            CP_TRY(count_line(reading->doc, &reading->lines[at], ""));
        else
            CP_TRY(use_prompt(reading, at, prompt, &named));
        CP_TRY(read_range(reading, at + 1, end, prompt.command, all));
        at = end;
    }
    return CP_OK;
}

/* Without prompts the whole is the output of one command, which may stand in its first line. */
static cp_err read_output(struct reading *reading)
{
    uint32_t from = 0;
    cp_text command = {"", 0};

    while (from < reading->count && reading->lines[from].fate == CP_CLI_BLANK)
        from++;
    if (from < reading->count) {
        command = cp_text_trim(reading->lines[from].text);
        if (cp_cli_command_alone(command))
            reading->lines[from++].fate = CP_CLI_PROMPT;
        else
            command = CP_TEXT("");
    }
    CP_TRY(read_range(reading, 0, from, command, CP_CLI_PROMPT));
    return read_range(reading, from, reading->count, command, CP_CLI_OPEN);
}

cp_err cp_evidence_read_cli(struct cp_device_doc *doc)
{
    struct reading reading = {.doc = doc};

    CP_TRY(cp_cli_clean(doc, &reading.lines, &reading.count));
    find_prompts(&reading);
    return reading.knows_prompts ? read_session(&reading) : read_output(&reading);
}
