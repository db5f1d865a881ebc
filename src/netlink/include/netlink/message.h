#pragma once

#include <linux/netlink.h>

#include "base/address.h"
#include "netlink/numbers.h"

#define CP_NL_BATCH_MAX 65536u
#define CP_NL_MESSAGE_MAX 4096u /* no message of ours is larger */

/** Messages to the kernel, gathered behind each other; all of one protocol.  Whoever adds to a full one has a bug. */
struct cp_nl {
    union {
        char at[CP_NL_BATCH_MAX];
        struct nlmsghdr aligned;
    } bytes;
    size_t used;
    uint32_t
        asked; /* how many of them are answered with a last word (an error, or the end of a dump) */
    uint32_t sequence;
    int protocol; /* NETLINK_... */
};

bool cp_nl_is_full(const struct cp_nl *nl);
/** Forgets the messages. */
void cp_nl_clear(struct cp_nl *nl);

/** A message with its family's header, zeroed, which is handed back; attributes follow until cp_nl_close. */
void *cp_nl_open(struct cp_nl *nl, int protocol, uint16_t type, uint16_t flags, size_t header);
/** The one that is open. */
struct nlmsghdr *cp_nl_at(struct cp_nl *nl);
void cp_nl_close(struct cp_nl *nl);
void cp_nl_put_u32(struct cp_nl *nl, uint16_t type, uint32_t value);
void cp_nl_put_ip(struct cp_nl *nl, uint16_t type, cp_ip address);
/** What rtnetlink is to do with a message of this type: things are put in place of what there is. */
uint16_t cp_nl_flags(uint16_t type);

/**
 * Whether an error that answers a message of this type stands in the way: not that what is to be deleted is not
 * there, nor that what is to be made is, nor any answer to a question.
 */
bool cp_nl_is_failure(int error, uint16_t type);
