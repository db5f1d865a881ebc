#include "yaml_said.h"

/* What libyaml says, and what it says to whoever writes a policy. */

static const char tab[] = "a tab: indent with spaces";
static const char colon[] =
    "a ':' where none can be: quote a text that holds ': ', or mend the indentation";
static const char astray[] = "indented like nothing above it";

static const struct yaml_saying sayings[] = {
    {"found a tab character that violates indentation", tab, AT_PROBLEM},
    {"found character that cannot start any token",
     "a text that begins with this character needs quotes", AT_PROBLEM},
    {"mapping values are not allowed in this context", colon, AT_PROBLEM},
    {"block sequence entries are not allowed in this context",
     "a list in lines begins on a line of its own", AT_PROBLEM},
    {"found unexpected end of stream", "this quote is never closed", AT_BEGINNING},
    {"found unexpected document indicator", "this quote is never closed", AT_BEGINNING},
    {"could not find expected ':'", "a key without ': ' after it", AT_BEGINNING},
    {"did not find expected ',' or '}'", "expected ',' or '}'", IN_BRACKETS},
    {"did not find expected ',' or ']'", "expected ',' or ']'", IN_BRACKETS},
    {"did not find expected key", astray, IN_LINES},
    {"did not find expected '-' indicator", astray, IN_LINES},
    {"did not find expected node content", "expected a value", AT_PROBLEM},
    {"found unknown escape character", "no such escape in a quoted text", AT_PROBLEM},
};

const struct yaml_saying *cp_yaml_saying_of(const char *problem)
{
    for (size_t i = 0; problem != NULL && i < CP_COUNT(sayings); i++) {
        if (cp_text_is(cp_text_of(problem), sayings[i].problem))
            return &sayings[i];
    }
    return NULL;
}

/* Whether nothing but spaces stands before the cursor on its line. */
static bool begins_line(const cp_scan *cursor)
{
    size_t at = cursor->at;

    while (at > 0 && cursor->text.at[at - 1] == ' ')
        at--;
    return at == 0 || cursor->text.at[at - 1] == '\n' || cursor->text.at[at - 1] == '\r';
}

const char *cp_yaml_seen_there(const cp_scan *cursor, const struct yaml_saying *saying)
{
    int next = cp_scan_peek(cursor);

    if (next == '\t')
        return tab;
    if (saying->kind == IN_BRACKETS && next == ':')
        return colon;
    if (saying->kind == IN_LINES && !begins_line(cursor))
        return "a text goes on after its closing quote or bracket";
    return saying->why;
}
