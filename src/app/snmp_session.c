#include "snmp_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include "evidence/snmp_objects.h"

#include "app/message.h"
#include "snmp_record.h"

/*
 * Each column is walked by GETBULK (RFC 3416 4.2.3) from its start until an answer leaves it.  Where an answer
 * lands tells which of the next columns hold nothing: most agents are asked a few times only.  An
 * answer that is not behind the one before would make the walk endless: it ends it.
 */

enum { REPETITIONS = 25, COLUMNS_MAX = 256, OID_TEXT_BYTES = MAX_OID_LEN * 11 + 1 };

struct column {
    oid root[MAX_OID_LEN];
    size_t len;
};

struct reading {
    const struct cp_snmp_options *options;
    const struct cp_snmp_host *host;
    void *session;
    struct cp_out out;
    struct column columns[COLUMNS_MAX];
    size_t column_count;
    struct column next;        /* what the last answer beyond a column was about; len 0: none */
    bool end_of_view;          /* there is nothing more at all */
    uint64_t objects, written; /* answered; and of a type that an object here has */
    long repetitions;
    time_t deadline;   /* of the monotonic clock */
    const char *ended; /* why it ended early; NULL: it did not */
    cp_exit code;
};

void cp_snmp_start(void)
{
    (void)setenv("MIBS", "", 1);
    (void)setenv("MIBDIRS", "/nonexistent", 1);
    (void)setenv("SNMPCONFPATH", "/nonexistent", 1);
    (void)setenv("SNMP_PERSISTENT_DIR", "/dev/null", 1); /* nothing can be made below it */
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE, 1);
    snmp_disable_log();
    init_snmp("cleanpath-snmp");
}

/* --- columns ------------------------------------------------------------------------------- */

static int compare_columns(const void *left, const void *right)
{
    const struct column *a = left, *b = right;

    return snmp_oid_compare(a->root, a->len, b->root, b->len);
}

static void read_column(const char *text, struct column *column)
{
    column->len = 0;
    for (const char *at = text; *at != '\0' && column->len < MAX_OID_LEN; at += *at == '.') {
        char *after = NULL;

        column->root[column->len++] = strtoul(at, &after, 10);
        at = after;
    }
}

static void find_columns(struct reading *r)
{
    char text[CP_SNMP_OBJECT_BYTES];

    for (size_t at = 0; at < COLUMNS_MAX && cp_snmp_object(at, text); at++)
        read_column(text, &r->columns[r->column_count++]);
    qsort(r->columns, r->column_count, sizeof(*r->columns), compare_columns);
}

/* Whether what was answered before tells that the column holds nothing. */
static bool is_empty(const struct reading *r, const struct column *column)
{
    if (r->end_of_view)
        return true;
    return r->next.len > 0 &&
           snmp_oid_compare(r->next.root, r->next.len, column->root, column->len) > 0 &&
           snmp_oidtree_compare(r->next.root, r->next.len, column->root, column->len) != 0;
}

/* --- values -------------------------------------------------------------------------------- */

static void write_oid(const oid *at, size_t len, char text[OID_TEXT_BYTES])
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < len && i < MAX_OID_LEN; i++)
        used += (size_t)snprintf(text + used, OID_TEXT_BYTES - used, "%s%lu", i > 0 ? "." : "",
                                 (unsigned long)(at[i] & 0xffffffff));
}

static void write_number(struct cp_out *out, cp_text oid_text,
                         const netsnmp_variable_list *variable)
{
    char text[32];

    switch (variable->type) {
    case ASN_INTEGER:
        (void)snprintf(text, sizeof(text), "%ld", *variable->val.integer);
        break;
    case ASN_COUNTER64:
        (void)snprintf(text, sizeof(text), "%llu",
                       (unsigned long long)variable->val.counter64->high << 32 |
                           variable->val.counter64->low);
        break;
    default:
        (void)snprintf(text, sizeof(text), "%lu",
                       (unsigned long)*variable->val.integer & 0xffffffff);
        break;
    }
    cp_snmp_record(out, oid_text, variable->type, cp_text_of(text));
}

static cp_text octets_of(const netsnmp_variable_list *variable)
{
    return (cp_text){(const char *)variable->val.string, variable->val_len};
}

/* False where it is of no type that an object here has, and nothing is written. */
static bool write_variable(struct cp_out *out, const netsnmp_variable_list *variable)
{
    char name[OID_TEXT_BYTES], value[OID_TEXT_BYTES];
    cp_text address = octets_of(variable);

    write_oid(variable->name, variable->name_length, name);
    switch (variable->type) {
    case ASN_OCTET_STR:
    case ASN_OPAQUE:
        cp_snmp_record_octets(out, cp_text_of(name), variable->type, octets_of(variable));
        break;
    case ASN_OBJECT_ID:
        write_oid(variable->val.objid, variable->val_len / sizeof(oid), value);
        cp_snmp_record(out, cp_text_of(name), variable->type, cp_text_of(value));
        break;
    case ASN_IPADDRESS:
        if (address.len != 4)
            return false;
        (void)snprintf(value, sizeof(value), "%u.%u.%u.%u", (unsigned char)address.at[0],
                       (unsigned char)address.at[1], (unsigned char)address.at[2],
                       (unsigned char)address.at[3]);
        cp_snmp_record(out, cp_text_of(name), variable->type, cp_text_of(value));
        break;
    case ASN_INTEGER:
    case ASN_COUNTER:
    case ASN_GAUGE:
    case ASN_TIMETICKS:
    case ASN_COUNTER64:
        write_number(out, cp_text_of(name), variable);
        break;
    default:
        return false;
    }
    return true;
}

/* --- what goes wrong ----------------------------------------------------------------------- */

static void end(struct reading *r, cp_exit code, const char *why)
{
    if (r->ended == NULL) {
        r->ended = why;
        r->code = code;
    }
}

static bool is_credentials(int error)
{
    static const int errors[] = {SNMPERR_AUTHENTICATION_FAILURE,
                                 SNMPERR_UNKNOWN_USER_NAME,
                                 SNMPERR_UNSUPPORTED_SEC_LEVEL,
                                 SNMPERR_DECRYPTION_ERR,
                                 SNMPERR_USM_AUTHENTICATIONFAILURE,
                                 SNMPERR_USM_DECRYPTIONERROR,
                                 SNMPERR_USM_UNKNOWNSECURITYNAME,
                                 SNMPERR_USM_UNSUPPORTEDSECURITYLEVEL,
                                 SNMPERR_INVALID_MSG,
                                 SNMPERR_USM_ENCRYPTIONERROR,
                                 SNMPERR_USM_GENERICERROR};

    for (size_t i = 0; i < CP_COUNT(errors); i++)
        if (errors[i] == error)
            return true;
    return false;
}

/* RFC 3414 4: an agent is asked first who it is, which it tells anyone.  Where it did and then is
 * silent, it could not read the request. */
static void end_of_silence(struct reading *r)
{
    bool told_who = snmp_sess_session(r->session)->securityEngineIDLen > 0;

    if (r->objects > 0)
        end(r, CP_EXIT_PEER, "no answer any more");
    else if (r->options->level == CP_SNMP_V2C)
        end(r, CP_EXIT_PEER, "no answer: nothing is there, or it has another community");
    else if (!told_who)
        end(r, CP_EXIT_PEER, "no answer");
    else
        end(r, CP_EXIT_REFUSED,
            "it is there, but does not answer this user: another privacy protocol or pass-phrase?");
}

static void end_of_error(struct reading *r)
{
    int error = snmp_sess_session(r->session)->s_snmp_errno;

    if (is_credentials(error))
        end(r, CP_EXIT_REFUSED, "it does not accept the user, the pass-phrases or the level");
    else if (error == SNMPERR_TIMEOUT)
        end_of_silence(r);
    else
        end(r, CP_EXIT_PEER, snmp_api_errstring(error));
}

/* --- walking ------------------------------------------------------------------------------- */

static time_t now_s(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

/* The answer to one GETBULK; NULL: there is none, and it is said why. */
static netsnmp_pdu *ask(struct reading *r, const struct column *from)
{
    netsnmp_pdu *request = snmp_pdu_create(SNMP_MSG_GETBULK), *answer = NULL;
    int status;

    if (request == NULL) {
        end(r, CP_EXIT_SYSTEM, "out of memory");
        return NULL;
    }
    request->non_repeaters = 0;
    request->max_repetitions = r->repetitions;
    (void)snmp_add_null_var(request, from->root, from->len);
    status = snmp_sess_synch_response(r->session, request, &answer);
    if (status == STAT_SUCCESS && answer != NULL)
        return answer;
    if (answer != NULL)
        snmp_free_pdu(answer);
    if (status == STAT_TIMEOUT)
        end_of_silence(r);
    else
        end_of_error(r);
    return NULL;
}

/* RFC 3412 7.2: an answer has the level of security of its request. */
static bool is_as_secure(const struct reading *r, const netsnmp_pdu *answer)
{
    return r->options->level == CP_SNMP_V2C ||
           answer->securityLevel == snmp_sess_session(r->session)->securityLevel;
}

static void check_limits(struct reading *r)
{
    if (r->objects >= r->options->objects_max)
        end(r, CP_EXIT_PEER, "more objects than --max-objects");
    else if (r->out.len >= r->options->bytes_max)
        end(r, CP_EXIT_PEER, "more bytes than --max-bytes");
    else if (now_s() >= r->deadline)
        end(r, CP_EXIT_PEER, "more time than --max-seconds");
    else if (r->out.err != CP_OK)
        end(r, CP_EXIT_SYSTEM, "out of memory");
}

static void keep_place(struct column *place, const netsnmp_variable_list *variable)
{
    place->len = variable->name_length < MAX_OID_LEN ? variable->name_length : MAX_OID_LEN;
    memcpy(place->root, variable->name, place->len * sizeof(oid));
}

/* False where the column ends, or all does. */
static bool take(struct reading *r, const struct column *column, struct column *last,
                 const netsnmp_variable_list *variable)
{
    if (variable->type == SNMP_ENDOFMIBVIEW || variable->type == SNMP_NOSUCHOBJECT ||
        variable->type == SNMP_NOSUCHINSTANCE) {
        r->end_of_view = variable->type == SNMP_ENDOFMIBVIEW;
        return false;
    }
    if (snmp_oid_compare(variable->name, variable->name_length, last->root, last->len) <= 0) {
        end(r, CP_EXIT_PEER, "its answers are not in order");
        return false;
    }
    if (snmp_oidtree_compare(variable->name, variable->name_length, column->root, column->len) !=
        0) {
        keep_place(&r->next, variable);
        return false;
    }
    r->written += write_variable(&r->out, variable);
    r->objects++;
    keep_place(last, variable);
    check_limits(r);
    return r->ended == NULL;
}

/* False where the column ends. */
static bool take_answer(struct reading *r, const struct column *column, struct column *last,
                        const netsnmp_pdu *answer)
{
    if (!is_as_secure(r, answer)) {
        end(r, CP_EXIT_REFUSED, "an answer that is less secure than the request");
        return false;
    }
    if (answer->errstat == SNMP_ERR_TOOBIG && r->repetitions > 1) {
        r->repetitions /= 2;
        return true;
    }
    if (answer->errstat == SNMP_ERR_AUTHORIZATIONERROR)
        end(r, CP_EXIT_REFUSED, "the user may not read it");
    if (answer->errstat != SNMP_ERR_NOERROR || answer->variables == NULL)
        return false;
    for (const netsnmp_variable_list *v = answer->variables; v != NULL; v = v->next_variable)
        if (!take(r, column, last, v))
            return false;
    return true;
}

static void walk_column(struct reading *r, const struct column *column)
{
    struct column last = *column;
    bool more = true;

    while (more && r->ended == NULL) {
        netsnmp_pdu *answer = ask(r, &last);

        more = answer != NULL && take_answer(r, column, &last, answer);
        if (answer != NULL)
            snmp_free_pdu(answer);
        check_limits(r);
    }
}

static void walk_all(struct reading *r)
{
    for (size_t i = 0; i < r->column_count && r->ended == NULL; i++)
        if (!is_empty(r, &r->columns[i]))
            walk_column(r, &r->columns[i]);
    if (r->ended == NULL && r->written == 0)
        end(r, CP_EXIT_REFUSED, "it answers, but shows nothing that is read");
}

/* --- sessions ------------------------------------------------------------------------------ */

/* RFC 3414 A.2: a pass-phrase to a key. */
static bool make_key(const oid *hash, size_t hash_len, cp_text phrase, u_char *key, size_t *len)
{
    return generate_Ku(hash, (u_int)hash_len, (const u_char *)phrase.at, phrase.len, key, len) ==
           SNMPERR_SUCCESS;
}

static cp_exit set_auth(const struct cp_snmp_options *options, cp_text phrase,
                        netsnmp_session *session)
{
    const oid *hash =
        sc_get_auth_oid(usm_lookup_auth_type(options->auth), &session->securityAuthProtoLen);

    if (hash == NULL)
        return cp_say_usage("", "--auth: not known here: '%s'", options->auth);
    session->securityAuthProto = snmp_duplicate_objid(hash, session->securityAuthProtoLen);
    session->securityAuthKeyLen = USM_AUTH_KU_LEN;
    if (session->securityAuthProto == NULL)
        return cp_say_no_memory();
    if (make_key(hash, session->securityAuthProtoLen, phrase, session->securityAuthKey,
                 &session->securityAuthKeyLen))
        return CP_EXIT_OK;
    return cp_say_usage("", "--auth: %s cannot be used here", options->auth);
}

static cp_exit set_priv(const struct cp_snmp_options *options, cp_text phrase,
                        netsnmp_session *session)
{
    const oid *cipher =
        sc_get_priv_oid(usm_lookup_priv_type(options->priv), &session->securityPrivProtoLen);

    if (cipher == NULL)
        return cp_say_usage("", "--priv: not known here: '%s'", options->priv);
    session->securityPrivProto = snmp_duplicate_objid(cipher, session->securityPrivProtoLen);
    session->securityPrivKeyLen = USM_PRIV_KU_LEN;
    if (session->securityPrivProto == NULL)
        return cp_say_no_memory();
    if (make_key(session->securityAuthProto, session->securityAuthProtoLen, phrase,
                 session->securityPrivKey, &session->securityPrivKeyLen))
        return CP_EXIT_OK;
    return cp_say_usage("", "--priv: %s cannot be used here", options->priv);
}

/* net-snmp takes its texts as not const, and changes none. */
static char *as_given(const char *text)
{
    union {
        const char *from;
        char *to;
    } at = {text};

    return at.to;
}

static cp_exit set_user(const struct cp_snmp_options *options,
                        const struct cp_snmp_secrets *secrets, netsnmp_session *session)
{
    static const int levels[] = {[CP_SNMP_NO_AUTH] = SNMP_SEC_LEVEL_NOAUTH,
                                 [CP_SNMP_AUTH] = SNMP_SEC_LEVEL_AUTHNOPRIV,
                                 [CP_SNMP_AUTH_PRIV] = SNMP_SEC_LEVEL_AUTHPRIV};
    cp_exit code = CP_EXIT_OK;

    session->version = SNMP_VERSION_3;
    session->securityModel = SNMP_SEC_MODEL_USM;
    session->securityLevel = levels[options->level];
    session->securityName = as_given(options->user);
    session->securityNameLen = strlen(options->user);
    session->contextName = as_given(options->context);
    session->contextNameLen = strlen(options->context);
    if (options->level >= CP_SNMP_AUTH)
        code = set_auth(options, secrets->auth, session);
    if (code == CP_EXIT_OK && options->level == CP_SNMP_AUTH_PRIV)
        code = set_priv(options, secrets->priv, session);
    return code;
}

static void set_community(const struct cp_snmp_secrets *secrets, netsnmp_session *session)
{
    session->version = SNMP_VERSION_2c;
    session->community = (u_char *)as_given(secrets->community.at);
    session->community_len = secrets->community.len;
}

static cp_exit say_not_opened(const netsnmp_session *session, const struct cp_snmp_host *host)
{
    int error = session->s_snmp_errno;

    if (is_credentials(error)) {
        cp_say("%s: it does not accept the user, the pass-phrases or the level", host->node);
        return CP_EXIT_REFUSED;
    }
    if (error == SNMPERR_TIMEOUT || error == SNMPERR_SUCCESS || error == SNMPERR_GENERR)
        cp_say("%s: no answer", host->node);
    else
        cp_say("%s: %s", host->node, snmp_api_errstring(error));
    return CP_EXIT_PEER;
}

static cp_exit open_session(struct reading *r, const struct cp_snmp_secrets *secrets)
{
    const struct cp_snmp_options *options = r->options;
    netsnmp_session session;
    cp_exit code = CP_EXIT_OK;

    snmp_sess_init(&session);
    session.peername = as_given(r->host->peer);
    session.retries = (int)options->retries;
    session.timeout = (long)options->timeout_ms * 1000;
    if (options->level == CP_SNMP_V2C)
        set_community(secrets, &session);
    else
        code = set_user(options, secrets, &session);
    if (code != CP_EXIT_OK)
        return code;
    r->session = snmp_sess_open(&session);
    return r->session != NULL ? CP_EXIT_OK : say_not_opened(&session, r->host);
}

cp_exit cp_snmp_read(const struct cp_snmp_options *options, const struct cp_snmp_secrets *secrets,
                     const struct cp_snmp_host *host, struct cp_arena *arena, cp_text *walk)
{
    struct reading *r = CP_TAKE(arena, 1, struct reading);
    cp_exit code;

    *walk = CP_TEXT("");
    if (r == NULL)
        return cp_say_no_memory();
    *r = (struct reading){.options = options,
                          .host = host,
                          .out = cp_out_make(arena),
                          .repetitions = REPETITIONS,
                          .deadline = now_s() + (time_t)options->seconds_max};
    code = open_session(r, secrets);
    if (code != CP_EXIT_OK)
        return code;
    find_columns(r);
    walk_all(r);
    (void)snmp_sess_close(r->session);
    if (r->ended != NULL) {
        cp_say("%s: %s", host->node, r->ended);
        cp_out_format(&r->out, "# ended early: %s\n", r->ended);
    }
    if (r->written > 0 && cp_out_done(&r->out, walk) != CP_OK)
        return cp_say_no_memory();
    return r->code;
}
