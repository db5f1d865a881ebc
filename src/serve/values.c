#include "base/num.h"
#include "serve/keys.h"

/* Values with a unit, and addresses: each is a key_read. */

enum { SECOND_US = 1000000, MILLISECOND_US = 1000 };

/* "250 ms", "30 s", "5 min", "2 h". */
cp_err key_time(struct reading *r, const struct cp_yaml *value, void *to)
{
    static const struct {
        const char *unit;
        uint64_t us;
    } units[] = {{"ms", MILLISECOND_US},
                 {"s", SECOND_US},
                 {"min", (uint64_t)60 * SECOND_US},
                 {"h", (uint64_t)3600 * SECOND_US}};
    cp_text rest = value->text, number, unit;
    uint32_t count;

    if (value->kind == CP_YAML_TEXT && cp_text_word(&rest, " ", &number) &&
        cp_text_word(&rest, " ", &unit) && rest.len == 0 &&
        cp_num_u32(number, 1000000, &count) == CP_OK)
        for (size_t i = 0; i < CP_COUNT(units); i++)
            if (cp_text_is(unit, units[i].unit)) {
                *(uint64_t *)to = count * units[i].us;
                return CP_OK;
            }
    return key_bad(r, value, "a time is expected here, such as 30 s (ms, s, min or h)");
}

/* "10 %": millionths. */
cp_err key_share(struct reading *r, const struct cp_yaml *value, void *to)
{
    cp_text rest = value->text, number, unit;
    uint32_t count;

    if (value->kind != CP_YAML_TEXT || !cp_text_word(&rest, " ", &number) ||
        !cp_text_word(&rest, " ", &unit) || rest.len != 0 || !cp_text_is(unit, "%") ||
        cp_num_u32(number, 100, &count) != CP_OK)
        return key_bad(r, value, "a share is expected here, such as 10 %");
    if (count == 0)
        return key_bad(r, value, "a share above 0 is expected here");
    *(uint32_t *)to = count * 10000;
    return CP_OK;
}

cp_err key_address(struct reading *r, const struct cp_yaml *value, void *to)
{
    cp_ip address = value->kind == CP_YAML_TEXT ? cp_ip_find(value->text) : (cp_ip){0};

    if (address.family == 0)
        return key_bad(r, value, "an IPv4 or IPv6 address is expected here");
    *(cp_ip *)to = address;
    return CP_OK;
}

cp_err key_router_id(struct reading *r, const struct cp_yaml *value, void *to)
{
    cp_ip id = {0};

    CP_TRY(key_address(r, value, &id));
    if (id.family == 4 && (id.bytes[0] >= 224 || cp_text_is(value->text, "0.0.0.0")))
        return key_bad(r, value, "an address that a router can have is expected here");
    if (id.family != 4)
        return key_bad(r, value, "a router id is expected here, such as 192.0.2.1");
    *(uint32_t *)to = (uint32_t)id.bytes[0] << 24 | (uint32_t)id.bytes[1] << 16 |
                      (uint32_t)id.bytes[2] << 8 | id.bytes[3];
    return CP_OK;
}
