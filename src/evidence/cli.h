#pragma once

#include "device.h"

/**
 * What commands printed.  A document is cleaned to lines (cli_clean.c), cut at its prompts into the
 * output of single commands (cli.c, cli_prompt.c), and each output is given to the one form that fits it.
 *
 * A form is one output as one family of systems prints it.  It knows itself by several marks of the
 * output, never by one word: where no form fits, or two do, the output is not understood.
 */

#define CP_CLI_LINE_BYTES 65536u /* a longer line is not understood */
#define CP_CLI_DESCR_BYTES \
    2048u /* of a description joined from several lines; the rest is left out */
#define CP_CLI_PROMPT_BYTES 128u

/** What became of a line; each is counted as one record, blank ones not at all. */
typedef enum {
    CP_CLI_OPEN, /* nobody said anything yet: the form's `rest`, else not understood */
    CP_CLI_BLANK,
    CP_CLI_USED,
    CP_CLI_DECORATION,
    CP_CLI_HEADING,
    CP_CLI_COUNTER,
    CP_CLI_DETAIL,  /* says nothing of makers, parts or neighbours */
    CP_CLI_PROMPT,  /* a prompt, with or without command */
    CP_CLI_REFUSED, /* the device did not take the command */
    CP_CLI_FILTERED,
    CP_CLI_BANNER,
    CP_CLI_OTHER,   /* of a command that says nothing of makers or neighbours */
    CP_CLI_ABSENT,  /* a part that is configured and not there */
    CP_CLI_ODD,     /* not understood: does not have the form of its output */
    CP_CLI_TWICE,   /* not understood: says again what was said of this thing */
    CP_CLI_LONG,    /* not understood */
    CP_CLI_ALIEN,   /* not understood: of another device */
    CP_CLI_UNKNOWN, /* not understood: of no form that is read, or of several */
    CP_CLI_FATE_COUNT
} cp_cli_fate;

struct cp_cli_line {
    cp_text text; /* without what only moves a cursor; any bytes else */
    uint32_t number;
    cp_cli_fate fate;
};

/** The output of one command. */
struct cp_cli_section {
    struct cp_device_doc *doc;
    struct cp_cli_line *lines;
    uint32_t count;
    cp_text command; /* as typed; empty: not known */
};

struct cp_cli_form {
    const char *name;     /* constant, for remarks: "display version" */
    const char *commands; /* that print it, "|" between them; words may be typed abbreviated */
    bool (*fits)(const struct cp_cli_section *section);
    cp_err (*read)(struct cp_cli_section *section);
    cp_cli_fate rest; /* of lines that read left open */
    /* Of an output that names the system: the line where it does, anywhere; count: none.  Where two
     * systems name themselves the output is of neither. */
    uint32_t (*head)(const struct cp_cli_section *section);
};

/** What a key, or the head of a column, says: of an enum of its own for neighbours and for parts. */
struct cp_cli_key {
    const char *key;
    uint32_t what;
};

/** The forms of a family. */
struct cp_cli_forms {
    const struct cp_cli_form *at;
    uint32_t count;
};
extern const struct cp_cli_forms cp_cli_vrp, cp_cli_ios, cp_cli_cisco_seen, cp_cli_huawei_seen,
    cp_cli_huawei_parts, cp_cli_huawei_access, cp_cli_cisco_parts, cp_cli_zte, cp_cli_junos,
    cp_cli_sros, cp_cli_eos, cp_cli_comware, cp_cli_keyed, cp_cli_other_seen, cp_cli_ciena;

/** The one form that fits; NULL: none, or several. */
const struct cp_cli_form *cp_cli_form_of(const struct cp_cli_section *section);

/** The text as lines, in the document's scratch.  Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_cli_clean(struct cp_device_doc *doc, struct cp_cli_line **lines,
                                uint32_t *count);

struct cp_cli_prompt {
    cp_text whole;   /* all before the command: the same text is the same prompt again */
    cp_text name;    /* of the device */
    cp_text command; /* trimmed; empty: none */
};

/** Whether a line may begin with a prompt of a known kind.  Many lines may that do not. */
bool cp_cli_prompt_find(cp_text line, struct cp_cli_prompt *prompt);
/** Whether a command is one that asks: show, display, get, ... and a word after it. */
bool cp_cli_command_asks(cp_text command);
/** Whether a line without a prompt is a command: no output begins so, in small letters. */
bool cp_cli_command_alone(cp_text line);
/** Whether words typed, each perhaps abbreviated, begin as one of the commands ("|" between them). */
bool cp_cli_command_is(cp_text typed, const char *commands);

/* Of what was read so far: see cli_scan.c. */

/** The line, trimmed; empty past the end. */
cp_text cp_cli_at(const struct cp_cli_section *section, uint32_t line);
/** Place of a text inside this line. */
cp_place cp_cli_place(const struct cp_cli_section *section, uint32_t line, cp_text inside);
/** The first line at or after from that begins (blanks aside) with the words; count: none. */
uint32_t cp_cli_find(const struct cp_cli_section *section, uint32_t from, const char *beginning);
/** The first line at or after from that holds the words. */
uint32_t cp_cli_find_in(const struct cp_cli_section *section, uint32_t from, const char *inside);
/** Whether the line stands at the top: at most two others with text before it (a date, a version of
 * what is around the system).  Descriptions of neighbours hold heads of versions too. */
bool cp_cli_is_top(const struct cp_cli_section *section, uint32_t line);
bool cp_cli_has(const struct cp_cli_section *section, const char *beginning);

/** Offset of the words in a text, ASCII letters of either case; len: none. */
size_t cp_cli_index(cp_text text, const char *words);
/** Whether the text begins with the words, letters of either case; *rest: what follows, trimmed. */
bool cp_cli_after(cp_text text, const char *beginning, cp_text *rest);
/** What stands before and after the first of the words, both trimmed; false: there are none. */
bool cp_cli_split(cp_text text, const char *words, cp_text *before, cp_text *after);
/** "Key : value", "KEY=value": by the separator, both trimmed; '.' stands for two and more
 * ("Key ..... value").  No empty keys. */
bool cp_cli_pair(cp_text line, char separator, cp_text *key, cp_text *value);
/** The first word of *rest, which goes on behind it; empty at the end. */
cp_text cp_cli_word(cp_text *rest);
bool cp_cli_is_number(cp_text text);
/** Whether a value is a filler: "-", "--", "N/A", "NA", "none", "not advertised", ... or empty. */
bool cp_cli_is_nothing(cp_text value);
/** Twelve hexadecimal digits in any grouping as aa:bb:cc:dd:ee:ff, in scratch; else the text. */
CP_MUST_USE cp_err cp_cli_mac(struct cp_cli_section *section, cp_text text, cp_text *out,
                              bool *is_mac);
/** Lines from..to (the last left out) as one, a space between them, in scratch. */
CP_MUST_USE cp_err cp_cli_join(struct cp_cli_section *section, uint32_t from, uint32_t to,
                               cp_text *out);
/** Two texts with something between them, in scratch. */
CP_MUST_USE cp_err cp_cli_glue(struct cp_cli_section *section, cp_text a, const char *between,
                               cp_text b, cp_text *out);

/** Hands a fact on, of this line, and marks it used; fillers are left out. */
CP_MUST_USE cp_err cp_cli_says(struct cp_cli_section *section, uint32_t line, cp_text part,
                               const char *attribute, cp_text value);
/** The first line at or after from with this key, and its value; count: none. */
uint32_t cp_cli_find_key(const struct cp_cli_section *section, uint32_t from, const char *key,
                         char separator, cp_text *value);

/** A key whose value is a fact of the system. */
struct cp_cli_fact {
    const char *key, *attribute;
};
/** Says the value of the first line with each of the keys. */
CP_MUST_USE cp_err cp_cli_says_keys(struct cp_cli_section *section, char separator,
                                    const struct cp_cli_fact *facts, size_t count);

/** Where nothing has been said of it yet. */
void cp_cli_mark(struct cp_cli_section *section, uint32_t line, cp_cli_fate fate);
void cp_cli_mark_range(struct cp_cli_section *section, uint32_t from, uint32_t to,
                       cp_cli_fate fate);
