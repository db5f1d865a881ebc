#include "edge/probe.h"

#include <string.h>

#include "base/hmac.h"
#include "base/rd.h"
#include "base/wr.h"

enum {
    MAGIC = 0x636c7062, /* "clpb" */
    VERSION = 1,
    FULL = 1,
    UNPACKS = 2,
    MAC_BYTES = 32,
    SENDER_AT = 10 /* bytes of magic, version, flags, size, count */
};

static void write_fields(struct cp_out *out, const struct cp_edge_probe *p)
{
    cp_wr_u32(out, MAGIC);
    cp_wr_u8(out, VERSION);
    cp_wr_u8(out, (uint8_t)((p->full ? FULL : 0) | (p->unpacks ? UNPACKS : 0)));
    cp_wr_u16(out, p->size);
    cp_wr_u16(out, p->heard_count);
    cp_wr_u32(out, p->sender);
    cp_wr_u32(out, p->receiver);
    cp_wr_u32(out, p->class);
    cp_wr_u32(out, p->path);
    cp_wr_u64(out, p->number);
    cp_wr_u64(out, p->nonce);
    cp_wr_u64(out, p->your_nonce);
    for (uint32_t i = 0; i < p->heard_count; i++) {
        cp_wr_u32(out, p->heard[i].path);
        cp_wr_u32(out, p->heard[i].full);
        cp_wr_u64(out, p->heard[i].last);
        cp_wr_u64(out, p->heard[i].map);
    }
}

cp_err cp_edge_probe_write(const struct cp_edge_probe *probe, cp_text key, struct cp_arena *arena,
                           cp_text *bytes)
{
    struct cp_out out = cp_out_make(arena);
    uint8_t mac[MAC_BYTES];

    CP_ASSERT(probe->heard_count <= CP_AGENT_PATHS);
    write_fields(&out, probe);
    CP_TRY(out.err);
    if (out.len + MAC_BYTES > probe->size)
        return CP_ERR_RANGE;
    CP_TRY(cp_hmac_sha256(key, (cp_text){out.at, out.len}, mac));
    cp_out_text(&out, (cp_text){(const char *)mac, MAC_BYTES});
    cp_wr_zero(&out, probe->size - out.len);
    return cp_out_done(&out, bytes);
}

uint32_t cp_edge_probe_sender(cp_text bytes)
{
    cp_rd rd = cp_rd_make(bytes);

    if (cp_rd_u32(&rd) != MAGIC || cp_rd_u8(&rd) != VERSION)
        return 0;
    rd = cp_rd_make(cp_text_sub(bytes, SENDER_AT, bytes.len));
    return cp_rd_u32(&rd);
}

static void read_fields(cp_rd *rd, struct cp_edge_probe *p)
{
    uint8_t flags;

    if (cp_rd_u32(rd) != MAGIC || cp_rd_u8(rd) != VERSION)
        cp_rd_fail(rd);
    flags = cp_rd_u8(rd);
    p->full = (flags & FULL) != 0;
    p->unpacks = (flags & UNPACKS) != 0;
    p->size = cp_rd_u16(rd);
    p->heard_count = cp_rd_u16(rd);
    p->sender = cp_rd_u32(rd);
    p->receiver = cp_rd_u32(rd);
    p->class = cp_rd_u32(rd);
    p->path = cp_rd_u32(rd);
    p->number = cp_rd_u64(rd);
    p->nonce = cp_rd_u64(rd);
    p->your_nonce = cp_rd_u64(rd);
    if (p->heard_count > CP_AGENT_PATHS || p->sender == 0 || p->number == 0 || p->nonce == 0) {
        cp_rd_fail(rd);
        return;
    }
    for (uint32_t i = 0; i < p->heard_count; i++) {
        p->heard[i].path = cp_rd_u32(rd);
        p->heard[i].full = cp_rd_u32(rd);
        p->heard[i].last = cp_rd_u64(rd);
        p->heard[i].map = cp_rd_u64(rd);
    }
}

bool cp_edge_probe_read(cp_text bytes, cp_text key, struct cp_edge_probe *probe)
{
    cp_rd rd = cp_rd_make(bytes);
    struct cp_edge_probe got = {0};
    uint8_t mac[MAC_BYTES], theirs[MAC_BYTES];
    size_t len;
    cp_text said;

    read_fields(&rd, &got);
    len = bytes.len - cp_rd_left(&rd);
    said = cp_rd_bytes(&rd, MAC_BYTES);
    cp_rd_skip(&rd, cp_rd_left(&rd)); /* zeros, or anything: nobody signed them */
    if (!cp_rd_done(&rd) || got.size != bytes.len ||
        cp_hmac_sha256(key, cp_text_sub(bytes, 0, len), mac) != CP_OK)
        return false;
    memcpy(theirs, said.at, sizeof theirs);
    if (!cp_hmac_same(mac, theirs))
        return false;
    *probe = got;
    return true;
}
