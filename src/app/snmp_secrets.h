#pragma once

#include "base/diag.h"
#include "snmp_options.h"

/** Pass-phrases and the community; empty: not given.  They lie in the arena. */
struct cp_snmp_secrets {
    cp_text auth, priv, community;
};

/**
 * From the file of the options, else from the environment.  The file must be a plain one of the user
 * or of root that nobody else may read or write.
 * OK, or what is wrong has been said: MISSING, IO, REFUSED (others may read it), INPUT (a line of it),
 * USAGE (what the level needs is not given).
 */
cp_exit cp_snmp_secrets_read(const struct cp_snmp_options *options, struct cp_arena *arena,
                             struct cp_snmp_secrets *out);

/** Lines "auth WORDS", "priv WORDS", "community WORDS"; empty ones and # are passed over. */
cp_err cp_snmp_secrets_parse(cp_text text, struct cp_snmp_secrets *out, struct cp_diag *diag);
