#include "app/sources.h"

#include "base/out.h"
#include "base/sha256.h"
#include "app/files.h"
#include "app/machine.h"
#include "app/message.h"

/* What a list of files comes to: digests, and paths by number. */

#define PIECE_BYTES ((size_t)1 << 20)

static cp_exit sum_up(struct cp_file *file, struct cp_sha256 *sum)
{
    cp_exit code = CP_EXIT_OK;

    while (code == CP_EXIT_OK && !cp_file_at_end(file)) {
        cp_text lines;

        code = cp_file_lines(file, PIECE_BYTES, &lines);
        if (code == CP_EXIT_OK)
            cp_sha256_add(sum, lines);
    }
    return code;
}

static cp_exit read_digest(const char *path, struct cp_arena *bytes, char out[65])
{
    cp_arena_mark empty = cp_arena_mark_get(bytes);
    struct cp_sha256 *sum;
    struct cp_file file;
    cp_exit code;

    if (cp_sha256_open(&sum) != CP_OK)
        return cp_say_no_memory();
    code = cp_file_open(path, bytes, &file);
    if (code == CP_EXIT_OK)
        code = sum_up(&file, sum);
    cp_file_close(&file);
    cp_sha256_close(sum, out);
    if (code != CP_EXIT_OK)
        out[0] = '\0';
    cp_arena_reset(bytes, empty);
    return code;
}

cp_exit cp_sources_read_digests(struct cp_sources *sources)
{
    struct cp_arena *bytes = cp_arena_open(cp_machine_memory());
    cp_exit code = bytes != NULL ? CP_EXIT_OK : cp_say_no_memory();

    for (uint32_t i = 0; code == CP_EXIT_OK && i < sources->policy_count; i++)
        code = read_digest(sources->policies[i].path, bytes, sources->policies[i].sha256);
    for (uint32_t i = 0; code == CP_EXIT_OK && i < sources->count; i++)
        code = read_digest(sources->list[i].path, bytes, sources->list[i].sha256);
    cp_arena_close(bytes);
    return code;
}

static void write_digest(struct cp_out *out, const char *name, const char *sha256)
{
    char digest[65];

    cp_sha256_hex(cp_text_of(name), digest);
    cp_out_str(out, digest);
    cp_out_format(out, " %s\n", sha256);
}

cp_err cp_sources_digest(const struct cp_sources *sources, struct cp_arena *work, char out[65])
{
    struct cp_out digests = cp_out_make(work);
    cp_text text;

    for (uint32_t i = 0; i < sources->count; i++)
        write_digest(&digests, sources->list[i].name, sources->list[i].sha256);
    for (uint32_t i = 0; i < sources->policy_count; i++)
        write_digest(&digests, sources->policies[i].name, sources->policies[i].sha256);
    CP_TRY(cp_out_done(&digests, &text));
    cp_sha256_hex(text, out);
    return CP_OK;
}

const char *cp_sources_path(const struct cp_sources *sources, uint32_t file)
{
    if (file < sources->count)
        return sources->list[file].path;
    file -= sources->count;
    return file < sources->policy_count ? sources->policies[file].path : NULL;
}
