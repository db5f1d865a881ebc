#include "walk.h"

#include "base/address.h"
#include "base/num.h"
#include "base/out.h"

/* What values mean.  Recorders differ: octets may be written as they are or in hexadecimal digits,
 * numbers with the name of an enumeration, identifiers with names in front. */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool is_quoted(cp_text text)
{
    return text.len >= 2 && text.at[0] == '"' && text.at[text.len - 1] == '"';
}

cp_text cp_cell_text(const struct cp_cell *cell)
{
    cp_text text;

    if (cell == NULL)
        return CP_TEXT("");
    text = cp_text_trim(cell->value);
    return is_quoted(text) ? cp_text_trim(cp_text_sub(text, 1, text.len - 2)) : text;
}

uint32_t cp_cell_number(const struct cp_cell *cell, uint32_t otherwise)
{
    cp_text text = cp_cell_text(cell);
    size_t open = cp_text_find(text, '(', 0);
    uint32_t number;

    if (open < text.len)
        text = cp_text_sub(text, open + 1, cp_text_find(text, ')', open) - open - 1);
    return cp_num_u32(text, UINT32_MAX, &number) == CP_OK ? number : otherwise;
}

uint32_t cp_cell_enum(const struct cp_cell *cell, const char *const *words, size_t count,
                      uint32_t otherwise)
{
    cp_text text = cp_cell_text(cell);

    for (size_t i = 0; i < count; i++)
        if (words[i] != NULL && cp_text_is(text, words[i]))
            return (uint32_t)i;
    return cp_cell_number(cell, otherwise);
}

/* --- identifiers --------------------------------------------------------------------------- */

/* What net-snmp writes for the beginning of an identifier, and the numbers it stands for. */
static const struct {
    cp_text name, numbers;
} roots[] = {
    {{"iso.", 4}, {"1.", 2}},
    {{"SNMPv2-SMI::enterprises.", 24}, {"1.3.6.1.4.1.", 12}},
    {{"enterprises.", 12}, {"1.3.6.1.4.1.", 12}},
    {{"SNMPv2-SMI::mib-2.", 18}, {"1.3.6.1.2.1.", 12}},
    {{"mib-2.", 6}, {"1.3.6.1.2.1.", 12}},
    {{"SNMPv2-SMI::snmpModules.", 24}, {"1.3.6.1.6.3.", 12}},
    {{"SNMPv2-SMI::transmission.", 25}, {"1.3.6.1.2.1.10.", 15}},
    {{"SNMPv2-SMI::org.", 16}, {"1.3.", 4}},
    {{"SNMPv2-SMI::internet.", 21}, {"1.3.6.1.", 8}},
    {{"SNMPv2-SMI::private.", 20}, {"1.3.6.1.4.", 10}},
    {{"IF-MIB::ifIndex.", 16}, {"1.3.6.1.2.1.2.2.1.1.", 20}},
    {{"ifIndex.", 8}, {"1.3.6.1.2.1.2.2.1.1.", 20}},
};

cp_err cp_oid_numbers(cp_text text, struct cp_arena *arena, cp_text *out)
{
    if (text.len > 0 && text.at[0] == '.')
        text = cp_text_sub(text, 1, text.len);
    if (text.len > 0 && text.at[text.len - 1] == '.')
        text.len--;
    *out = text;
    for (size_t i = 0; i < CP_COUNT(roots); i++)
        if (cp_text_starts(text, roots[i].name))
            return cp_text_join(roots[i].numbers, cp_text_sub(text, roots[i].name.len, text.len),
                                arena, out);
    return CP_OK;
}

static bool is_oid(cp_text text)
{
    for (size_t i = 0; i < text.len; i++) {
        bool dot = text.at[i] == '.';

        if (!dot && !is_digit(text.at[i]))
            return false;
        if (dot && (i == 0 || i + 1 == text.len || text.at[i - 1] == '.'))
            return false;
    }
    return text.len > 0 && cp_text_find(text, '.', 0) < text.len;
}

cp_err cp_cell_oid(const struct cp_cell *cell, struct cp_arena *arena, cp_text *out)
{
    CP_TRY(cp_oid_numbers(cp_cell_text(cell), arena, out));
    if (!is_oid(*out) || cp_text_is(*out, "0.0"))
        *out = CP_TEXT("");
    return CP_OK;
}

/* --- octets -------------------------------------------------------------------------------- */

static bool parts_octets(char c)
{
    return c == ':' || c == '-' || c == '.' || c == ' ';
}

/* One octet of one or two digits, or several run together in pairs; *at moves behind the first. */
static int next_octet(cp_text text, size_t *at)
{
    int high = hex_value(text.at[*at]);
    int low = *at + 1 < text.len ? hex_value(text.at[*at + 1]) : -1;

    if (high < 0)
        return -1;
    *at += low < 0 ? 1 : 2;
    return low < 0 ? high : high * 16 + low;
}

cp_err cp_hex_octets(cp_text text, struct cp_arena *arena, cp_text *out)
{
    char *octets = cp_arena_take(arena, text.len + 1, 1);
    size_t len = 0;

    if (octets == NULL)
        return CP_ERR_NOMEM;
    *out = CP_TEXT("");
    if (cp_text_starts(text, CP_TEXT("0x")))
        text = cp_text_sub(text, 2, text.len);
    for (size_t at = 0; at < text.len;) {
        int octet = next_octet(text, &at);

        if (octet < 0)
            return CP_OK;
        octets[len++] = (char)octet;
        if (at < text.len && parts_octets(text.at[at]))
            at++;
    }
    *out = (cp_text){octets, len};
    return CP_OK;
}

static cp_err write_hex(cp_text octets, const char *between, struct cp_arena *arena, cp_text *out)
{
    struct cp_out hex = cp_out_make(arena);

    for (size_t i = 0; i < octets.len; i++)
        cp_out_format(&hex, "%s%02x", i > 0 ? between : "", (unsigned)(unsigned char)octets.at[i]);
    return cp_out_done(&hex, out);
}

static bool is_zero(cp_text octets)
{
    for (size_t i = 0; i < octets.len; i++)
        if (octets.at[i] != '\0')
            return false;
    return true;
}

cp_err cp_cell_mac(const struct cp_cell *cell, struct cp_arena *arena, cp_text *out)
{
    cp_text octets = cell != NULL ? cell->value : CP_TEXT("");

    *out = CP_TEXT("");
    if (octets.len != 6)
        CP_TRY(cp_hex_octets(cp_cell_text(cell), arena, &octets));
    if (octets.len != 6 || is_zero(octets))
        return CP_OK;
    return write_hex(octets, ":", arena, out);
}

/* Octets may look like digits by chance only where all are printable. */
cp_err cp_cell_hex(const struct cp_cell *cell, struct cp_arena *arena, cp_text *out)
{
    cp_text octets;

    *out = CP_TEXT("");
    if (cell == NULL || cell->value.len == 0)
        return CP_OK;
    CP_TRY(cp_hex_octets(cp_cell_text(cell), arena, &octets));
    return write_hex(octets.len >= 5 ? octets : cell->value, "", arena, out);
}

/* --- addresses ----------------------------------------------------------------------------- */

static cp_err write_address(cp_text octets, struct cp_arena *arena, cp_text *out)
{
    struct cp_out text = cp_out_make(arena);

    *out = CP_TEXT("");
    if (octets.len != 4 && octets.len != 16)
        return CP_OK;
    if (octets.len == 16)
        cp_out_ipv6(&text, (const uint8_t *)octets.at);
    for (size_t i = 0; octets.len == 4 && i < 4; i++)
        cp_out_format(&text, "%s%u", i > 0 ? "." : "", (unsigned)(unsigned char)octets.at[i]);
    return cp_out_done(&text, out);
}

/* Four numbers of at most 255 between dots, or hexadecimal digits with two colons and more. */
static bool is_address(cp_text text)
{
    cp_text rest = text, word;
    uint32_t numbers = 0, number, colons = 0;

    for (size_t i = 0; i < text.len; i++) {
        colons += text.at[i] == ':';
        if (hex_value(text.at[i]) < 0 && text.at[i] != ':' && text.at[i] != '.')
            return false;
    }
    if (colons > 0)
        return colons > 1 && text.len > 2 && text.len < 46;
    while (cp_text_word(&rest, ".", &word)) {
        if (cp_num_u32(word, 255, &number) != CP_OK)
            return false;
        numbers++;
    }
    return numbers == 4;
}

cp_err cp_cell_address(const struct cp_cell *cell, struct cp_arena *arena, cp_text *out)
{
    cp_text text = cp_cell_text(cell);

    *out = CP_TEXT("");
    if (cell == NULL)
        return CP_OK;
    if (cell->value.len == 4 || cell->value.len == 16)
        return write_address(cell->value, arena, out);
    if (is_address(text))
        return cp_text_copy(text, arena, out);
    CP_TRY(cp_hex_octets(text, arena, &text));
    return write_address(text, arena, out);
}

cp_err cp_index_address(const uint32_t *index, uint32_t index_len, struct cp_arena *arena,
                        cp_text *out)
{
    char octets[16];
    uint32_t len = index_len > 2 ? index[1] : 0;

    *out = CP_TEXT("");
    if ((len != 4 && len != 16) || index_len != len + 2 || index[0] != (len == 4 ? 1u : 2u))
        return CP_OK;
    for (uint32_t i = 0; i < len; i++) {
        if (index[2 + i] > 255)
            return CP_OK;
        octets[i] = (char)index[2 + i];
    }
    return write_address((cp_text){octets, len}, arena, out);
}
