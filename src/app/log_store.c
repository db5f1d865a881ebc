#include "log_store.h"

#include "base/json_in.h"
#include "base/moment.h"

#include "app/message.h"
#include "commands.h"

#define ARENA_BYTES ((size_t)1 << 30)

cp_exit cp_log_say(const struct cp_store *store, cp_store_err err)
{
    const char *why = store != NULL ? cp_store_why(store) : "";

    cp_say("log: %s%s%s", cp_store_err_name(err), why[0] != '\0' ? ": " : "", why);
    return err == CP_STORE_NOMEM ? CP_EXIT_SYSTEM : CP_EXIT_IO;
}

static cp_exit exit_of(cp_store_err err)
{
    switch (err) {
    case CP_STORE_OK:
        return CP_EXIT_OK;
    case CP_STORE_MISSING:
        return CP_EXIT_MISSING;
    case CP_STORE_HELD:
        return CP_EXIT_PEER;
    case CP_STORE_NEWER:
        return CP_EXIT_POLICY;
    case CP_STORE_FOREIGN:
    case CP_STORE_LIMIT:
    case CP_STORE_MALFORMED:
        return CP_EXIT_INPUT;
    case CP_STORE_FORBIDDEN:
        return CP_EXIT_REFUSED;
    case CP_STORE_NOMEM:
        return CP_EXIT_SYSTEM;
    case CP_STORE_ORDER:
    case CP_STORE_IO:
        break;
    }
    return CP_EXIT_IO;
}

cp_exit cp_log_open(const char *folder, cp_store_use use, struct cp_store **out)
{
    struct cp_diag diag = {.why = ""};
    cp_store_err err = cp_store_open(folder, use, out, &diag);

    if (err != CP_STORE_OK)
        cp_say("%s: %s%s%s", folder, cp_store_err_name(err), diag.subject[0] != '\0' ? ": " : "",
               diag.subject);
    return exit_of(err);
}

static cp_exit read_args(const struct cp_command *command, int argc, char *const *argv,
                         struct cp_arena *arena, struct cp_log_arg *out)
{
    struct cp_args args;
    cp_exit code = cp_args_parse(command, argc, argv, arena, &args);

    *out = (struct cp_log_arg){.state = CP_STATE_FOLDER};
    if (code != CP_EXIT_OK)
        return code;
    out->help = args.help;
    for (uint32_t i = 0; i < args.count; i++) {
        const char *value = args.list[i].value != NULL ? args.list[i].value : "";

        if (args.list[i].option == CP_ARG_PLAIN)
            out->plain = value;
        else if (args.list[i].option == 0)
            out->state = value;
        else if (args.list[i].option < CP_COUNT(out->values))
            out->values[args.list[i].option] = value;
    }
    return CP_EXIT_OK;
}

cp_exit cp_log_run(const struct cp_command *command, int argc, char *const *argv,
                   cp_exit (*run)(const struct cp_log_arg *arg, struct cp_arena *arena))
{
    struct cp_arena *arena = cp_arena_open(ARENA_BYTES);
    struct cp_log_arg arg;
    cp_exit code;

    if (arena == NULL)
        return cp_say_no_memory();
    code = read_args(command, argc, argv, arena, &arg);
    if (code == CP_EXIT_OK)
        code = arg.help ? cp_help_command(command) : run(&arg, arena);
    cp_arena_close(arena);
    return code;
}

/* --- text ------------------------------------------------------------------------------------- */

void cp_log_write_safe(struct cp_out *out, cp_text text)
{
    for (size_t at = 0, len; at < text.len; at += len) {
        uint32_t c;

        len = cp_text_char(text, at, &c);
        if (cp_text_is_unsafe(c) || c == 0xfffd)
            cp_out_char(out, '?');
        else
            cp_out_text(out, cp_text_sub(text, at, len));
    }
}

/* Lists as a, b, c; what is deeper in brackets. */
static void write_value(struct cp_out *out, const struct cp_json_value *value)
{
    switch (value->kind) {
    case CP_JSON_TEXT:
    case CP_JSON_NUMBER:
        cp_log_write_safe(out, value->text);
        return;
    case CP_JSON_TRUE:
        cp_out_str(out, "yes");
        return;
    case CP_JSON_FALSE:
        cp_out_str(out, "no");
        return;
    case CP_JSON_NULL:
    case CP_JSON_NOTHING:
        cp_out_str(out, "none");
        return;
    case CP_JSON_ARRAY:
    case CP_JSON_OBJECT:
        break;
    }
    for (const struct cp_json_value *v = value->first; v != NULL; v = v->next) {
        bool deep = v->kind == CP_JSON_ARRAY || v->kind == CP_JSON_OBJECT;

        cp_out_str(out, v == value->first ? "" : ", ");
        if (value->kind == CP_JSON_OBJECT) {
            cp_log_write_safe(out, v->key);
            cp_out_char(out, ' ');
        }
        cp_out_str(out, deep ? "(" : "");
        write_value(out, v); /* as deep as the reader of JSON lets through */
        cp_out_str(out, deep ? ")" : "");
    }
    if (value->count == 0)
        cp_out_str(out, "none");
}

static const char *const first_members[] = {"headend", "endpoint", "colour", "before", "after",
                                            "reason",  "policy",   "rule",   "fact",   "verdict"};

static bool is_first_member(cp_text key)
{
    for (size_t i = 0; i < CP_COUNT(first_members); i++) {
        if (cp_text_is(key, first_members[i]))
            return true;
    }
    return false;
}

static void write_member(struct cp_out *out, cp_text key, const struct cp_json_value *value,
                         uint32_t indent)
{
    for (uint32_t i = 0; i < indent; i++)
        cp_out_char(out, ' ');
    cp_log_write_safe(out, key);
    cp_out_str(out, ": ");
    write_value(out, value);
    cp_out_char(out, '\n');
}

static cp_err read_document(struct cp_out *out, cp_text document,
                            const struct cp_json_value **value)
{
    return cp_json_in_document(document, CP_PLACE_NO_FILE, out->arena, value, NULL);
}

cp_err cp_log_write_members(struct cp_out *out, cp_text document, uint32_t indent)
{
    const struct cp_json_value *root;

    CP_TRY(read_document(out, document, &root));
    for (size_t i = 0; i < CP_COUNT(first_members); i++) {
        const struct cp_json_value *member = cp_json_member(root, first_members[i]);

        if (member != NULL)
            write_member(out, member->key, member, indent);
    }
    for (const struct cp_json_value *v = root->first; v != NULL; v = v->next) {
        if (!is_first_member(v->key))
            write_member(out, v->key, v, indent);
    }
    return out->err;
}

cp_err cp_log_write_line(struct cp_out *out, const struct cp_log_entry *entry)
{
    const struct cp_json_value *root;
    char at[28];

    CP_TRY(read_document(out, entry->document, &root));
    cp_moment_format(entry->at_us, at);
    cp_out_format(out, "%s #%llu %s", at, (unsigned long long)entry->seq,
                  cp_log_kind_name(entry->kind));
    if (entry->subject.len > 0) {
        cp_out_char(out, ' ');
        cp_log_write_safe(out, entry->subject);
    }
    for (const struct cp_json_value *v = root->first; v != NULL; v = v->next) {
        cp_out_str(out, v == root->first ? ": " : "; ");
        cp_log_write_safe(out, v->key);
        cp_out_char(out, ' ');
        write_value(out, v);
    }
    cp_out_char(out, '\n');
    return out->err;
}
