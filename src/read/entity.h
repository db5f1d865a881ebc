#pragma once

#include "base/text.h"

/**
 * Text with its character entities replaced: &amp; &lt; &gt; &quot; &apos;, the named characters of
 * ISO 8859-1, &#233; and &#xe9;.  What is none of these stays as it stands.  Borrowed where there is
 * nothing to replace, else in the arena.  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_entity_decode(struct cp_arena *arena, cp_text text, cp_text *out);
