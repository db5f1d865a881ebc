#include "pcep_inside.h"

/*
 * Groups: one pass over the objects.  What opens a group depends on the message:
 *
 *     PCReq, PCRep             RP
 *     PCRpt                    SRP; or LSP, where the group at hand has one
 *     PCUpd, PCInitiate        SRP
 *     PCErr                    RP or SRP, where the group at hand has an error; or an error without either
 *     PCNtf                    RP, where the group at hand has a notification
 *
 * The mandatory objects are those of RFC 5440 6.4, RFC 8231 6.1 and 6.2, RFC 8281 5.1; what is missing has PCErr 6.
 */

enum { MISSING = 6, RP_MISSING = 1, RRO_MISSING = 2, END_POINTS_MISSING = 3 };
enum { LSP_MISSING = 8, ERO_MISSING = 9, SRP_MISSING = 10 };
enum { UNKNOWN_REQUEST = 8, INVALID = 10, P_FLAG_NOT_SET = 1, NAME_MISSING = 8 };
enum { INVALID_OPERATION = 19, PLSP_ID_NOT_ZERO = 8 };
enum { UNKNOWN_OBJECT = 3, UNKNOWN_CLASS_VALUE = 1, UNKNOWN_TYPE_VALUE = 2 };

/* Where this class of object stands in a group; NULL for what may stand several times, or is not asked for. */
static const struct cp_pcep_object **slot_of(struct cp_pcep_group *group,
                                             const struct cp_pcep_object *object)
{
    switch (object->class_id) {
    case CP_PCEP_CLASS_RP:
        return &group->rp;
    case CP_PCEP_CLASS_SRP:
        return &group->srp;
    case CP_PCEP_CLASS_LSP:
        return &group->lsp;
    case CP_PCEP_CLASS_END_POINTS:
        return &group->end_points;
    case CP_PCEP_CLASS_ERO:
        return &group->ero;
    case CP_PCEP_CLASS_RRO:
        return &group->rro;
    case CP_PCEP_CLASS_LSPA:
        return &group->lspa;
    case CP_PCEP_CLASS_IRO:
        return &group->iro;
    case CP_PCEP_CLASS_XRO:
        return &group->xro;
    case CP_PCEP_CLASS_NO_PATH:
        return &group->no_path;
    case CP_PCEP_CLASS_OF:
        return &group->of;
    case CP_PCEP_CLASS_LOAD_BALANCING:
        return &group->load_balancing;
    case CP_PCEP_CLASS_ERROR:
        return &group->error;
    case CP_PCEP_CLASS_NOTIFICATION:
        return &group->notification;
    case CP_PCEP_CLASS_BANDWIDTH:
        return object->type == 1 ? &group->bandwidth : &group->bandwidth_held;
    default:
        return NULL;
    }
}

static bool opens(uint8_t type, uint8_t class_id, const struct cp_pcep_group *now)
{
    switch (type) {
    case CP_PCEP_PCREQ:
    case CP_PCEP_PCREP:
        return class_id == CP_PCEP_CLASS_RP;
    case CP_PCEP_PCRPT:
        return class_id == CP_PCEP_CLASS_SRP ||
               (class_id == CP_PCEP_CLASS_LSP && (now == NULL || now->lsp != NULL));
    case CP_PCEP_PCUPD:
    case CP_PCEP_PCINITIATE:
        return class_id == CP_PCEP_CLASS_SRP;
    case CP_PCEP_PCERR:
        return (class_id == CP_PCEP_CLASS_RP || class_id == CP_PCEP_CLASS_SRP) && now != NULL &&
               now->error != NULL;
    case CP_PCEP_PCNTF:
        return class_id == CP_PCEP_CLASS_RP && now != NULL && now->notification != NULL;
    default:
        return false;
    }
}

static void add_fault(struct cp_pcep_group *group, uint32_t offset, const char *why, uint8_t type,
                      uint8_t value)
{
    if (group->fault.why == NULL)
        group->fault = (struct cp_pcep_fault){offset, why, type, value};
}

static void add(struct cp_pcep_group *group, uint8_t message_type,
                const struct cp_pcep_object *object)
{
    const struct cp_pcep_object **slot = slot_of(group, object);

    group->end++;
    if (object->fault != NULL) {
        if (group->fault.why == NULL)
            group->fault = *object->fault;
        return;
    }
    if (object->known == CP_PCEP_KNOWN) {
        if (slot != NULL && *slot == NULL)
            *slot = object;
        return;
    }
    /* RFC 5440 7.2: P is said in a PCReq; elsewhere it means nothing (RFC 8231 7 for its own messages). */
    if (object->must && message_type == CP_PCEP_PCREQ) {
        bool of_class = object->known == CP_PCEP_UNKNOWN_CLASS;

        add_fault(group, object->offset,
                  of_class ? "an object that must be heeded is of an unknown class"
                           : "an object that must be heeded is of an unknown type",
                  UNKNOWN_OBJECT, of_class ? UNKNOWN_CLASS_VALUE : UNKNOWN_TYPE_VALUE);
    }
}

/* RFC 5440 7.4.2: a request of the number 0 is as one that nobody knows. */
static void check_id(struct cp_pcep_group *group)
{
    if (group->rp != NULL && group->rp->is.rp.id == 0)
        add_fault(group, group->rp->offset, "the number of a request is 0", UNKNOWN_REQUEST, 0);
}

/*
 * RFC 5440 7.4, 7.6: these have the P flag in requests and replies.
 * RFC 5440 7.4 DEVIATION: that an RP in a PCErr or PCNtf has it is let pass; an error is not answered by an error.
 */
static void check_flag(struct cp_pcep_group *group, const struct cp_pcep_object *object)
{
    if (object != NULL && !object->must)
        add_fault(group, object->offset, "an object has no P flag and must have it", INVALID,
                  P_FLAG_NOT_SET);
}

static void check_request(struct cp_pcep_group *group, uint32_t offset)
{
    if (group->rp == NULL)
        add_fault(group, offset, "a request has no RP object", MISSING, RP_MISSING);
    if (group->end_points == NULL)
        add_fault(group, offset, "a request has no END-POINTS object", MISSING, END_POINTS_MISSING);
    check_id(group);
    check_flag(group, group->rp);
    check_flag(group, group->end_points);
    /* RFC 5440 7.4.1: with R there must be an RRO, unless the LSP holds no bandwidth. */
    if (group->rp != NULL && (group->rp->is.rp.flags & CP_PCEP_RP_REOPTIMISE) != 0 &&
        group->rro == NULL && group->bandwidth_held != NULL &&
        group->bandwidth_held->is.bandwidth_bps != 0)
        add_fault(group, offset, "a request to reoptimise has no RRO object", MISSING, RRO_MISSING);
}

static void check_update(struct cp_pcep_group *group, uint8_t type, uint32_t offset)
{
    bool removes = group->srp != NULL && (group->srp->is.srp.flags & CP_PCEP_SRP_REMOVE) != 0;

    if (group->srp == NULL)
        add_fault(group, offset, "no SRP object stands first", MISSING, SRP_MISSING);
    if (group->lsp == NULL)
        add_fault(group, offset, "no LSP object", MISSING, LSP_MISSING);
    /* RFC 8281 5.3, 5.4: an initiation has an ERO, a removal none. */
    if (group->ero == NULL && !(type == CP_PCEP_PCINITIATE && removes))
        add_fault(group, offset, "no ERO object", MISSING, ERO_MISSING);
}

/* RFC 8281 5.3: who initiates knows no PLSP-ID yet, but a name. */
static void check_initiation(struct cp_pcep_group *group)
{
    const struct cp_pcep_object *lsp = group->lsp;

    if (lsp == NULL || group->srp == NULL || (group->srp->is.srp.flags & CP_PCEP_SRP_REMOVE) != 0)
        return;
    if (lsp->is.lsp.plsp_id != 0)
        add_fault(group, lsp->offset, "an initiation has a PLSP-ID", INVALID_OPERATION,
                  PLSP_ID_NOT_ZERO);
    if (cp_pcep_tlv_find(lsp->tlvs, CP_PCEP_TLV_SYMBOLIC_PATH_NAME) == NULL)
        add_fault(group, lsp->offset, "an initiation has no name", INVALID, NAME_MISSING);
}

static void check(const struct cp_pcep_message *message, struct cp_pcep_group *group)
{
    uint32_t offset = group->first < message->count ? message->objects[group->first].offset : 0;

    switch (message->type) {
    case CP_PCEP_PCREQ:
        check_request(group, offset);
        break;
    case CP_PCEP_PCREP:
        if (group->rp == NULL)
            add_fault(group, offset, "a reply has no RP object", MISSING, RP_MISSING);
        check_id(group);
        check_flag(group, group->rp);
        break;
    case CP_PCEP_PCRPT:
        if (group->lsp == NULL)
            add_fault(group, offset, "a report has no LSP object", MISSING, LSP_MISSING);
        if (group->ero == NULL)
            add_fault(group, offset, "a report has no ERO object", MISSING, ERO_MISSING);
        break;
    case CP_PCEP_PCUPD:
    case CP_PCEP_PCINITIATE:
        check_update(group, message->type, offset);
        if (message->type == CP_PCEP_PCINITIATE)
            check_initiation(group);
        break;
    default:
        break;
    }
}

/* What may stand ahead of the first request or reply: nothing that belongs to one. */
static bool stands_before(const struct cp_pcep_message *message, uint32_t at)
{
    uint8_t class_id = message->objects[at].class_id;

    if (message->type != CP_PCEP_PCREQ && message->type != CP_PCEP_PCREP)
        return false;
    return class_id != CP_PCEP_CLASS_END_POINTS && class_id != CP_PCEP_CLASS_ERO &&
           class_id != CP_PCEP_CLASS_NO_PATH;
}

static cp_err open_group(struct cp_arena *arena, struct cp_pcep_group **groups, uint32_t *count,
                         uint32_t *cap, uint32_t first)
{
    void *at = *groups;

    CP_TRY(cp_arena_grow(arena, &at, *count, cap, sizeof **groups));
    *groups = at;
    (*groups)[(*count)++] = (struct cp_pcep_group){.first = first, .end = first};
    return CP_OK;
}

cp_err cp_pcep_group(const struct cp_pcep_message *message, struct cp_arena *arena,
                     struct cp_pcep_groups *out)
{
    struct cp_pcep_groups got = {.before_end = 0};
    struct cp_pcep_group *groups = NULL;
    uint32_t count = 0, cap = 0;

    for (uint32_t i = 0; i < message->count; i++) {
        const struct cp_pcep_object *object = &message->objects[i];
        struct cp_pcep_group *now = count > 0 ? &groups[count - 1] : NULL;
        bool opening = opens(message->type, object->class_id, now);

        if (now == NULL && !opening && stands_before(message, i)) {
            got.before_end = i + 1;
            continue;
        }
        if (now == NULL || opening)
            CP_TRY(open_group(arena, &groups, &count, &cap, i));
        add(&groups[count - 1], message->type, object);
    }
    for (uint32_t i = 0; i < count; i++)
        check(message, &groups[i]);
    got.count = count;
    got.at = groups;
    if (count == 0 && (message->type == CP_PCEP_PCREQ || message->type == CP_PCEP_PCREP))
        got.fault = (struct cp_pcep_fault){4, "no RP object", MISSING, RP_MISSING};
    else if (count == 0 && (message->type == CP_PCEP_PCUPD || message->type == CP_PCEP_PCINITIATE))
        got.fault = (struct cp_pcep_fault){4, "no SRP object", MISSING, SRP_MISSING};
    else if (count == 0 && message->type == CP_PCEP_PCRPT)
        got.fault = (struct cp_pcep_fault){4, "no LSP object", MISSING, LSP_MISSING};
    *out = got;
    return CP_OK;
}
