#include "base/diag.h"

#include <string.h>

/* Copies what fits, whole characters only; control characters become '?'. */
static void copy_cut(cp_text text, char *to)
{
    size_t len = text.len;

    if (len > CP_DIAG_SUBJECT_MAX) {
        len = CP_DIAG_SUBJECT_MAX;
        while (len > 0 && ((unsigned char)text.at[len] & 0xc0) == 0x80)
            len--;
    }
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text.at[i];

        to[i] = c < 0x20 || c == 0x7f ? '?' : text.at[i];
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
