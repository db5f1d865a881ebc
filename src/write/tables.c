#include "write/tables.h"

#include "base/cell.h"

#include "cells.h"
#include "columns.h"
#include "stated.h"

/*
 * A table is a list of columns, each with a function that adds its value to a cell.  One pass finds out
 * which columns are needed, the next writes them: every cell is made twice, and nothing is kept.
 */

/* Rows */

static uint32_t things_of(const struct cp_case *c, cp_table table)
{
    switch (table) {
    case CP_TABLE_NODES:
        return c->node_count;
    case CP_TABLE_LINKS:
        return c->link_count;
    case CP_TABLE_SITES:
        return c->site_count;
    case CP_TABLE_DEMANDS:
        return c->demand_count;
    case CP_TABLE_FACTS:
    case CP_TABLE_COUNT:
        break;
    }
    return c->fact_count;
}

/* Goes to the row's place: false where the thing at `at` has no row there. */
static bool is_row(cp_table table, const struct cp_at_row *row)
{
    if (table == CP_TABLE_LINKS)
        return row->end < row->c->links[row->at].ends.count;
    if (table != CP_TABLE_FACTS)
        return row->end == 0;
    return row->end == 0 && !cp_fact_is_cell(row->c, row->at);
}

/* The first row from here on; false after the last. */
static bool find_row(cp_table table, struct cp_at_row *row)
{
    uint32_t count = things_of(row->c, table);

    for (; row->at < count; row->at++, row->end = 0)
        if (is_row(table, row))
            return true;
    return false;
}

static void next_row(struct cp_at_row *row)
{
    row->end += 2;
}

/* Tables */

static const struct table {
    const char *file;
    const struct cp_columns *columns;
} tables[] = {
    [CP_TABLE_NODES] = {"nodes.csv", &cp_node_columns},
    [CP_TABLE_LINKS] = {"links.csv", &cp_link_columns},
    [CP_TABLE_SITES] = {"sites.csv", &cp_site_columns},
    [CP_TABLE_DEMANDS] = {"demands.csv", &cp_demand_columns},
    [CP_TABLE_FACTS] = {"facts.csv", &cp_fact_columns},
};

const char *cp_table_file(cp_table table)
{
    CP_ASSERT(table < CP_TABLE_COUNT);
    return tables[table].file;
}

bool cp_table_has_rows(const struct cp_case *c, cp_table table)
{
    struct cp_at_row row = {.c = c};

    return find_row(table, &row);
}

struct writing {
    const struct cp_case *c;
    struct cp_out *out;
    struct cp_out cell, name; /* used again and again */
    struct cp_diag *diag;
    cp_table table;
    uint32_t needed; /* columns, a bit each */
    bool counting;   /* finding out what is needed */
};

static void write_row(struct writing *w, const struct cp_at_row *row)
{
    const struct cp_columns *columns = tables[w->table].columns;
    bool first = true;

    for (uint32_t i = 0; i < columns->count; i++) {
        if (!w->counting && (w->needed >> i & 1) == 0)
            continue;
        w->cell.len = 0;
        columns->list[i].add(row, &w->cell);
        if (w->counting) {
            w->needed |= (w->cell.len > 0 ? 1u : 0) << i;
            continue;
        }
        if (!first)
            cp_out_char(w->out, ',');
        first = false;
        cp_cell_first(w->out, (cp_text){w->cell.at, w->cell.len});
    }
    if (!w->counting)
        cp_out_str(w->out, "\r\n");
}

static cp_err name_row(struct writing *w, struct cp_at_row *row)
{
    cp_err err;

    if (w->table != CP_TABLE_FACTS)
        return CP_OK;
    err = cp_fact_name_find(w->c, &w->c->facts[row->at], &w->name, &row->name);
    if (err != CP_ERR_CONFLICT)
        return err;
    return cp_diag_set(w->diag, err, w->c->facts[row->at].place,
                       "no name in facts.csv means this thing and no other", row->name.id);
}

static cp_err write_rows(struct writing *w)
{
    struct cp_at_row row = {.c = w->c};

    for (; find_row(w->table, &row); next_row(&row)) {
        CP_TRY(name_row(w, &row));
        write_row(w, &row);
        CP_TRY(w->cell.err);
        CP_TRY(w->out->err);
    }
    return CP_OK;
}

static void write_header(struct writing *w)
{
    const struct cp_columns *columns = tables[w->table].columns;
    bool first = true;

    for (uint32_t i = 0; i < columns->count; i++) {
        if ((w->needed >> i & 1) == 0)
            continue;
        if (!first)
            cp_out_char(w->out, ',');
        first = false;
        cp_out_str(w->out, columns->list[i].name);
    }
    cp_out_str(w->out, "\r\n");
}

static cp_err write_table(struct writing *w)
{
    const struct cp_columns *columns = tables[w->table].columns;

    for (uint32_t i = 0; i < columns->count; i++)
        w->needed |= (columns->list[i].required ? 1u : 0) << i;
    w->counting = true;
    CP_TRY(write_rows(w));
    w->counting = false;
    write_header(w);
    return write_rows(w);
}

cp_err cp_write_table(const struct cp_case *c, cp_table table, struct cp_arena *work,
                      struct cp_out *out, struct cp_diag *diag)
{
    cp_arena_mark mark = cp_arena_mark_get(work);
    struct writing w = {.c = c,
                        .out = out,
                        .cell = cp_out_make(work),
                        .name = cp_out_make(work),
                        .diag = diag,
                        .table = table};
    cp_err err;

    CP_ASSERT(table < CP_TABLE_COUNT && out->arena != work);
    err = write_table(&w);
    cp_arena_reset(work, mark);
    return err;
}
