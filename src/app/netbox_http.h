#pragma once

#include "netbox_options.h"

/* Asking a server over HTTPS, one page after the other on one connection. */

#define CP_NETBOX_PAGE_BYTES_MAX ((size_t)256 << 20)

struct cp_netbox_http;

/** SYSTEM.  The options are borrowed. */
cp_exit cp_netbox_http_open(const struct cp_netbox_options *options, struct cp_arena *arena,
                            struct cp_netbox_http **out);
void cp_netbox_http_close(struct cp_netbox_http *http);

typedef enum {
    CP_NETBOX_GOT,    /* a page */
    CP_NETBOX_ABSENT, /* this server has no such list */
} cp_netbox_answer;

/**
 * One page, in the arena; asked again where the server is busy (429), broken (5xx) or silent, after a pause.
 * Says what is wrong: PEER (no answer, none that is trusted, a redirect, a status that is no answer),
 * REFUSED (the token), INPUT (too large), SYSTEM.
 */
cp_exit cp_netbox_http_get(struct cp_netbox_http *http, cp_text url, struct cp_arena *arena,
                           cp_text *body, cp_netbox_answer *answer);
