#pragma once

#include "daemon.h"

/** With `reload: on-change`: the folders of the case's files and policies, a reload after each change and a quiet moment. */
cp_exit watch_open(struct daemon *d);
void watch_close(struct daemon *d);
