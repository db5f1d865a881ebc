#pragma once

/*
 * Past these a batch is refused (CP_STORE_LIMIT), but for keys and documents of the log, which are cut (store.h, log.h); the
 * state folder grows by content, not by these.
 */

#define CP_STORE_TABLE_BYTES_MAX 32u
#define CP_STORE_KEY_BYTES_MAX 1024u
#define CP_STORE_VALUE_BYTES_MAX (64u << 20)
#define CP_STORE_DOCUMENT_BYTES_MAX (1u << 20)
#define CP_STORE_CONTENT_BYTES_MAX (256u << 20)
#define CP_STORE_BATCH_BYTES_MAX ((size_t)1 << 30)
/* Of one entry of the log. */
#define CP_STORE_BECAUSE_MAX 16u
#define CP_STORE_CONTENTS_MAX 64u
