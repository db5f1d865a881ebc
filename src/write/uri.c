#include "uri.h"

#include <string.h>

/* RFC 3986 2.2, 2.3: unreserved characters, and the reserved ones but brackets, which only stand around
 * the address of a host, and the semicolon. */
static bool stands_for_itself(char c)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
        return true;
    return c != '\0' && strchr("-._~:/?#@!$&'()*+,=", c) != NULL;
}

void cp_uri_add(struct cp_out *uri, cp_text name)
{
    size_t plain = 0;

    for (size_t at = 0; at < name.len; at++) {
        if (stands_for_itself(name.at[at]))
            continue;
        cp_out_text(uri, cp_text_sub(name, plain, at - plain));
        cp_out_format(uri, "%%%02X", (unsigned)(unsigned char)name.at[at]);
        plain = at + 1;
    }
    cp_out_text(uri, cp_text_sub(name, plain, name.len));
}
