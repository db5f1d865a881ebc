#include "netlink/element.h"

#include <string.h>

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

void cp_nl_add_key(struct cp_nl_step *question, const void *field, uint8_t len)
{
    CP_ASSERT(question->key_len + (size_t)len <= sizeof question->bytes);
    memcpy(question->bytes + question->key_len, field, len);
    question->key_len = (uint8_t)(question->key_len + len);
}

static void open_filter(struct cp_nl *nl, uint16_t type)
{
    struct nfgenmsg *header = cp_nl_open(
        nl, NETLINK_NETFILTER, (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type), 0, sizeof *header);

    header->nfgen_family = NFPROTO_INET;
}

static void ask_element(struct cp_nl *nl, const char *set, const struct cp_nl_step *question)
{
    struct nlmsghdr *message;
    struct nlattr *nests[3];

    open_filter(nl, NFT_MSG_GETSETELEM);
    message = cp_nl_at(nl);
    mnl_attr_put_strz(message, NFTA_SET_ELEM_LIST_TABLE, CP_FILTER);
    mnl_attr_put_strz(message, NFTA_SET_ELEM_LIST_SET, set);
    nests[0] = mnl_attr_nest_start(message, NFTA_SET_ELEM_LIST_ELEMENTS);
    nests[1] = mnl_attr_nest_start(message, NFTA_LIST_ELEM);
    nests[2] = mnl_attr_nest_start(message, NFTA_SET_ELEM_KEY);
    mnl_attr_put(message, NFTA_DATA_VALUE, question->key_len, question->bytes);
    for (size_t i = CP_COUNT(nests); i > 0; i--)
        mnl_attr_nest_end(message, nests[i - 1]);
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

void cp_nl_put_question(struct cp_nl *nl, const struct cp_nl_step *question)
{
    static const char *const sets[CP_NL_SETS] = {CP_SET_WAYS, CP_SET_ENDS, CP_SET_LOCALS,
                                                 CP_SET_ISSUED},
                             *const dropped[] = {"tunnel", "clear", "marked"};

    if (question->kind == CP_NL_STEP_ELEMENT)
        ask_element(nl, sets[question->which], question);
    else
        ask_counter(nl, dropped[question->which]);
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
    struct search search = {type == NFT_MSG_NEWOBJ ? NFTA_OBJ_DATA : NFTA_SET_ELEM_LIST_ELEMENTS,
                            NULL};

    if (type != NFT_MSG_NEWSETELEM && type != NFT_MSG_NEWOBJ)
        return false;
    (void)mnl_attr_parse(answer, sizeof(struct nfgenmsg), on_attribute, &search);
    if (type == NFT_MSG_NEWSETELEM)
        search.found =
            find(find(find(search.found, NFTA_LIST_ELEM), NFTA_SET_ELEM_EXPR), NFTA_EXPR_DATA);
    *out = (struct cp_nl_count){number_of(find(search.found, NFTA_COUNTER_PACKETS)),
                                number_of(find(search.found, NFTA_COUNTER_BYTES))};
    return true;
}
