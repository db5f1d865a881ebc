#include "cli.h"

#include <string.h>

/* What Huawei's VRP prints: `display version`, boards with it. */

static uint32_t version_head(const struct cp_cli_section *section)
{
    return cp_cli_find(section, 0, "Huawei Versatile Routing Platform");
}

static bool version_fits(const struct cp_cli_section *section)
{
    return cp_cli_is_top(section, version_head(section)) &&
           cp_cli_has(section, "VRP (R) software, Version ");
}

static cp_err say_head(struct cp_cli_section *section)
{
    uint32_t head = version_head(section), end = head + 1;
    uint32_t line = cp_cli_find(section, head, "VRP (R) software, Version ");
    cp_text version, descr, software;

    while (end < section->count && end < head + 4 &&
           cp_cli_index(section->lines[end].text, " uptime is ") == section->lines[end].text.len &&
           section->lines[end].fate != CP_CLI_BLANK)
        end++;
    CP_TRY(cp_cli_join(section, head, end, &descr));
    CP_TRY(cp_cli_says(section, head, CP_TEXT(""), "sys-descr", descr));
    cp_cli_mark_range(section, head, end, CP_CLI_USED);
    if (!cp_cli_after(cp_cli_at(section, line), "VRP (R) software, Version ", &version))
        return CP_OK;
    CP_TRY(cp_cli_glue(section, CP_TEXT("VRP"), " ", cp_cli_word(&version), &software));
    return cp_cli_says(section, line, CP_TEXT(""), "software", software);
}

/* What a model is called behind its name, longest first. */
static cp_text without_kind(cp_text model)
{
    static const char *const kinds[] = {" Terabit Routing Switch", " Routing Switch", " Router",
                                        " Switch", " Firewall"};

    for (size_t i = 0; i < CP_COUNT(kinds); i++)
        if (cp_text_ends(model, cp_text_of(kinds[i])))
            return cp_text_sub(model, 0, model.len - strlen(kinds[i]));
    return model;
}

/* "Copyright (C) 2000-2016 HUAWEI TECH CO., LTD" */
static cp_err say_owner(struct cp_cli_section *section)
{
    uint32_t line = cp_cli_find(section, version_head(section), "Copyright (C) ");
    cp_text text = cp_cli_at(section, line);
    size_t at = cp_cli_index(text, "Huawei");

    return at < text.len
               ? cp_cli_says(section, line, CP_TEXT(""), "maker", cp_text_sub(text, at, text.len))
               : CP_OK;
}

/* "HUAWEI NE40E-X8A uptime is ...": the first such line below the head is the chassis'. */
static cp_err say_box(struct cp_cli_section *section)
{
    uint32_t line =
        cp_cli_find_in(section, cp_cli_find(section, 0, "VRP (R) software"), " uptime is ");
    cp_text box, uptime, model;

    if (line == section->count ||
        !cp_cli_split(cp_cli_at(section, line), " uptime is ", &box, &uptime))
        return CP_OK;
    if (cp_cli_after(box, "HUAWEI ", &model)) {
        CP_TRY(cp_cli_says(section, line, CP_TEXT(""), "maker", cp_text_sub(box, 0, 6)));
        return cp_cli_says(section, line, CP_TEXT(""), "model", without_kind(model));
    }
    if (!cp_cli_after(box, "Quidway ", &model)) /* a brand of theirs */
        return CP_OK;                           /* the line of a board */
    CP_TRY(say_owner(section));
    return cp_cli_says(section, line, CP_TEXT(""), "model", without_kind(model));
}

/* Boards: "MPU (Slave) 11 : uptime is", "MPU 11(Master) : uptime is" -> "MPU 11" */
static cp_err board_name(struct cp_cli_section *section, cp_text line, cp_text *name)
{
    cp_text uptime, kind, number;
    size_t paren;

    if (!cp_cli_split(line, ": uptime is", name, &uptime)) {
        name->len = 0;
        return CP_OK;
    }
    kind = cp_cli_word(name);
    paren = cp_text_find(*name, ')', 0);
    number = cp_text_trim(*name);
    if (number.len > 0 && number.at[0] == '(')
        number = cp_text_trim(cp_text_sub(*name, paren + 1, name->len));
    number = cp_text_sub(number, 0, cp_text_find(number, '(', 0));
    return cp_cli_glue(section, kind, " ", number, name);
}

struct boards {
    cp_text board, part; /* the part is the board, or a card of it */
};

/* "MPU CR5D0MPUK170 version information:", "ANGMHSTA0211 version information" */
static cp_err say_model_line(struct cp_cli_section *section, uint32_t line, cp_text part)
{
    cp_text text, after, kind, model;

    if (!cp_cli_split(cp_cli_at(section, line), " version information", &text, &after))
        return CP_OK;
    kind = cp_cli_word(&text);
    model = cp_cli_word(&text);
    if (cp_text_trim(text).len > 0)
        return CP_OK;
    if (model.len == 0)
        model = kind;
    /* A model has digits; "MPU version information :" is a heading. */
    for (size_t i = 0; i < model.len; i++)
        if (model.at[i] >= '0' && model.at[i] <= '9' && model.len > 4)
            return cp_cli_says(section, line, part, "model", model);
    return CP_OK;
}

/* "PIC2: CR5D00L4XF72 version information", "PIC0:CR57L5XFI3 version information" */
static cp_err say_card(struct cp_cli_section *section, uint32_t line, struct boards *boards,
                       bool *is_card)
{
    cp_text slot, model, text, after;

    *is_card = false;
    if (!cp_cli_split(cp_cli_at(section, line), " version information", &text, &after) ||
        !cp_cli_split(text, ":", &slot, &model) || model.len == 0 ||
        cp_text_find(model, ' ', 0) < model.len)
        return CP_OK;
    *is_card = true;
    CP_TRY(cp_cli_glue(section, boards->board, "/", slot, &boards->part));
    return cp_cli_says(section, line, boards->part, "model", model);
}

static cp_err say_board_line(struct cp_cli_section *section, uint32_t line, struct boards *boards)
{
    cp_text text = cp_cli_at(section, line), name, key, value;
    bool is_card;

    CP_TRY(board_name(section, text, &name));
    if (name.len > 0) {
        boards->board = boards->part = name;
        cp_cli_mark(section, line, CP_CLI_HEADING);
        return CP_OK;
    }
    if (boards->board.len == 0)
        return CP_OK;
    if (cp_cli_pair(text, ':', &key, &value) && cp_cli_index(key, "Board ") < key.len &&
        cp_text_ends(key, CP_TEXT("Type")))
        return cp_cli_says(section, line, boards->part, "model", value);
    CP_TRY(say_card(section, line, boards, &is_card));
    return is_card ? CP_OK : say_model_line(section, line, boards->part);
}

static cp_err version_read(struct cp_cli_section *section)
{
    struct boards boards = {{"", 0}, {"", 0}};

    CP_TRY(say_head(section));
    CP_TRY(say_box(section));
    for (uint32_t i = 0; i < section->count; i++) {
        if (section->lines[i].fate == CP_CLI_DECORATION)
            boards.board.len = 0; /* the next group of boards */
        else
            CP_TRY(say_board_line(section, i, &boards));
    }
    return CP_OK;
}

static const struct cp_cli_form forms[] = {
    {"display version (VRP)", "display version", version_fits, version_read, CP_CLI_DETAIL,
     version_head},
};

const struct cp_cli_forms cp_cli_vrp = {forms, CP_COUNT(forms)};
