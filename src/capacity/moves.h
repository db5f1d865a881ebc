#pragma once

#include "master.h"

/** Of ordinary flows at most the request's number not on the IGP's way; the others are held on it. */
CP_MUST_USE cp_err cp_moves_settle(struct cp_level *s, struct cp_master *master, double gap);
