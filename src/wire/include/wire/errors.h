#pragma once

#include <stdint.h>

/** Names of what NOTIFICATION and PCErr say is wrong, as IANA's registries have them; NULL: none is known here. */
const char *cp_bgp_error_name(uint8_t code);
const char *cp_bgp_suberror_name(uint8_t code, uint8_t subcode);
const char *cp_pcep_error_name(uint8_t type);
const char *cp_pcep_error_value_name(uint8_t type, uint8_t value);
