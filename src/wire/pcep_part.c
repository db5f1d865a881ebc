#include "pcep_inside.h"

/* Small parts that all of PCEP is made of, in and out. */

uint32_t cp_pcep_in_place(const struct cp_pcep_in *in, const cp_rd *rd)
{
    return rd->left.at != NULL ? (uint32_t)(rd->left.at - in->whole.at) : in->part;
}

void cp_pcep_in_fault(struct cp_pcep_in *in, cp_rd *rd, const char *why, uint8_t error_value)
{
    if (in->fault.why == NULL)
        in->fault = (struct cp_pcep_fault){.offset = cp_pcep_in_place(in, rd),
                                           .why = why,
                                           .error_type = CP_PCEP_ERROR_INVALID_OBJECT,
                                           .error_value = error_value};
    cp_rd_fail(rd);
}

void *cp_pcep_in_take(struct cp_pcep_in *in, uint32_t count, size_t size_bytes)
{
    void *at;

    if (count == 0 || in->err != CP_OK)
        return NULL;
    at = cp_arena_take(in->arena, count, size_bytes);
    if (at == NULL)
        in->err = CP_ERR_NOMEM;
    return at;
}

void cp_pcep_in_sid(cp_rd *rd, uint8_t sid[16])
{
    for (uint32_t i = 0; i < 16; i++)
        sid[i] = cp_rd_u8(rd);
}

static bool fits_sid(cp_pcep_sid_structure s)
{
    return (uint32_t)s.block + s.node + s.function + s.argument <= 128;
}

bool cp_pcep_in_structure(cp_rd *rd, cp_pcep_sid_structure *structure)
{
    structure->block = cp_rd_u8(rd);
    structure->node = cp_rd_u8(rd);
    structure->function = cp_rd_u8(rd);
    structure->argument = cp_rd_u8(rd);
    return fits_sid(*structure);
}

void cp_pcep_out_structure(struct cp_out *out, cp_pcep_sid_structure structure)
{
    if (!fits_sid(structure))
        cp_pcep_out_refuse(out, CP_ERR_RANGE);
    cp_wr_u8(out, structure.block);
    cp_wr_u8(out, structure.node);
    cp_wr_u8(out, structure.function);
    cp_wr_u8(out, structure.argument);
}

cp_ip cp_pcep_in_ip(cp_rd *rd, uint8_t family)
{
    uint8_t bytes[16];

    if (family == 4)
        return cp_ip_v4(cp_rd_u32(rd));
    cp_pcep_in_sid(rd, bytes);
    return cp_ip_v6(bytes);
}

void cp_pcep_out_refuse(struct cp_out *out, cp_err err)
{
    if (out->err == CP_OK)
        out->err = err;
}

void cp_pcep_out_ip(struct cp_out *out, cp_ip address, uint8_t family)
{
    if (address.family != family)
        cp_pcep_out_refuse(out, CP_ERR_MALFORMED);
    for (uint32_t i = 0; i < (family == 4 ? 4u : 16u); i++)
        cp_wr_u8(out, address.bytes[i]);
}

void cp_pcep_out_sid(struct cp_out *out, const uint8_t sid[16])
{
    for (uint32_t i = 0; i < 16; i++)
        cp_wr_u8(out, sid[i]);
}

uint32_t cp_pcep_out_below(struct cp_out *out, uint32_t value, uint32_t bits)
{
    if (value >> bits != 0)
        cp_pcep_out_refuse(out, CP_ERR_RANGE);
    return value;
}
