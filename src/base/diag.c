#include "base/diag.h"

#include <string.h>

/* Copies what fits, whole characters only; what is unsafe or no character becomes '?'. */
static void copy_cut(cp_text text, char *to)
{
    size_t len = text.len;

    if (len > CP_DIAG_SUBJECT_MAX) {
        len = CP_DIAG_SUBJECT_MAX;
        while (len > 0 && ((unsigned char)text.at[len] & 0xc0) == 0x80)
            len--;
    }
    text.len = len;
    len = 0;
    for (size_t at = 0; at < text.len;) {
        uint32_t codepoint;
        size_t bytes = cp_text_char(text, at, &codepoint);

        if (cp_text_is_unsafe(codepoint) || (bytes == 1 && codepoint == 0xfffd))
            to[len++] = '?';
        else
            for (size_t i = 0; i < bytes; i++)
                to[len++] = text.at[at + i];
        at += bytes;
    }
    to[len] = '\0';
}

cp_err cp_diag_set(struct cp_diag *diag, cp_err err, cp_place place, const char *why,
                   cp_text subject)
{
    if (diag == NULL)
        return err;
    diag->place = place;
    diag->why = why;
    copy_cut(subject, diag->subject);
    diag->hint[0] = '\0';
    return err;
}

void cp_diag_hint(struct cp_diag *diag, cp_text hint)
{
    if (diag != NULL)
        copy_cut(hint, diag->hint);
}
