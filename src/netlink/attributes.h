#pragma once

#include <linux/netlink.h>

#include "base/address.h"

/** Attributes of a message by type: those that are looked at; of one that stands twice the last. */
struct attributes {
    const struct nlattr *at[32];
};

/** false: the message has another type, or is none. */
bool cp_attr_parse(const struct nlmsghdr *message, uint16_t type, size_t header,
                   struct attributes *all);
bool cp_attr_nested(const struct nlattr *nest, struct attributes *all);
/** What one has, which may be NULL; of a shorter one zeros.  len: at most 16. */
const void *cp_attr_payload(const struct nlattr *attribute, size_t len);
uint32_t cp_attr_u32(const struct nlattr *attribute);
cp_ip cp_attr_ip(const struct nlattr *attribute);
