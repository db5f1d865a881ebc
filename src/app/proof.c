#include "app/proof.h"

#include <pthread.h>
#include <string.h>

#include "base/json.h"
#include "base/rd.h"
#include "base/sha256.h"
#include "check/check.h"
#include "app/jobs.h"
#include "app/machine.h"
#include "made.h"
#include "app/message.h"
#include "progress.h"

/*
 * Threads take the next part that nobody has, as long as it is no more than a window ahead of the
 * checker; whoever finds the next part in order made and nobody checking hands its pieces on.  So
 * memory is that of the window, and all is the same whatever the threads do: an error is met when
 * its part is due.
 */

#define WINDOW 64u /* parts */

/* A part that was made and is not due yet: its pieces, each with its length before it. */
struct made_part {
    struct cp_arena *arena;
    struct cp_out pieces;
    cp_err err;
    bool made;
};

struct proof {
    const struct cp_proof_ask *ask;
    struct cp_arena *arena, *work; /* work: the checker's */
    struct cp_prove *prove;
    struct cp_check *check;
    cp_text network;
    struct cp_made made;
    struct cp_made_file *certificate; /* NULL: no bundle */
    struct cp_sha256 *sum;            /* of the certificate */
    uint32_t parts;
    struct cp_progress progress; /* a part is done when it is checked */
    /* under the lock */
    pthread_mutex_t lock;
    pthread_cond_t moved;
    struct made_part window[WINDOW];
    uint32_t taken, due;
    bool checking;
    cp_err err;
};

static cp_err take_piece(void *to, cp_text piece)
{
    struct made_part *part = to;

    cp_prove_length(&part->pieces, piece.len);
    cp_out_text(&part->pieces, piece);
    return part->pieces.err;
}

/* The bytes of some pieces to the checker and to the file. */
static cp_err hand_on(struct proof *p, cp_text pieces)
{
    cp_rd rest = cp_rd_make(pieces);

    if (p->certificate != NULL) {
        cp_sha256_add(p->sum, pieces);
        CP_TRY(cp_made_put(p->certificate, pieces));
    }
    while (rest.left.len > 0) {
        uint64_t length = cp_rd_number(&rest);

        CP_TRY(cp_check_piece(p->check, cp_rd_bytes(&rest, length)));
    }
    return CP_OK;
}

static cp_err hand_part_on(struct proof *p, struct made_part *part)
{
    cp_text pieces;
    cp_err err = part->err;

    if (err == CP_OK)
        err = cp_out_done(&part->pieces, &pieces);
    if (err == CP_OK)
        err = hand_on(p, pieces);
    cp_arena_close(part->arena);
    *part = (struct made_part){0};
    return err;
}

static void make_part(struct made_part *part, struct cp_prove_worker *worker, uint32_t at,
                      cp_err opened)
{
    part->err = opened;
    part->arena = cp_arena_open(cp_machine_memory());
    if (part->arena == NULL)
        part->err = CP_ERR_NOMEM;
    part->pieces = cp_out_make(part->arena);
    if (part->err == CP_OK)
        part->err = cp_prove_run(worker, at, take_piece, part);
}

/* Under the lock, but for the work itself.  False where nothing is left to do. */
static bool step(struct proof *p, struct cp_prove_worker *worker, cp_err opened)
{
    struct made_part *part = &p->window[p->due % WINDOW];

    if (p->err != CP_OK || p->due == p->parts)
        return false;
    if (!p->checking && part->made) { /* in this order: who checks a part gives it up */
        cp_err err;

        p->checking = true;
        (void)pthread_mutex_unlock(&p->lock);
        err = hand_part_on(p, part);
        cp_progress_end(&p->progress);
        (void)pthread_mutex_lock(&p->lock);
        p->checking = false;
        p->err = err;
        p->due++;
    } else if (p->taken < p->parts && p->taken < p->due + WINDOW) {
        uint32_t at = p->taken++;

        part = &p->window[at % WINDOW];
        (void)pthread_mutex_unlock(&p->lock);
        cp_progress_begin(&p->progress);
        make_part(part, worker, at, opened);
        (void)pthread_mutex_lock(&p->lock);
        part->made = true;
    } else {
        (void)pthread_cond_wait(&p->moved, &p->lock);
        return true;
    }
    (void)pthread_cond_broadcast(&p->moved);
    return true;
}

static void *work(void *proof)
{
    struct proof *p = proof;
    struct cp_arena *arena = cp_arena_open(cp_machine_memory());
    struct cp_prove_worker *worker = NULL;
    cp_err opened = CP_ERR_NOMEM;

    if (arena != NULL)
        opened = cp_prove_worker_open(p->prove, arena, &worker);
    (void)pthread_mutex_lock(&p->lock);
    while (step(p, worker, opened))
        ;
    (void)pthread_mutex_unlock(&p->lock);
    cp_prove_worker_close(worker);
    cp_arena_close(arena);
    return NULL;
}

static cp_err run_crew(struct proof *p, uint32_t jobs)
{
    pthread_t threads[CP_JOBS_MAX];
    uint32_t started = 0;

    cp_progress_open(&p->progress, "proof", p->parts);
    (void)pthread_mutex_init(&p->lock, NULL);
    (void)pthread_cond_init(&p->moved, NULL);
    while (started + 1 < jobs && started + 1 < p->parts &&
           pthread_create(&threads[started], NULL, work, p) == 0)
        started++;
    (void)work(p);
    for (uint32_t i = 0; i < started; i++)
        (void)pthread_join(threads[i], NULL);
    for (uint32_t i = 0; i < WINDOW; i++)
        cp_arena_close(p->window[i].arena);
    (void)pthread_cond_destroy(&p->moved);
    (void)pthread_mutex_destroy(&p->lock);
    cp_progress_close(&p->progress);
    return p->err;
}

static cp_exit say_refused(const struct cp_check_report *report)
{
    cp_text demand = report->demand;
    cp_text element = report->element;

    cp_say("our own checker refuses the answer, so it is not printed: %s%s%.*s%s%s%.*s%s",
           report->why, demand.len > 0 ? ": demand '" : "", (int)demand.len,
           demand.len > 0 ? demand.at : "", demand.len > 0 ? "'" : "",
           element.len > 0 ? ": element '" : "", (int)element.len,
           element.len > 0 ? element.at : "", element.len > 0 ? "'" : "");
    cp_say("this is a fault of cleanpath: please report it with the case");
    return CP_EXIT_UNPROVEN;
}

static cp_exit say_error(struct proof *p, cp_err err)
{
    if (p->certificate != NULL && p->certificate->error != 0)
        return cp_made_end(p->certificate);
    if (err == CP_ERR_LIMIT) {
        cp_say("more sets of failures than are proven; a smaller --failures has fewer");
        return CP_EXIT_INPUT;
    }
    return cp_say_no_memory();
}

static cp_exit put_file(struct proof *p, const char *name, cp_text text)
{
    struct cp_made_file *file;
    cp_exit code = cp_made_begin(&p->made, name, &file);

    if (code != CP_EXIT_OK)
        return code;
    (void)cp_made_put(file, text); /* its error is said at the end */
    return cp_made_end(file);
}

static void put_row(struct cp_out *out, const char *what, cp_text value, const char *sum)
{
    struct cp_json json = cp_json_make(out);

    cp_json_array(&json, NULL, CP_JSON_FLAT);
    cp_json_str(&json, NULL, what);
    cp_json_text(&json, NULL, value);
    if (sum != NULL)
        cp_json_str(&json, NULL, sum);
    cp_json_close(&json);
}

static cp_exit put_manifest(struct proof *p, const char *certificate)
{
    const struct cp_case *net = p->ask->prove.judge->net;
    struct cp_out out = cp_out_make(p->arena);
    char sum[65];
    cp_text text;

    cp_out_str(&out, "[\"cleanpath-bundle\", 1]\n");
    put_row(&out, "program", cp_text_of("cleanpath " CP_VERSION), NULL);
    cp_sha256_hex(p->ask->answer, sum);
    put_row(&out, "answer", cp_text_of(sum), NULL);
    cp_sha256_hex(p->network, sum);
    put_row(&out, "network", cp_text_of(sum), NULL);
    put_row(&out, "certificate", cp_text_of(certificate), NULL);
    for (uint32_t i = 0; i < net->input_count; i++)
        put_row(&out, "input", net->inputs[i].path, net->inputs[i].sha256);
    if (cp_out_done(&out, &text) != CP_OK)
        return cp_say_no_memory();
    cp_sha256_hex(text, sum);
    put_row(&out, "sum", cp_text_of(sum), NULL);
    if (cp_out_done(&out, &text) != CP_OK)
        return cp_say_no_memory();
    return put_file(p, "manifest", text);
}

/* Begins the bundle: all but what is known only at the end. */
static cp_exit begin_bundle(struct proof *p)
{
    cp_exit code = cp_made_folder_open(p->ask->bundle, CP_MADE_FRESH, p->arena, &p->made);

    if (code == CP_EXIT_OK)
        code = put_file(p, "answer.json", p->ask->answer);
    if (code == CP_EXIT_OK)
        code = put_file(p, "network", p->network);
    if (code == CP_EXIT_OK)
        code = cp_made_begin(&p->made, "certificate", &p->certificate);
    if (code == CP_EXIT_OK && cp_sha256_open(&p->sum) != CP_OK)
        code = cp_say_no_memory();
    return code;
}

static cp_exit end_bundle(struct proof *p)
{
    char sum[65];
    cp_exit code;

    cp_sha256_close(p->sum, sum);
    p->sum = NULL;
    code = cp_made_end(p->certificate);
    if (code == CP_EXIT_OK)
        code = put_manifest(p, sum);
    return code == CP_EXIT_OK ? cp_made_keep(&p->made) : code;
}

static cp_exit check_all(struct proof *p)
{
    struct cp_check_report report;
    cp_text head = CP_TEXT(CP_PROVE_HEAD);
    cp_err err = CP_OK;

    if (p->certificate != NULL) {
        cp_sha256_add(p->sum, head);
        err = cp_made_put(p->certificate, head);
    }
    if (err == CP_OK)
        err = run_crew(p, p->ask->jobs);
    if (err != CP_OK)
        return say_error(p, err);
    cp_check_finish(p->check, &report);
    return report.holds ? CP_EXIT_OK : say_refused(&report);
}

static cp_exit make_proof(struct proof *p)
{
    struct cp_out out = cp_out_make(p->arena);
    cp_exit code = CP_EXIT_OK;
    cp_err err = cp_prove_network(&p->ask->prove, &out);

    if (err == CP_OK)
        err = cp_out_done(&out, &p->network);
    if (err == CP_OK)
        err = cp_prove_open(&p->ask->prove, p->arena, &p->prove);
    if (err == CP_OK)
        err = cp_check_open(p->network, p->ask->answer, p->arena, p->work, &p->check);
    if (err != CP_OK)
        return say_error(p, err);
    p->parts = cp_prove_parts(p->prove);
    if (p->ask->bundle != NULL)
        code = begin_bundle(p);
    if (code == CP_EXIT_OK)
        code = check_all(p);
    return code == CP_EXIT_OK && p->ask->bundle != NULL ? end_bundle(p) : code;
}

cp_exit cp_proof_make(const struct cp_proof_ask *ask)
{
    struct proof p = {.ask = ask,
                      .arena = cp_arena_open(cp_machine_memory()),
                      .work = cp_arena_open(cp_machine_memory())};
    cp_exit code = p.arena != NULL && p.work != NULL ? make_proof(&p) : cp_say_no_memory();

    if (p.sum != NULL)
        cp_sha256_close(p.sum, NULL);
    cp_made_close(&p.made);
    cp_arena_close(p.work);
    cp_arena_close(p.arena);
    return code;
}
