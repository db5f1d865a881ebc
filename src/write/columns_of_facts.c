#include "columns.h"

#include "cells.h"
#include "stated.h"

static const struct cp_fact *fact_of(const struct cp_at_row *row)
{
    return &row->c->facts[row->at];
}

static const struct cp_evidence *evidence_of(const struct cp_at_row *row)
{
    static const struct cp_evidence none;

    return fact_of(row)->evidence == CP_NONE ? &none : &row->c->evidence[fact_of(row)->evidence];
}

static void fact_object(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_out_text(cell, row->name.prefix);
    cp_out_text(cell, row->name.id);
    if (row->name.joined.len > 0)
        cp_out_char(cell, '/');
    cp_out_text(cell, row->name.joined);
}

static void fact_attribute(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_out_text(cell, fact_of(row)->attribute);
}

static void fact_value(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_out_text(cell, fact_of(row)->value);
}

static void fact_evidence(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_out_text(cell, evidence_of(row)->kind);
}

static void fact_source(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_out_text(cell, evidence_of(row)->source);
}

static void fact_who(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_out_text(cell, evidence_of(row)->who);
}

static void fact_date(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_cell_date(cell, fact_of(row)->date);
}

static void fact_expires(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_cell_date(cell, fact_of(row)->expires);
}

static void fact_part(const struct cp_at_row *row, struct cp_out *cell)
{
    cp_out_text(cell, row->name.part);
}

static void fact_foreign(const struct cp_at_row *row, struct cp_out *cell)
{
    if (cp_fact_is_foreign(row->c, row->at))
        cp_out_str(cell, "yes");
}

static const struct cp_column fact_columns[] = {
    {"object", true, fact_object},  {"attribute", true, fact_attribute},
    {"value", true, fact_value},    {"evidence", false, fact_evidence},
    {"source", false, fact_source}, {"who", false, fact_who},
    {"date", false, fact_date},     {"expires", false, fact_expires},
    {"part", false, fact_part},     {"foreign", false, fact_foreign},
};

const struct cp_columns cp_fact_columns = {fact_columns, CP_COUNT(fact_columns)};
