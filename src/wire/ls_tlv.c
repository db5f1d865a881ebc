#include "ls_inside.h"

#include "pcep_inside.h"

/* TLVs of BGP-LS, and how those with fields and those without are put together again. */

bool cp_ls_tlv_next(cp_rd *rd, struct cp_ls_tlv *tlv)
{
    if (cp_rd_left(rd) == 0)
        return false;
    tlv->type = cp_rd_u16(rd);
    tlv->value = cp_rd_bytes(rd, cp_rd_u16(rd));
    return !rd->bad;
}

cp_wr_length cp_ls_tlv_open(struct cp_out *out, uint16_t type)
{
    cp_wr_u16(out, type);
    return cp_wr_open_length(out, 2);
}

void cp_ls_tlv_write(struct cp_out *out, uint16_t type, cp_text value)
{
    cp_wr_u16(out, type);
    cp_wr_u16(out, value.len);
    cp_out_text(out, value);
}

static const struct cp_ls_field *field_of(const struct cp_ls_fields *fields, uint16_t type)
{
    for (uint32_t i = 0; i < fields->count; i++)
        if (fields->at[i].type == type && (fields->has & fields->at[i].bit) != 0)
            return &fields->at[i];
    return NULL;
}

/* The next of `others` that is not what a field says; done: bits of fields whose own TLV was passed over. */
static bool other_next(const struct cp_ls_fields *fields, cp_rd *rd, uint64_t *done,
                       struct cp_ls_tlv *tlv)
{
    while (cp_ls_tlv_next(rd, tlv)) {
        const struct cp_ls_field *field = field_of(fields, tlv->type);

        if (field == NULL || (*done & field->bit) != 0)
            return true;
        *done |= field->bit;
    }
    return false;
}

void cp_ls_merged_write(struct cp_out *out, const struct cp_ls_fields *fields, cp_text others)
{
    cp_rd rd = cp_rd_make(others);
    uint64_t done = 0;
    uint32_t next = 0;
    struct cp_ls_tlv tlv;
    bool more = true;

    while (more || next < fields->count) {
        more = more && other_next(fields, &rd, &done, &tlv);
        for (; next < fields->count && (!more || fields->at[next].type <= tlv.type); next++)
            if ((fields->has & fields->at[next].bit) != 0)
                fields->write(out, fields->of, fields->at[next].type);
        if (more)
            cp_ls_tlv_write(out, tlv.type, tlv.value);
    }
}

void cp_ls_others_print(struct cp_out *out, const struct cp_ls_fields *fields, cp_text others)
{
    cp_rd rd = cp_rd_make(others);
    uint64_t done = 0;
    struct cp_ls_tlv tlv;

    while (other_next(fields, &rd, &done, &tlv)) {
        cp_out_format(out, " tlv %u ", tlv.type);
        cp_pcep_print_hex(out, tlv.value);
    }
}

void cp_ls_ip_write(struct cp_out *out, cp_ip address, uint8_t family)
{
    cp_pcep_out_ip(out, address, family);
}

cp_ip cp_ls_ip(cp_text bytes)
{
    cp_rd rd = cp_rd_make(bytes);

    return cp_pcep_in_ip(&rd, bytes.len == 4 ? 4 : 6);
}

static void system_print(struct cp_out *out, cp_text system)
{
    for (size_t i = 0; i < system.len; i++)
        cp_out_format(out, "%s%02x", i > 0 && i % 2 == 0 ? "." : "", (unsigned char)system.at[i]);
}

void cp_ls_router_print(struct cp_out *out, cp_text router)
{
    switch (router.len) {
    case 6:
    case 7:
        system_print(out, router);
        break;
    case 4:
        cp_out_ip(out, cp_ls_ip(router));
        break;
    case 8:
        cp_out_ip(out, cp_ls_ip(cp_text_sub(router, 0, 4)));
        cp_out_char(out, ':');
        cp_out_ip(out, cp_ls_ip(cp_text_sub(router, 4, 4)));
        break;
    default:
        cp_pcep_print_hex(out, router);
    }
}
