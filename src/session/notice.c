#include "session/notice.h"

#include <string.h>

void cp_session_note(struct cp_session_notices *notices, bool given, uint8_t code, uint8_t value)
{
    if (notices->count == CP_SESSION_NOTICES_MAX)
        notices->at[CP_SESSION_NOTICES_MAX - 1].more++;
    else
        notices->at[notices->count++] =
            (struct cp_session_notice){.given = given, .code = code, .value = value};
}

bool cp_session_notice_next(struct cp_session_notices *notices, struct cp_session_notice *out)
{
    if (notices->count == 0)
        return false;
    *out = notices->at[0];
    notices->count--;
    memmove(notices->at, notices->at + 1, notices->count * sizeof *notices->at);
    return true;
}
