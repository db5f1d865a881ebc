#include "cli.h"

#include "set.h"

/* A beginning of the text is cut to lines as they are and shown to the forms: most outputs say in their
 * first lines what they are.  Logs are known by a prompt that asks. */
enum { LOOK_LINES = 400 };

bool cp_cli_looks(cp_text bytes)
{
    struct cp_cli_line lines[LOOK_LINES];
    struct cp_cli_section section = {NULL, lines, 0, {"", 0}};
    size_t at = 0;

    while (at < bytes.len && section.count < LOOK_LINES) {
        size_t end = cp_text_find(bytes, '\n', at);
        struct cp_cli_prompt prompt;
        cp_text line = cp_text_sub(bytes, at, end - at);

        if (line.len > CP_CLI_LINE_BYTES)
            return false;
        if (cp_cli_prompt_find(line, &prompt) && cp_cli_command_asks(prompt.command))
            return true;
        lines[section.count++] = (struct cp_cli_line){line, 0, CP_CLI_OPEN};
        at = end + 1;
    }
    return cp_cli_form_of(&section) != NULL;
}
