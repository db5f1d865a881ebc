#include "attributes.h"

#include <string.h>

#include <arpa/inet.h>
#include <libmnl/libmnl.h>

static int on_attribute(const struct nlattr *attribute, void *to)
{
    struct attributes *all = to;

    if (mnl_attr_get_type(attribute) < CP_COUNT(all->at))
        all->at[mnl_attr_get_type(attribute)] = attribute;
    return MNL_CB_OK;
}

bool cp_attr_parse(const struct nlmsghdr *message, uint16_t type, size_t header,
                   struct attributes *all)
{
    memset(all, 0, sizeof *all);
    return message->nlmsg_type == type && mnl_nlmsg_get_payload_len(message) >= header &&
           mnl_attr_parse(message, (unsigned)header, on_attribute, all) == MNL_CB_OK;
}

bool cp_attr_nested(const struct nlattr *nest, struct attributes *all)
{
    memset(all, 0, sizeof *all);
    return nest != NULL && mnl_attr_parse_nested(nest, on_attribute, all) == MNL_CB_OK;
}

const void *cp_attr_payload(const struct nlattr *attribute, size_t len)
{
    static const uint8_t nothing[16];

    return attribute != NULL && mnl_attr_get_payload_len(attribute) >= len
               ? mnl_attr_get_payload(attribute)
               : nothing;
}

uint32_t cp_attr_u32(const struct nlattr *attribute)
{
    uint32_t value;

    memcpy(&value, cp_attr_payload(attribute, sizeof value), sizeof value);
    return value;
}

cp_ip cp_attr_ip(const struct nlattr *attribute)
{
    uint32_t v4;

    if (attribute == NULL)
        return (cp_ip){0};
    if (mnl_attr_get_payload_len(attribute) == 16)
        return cp_ip_v6(mnl_attr_get_payload(attribute));
    memcpy(&v4, cp_attr_payload(attribute, sizeof v4), sizeof v4);
    return cp_ip_v4(ntohl(v4));
}
