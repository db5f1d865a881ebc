#pragma once

#include "daemon.h"

/** With `reload: on-change`: the files of the case and its policies, and what may come to be one by its
 * name: a reload after each change and a quiet moment. */
cp_exit watch_open(struct daemon *d);
void watch_close(struct daemon *d);
