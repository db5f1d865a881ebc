#include "sights.h"

#include <stdlib.h>
#include <string.h>

#include "app/message.h"

/*
 * A table of paths by key.  Of each the nodes that proofs named, with the time of the newest proof that did: on a path with
 * several equal ways each packet takes one, and the nodes of all of them are what was proven.  A path whose intent is
 * another one begins anew.  Entries of paths that are gone go when there are many.
 */

enum { HEADS = 4096, NODES_MAX = 1024, SPARE = 1000 };

struct passed {
    char *id;
    size_t len;
    uint64_t at_us;
};

struct entry {
    struct entry *next;
    char *key;
    size_t key_len;
    uint64_t agreeing, contradicting, last_us;
    uint64_t intended_us;  /* of the path that the nodes are of */
    struct passed *passed; /* [passed_count] */
    uint32_t passed_count, passed_cap;
    uint32_t *proof; /* [proof_count] into passed */
    uint32_t proof_count, proof_cap;
};

struct sights {
    struct entry *heads[HEADS];
    uint32_t count;
    struct sights_sum sum;
};

static cp_text key_of(const struct entry *e)
{
    return (cp_text){e->key, e->key_len};
}

static uint32_t head_of(cp_text key)
{
    uint64_t h = 0xcbf29ce484222325u;

    for (size_t i = 0; i < key.len; i++)
        h = (h ^ (unsigned char)key.at[i]) * 0x100000001b3u;
    return (uint32_t)(h ^ (h >> 32)) % HEADS;
}

static char *copy(cp_text text)
{
    char *to = malloc(text.len + 1);

    if (to != NULL) {
        memcpy(to, text.at, text.len);
        to[text.len] = '\0';
    }
    return to;
}

/* --- entries ------------------------------------------------------------------------------------- */

static void forget_nodes(struct entry *e)
{
    for (uint32_t i = 0; i < e->passed_count; i++)
        free(e->passed[i].id);
    e->passed_count = e->proof_count = 0;
}

static void free_entry(struct entry *e)
{
    forget_nodes(e);
    free(e->passed);
    free(e->proof);
    free(e->key);
    free(e);
}

static struct entry *find(const struct sights *s, cp_text key)
{
    struct entry *e = s->heads[head_of(key)];

    while (e != NULL && !cp_text_eq(key_of(e), key))
        e = e->next;
    return e;
}

/* Those that the plan has no more. */
static void drop_gone(struct sights *s, const struct cp_plan *plan)
{
    for (uint32_t h = 0; h < HEADS; h++)
        for (struct entry **at = &s->heads[h]; *at != NULL;) {
            struct entry *e = *at;

            if (cp_plan_find(plan, key_of(e)) != CP_NONE) {
                at = &e->next;
                continue;
            }
            *at = e->next;
            s->count--;
            free_entry(e);
        }
}

static struct entry *make(struct daemon *d, cp_text key)
{
    const struct cp_plan *plan = cp_control_plan_kept(cp_drive_control(d->drive));
    struct sights *s = d->sights;
    uint32_t head = head_of(key);
    struct entry *e;

    if (plan != NULL && s->count > 2 * cp_plan_lsp_count(plan) + SPARE)
        drop_gone(s, plan);
    e = calloc(1, sizeof *e);
    if (e == NULL)
        return NULL;
    e->key = copy(key);
    if (e->key == NULL) {
        free(e);
        return NULL;
    }
    e->key_len = key.len;
    e->next = s->heads[head];
    s->heads[head] = e;
    s->count++;
    return e;
}

/* --- proofs -------------------------------------------------------------------------------------- */

static void drop_old(struct entry *e, uint64_t before_us)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < e->passed_count; i++) {
        if (e->passed[i].at_us >= before_us)
            e->passed[kept++] = e->passed[i];
        else
            free(e->passed[i].id);
    }
    e->passed_count = kept;
    e->proof_count = 0;
}

static bool grow(void **at, uint32_t *cap, uint32_t wanted, size_t size)
{
    uint32_t room = *cap == 0 ? 8 : 2 * *cap;
    void *grown;

    if (wanted <= *cap)
        return true;
    room = room < wanted ? wanted : room;
    grown = realloc(*at, room * size);
    if (grown == NULL)
        return false;
    *at = grown;
    *cap = room;
    return true;
}

/* Its place among the nodes; CP_NONE: no memory. */
static uint32_t pass(struct entry *e, cp_text id, uint64_t at_us)
{
    uint32_t at = 0;

    while (at < e->passed_count && !cp_text_eq((cp_text){e->passed[at].id, e->passed[at].len}, id))
        at++;
    if (at == e->passed_count) {
        void *passed = e->passed;
        char *kept;

        if (!grow(&passed, &e->passed_cap, at + 1, sizeof *e->passed))
            return CP_NONE;
        e->passed = passed;
        kept = copy(id);
        if (kept == NULL)
            return CP_NONE;
        e->passed[e->passed_count++] = (struct passed){kept, id.len, 0};
    }
    e->passed[at].at_us = at_us;
    return at;
}

/* The time before which nothing is a proof any more. */
static uint64_t valid_from_us(const struct daemon *d, const struct cp_control_lsp *lsp,
                              uint64_t now_us)
{
    uint64_t valid_us = d->config->drive.control.proof_valid_us;
    uint64_t from_us = now_us > valid_us ? now_us - valid_us : 0;

    return from_us > lsp->installed_us ? from_us : lsp->installed_us;
}

static bool take_proof(struct daemon *d, struct entry *e, const struct cp_control_sight *sight,
                       const struct cp_control_lsp *lsp)
{
    void *proof = e->proof;
    bool room = grow(&proof, &e->proof_cap, sight->node_count, sizeof *e->proof);

    e->proof = proof;
    if (!room)
        return false;
    if (e->intended_us != lsp->intended_us || e->passed_count + sight->node_count > NODES_MAX)
        forget_nodes(e);
    e->intended_us = lsp->intended_us;
    drop_old(e, valid_from_us(d, lsp, sight->at_us));
    for (uint32_t i = 0; i < sight->node_count; i++) {
        uint32_t at = pass(e, sight->nodes[i], sight->at_us);

        if (at == CP_NONE)
            return false;
        e->proof[e->proof_count++] = at;
    }
    return true;
}

/* --- the whole ----------------------------------------------------------------------------------- */

cp_exit daemon_sights_open(struct daemon *d)
{
    d->sights = calloc(1, sizeof *d->sights);
    return d->sights != NULL ? CP_EXIT_OK : cp_say_no_memory();
}

void daemon_sights_close(struct daemon *d)
{
    for (uint32_t h = 0; d->sights != NULL && h < HEADS; h++)
        for (struct entry *e = d->sights->heads[h], *next; e != NULL; e = next) {
            next = e->next;
            free_entry(e);
        }
    free(d->sights);
    d->sights = NULL;
}

static void count(uint64_t *agreeing, uint64_t *contradicting, uint64_t *last_us,
                  cp_sight_says says, uint64_t at_us)
{
    *agreeing += says == CP_SIGHT_PROVES || says == CP_SIGHT_REPEATS;
    *contradicting += says == CP_SIGHT_CONTRADICTS;
    *last_us = at_us > *last_us ? at_us : *last_us;
}

void daemon_sights_add(struct daemon *d, const struct cp_control_sight *sight, cp_sight_says says,
                       const struct cp_control_lsp *lsp)
{
    struct sights_sum *sum = &d->sights->sum;
    struct entry *e;

    if (says == CP_SIGHT_NOT_PLACED) {
        sum->not_placed++;
        return;
    }
    count(&sum->agreeing, &sum->contradicting, &sum->last_us, says, sight->at_us);
    if (lsp == NULL)
        return;
    e = find(d->sights, lsp->key);
    if (e == NULL)
        e = make(d, lsp->key);
    if (e == NULL) {
        daemon_check(d, CP_ERR_NOMEM);
        return;
    }
    count(&e->agreeing, &e->contradicting, &e->last_us, says, sight->at_us);
    if (lsp->proven_us == 0) /* contradicted: what was proven before is so no more */
        forget_nodes(e);
    else if (lsp->proven_us == sight->at_us && /* control took it for the newest proof */
             !take_proof(d, e, sight, lsp))
        daemon_check(d, CP_ERR_NOMEM);
}

static int by_id(const void *a, const void *b)
{
    return cp_text_cmp(*(const cp_text *)a, *(const cp_text *)b);
}

cp_err daemon_sights_of(const struct daemon *d, const struct cp_control_lsp *lsp,
                        struct cp_arena *arena, struct sighted *out)
{
    const struct entry *e = find(d->sights, lsp->key);
    uint64_t from_us = valid_from_us(d, lsp, daemon_now_us(d));
    cp_text *proof, *nodes;

    *out = (struct sighted){0};
    if (e == NULL)
        return CP_OK;
    out->agreeing = e->agreeing;
    out->contradicting = e->contradicting;
    out->last_us = e->last_us;
    if (lsp->proven_us == 0 || e->intended_us != lsp->intended_us)
        return CP_OK;
    proof = CP_TAKE(arena, e->proof_count, cp_text);
    nodes = CP_TAKE(arena, e->passed_count, cp_text);
    if (proof == NULL || nodes == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < e->proof_count; i++)
        proof[out->proof_count++] =
            (cp_text){e->passed[e->proof[i]].id, e->passed[e->proof[i]].len};
    for (uint32_t i = 0; i < e->passed_count; i++)
        if (e->passed[i].at_us >= from_us)
            nodes[out->node_count++] = (cp_text){e->passed[i].id, e->passed[i].len};
    if (out->node_count > 1)
        qsort(nodes, out->node_count, sizeof *nodes, by_id);
    out->proof = proof;
    out->nodes = nodes;
    return CP_OK;
}

struct sights_sum daemon_sights_sum(const struct daemon *d)
{
    return d->sights->sum;
}
