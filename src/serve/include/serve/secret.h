#pragma once

#include "app/exit.h"
#include "serve/placed.h"

/** Files with secrets that the configuration names: nobody but their owner may read them.  What is wrong is said with the
 * place where that names them. */

enum { SECRET_BYTES_MAX = 80 /* TCP_MD5SIG_MAXKEYLEN */ };

/** MISSING, IO; REFUSED where its group or others may read or write it. */
cp_exit secret_check(const struct cp_placed_file *file, const char *const *path);
/** The first line of such a file, 1 to SECRET_BYTES_MAX bytes.  Also INPUT. */
cp_exit secret_read(const struct cp_placed_file *file, const char *const *path,
                    char to[SECRET_BYTES_MAX], size_t *len);
