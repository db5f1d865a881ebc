#include "netbox.h"

#include <string.h>

/* Circuits of providers, virtual ones, and links through the air. */

static cp_err keep_standing(const struct cp_nb_object *o, uint32_t ask, uint8_t *standing)
{
    cp_text word;

    CP_TRY(cp_nb_text_of(o, ask, &word));
    *standing = CP_NB_THERE;
    if (cp_text_is(word, "planned"))
        *standing = CP_NB_PLANNED;
    if (cp_text_is(word, "decommissioned"))
        *standing = CP_NB_GONE;
    return CP_OK;
}

/* Speeds stand in kilobits a second. */
static cp_err keep_speed(const struct cp_nb_object *o, uint32_t ask, uint64_t *speed_bps)
{
    CP_TRY(cp_nb_number_of(o, ask, UINT64_C(1) << 40, speed_bps));
    *speed_bps = *speed_bps == 0 ? CP_BPS_NONE : *speed_bps * 1000;
    return CP_OK;
}

static const struct cp_nb_ask circuit_asks[] = {
    CP_NB_ASK1("cid"),
    CP_NB_ASK2("provider", "name"),
    CP_NB_ASK2("status", "value"),
    CP_NB_ASK1("commit_rate"),
};

static cp_err keep_circuit(const struct cp_nb_object *o, bool *kept)
{
    struct cp_nb_circuit circuit;

    *kept = true;
    memset(&circuit, 0, sizeof(circuit));
    circuit.key = o->key;
    CP_TRY(cp_nb_name_of(o, 0, &circuit.cid));
    CP_TRY(cp_nb_name_of(o, 1, &circuit.provider));
    CP_TRY(keep_standing(o, 2, &circuit.standing));
    CP_TRY(keep_speed(o, 3, &circuit.commit_bps));
    return cp_nb_keep(o->nb, CP_NB_CIRCUIT, &circuit);
}

enum {
    TERM_CIRCUIT,
    TERM_CID,
    TERM_SIDE,
    TERM_OLD_NETWORK,
    TERM_TYPE,
    TERM_ID,
    TERM_SPEED,
    TERM_CABLE,
};

/* Up to 4.1 it has a site or a provider_network; since 4.2 a termination of some type. */
static const struct cp_nb_ask termination_asks[] = {
    [TERM_CIRCUIT] = CP_NB_ASK2("circuit", "id"),
    [TERM_CID] = CP_NB_ASK2("circuit", "cid"),
    [TERM_SIDE] = CP_NB_ASK1("term_side"),
    [TERM_OLD_NETWORK] = CP_NB_ASK2("provider_network", "id"),
    [TERM_TYPE] = CP_NB_ASK1("termination_type"),
    [TERM_ID] = CP_NB_ASK1("termination_id"),
    [TERM_SPEED] = CP_NB_ASK1("port_speed"),
    [TERM_CABLE] = CP_NB_ASK2("cable", "id"),
};

static cp_err keep_termination(const struct cp_nb_object *o, bool *kept)
{
    struct cp_nb_termination term;
    cp_text side, type;

    memset(&term, 0, sizeof(term));
    term.key = o->key;
    CP_TRY(cp_nb_ref_of(o, TERM_CIRCUIT, &term.circuit));
    CP_TRY(cp_nb_name_of(o, TERM_CID, &term.cid));
    CP_TRY(cp_nb_text_of(o, TERM_SIDE, &side));
    CP_TRY(cp_nb_ref_of(o, TERM_OLD_NETWORK, &term.network));
    CP_TRY(cp_nb_text_of(o, TERM_TYPE, &type));
    if (cp_text_is(type, "circuits.providernetwork"))
        CP_TRY(cp_nb_ref_of(o, TERM_ID, &term.network));
    CP_TRY(keep_speed(o, TERM_SPEED, &term.speed_bps));
    CP_TRY(cp_nb_ref_of(o, TERM_CABLE, &term.cable));
    *kept = term.circuit != 0 && side.len == 1 && (side.at[0] == 'A' || side.at[0] == 'Z');
    if (!*kept)
        return cp_nb_not_understood(o, "a circuit termination without circuit or side");
    term.side = side.at[0];
    return cp_nb_keep(o->nb, CP_NB_TERMINATION, &term);
}

static const struct cp_nb_ask network_asks[] = {
    CP_NB_ASK1("name"),
    CP_NB_ASK2("provider", "name"),
};

static cp_err keep_network(const struct cp_nb_object *o, bool *kept)
{
    struct cp_nb_network network;

    *kept = true;
    memset(&network, 0, sizeof(network));
    network.key = o->key;
    CP_TRY(cp_nb_name_of(o, 0, &network.name));
    CP_TRY(cp_nb_name_of(o, 1, &network.provider));
    return cp_nb_keep(o->nb, CP_NB_PROVIDER_NETWORK, &network);
}

static const struct cp_nb_ask wireless_asks[] = {
    CP_NB_ASK2("interface_a", "id"),
    CP_NB_ASK2("interface_b", "id"),
    CP_NB_ASK1("ssid"),
    CP_NB_ASK2("status", "value"),
};

static cp_err keep_wireless(const struct cp_nb_object *o, bool *kept)
{
    struct cp_nb_wireless link;
    uint8_t standing;

    memset(&link, 0, sizeof(link));
    link.key = o->key;
    CP_TRY(cp_nb_ref_of(o, 0, &link.a));
    CP_TRY(cp_nb_ref_of(o, 1, &link.b));
    CP_TRY(cp_nb_name_of(o, 2, &link.ssid));
    CP_TRY(keep_standing(o, 3, &standing));
    *kept = false;
    if (link.a == 0 || link.b == 0)
        return cp_nb_not_understood(o, "a wireless link without its two interfaces");
    if (standing != CP_NB_THERE)
        return cp_doc_tally(o->doc, CP_REMARK_IGNORED, o->key.place,
                            "what is planned is not there yet", cp_text_of(o->kind));
    *kept = true;
    return cp_nb_keep(o->nb, CP_NB_WIRELESS, &link);
}

static const struct cp_nb_ask virtual_asks[] = {
    CP_NB_ASK1("cid"),
    CP_NB_ASK2("provider_network", "id"),
    CP_NB_ASK2("status", "value"),
};

static cp_err keep_virtual(const struct cp_nb_object *o, bool *kept)
{
    struct cp_nb_virtual circuit;

    *kept = true;
    memset(&circuit, 0, sizeof(circuit));
    circuit.key = o->key;
    CP_TRY(cp_nb_name_of(o, 0, &circuit.cid));
    CP_TRY(cp_nb_ref_of(o, 1, &circuit.network));
    CP_TRY(keep_standing(o, 2, &circuit.standing));
    return cp_nb_keep(o->nb, CP_NB_VIRTUAL_CIRCUIT, &circuit);
}

static const struct cp_nb_ask virtual_end_asks[] = {
    CP_NB_ASK2("virtual_circuit", "id"),
    CP_NB_ASK2("interface", "id"),
    CP_NB_ASK2("role", "value"),
};

static cp_err keep_virtual_end(const struct cp_nb_object *o, bool *kept)
{
    struct cp_nb_virtual_end end;
    cp_text role;

    memset(&end, 0, sizeof(end));
    end.key = o->key;
    CP_TRY(cp_nb_ref_of(o, 0, &end.circuit));
    CP_TRY(cp_nb_ref_of(o, 1, &end.interface));
    CP_TRY(cp_nb_text_of(o, 2, &role));
    end.spoke = cp_text_is(role, "spoke");
    *kept = end.circuit != 0 && end.interface != 0;
    if (!*kept)
        return cp_nb_not_understood(o, "a virtual circuit's end without circuit or interface");
    return cp_nb_keep(o->nb, CP_NB_VIRTUAL_END, &end);
}

const struct cp_nb_kind cp_nb_circuit_kinds[] = {
    {"circuits/circuit-terminations", termination_asks, CP_COUNT(termination_asks),
     keep_termination},
    {"circuits/circuits", circuit_asks, CP_COUNT(circuit_asks), keep_circuit},
    {"circuits/provider-networks", network_asks, CP_COUNT(network_asks), keep_network},
    {"circuits/virtual-circuits", virtual_asks, CP_COUNT(virtual_asks), keep_virtual},
    {"circuits/virtual-circuit-terminations", virtual_end_asks, CP_COUNT(virtual_end_asks),
     keep_virtual_end},
    {"wireless/wireless-links", wireless_asks, CP_COUNT(wireless_asks), keep_wireless},
};
const uint32_t cp_nb_circuit_kind_count = CP_COUNT(cp_nb_circuit_kinds);
