#pragma once

#include "base/diag.h"

/* What pages of NetBox's API say of themselves, and which addresses may be asked. */

#define CP_NETBOX_NO_TOTAL UINT64_MAX

/** A page: how many objects are on it, how many the whole list has (CP_NETBOX_NO_TOTAL: not said), and where
 * the next page is; empty: it is the last. */
struct cp_netbox_page {
    uint32_t count;
    uint64_t total;
    cp_text next; /* in the arena or the page */
};

/** Reads a whole page, checking all of it.  MALFORMED: no page; NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_netbox_page_read(cp_text bytes, struct cp_arena *arena,
                                       struct cp_netbox_page *out, struct cp_diag *diag);

/** Whether a server's address is one that may be asked: https, a host, perhaps a path; no user, query
 * or fragment, nothing that is not plain ASCII. */
bool cp_netbox_url_is_good(cp_text url);
/** Whether an address is below the server's: the same host, port and path before /api/. */
bool cp_netbox_url_is_below(cp_text url, cp_text server);
/** Whether a token holds only what tokens are made of, so that it makes one header. */
bool cp_netbox_token_is_good(cp_text token);
/** "Bearer" of a token of the second version (nbt_...), else "Token". */
const char *cp_netbox_token_scheme(cp_text token);
