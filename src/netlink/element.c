#include "netlink/element.h"

#include <string.h>

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

/* What of the filter is asked for: elements of its sets, by keys whose fields are multiples of 4 bytes; and counters. */

enum { KEY_MAX = 64, KIND_OF_LOCAL = 3 /* + cp_nl_local: cp_edge_sid_kind */ };

struct key {
    uint8_t bytes[KEY_MAX];
    uint16_t len;
};

static void add(struct key *key, const void *field, uint16_t len)
{
    memcpy(key->bytes + key->len, field, len);
    key->len = (uint16_t)(key->len + len);
}

static void add_u32(struct key *key, uint32_t value)
{
    add(key, &value, sizeof value);
}

/* As packets have it: the highest byte first. */
static void add_u64(struct key *key, uint64_t value)
{
    add_u32(key, htonl((uint32_t)(value >> 32)));
    add_u32(key, htonl((uint32_t)value));
}

static void open_filter(struct cp_nl *nl, uint16_t type)
{
    struct nfgenmsg *header = cp_nl_open(
        nl, NETLINK_NETFILTER, (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type), 0, sizeof *header);

    header->nfgen_family = NFPROTO_INET;
}

static void ask_element(struct cp_nl *nl, const char *set, const struct key *key)
{
    struct nlmsghdr *message;
    struct nlattr *elements, *element, *outer;

    open_filter(nl, NFT_MSG_GETSETELEM);
    message = cp_nl_at(nl);
    mnl_attr_put_strz(message, NFTA_SET_ELEM_LIST_TABLE, CP_FILTER);
    mnl_attr_put_strz(message, NFTA_SET_ELEM_LIST_SET, set);
    elements = mnl_attr_nest_start(message, NFTA_SET_ELEM_LIST_ELEMENTS);
    element = mnl_attr_nest_start(message, NFTA_LIST_ELEM);
    outer = mnl_attr_nest_start(message, NFTA_SET_ELEM_KEY);
    mnl_attr_put(message, NFTA_DATA_VALUE, key->len, key->bytes);
    mnl_attr_nest_end(message, outer);
    mnl_attr_nest_end(message, element);
    mnl_attr_nest_end(message, elements);
    cp_nl_close(nl);
}

static void ask_counter(struct cp_nl *nl, const char *name)
{
    open_filter(nl, NFT_MSG_GETOBJ);
    mnl_attr_put_strz(cp_nl_at(nl), NFTA_OBJ_TABLE, CP_FILTER);
    mnl_attr_put_strz(cp_nl_at(nl), NFTA_OBJ_NAME, name);
    cp_nl_put_u32(nl, NFTA_OBJ_TYPE, htonl(NFT_OBJECT_COUNTER));
    cp_nl_close(nl);
}

void cp_nl_put_question(struct cp_nl *nl, const struct cp_nl_step *question,
                        const char interface[16])
{
    static const char *const dropped[] = {"tunnel", "clear", "marked"};
    struct key key = {.len = 0};

    switch (question->kind) {
    case CP_NL_STEP_WAY:
        add_u32(&key, question->mark);
        add(&key, interface, 16);
        add(&key, question->address.bytes, 16);
        add(&key, question->via.bytes, 16);
        ask_element(nl, CP_SET_WAYS, &key);
        break;
    case CP_NL_STEP_END:
        add_u32(&key, question->mark);
        add(&key, question->address.bytes, 16);
        ask_element(nl, CP_SET_ENDS, &key);
        break;
    case CP_NL_STEP_LOCAL:
        add(&key, question->address.bytes, 16);
        add_u32(&key, question->local + (uint32_t)KIND_OF_LOCAL);
        add(&key, interface, 16);
        add(&key, question->via.bytes, 16);
        ask_element(nl, CP_SET_LOCALS, &key);
        break;
    case CP_NL_STEP_POLICY:
        add_u64(&key, question->serial);
        add_u64(&key, question->issued_us);
        ask_element(nl, CP_SET_POLICY, &key);
        break;
    default:
        ask_counter(nl, dropped[question->which % CP_COUNT(dropped)]);
        break;
    }
}

struct search {
    uint16_t type;
    const struct nlattr *found;
};

static int on_attribute(const struct nlattr *attribute, void *to)
{
    struct search *search = to;

    if (mnl_attr_get_type(attribute) == search->type)
        search->found = attribute;
    return MNL_CB_OK;
}

/* One of a type in a nest, or NULL. */
static const struct nlattr *find(const struct nlattr *nest, uint16_t type)
{
    struct search search = {type, NULL};

    if (nest != NULL)
        (void)mnl_attr_parse_nested(nest, on_attribute, &search);
    return search.found;
}

static uint64_t number_of(const struct nlattr *attribute)
{
    uint32_t halves[2];

    if (attribute == NULL || mnl_attr_get_payload_len(attribute) != sizeof halves)
        return 0;
    memcpy(halves, mnl_attr_get_payload(attribute), sizeof halves);
    return (uint64_t)ntohl(halves[0]) << 32 | ntohl(halves[1]);
}

bool cp_nl_read_count(const struct nlmsghdr *answer, struct cp_nl_count *out)
{
    uint16_t type = (uint16_t)(answer->nlmsg_type ^ NFNL_SUBSYS_NFTABLES << 8);
    struct search search = {
        type == NFT_MSG_NEWOBJ ? NFTA_OBJ_DATA : NFTA_SET_ELEM_LIST_ELEMENTS, NULL};

    if (type != NFT_MSG_NEWSETELEM && type != NFT_MSG_NEWOBJ)
        return false;
    (void)mnl_attr_parse(answer, sizeof(struct nfgenmsg), on_attribute, &search);
    if (type == NFT_MSG_NEWSETELEM)
        search.found = find(find(find(search.found, NFTA_LIST_ELEM), NFTA_SET_ELEM_EXPR),
                            NFTA_EXPR_DATA);
    *out = (struct cp_nl_count){number_of(find(search.found, NFTA_COUNTER_PACKETS)),
                                number_of(find(search.found, NFTA_COUNTER_BYTES))};
    return true;
}
