#pragma once

#include "base/text.h"

/** Whether text is an IPv4 or IPv6 address (RFC 4291 2.2), perhaps with /LENGTH behind it. */
bool cp_address_valid(cp_text text);
