#include "program.h"

#include <float.h>

#include <coin/Clp_C_Interface.h>

/* Past this a program takes longer than its answer is worth. */
#define COLUMNS_MOST 60000
#define ENTRIES_MOST 1000000
#define ITERATIONS_MOST 60000
/* What an iteration takes for each row, in steps of the budget. */
#define STEPS_A_ROW 8u

/* Of a simplex basis, as CLP numbers them. */
enum { BASIC = 1, AT_UPPER = 2, AT_LOWER = 3 };

struct matrix {
    CoinBigIndex *start; /* [columns + 1] */
    int *row;            /* [entries] */
    double *value;
    double *objective;                  /* [columns] */
    double *row_least, *row_most;       /* [rows] */
    double *column_least, *column_most; /* [columns] */
    uint32_t *way;                      /* [columns] CP_NONE: the worst load */
    int columns;
    CoinBigIndex entries;
};

cp_err cp_program_open(struct cp_plan *plan, struct cp_program *out)
{
    struct cp_arena *arena = plan->arena;

    *out = (struct cp_program){.plan = plan,
                               .fixed = CP_TAKE(arena, plan->end_count, double),
                               .most = CP_TAKE(arena, plan->end_count, double),
                               .flow_row = CP_TAKE(arena, plan->flow_count, int),
                               .end_row = CP_TAKE(arena, plan->end_count, int),
                               .flow_dual = CP_TAKE(arena, plan->flow_count, double),
                               .end_dual = CP_TAKE(arena, plan->end_count, double),
                               .flow_status = CP_TAKE(arena, plan->flow_count, uint8_t),
                               .end_status = CP_TAKE(arena, plan->end_count, uint8_t)};
    return out->fixed == NULL || out->most == NULL || out->flow_row == NULL ||
                   out->end_row == NULL || out->flow_dual == NULL || out->end_dual == NULL ||
                   out->flow_status == NULL || out->end_status == NULL
               ? CP_ERR_NOMEM
               : CP_OK;
}

bool cp_program_has(const struct cp_program *p, uint32_t flow)
{
    const struct cp_plan_flow *f = &p->plan->flows[flow];
    uint32_t in = 0;

    if (!cp_plan_places(f))
        return false;
    for (uint32_t w = f->ways; w != CP_NONE && in < 2; w = p->plan->ways[w].next)
        in += p->plan->ways[w].in;
    return in == 2;
}

static void count_way(struct cp_program *p, const struct cp_plan_flow *flow, uint32_t way, bool row)
{
    const struct cp_plan *plan = p->plan;
    const struct cp_plan_way *w = &plan->ways[way];

    if (row && w->in)
        p->column_count++;
    for (uint32_t i = w->first; i < w->first + w->count; i++) {
        const struct cp_plan_step *step = &plan->steps[i];

        if (!row)
            p->fixed[step->end] += flow->bps * w->share * step->part;
        else if (w->in)
            p->most[step->end] += flow->bps * step->part;
    }
}

/* Which flows and ends are rows. */
static void number_rows(struct cp_program *p)
{
    const struct cp_plan *plan = p->plan;

    p->row_count = p->column_count = 0;
    for (uint32_t e = 0; e < plan->end_count; e++) {
        p->fixed[e] = plan->base == NULL ? 0 : plan->base[e];
        p->most[e] = 0;
    }
    for (uint32_t f = 0; f < plan->flow_count; f++) {
        p->flow_row[f] = cp_program_has(p, f) ? p->row_count++ : -1;
        for (uint32_t w = plan->flows[f].ways; w != CP_NONE; w = plan->ways[w].next)
            count_way(p, &plan->flows[f], w, p->flow_row[f] >= 0);
    }
    for (uint32_t e = 0; e < plan->end_count; e++) {
        double most = p->fixed[e] + p->most[e];

        bool row = plan->capacity[e] > 0 && most > p->rows_above * plan->capacity[e] &&
                   (p->most[e] > 0 || p->kind == CP_PROGRAM_LOWER);

        p->end_row[e] = row ? p->row_count++ : -1;
    }
}

static uint32_t count_entries(const struct cp_program *p)
{
    uint32_t count = (uint32_t)p->row_count;

    for (uint32_t f = 0; f < p->plan->flow_count; f++)
        for (uint32_t w = p->plan->flows[f].ways; p->flow_row[f] >= 0 && w != CP_NONE;
             w = p->plan->ways[w].next)
            count += p->plan->ways[w].in ? p->plan->ways[w].count + 1 : 0;
    return count;
}

static cp_err take_matrix(const struct cp_program *p, struct cp_arena *work, struct matrix *m)
{
    size_t columns = (size_t)p->column_count + 1;

    *m = (struct matrix){.start = CP_TAKE(work, columns + 1, CoinBigIndex),
                         .row = CP_TAKE(work, p->entry_count, int),
                         .value = CP_TAKE(work, p->entry_count, double),
                         .objective = CP_TAKE(work, columns, double),
                         .row_least = CP_TAKE(work, (size_t)p->row_count, double),
                         .row_most = CP_TAKE(work, (size_t)p->row_count, double),
                         .column_least = CP_TAKE(work, columns, double),
                         .column_most = CP_TAKE(work, columns, double),
                         .way = CP_TAKE(work, columns, uint32_t)};
    return m->start == NULL || m->row == NULL || m->value == NULL || m->objective == NULL ||
                   m->row_least == NULL || m->row_most == NULL || m->column_least == NULL ||
                   m->column_most == NULL || m->way == NULL
               ? CP_ERR_NOMEM
               : CP_OK;
}

static void put(struct matrix *m, int row, double value)
{
    m->row[m->entries] = row;
    m->value[m->entries++] = value;
}

static void put_way(const struct cp_program *p, struct matrix *m, uint32_t flow, uint32_t way)
{
    const struct cp_plan *plan = p->plan;
    const struct cp_plan_way *w = &plan->ways[way];
    double bps = plan->flows[flow].bps;

    put(m, p->flow_row[flow], 1);
    for (uint32_t i = w->first; i < w->first + w->count; i++) {
        uint32_t e = plan->steps[i].end;

        if (p->end_row[e] >= 0)
            put(m, p->end_row[e], bps * plan->steps[i].part / (plan->capacity[e] * p->scale));
    }
    m->objective[m->columns] =
        p->kind == CP_PROGRAM_SHORTEN ? bps * (double)w->cost * p->cost_scale : 0;
    m->column_most[m->columns] = DBL_MAX;
    m->way[m->columns++] = way;
    m->start[m->columns] = m->entries;
}

static void fill(const struct cp_program *p, struct matrix *m)
{
    const struct cp_plan *plan = p->plan;
    double most = p->kind == CP_PROGRAM_SHORTEN ? 1 : 0;

    for (uint32_t f = 0; f < plan->flow_count; f++) {
        if (p->flow_row[f] < 0)
            continue;
        m->row_least[p->flow_row[f]] = m->row_most[p->flow_row[f]] = 1;
        for (uint32_t w = plan->flows[f].ways; w != CP_NONE; w = plan->ways[w].next)
            if (plan->ways[w].in)
                put_way(p, m, f, w);
    }
    for (uint32_t e = 0; e < plan->end_count; e++) {
        if (p->end_row[e] < 0)
            continue;
        double over = most - p->fixed[e] / (plan->capacity[e] * p->scale);

        m->row_least[p->end_row[e]] = -DBL_MAX;
        m->row_most[p->end_row[e]] = p->kind == CP_PROGRAM_SHORTEN && over < 0 ? 0 : over;
        if (p->kind == CP_PROGRAM_LOWER)
            put(m, p->end_row[e], -1);
    }
    if (p->kind == CP_PROGRAM_LOWER) {
        m->objective[m->columns] = 1;
        m->column_most[m->columns] = DBL_MAX;
        m->way[m->columns++] = CP_NONE;
        m->start[m->columns] = m->entries;
    }
}

static void set_basis(const struct cp_program *p, const struct matrix *m, Clp_Simplex *clp)
{
    for (int c = 0; c < m->columns; c++)
        Clp_setColumnStatus(
            clp, c, m->way[c] == CP_NONE ? p->worst_status : p->plan->ways[m->way[c]].status);
    for (uint32_t f = 0; f < p->plan->flow_count; f++)
        if (p->flow_row[f] >= 0)
            Clp_setRowStatus(clp, p->flow_row[f], p->flow_status[f]);
    for (uint32_t e = 0; e < p->plan->end_count; e++)
        if (p->end_row[e] >= 0)
            Clp_setRowStatus(clp, p->end_row[e], p->end_status[e]);
}

static void read_rows(struct cp_program *p, Clp_Simplex *clp)
{
    const double *dual = Clp_dualRowSolution(clp);

    for (uint32_t f = 0; f < p->plan->flow_count; f++) {
        p->flow_dual[f] = p->flow_row[f] >= 0 ? dual[p->flow_row[f]] : 0;
        p->flow_status[f] =
            p->flow_row[f] >= 0 ? (uint8_t)Clp_getRowStatus(clp, p->flow_row[f]) : AT_LOWER;
    }
    for (uint32_t e = 0; e < p->plan->end_count; e++) {
        p->end_dual[e] = p->end_row[e] >= 0 ? dual[p->end_row[e]] : 0;
        p->end_status[e] =
            p->end_row[e] >= 0 ? (uint8_t)Clp_getRowStatus(clp, p->end_row[e]) : BASIC;
    }
}

static void read_solution(struct cp_program *p, const struct matrix *m, Clp_Simplex *clp)
{
    const double *x = Clp_primalColumnSolution(clp);
    struct cp_plan_way *ways = p->plan->ways;

    read_rows(p, clp);
    for (int c = 0; c < m->columns; c++) {
        uint8_t status = (uint8_t)Clp_getColumnStatus(clp, c);

        if (m->way[c] == CP_NONE) {
            p->worst_status = status;
            continue;
        }
        ways[m->way[c]].share = x[c] > 1e-9 ? x[c] : 0;
        ways[m->way[c]].status = status;
    }
    for (uint32_t f = 0; f < p->plan->flow_count; f++) {
        double sum = 0;

        if (p->flow_row[f] < 0)
            continue;
        for (uint32_t w = p->plan->flows[f].ways; w != CP_NONE; w = ways[w].next)
            sum += ways[w].share;
        for (uint32_t w = p->plan->flows[f].ways; w != CP_NONE && sum > 0; w = ways[w].next)
            ways[w].share /= sum;
    }
    p->warm = true;
}

/* A flow that becomes a row: the way that it is on so far is basic. */
static void enter_basis(struct cp_program *p)
{
    for (uint32_t f = 0; f < p->plan->flow_count; f++) {
        bool any = false;

        if (p->flow_row[f] < 0)
            continue;
        for (uint32_t w = p->plan->flows[f].ways; w != CP_NONE; w = p->plan->ways[w].next)
            any = any || (p->plan->ways[w].in && p->plan->ways[w].status == BASIC);
        for (uint32_t w = p->plan->flows[f].ways; w != CP_NONE && !any; w = p->plan->ways[w].next)
            if (p->plan->ways[w].in && p->plan->ways[w].share > 0.5) {
                p->plan->ways[w].status = BASIC;
                any = true;
            }
    }
}

static cp_program_end run(struct cp_program *p, const struct matrix *m)
{
    Clp_Simplex *clp = Clp_newModel();
    cp_program_end end = CP_PROGRAM_UNSOLVED;

    Clp_setLogLevel(clp, 0);
    Clp_loadProblem(clp, m->columns, p->row_count, m->start, m->row, m->value, m->column_least,
                    m->column_most, m->objective, m->row_least, m->row_most);
    Clp_setMaximumIterations(clp, ITERATIONS_MOST);
    if (p->warm) {
        enter_basis(p);
        set_basis(p, m, clp);
        (void)Clp_primal(clp, 0);
    } else {
        (void)Clp_dual(clp, 0);
    }
    p->plan->spent +=
        STEPS_A_ROW * (uint64_t)Clp_numberIterations(clp) * (uint64_t)(p->row_count + 1);
    if (Clp_status(clp) == 0 || (Clp_status(clp) == 3 && Clp_primalFeasible(clp))) {
        read_solution(p, m, clp);
        end = CP_PROGRAM_SOLVED;
    }
    Clp_deleteModel(clp);
    return end;
}

cp_err cp_program_solve(struct cp_program *p, cp_program_end *end)
{
    struct cp_arena *work = NULL;
    struct matrix m;
    cp_err err = CP_ERR_NOMEM;

    number_rows(p);
    p->entry_count = count_entries(p);
    *end = CP_PROGRAM_TOO_LARGE;
    if (p->column_count > COLUMNS_MOST || p->entry_count > ENTRIES_MOST)
        return CP_OK;
    *end = CP_PROGRAM_UNSOLVED;
    if (p->row_count == 0)
        return CP_OK;
    work = cp_arena_open(SIZE_MAX);
    if (work != NULL)
        err = take_matrix(p, work, &m);
    if (err == CP_OK) {
        fill(p, &m);
        *end = run(p, &m);
    }
    cp_arena_close(work);
    return err;
}
