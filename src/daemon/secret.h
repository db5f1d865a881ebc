#pragma once

#include "app/exit.h"
#include "base/text.h"

/** Files with secrets: nobody but their owner may read them. */

enum { SECRET_BYTES_MAX = 80 /* TCP_MD5SIG_MAXKEYLEN */ };

/** Says what is wrong: MISSING, IO; REFUSED where its group or others may read or write it. */
cp_exit secret_check(const char *path);
/** The first line of such a file, 1 to SECRET_BYTES_MAX bytes.  Also INPUT. */
cp_exit secret_read(const char *path, char to[SECRET_BYTES_MAX], size_t *len);
