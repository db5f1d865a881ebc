#include "snmp_table.h"

#include "base/cell.h"
#include "base/map.h"
#include "base/out.h"
#include "base/scan.h"

static const char header[] = "file,node,evidence,who,date";

/* Whatever a device says of itself: an answer is authenticated where its user is. */
static const char *evidence_of(cp_snmp_level level)
{
    switch (level) {
    case CP_SNMP_V2C:
    case CP_SNMP_NO_AUTH:
        break;
    case CP_SNMP_AUTH:
    case CP_SNMP_AUTH_PRIV:
        return "authenticated-read";
    }
    return "unauthenticated-read";
}

static void put_row(struct cp_out *out, const struct cp_snmp_options *options,
                    const struct cp_snmp_host *host)
{
    char date[11] = "";

    if (options->date != CP_DATE_NONE)
        cp_date_format(options->date, date);
    cp_cell_first(out, cp_text_of(host->file));
    cp_cell_next(out, cp_text_of(host->node));
    cp_out_char(out, ',');
    cp_out_str(out, evidence_of(options->level));
    cp_cell_next(out, cp_text_of(options->who));
    cp_out_char(out, ',');
    cp_out_str(out, date);
    cp_out_char(out, '\n');
}

static cp_err read_files(const struct cp_snmp_options *options, const bool *read,
                         struct cp_arena *arena, struct cp_map **files)
{
    CP_TRY(cp_map_open(arena, files));
    for (uint32_t i = 0; i < options->host_count; i++)
        if (read[i])
            CP_TRY(cp_map_add(*files, cp_text_of(options->hosts[i].file), i));
    return CP_OK;
}

cp_err cp_snmp_table(const struct cp_snmp_options *options, const bool *read, cp_text old,
                     struct cp_arena *arena, cp_text *out)
{
    struct cp_out table = cp_out_make(arena);
    cp_scan scan = cp_scan_make(old, CP_PLACE_NO_FILE);
    struct cp_map *files;
    cp_text line;

    CP_TRY(read_files(options, read, arena, &files));
    if (cp_scan_line(&scan, &line) && !cp_text_is(line, header))
        return CP_ERR_MALFORMED;
    cp_out_str(&table, header);
    cp_out_char(&table, '\n');
    while (cp_scan_line(&scan, &line)) {
        cp_text file = cp_text_sub(line, 0, cp_text_find(line, ',', 0));

        if (cp_map_find(files, file) != CP_MAP_NONE)
            continue;
        cp_out_text(&table, line);
        cp_out_char(&table, '\n');
    }
    for (uint32_t i = 0; i < options->host_count; i++)
        if (read[i])
            put_row(&table, options, &options->hosts[i]);
    return cp_out_done(&table, out);
}
