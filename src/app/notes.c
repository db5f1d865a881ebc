#include "app/notes.h"

#include "base/map.h"
#include "app/message.h"

struct cp_notes {
    const struct cp_notes *before;
    struct cp_arena *arena;
    struct cp_map *lines; /* the lines' numbers mean nothing */
};

cp_err cp_notes_open(const struct cp_notes *before, struct cp_arena *arena, struct cp_notes **out)
{
    struct cp_notes *notes = CP_TAKE(arena, 1, struct cp_notes);

    if (notes == NULL)
        return CP_ERR_NOMEM;
    *notes = (struct cp_notes){.before = before, .arena = arena};
    CP_TRY(cp_map_open(arena, &notes->lines));
    *out = notes;
    return CP_OK;
}

static bool has(const struct cp_notes *notes, cp_text line)
{
    return notes != NULL && cp_map_find(notes->lines, line) != CP_MAP_NONE;
}

cp_exit cp_note(struct cp_notes *notes, cp_note_form form, cp_text line)
{
    cp_text kept;

    if (notes == NULL || has(notes, line))
        return CP_EXIT_OK;
    if (cp_text_copy(line, notes->arena, &kept) != CP_OK ||
        cp_map_add(notes->lines, kept, 0) != CP_OK)
        return cp_say_no_memory();
    if (has(notes->before, line))
        return CP_EXIT_OK;
    if (form == CP_NOTE_NAMED)
        cp_say("%s", kept.at);
    else
        cp_say_plain("%s", kept.at);
    return CP_EXIT_OK;
}

void cp_notes_forget(struct cp_notes *notes)
{
    notes->before = NULL;
}
