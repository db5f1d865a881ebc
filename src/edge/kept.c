#include <string.h>

#include "base/json.h"
#include "base/json_in.h"
#include "inside.h"

/*
 * What outlives a restart: the highest epoch and whose it was, and of each LSP its name, ends, colour and hops.  What of these is in
 * force is the kernel's to say.
 */

enum { FORM = 1 };

static void write_lsp(struct cp_edge *e, struct cp_json *json, const struct edge_lsp *l)
{
    struct cp_out out = cp_out_make(e->kept_arena);
    cp_text text;

    cp_json_object(json, NULL, CP_JSON_FLAT);
    cp_json_u64(json, "id", cp_edge_lsp_index(e, l) + 1);
    cp_json_text(json, "name", (cp_text){l->name, l->name_len});
    cp_out_ip(&out, l->src);
    if (cp_out_done(&out, &text) == CP_OK)
        cp_json_text(json, "src", text);
    out = cp_out_make(e->kept_arena);
    cp_out_ip(&out, l->dst);
    if (cp_out_done(&out, &text) == CP_OK)
        cp_json_text(json, "dst", text);
    cp_json_u64(json, "colour", l->colour);
    cp_json_u64(json, "preference", l->preference);
    cp_json_bool(json, "up", l->wanted_up);
    cp_json_array(json, "hops", CP_JSON_FLAT);
    for (uint8_t i = 0; i < l->hops.count; i++) {
        out = cp_out_make(e->kept_arena);
        cp_out_ipv6(&out, l->hops.at[i]);
        if (cp_out_done(&out, &text) == CP_OK)
            cp_json_text(json, NULL, text);
        else
            json->out->err = CP_ERR_NOMEM;
    }
    cp_json_close(json);
    cp_json_close(json);
}

cp_err cp_edge_kept_write(struct cp_edge *e, cp_text *text)
{
    struct cp_out out;
    struct cp_json json;
    cp_text of = e->claim != 0 ? (cp_text){e->claim_name, e->claim_name_len}
                               : (cp_text){e->epoch_of, e->epoch_of_len};

    cp_arena_reset(e->kept_arena, e->kept_empty);
    out = cp_out_make(e->kept_arena);
    json = cp_json_make(&out);
    cp_json_object(&json, NULL, CP_JSON_LINES);
    cp_json_u64(&json, "cleanpath-edge-state", FORM);
    cp_json_u64(&json, "epoch", e->claim != 0 ? e->claim : e->epoch);
    cp_json_text(&json, "controller", of);
    cp_json_array(&json, "lsps", CP_JSON_LINES);
    for (uint32_t i = 0; i < e->lsp_end; i++)
        if (e->lsps[i].used && !e->lsps[i].removing)
            write_lsp(e, &json, &e->lsps[i]);
    cp_json_close(&json);
    cp_json_close(&json);
    return cp_out_done(&out, text);
}

/* --- restoring ------------------------------------------------------------------------------------- */

static cp_err wrong(struct cp_diag *diag, const struct cp_json_value *at, const char *why)
{
    return cp_diag_set(diag, CP_ERR_MALFORMED, at == NULL ? CP_PLACE_NONE : at->place, why,
                       at == NULL ? CP_TEXT("") : at->text);
}

static cp_err read_u32(const struct cp_json_value *of, const char *key, uint32_t *to,
                       struct cp_diag *diag)
{
    const struct cp_json_value *value = cp_json_member(of, key);
    uint64_t number;

    if (!cp_json_u64_of(value, &number) || number > UINT32_MAX)
        return wrong(diag, value == NULL ? of : value, "a number of 32 bits is expected here");
    *to = (uint32_t)number;
    return CP_OK;
}

static cp_err read_hops(const struct cp_json_value *list, struct edge_hops *hops,
                        struct cp_diag *diag)
{
    if (list == NULL || list->kind != CP_JSON_ARRAY || list->count > CP_EDGE_HOPS_MAX)
        return wrong(diag, list, "a list of hops is expected here");
    for (const struct cp_json_value *at = list->first; at != NULL; at = at->next)
        if (at->kind != CP_JSON_TEXT || cp_ipv6_parse(at->text, hops->at[hops->count++]) != CP_OK)
            return wrong(diag, at, "an IPv6 address is expected here");
    return CP_OK;
}

/* Of a demand that the policy does not have any more nothing is left to be told: the agent has stopped it. */
static cp_err restore_lsp(struct cp_edge *e, const struct cp_json_value *of, struct cp_diag *diag)
{
    cp_text name = cp_json_member_text(of, "name");
    struct edge_lsp l = {.used = true, .demand = NONE, .next = NONE, .wanted_up = true};
    struct edge_lsp *to;
    uint32_t id = 0, demand;

    l.src = cp_ip_find(cp_json_member_text(of, "src"));
    l.dst = cp_ip_find(cp_json_member_text(of, "dst"));
    CP_TRY(read_u32(of, "id", &id, diag));
    CP_TRY(read_u32(of, "colour", &l.colour, diag));
    CP_TRY(read_u32(of, "preference", &l.preference, diag));
    CP_TRY(read_hops(cp_json_member(of, "hops"), &l.hops, diag));
    if (name.len == 0 || name.len > CP_EDGE_LSP_NAME_MAX || l.dst.family == 0)
        return wrong(diag, of, "an LSP with a name and an endpoint is expected here");
    if (id == 0 || id > e->lsp_cap || e->lsps[id - 1].used)
        return wrong(diag, of, "a number of an LSP that cannot be, or stands twice");
    demand = cp_edge_demand_of(e, l.dst, l.colour);
    if (demand == NONE) {
        cp_edge_say(e, CP_EDGE_SAYS_WARNING,
                    "%.*s is forgotten: the edge policy has no such demand", (int)name.len,
                    name.at);
        return CP_OK;
    }
    l.name_len = (uint8_t)name.len;
    memcpy(l.name, name.at, name.len);
    l.told_phase = CP_EDGE_NOT_THERE;
    to = &e->lsps[id - 1];
    *to = l;
    e->lsp_end = id > e->lsp_end ? id : e->lsp_end;
    cp_edge_lsp_join(e, to, demand);
    to->result = cp_edge_path_make(e, to, &to->path) ? CP_AGENT_DONE : CP_AGENT_CHAIN;
    return CP_OK;
}

static cp_err restore(struct cp_edge *e, const struct cp_json_value *root, struct cp_diag *diag)
{
    const struct cp_json_value *lsps = cp_json_member(root, "lsps");
    cp_text of = cp_json_member_text(root, "controller");
    uint64_t form = 0;

    if (!cp_json_u64_of(cp_json_member(root, "cleanpath-edge-state"), &form) || form != FORM)
        return wrong(diag, root, "the state of an edge is expected here");
    if (!cp_json_u64_of(cp_json_member(root, "epoch"), &e->epoch) ||
        of.len > CP_PCE_SPEAKER_BYTES_MAX)
        return wrong(diag, root, "an epoch and whose it is are expected here");
    if (lsps == NULL || lsps->kind != CP_JSON_ARRAY)
        return wrong(diag, root, "a list of LSPs is expected here");
    e->epoch_of_len = (uint8_t)of.len;
    memcpy(e->epoch_of, of.at, of.len);
    for (const struct cp_json_value *at = lsps->first; at != NULL; at = at->next)
        CP_TRY(restore_lsp(e, at, diag));
    return CP_OK;
}

cp_err cp_edge_restore(struct cp_edge *e, cp_text kept, struct cp_diag *diag)
{
    const struct cp_json_value *root;
    cp_err err;

    cp_arena_reset(e->kept_arena, e->kept_empty);
    err = cp_json_in_document(kept, 0, e->kept_arena, &root, diag);
    return err == CP_OK ? restore(e, root, diag) : err;
}
