#include "session/vendor.h"

#include "base/rd.h"
#include "base/wr.h"

enum { OURS = 0x636c7061, /* "clpa" */ KIND_SPEAKER = 1, KIND_PROOF = 2, ALIVE = 1 };

static struct cp_out begin(struct cp_arena *arena, uint32_t kind, uint32_t flags)
{
    struct cp_out out = cp_out_make(arena);

    cp_wr_u32(&out, OURS);
    cp_wr_u16(&out, kind);
    cp_wr_u16(&out, flags);
    return out;
}

/* False: it is another's, or of another kind.  Flags that are not known say nothing. */
static bool begins(cp_rd *rd, uint32_t kind, uint32_t *flags)
{
    bool ours = cp_rd_u32(rd) == OURS && cp_rd_u16(rd) == kind;

    *flags = cp_rd_u16(rd);
    return ours;
}

static bool is_name(cp_text name)
{
    if (name.len > CP_PCE_SPEAKER_BYTES_MAX)
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (name.at[i] < ' ' || name.at[i] > '~')
            return false;
    return true;
}

cp_err cp_pce_speaker_write(const struct cp_pce_speaker *speaker, struct cp_arena *arena,
                            cp_text *bytes)
{
    struct cp_out out = begin(arena, KIND_SPEAKER, 0);

    if (!is_name(speaker->name))
        return CP_ERR_RANGE;
    cp_wr_u64(&out, speaker->epoch);
    cp_out_text(&out, speaker->name);
    return cp_out_done(&out, bytes);
}

struct cp_pce_speaker cp_pce_speaker_read(cp_text bytes)
{
    cp_rd rd = cp_rd_make(bytes);
    struct cp_pce_speaker speaker = {0};
    uint32_t flags;

    if (!begins(&rd, KIND_SPEAKER, &flags))
        return speaker;
    speaker.epoch = cp_rd_u64(&rd);
    speaker.name = cp_rd_bytes(&rd, cp_rd_left(&rd));
    speaker.known = cp_rd_done(&rd) && is_name(speaker.name);
    return speaker;
}

cp_err cp_pce_proof_write(const struct cp_pce_proof *proof, struct cp_arena *arena, cp_text *bytes)
{
    struct cp_out out = begin(arena, KIND_PROOF, proof->alive ? ALIVE : 0);

    cp_wr_u64(&out, proof->proven_us);
    cp_wr_u64(&out, proof->packets);
    return cp_out_done(&out, bytes);
}

struct cp_pce_proof cp_pce_proof_read(cp_text bytes)
{
    cp_rd rd = cp_rd_make(bytes);
    struct cp_pce_proof proof = {0};
    uint32_t flags;

    if (!begins(&rd, KIND_PROOF, &flags))
        return proof;
    proof.alive = (flags & ALIVE) != 0;
    proof.proven_us = cp_rd_u64(&rd);
    proof.packets = cp_rd_u64(&rd);
    proof.known = cp_rd_done(&rd);
    return proof;
}
