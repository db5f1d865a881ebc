#pragma once

#include "base/text.h"
#include "app/exit.h"

/** What cleanpath-netbox was asked. */
struct cp_netbox_options {
    cp_text server;     /* "https://netbox.example/nb", no slash at its end */
    const char *folder; /* to be made */
    const char *ca;     /* file of certificates to trust instead of the system's; NULL */
    cp_text token;
    uint32_t limit, timeout_s, retries;
    bool help; /* it was written */
};

/** CP_EXIT_OK, or what is wrong has been said. */
cp_exit cp_netbox_options_parse(int argc, char *const *argv, struct cp_arena *arena,
                                struct cp_netbox_options *out);
