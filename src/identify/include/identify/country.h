#pragma once

#include "base/text.h"

/** Whether a text is a country's code: ISO 3166-1 alpha-2, in capitals.  `UK` and `EU` are none. */
bool cp_country_is(cp_text code);
/** The same letters in capitals where those are a code ("kr"), `GB` for `UK`; else NULL. */
const char *cp_country_meant(cp_text code);
