#include "wire/errors.h"

#include <stddef.h>

#include "base/macro.h"

struct name {
    uint8_t code, value; /* value 0: of the code itself */
    const char *name;
};

/* RFC 4271 6, 4486 4, 5492 5, 6608 4, 7313 5, 8538 4, 9384 3, 9687 4 */
static const struct name bgp[] = {{1, 0, "Message Header Error"},
                                  {1, 1, "Connection Not Synchronized"},
                                  {1, 2, "Bad Message Length"},
                                  {1, 3, "Bad Message Type"},
                                  {2, 0, "OPEN Message Error"},
                                  {2, 1, "Unsupported Version Number"},
                                  {2, 2, "Bad Peer AS"},
                                  {2, 3, "Bad BGP Identifier"},
                                  {2, 4, "Unsupported Optional Parameter"},
                                  {2, 6, "Unacceptable Hold Time"},
                                  {2, 7, "Unsupported Capability"},
                                  {2, 11, "Role Mismatch"},
                                  {3, 0, "UPDATE Message Error"},
                                  {3, 1, "Malformed Attribute List"},
                                  {3, 2, "Unrecognized Well-known Attribute"},
                                  {3, 3, "Missing Well-known Attribute"},
                                  {3, 4, "Attribute Flags Error"},
                                  {3, 5, "Attribute Length Error"},
                                  {3, 6, "Invalid ORIGIN Attribute"},
                                  {3, 8, "Invalid NEXT_HOP Attribute"},
                                  {3, 9, "Optional Attribute Error"},
                                  {3, 10, "Invalid Network Field"},
                                  {3, 11, "Malformed AS_PATH"},
                                  {4, 0, "Hold Timer Expired"},
                                  {5, 0, "Finite State Machine Error"},
                                  {5, 1, "Receive Unexpected Message in OpenSent State"},
                                  {5, 2, "Receive Unexpected Message in OpenConfirm State"},
                                  {5, 3, "Receive Unexpected Message in Established State"},
                                  {6, 0, "Cease"},
                                  {6, 1, "Maximum Number of Prefixes Reached"},
                                  {6, 2, "Administrative Shutdown"},
                                  {6, 3, "Peer De-configured"},
                                  {6, 4, "Administrative Reset"},
                                  {6, 5, "Connection Rejected"},
                                  {6, 6, "Other Configuration Change"},
                                  {6, 7, "Connection Collision Resolution"},
                                  {6, 8, "Out of Resources"},
                                  {6, 9, "Hard Reset"},
                                  {6, 10, "BFD Down"},
                                  {7, 0, "ROUTE-REFRESH Message Error"},
                                  {7, 1, "Invalid Message Length"},
                                  {8, 0, "Send Hold Timer Expired"}};

/* RFC 5440 7.15, 8231 8.5, 8253 5, 8281 8.5, 8408 6, 8664 8.4 */
static const struct name pcep[] = {
    {1, 0, "PCEP session establishment failure"},
    {1, 1, "invalid Open message, or a message that is none"},
    {1, 2, "no Open message before the expiration of the OpenWait timer"},
    {1, 3, "unacceptable and non-negotiable session characteristics"},
    {1, 4, "unacceptable but negotiable session characteristics"},
    {1, 5, "second Open message with still unacceptable session characteristics"},
    {1, 6, "PCErr message proposing unacceptable session characteristics"},
    {1, 7, "no Keepalive or PCErr message before the expiration of the KeepWait timer"},
    {1, 8, "PCEP version not supported"},
    {2, 0, "Capability not supported"},
    {3, 0, "Unknown object"},
    {3, 1, "unrecognized object class"},
    {3, 2, "unrecognized object type"},
    {4, 0, "Not supported object"},
    {4, 1, "not supported object class"},
    {4, 2, "not supported object type"},
    {5, 0, "Policy violation"},
    {6, 0, "Mandatory object missing"},
    {6, 1, "RP object missing"},
    {6, 2, "RRO missing for a reoptimization request"},
    {6, 3, "END-POINTS object missing"},
    {6, 8, "LSP object missing"},
    {6, 9, "ERO object missing"},
    {6, 10, "SRP object missing"},
    {6, 11, "LSP-IDENTIFIERS TLV missing"},
    {7, 0, "Synchronized path computation request missing"},
    {8, 0, "Unknown request reference"},
    {9, 0, "Attempt to establish a second PCEP session"},
    {10, 0, "Reception of an invalid object"},
    {10, 1, "P flag not set although it must be"},
    {10, 2, "bad label value"},
    {10, 3, "unsupported number of SR-ERO subobjects"},
    {19, 0, "Invalid operation"},
    {19, 1, "LSP update request for a non-delegated LSP"},
    {19, 2, "LSP update request without the stateful PCE capability"},
    {19, 3, "LSP update request for an unknown PLSP-ID"},
    {19, 5, "LSP state report without the stateful PCE capability"},
    {19, 6, "PCE-initiated LSP limit reached"},
    {19, 7, "delegation of a PCE-initiated LSP cannot be revoked"},
    {19, 8, "non-zero PLSP-ID in an LSP initiate request"},
    {19, 9, "LSP is not PCE-initiated"},
    {19, 10, "PCE-initiated operation-frequency limit reached"},
    {20, 0, "LSP state synchronization error"},
    {20, 1, "LSP state report cannot be processed"},
    {20, 5, "LSP state synchronization cannot be completed"},
    {21, 0, "Invalid traffic engineering path setup type"},
    {21, 1, "unsupported path setup type"},
    {21, 2, "mismatched path setup type"},
    {23, 0, "Bad parameter value"},
    {23, 1, "SYMBOLIC-PATH-NAME in use"},
    {23, 2, "speaker identity included for an LSP that is not PCE-initiated"},
    {24, 0, "LSP instantiation error"},
    {24, 1, "unacceptable instantiation parameters"},
    {24, 2, "internal error"},
    {24, 3, "signaling error"},
    {25, 0, "PCEP StartTLS failure"},
    {25, 1, "StartTLS after other PCEP messages"},
    {25, 3, "connection without TLS is not possible"},
    {25, 4, "connection without TLS is possible"},
    {26, 0, "Association error"}};

static const char *find(const struct name *names, size_t count, uint8_t code, uint8_t value)
{
    for (size_t i = 0; i < count; i++)
        if (names[i].code == code && names[i].value == value)
            return names[i].name;
    return NULL;
}

const char *cp_bgp_error_name(uint8_t code)
{
    return find(bgp, CP_COUNT(bgp), code, 0);
}

const char *cp_bgp_suberror_name(uint8_t code, uint8_t subcode)
{
    return subcode == 0 ? NULL : find(bgp, CP_COUNT(bgp), code, subcode);
}

const char *cp_pcep_error_name(uint8_t type)
{
    return find(pcep, CP_COUNT(pcep), type, 0);
}

const char *cp_pcep_error_value_name(uint8_t type, uint8_t value)
{
    return value == 0 ? NULL : find(pcep, CP_COUNT(pcep), type, value);
}
