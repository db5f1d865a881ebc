#pragma once

#include "base/diag.h"
#include "web/web.h"

/**
 * Takes what comes with an act (JSON, from whoever may act) into `act`, whose deed is set; in the arena, texts
 * may borrow the body.  What is wrong with it, constant, or in *diag's place; NULL: nothing.
 */
const char *cp_web_body_read(cp_text body, struct cp_arena *arena, struct cp_web_act *act,
                             struct cp_diag *diag);
