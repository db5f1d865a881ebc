#include "lists.h"

#include "app/log_text.h"

static bool says(value_at thing, const char *name, const char *word)
{
    return cp_text_is(cp_json_member_text(thing, name), word);
}

static void write_list(struct cp_out *out, value_at list, const char *between)
{
    for (value_at v = cp_told_first(list); v != NULL; v = v->next) {
        cp_out_str(out, v == list->first ? "" : between);
        cp_log_write_safe(out, v->kind == CP_JSON_TEXT ? v->text : CP_TEXT("?"));
    }
}

/* --- demands ---------------------------------------------------------------------------------- */

static void write_why(struct cp_out *out, value_at demand)
{
    value_at cut = cp_json_member(demand, "blocking_cut");

    if (cp_json_member_text(demand, "reason").len > 0)
        cp_told_text(out, demand, "", "reason");
    else if (!cp_told_yes(demand, "sensitive"))
        cp_out_str(out, "no rule holds for it");
    else if (says(demand, "verdict", "ok"))
        cp_out_str(out, "its paths are installed as intended");
    if (cp_json_member_text(demand, "rule").len > 0) {
        cp_told_text(out, demand, " (rule ", "rule");
        cp_out_char(out, ')');
    }
    if (cp_told_first(cut) != NULL) {
        cp_out_str(out, "; a clean path is blocked by ");
        write_list(out, cut, ", ");
    }
}

static void write_demand(struct cp_out *out, value_at demand, uint32_t cell)
{
    static const char *const members[] = {"verdict", "id", "src", "dst", "class"};

    if (cell == CP_COUNT(members)) {
        write_why(out, demand);
        return;
    }
    cp_told_text(out, demand, "", members[cell]);
    if (cell == 0 && cp_told_yes(demand, "down"))
        cp_out_str(out, ", down");
}

static int demand_code(value_at demand)
{
    if (says(demand, "verdict", "violation") || says(demand, "verdict", "no-path") ||
        (cp_told_yes(demand, "sensitive") && cp_told_yes(demand, "down")))
        return 1;
    return says(demand, "verdict", "undecided") ? 2 : 0;
}

static const char *const demand_words[] = {"ok", "violation", "undecided", "no-path", NULL};

const struct cp_list cp_list_demands = {"demands",
                                        {"verdict", "demand", "from", "to", "class", "why"},
                                        6,
                                        "verdict",
                                        demand_words,
                                        write_demand,
                                        demand_code};

/* --- paths ------------------------------------------------------------------------------------ */

static void write_phase(struct cp_out *out, value_at path)
{
    cp_text is = cp_json_member_text(path, "installed_is");

    cp_told_text(out, path, "", "phase");
    if (is.len > 0 && !cp_text_is(is, "clean"))
        cp_told_text(out, path, ", ", "installed_is");
}

static const char *held(value_at path)
{
    value_at proven = cp_json_member(path, "proven");
    bool seen = proven != NULL && proven->kind == CP_JSON_OBJECT;

    if (cp_told_yes(path, "enforcing"))
        return seen ? "enforcing, proven" : "enforcing";
    return seen ? "proven" : "";
}

/* What is meant, else what its router has: the nodes of one way, and how many more packets may meet. */
static void write_over(struct cp_out *out, value_at path)
{
    value_at way = cp_json_member(path, "intended");
    value_at nodes = cp_json_member(way, "nodes"), branches = cp_json_member(way, "branches");

    if (nodes == NULL) {
        way = cp_json_member(path, "installed");
        nodes = cp_json_member(way, "nodes");
        branches = cp_json_member(way, "branches");
    }
    write_list(out, nodes, " ");
    if (nodes != NULL && branches != NULL && branches->count > nodes->count)
        cp_out_format(out, " (%u nodes by equal ways)", branches->count);
    if (cp_told_first(cp_json_member(way, "gone")) != NULL) {
        cp_out_str(out, "; gone: ");
        write_list(out, cp_json_member(way, "gone"), ", ");
    }
}

static void write_path(struct cp_out *out, value_at path, uint32_t cell)
{
    switch (cell) {
    case 0:
        write_phase(out, path);
        return;
    case 1:
        cp_told_text(out, path, "", "id");
        return;
    case 2:
        cp_told_text(out, path, "", "peer");
        return;
    case 3:
        cp_out_str(out, held(path));
        return;
    case 4:
        write_over(out, path);
        return;
    default:
        cp_told_text(out, path, "", "reason");
    }
}

/* One that is on its way out is as it should be. */
static int path_code(value_at path)
{
    if (says(path, "phase", "down") || says(path, "installed_is", "forbidden"))
        return 1;
    if (says(path, "installed_is", "broken") || says(path, "installed_is", "unknown"))
        return 2;
    return says(path, "phase", "waiting") || says(path, "phase", "installing") ||
                   says(path, "phase", "astray")
               ? 2
               : 0;
}

static const char *const path_words[] = {"installed", "installing", "waiting",  "down",
                                         "astray",    "draining",   "removing", NULL};

const struct cp_list cp_list_paths = {
    "paths",    {"phase", "path", "router", "held", "over", "why"},
    6,          "phase",
    path_words, write_path,
    path_code};

/* --- elements --------------------------------------------------------------------------------- */

static void write_reasons(struct cp_out *out, value_at element)
{
    value_at reasons = cp_json_member(element, "reasons");

    for (value_at v = cp_told_first(reasons); v != NULL; v = v->next) {
        cp_out_str(out, v == reasons->first ? "" : "; ");
        cp_told_text(out, v, "", "reason");
        cp_told_text(out, v, " (rule ", "rule");
        cp_out_char(out, ')');
    }
}

static void write_element(struct cp_out *out, value_at element, uint32_t cell)
{
    bool known = cp_told_yes(element, "known"), seen = cp_told_yes(element, "seen");

    switch (cell) {
    case 0:
        cp_told_text(out, element, "", "verdict");
        return;
    case 1:
        cp_told_text(out, element, "", "id");
        return;
    case 2:
        cp_told_text(out, element, "", "maker");
        return;
    case 3:
        cp_out_str(out, !known ? "feeds alone" : seen ? "inventory, feeds" : "inventory alone");
        return;
    default:
        write_reasons(out, element);
    }
}

/* What is not trusted is no violation until something sensitive may meet it. */
static int element_code(value_at element)
{
    (void)element;
    return 0;
}

static const char *const element_words[] = {"trusted", "unknown", "untrusted", NULL};

const struct cp_list cp_list_elements = {"elements",
                                         {"verdict", "element", "maker", "known to", "why"},
                                         5,
                                         "verdict",
                                         element_words,
                                         write_element,
                                         element_code};
