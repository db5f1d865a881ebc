#pragma once

#include "base/out.h"

/**
 * Adds a name as a URI (RFC 3986 2): each byte that may not stand in one, each % and each ; as % and two
 * hexadecimal digits.  Different names give different URIs, and none holds a semicolon: what follows one
 * is ours.
 */
void cp_uri_add(struct cp_out *uri, cp_text name);
