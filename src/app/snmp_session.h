#pragma once

#include "snmp_secrets.h"

/** Before the first reading: net-snmp without its files of configuration and state. */
void cp_snmp_start(void);

/**
 * What one device answers, as snmprec in the order of the identifiers: the objects that are read
 * (evidence/snmp_objects.h), and no others.
 *
 * OK; PEER: no answer, or it ended early (*walk holds what came, and says so in a comment); REFUSED:
 * the credentials are wrong; SYSTEM.  What is wrong has been said.
 */
cp_exit cp_snmp_read(const struct cp_snmp_options *options, const struct cp_snmp_secrets *secrets,
                     const struct cp_snmp_host *host, struct cp_arena *arena, cp_text *walk);
