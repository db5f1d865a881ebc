#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "answer.h"
#include "app/files.h"
#include "app/machine.h"
#include "app/message.h"
#include "base/moment.h"
#include "base/num.h"
#include "base/signature.h"
#include "edge_answer.h"
#include "edge_policy.h"
#include "permit/words.h"

/* edge-policy: what the agent of one headend may do at all, signed. */

enum {
    OPTION_HEADEND = CP_CASE_OPTIONS - 1, /* there is no --json, which is the last of these */
    OPTION_KEY,
    OPTION_CLASS,
    OPTION_ALSO,
    OPTION_SERIAL,
    OPTION_HMAC,
    OPTION_MTU,
    OPTION_LOOSE,
    CLASSES_MAX = 64,
    HMACS_MAX = 16
};

static const struct cp_option options_here[] = {
    CP_CASE_OPTION_LIST,
    {"--headend", "NODE", "the node that it is for", false},
    {"--key", "FILE", "the private key that signs it (Ed25519, PEM)", false},
    {"--class", "NAME=NUMBER", "a traffic class and its colour, 1 to 1023", true},
    {"--also", "NAME=WORDS",
     "what else tells its packets: dscp 32, proto 17 port 5000-5999 (and the answers from there), ...",
     true},
    {"--serial", "N", "greater than that of the one before (seconds since 1970)", false},
    {"--hmac", "N=ALGORITHM", "a key of routing headers: sha1 or sha256", true},
    {"--mtu", "N", "of the traffic, at least 1280 (1280)", false},
    {"--loose", NULL, "node segments too, for lists that are not of adjacencies alone", false},
};

const struct cp_command cp_edge_policy_command = {
    "edge-policy",
    "[CASE-FOLDER] --headend NODE --key FILE --class NAME=NUMBER [options]",
    "What may the agent of a headend do, whoever orders it?  A signed text for cleanpath-agent: the segments,\n"
    "ways out and prefixes that the policies let each class use on the day, until the licences behind them end.",
    options_here,
    CP_COUNT(options_here),
    1,
};

struct asked {
    struct cp_audit_options audit;
    const char *headend, *key;
    struct cp_edge_class_wanted classes[CLASSES_MAX];
    uint32_t class_count, hmac_count, mtu;
    const char *also[CLASSES_MAX];
    uint32_t also_count;
    const char *hmacs[HMACS_MAX];
    uint64_t serial;
    bool loose;
};

/* --- options --------------------------------------------------------------------------------------- */

static cp_exit say_bad(const struct cp_arg *arg)
{
    return cp_say_usage("edge-policy", "%s: '%s' is not %s", options_here[arg->option].name,
                        arg->value, options_here[arg->option].value);
}

/* "NAME=REST" */
static bool cut(const char *value, cp_text *name, cp_text *rest)
{
    cp_text text = cp_text_of(value);
    size_t at = cp_text_find(text, '=', 0);

    *name = cp_text_sub(text, 0, at);
    *rest = cp_text_sub(text, at + 1, text.len);
    return at > 0 && at + 1 < text.len;
}

/* By number. */
static cp_exit take_class(const struct cp_arg *arg, struct asked *a)
{
    struct cp_edge_class_wanted class = {.number = 0};
    cp_text number;
    uint32_t at = a->class_count;

    if (at == CLASSES_MAX || !cut(arg->value, &class.name, &number) ||
        !cp_edge_is_name(class.name, CP_EDGE_WORD_MAX) ||
        cp_num_u32(number, CP_EDGE_CLASS_MAX, &class.number) != CP_OK || class.number == 0)
        return say_bad(arg);
    for (; at > 0 && a->classes[at - 1].number >= class.number; at--) {
        if (a->classes[at - 1].number == class.number)
            return say_bad(arg);
        a->classes[at] = a->classes[at - 1];
    }
    a->classes[at] = class;
    a->class_count++;
    return CP_EXIT_OK;
}

/* By number. */
static cp_exit take_hmac(const struct cp_arg *arg, struct cp_arena *arena, struct asked *a)
{
    cp_text number, algorithm;
    struct cp_out out = cp_out_make(arena);
    uint32_t n, at = a->hmac_count;

    if (at == HMACS_MAX || !cut(arg->value, &number, &algorithm) ||
        cp_num_u32(number, CP_EDGE_NUMBER_MAX, &n) != CP_OK || n == 0 ||
        (!cp_text_is(algorithm, "sha1") && !cp_text_is(algorithm, "sha256")))
        return say_bad(arg);
    cp_out_text(&out, number);
    cp_out_char(&out, ' ');
    cp_out_text(&out, algorithm);
    if (cp_out_done(&out, &number) != CP_OK)
        return cp_say_no_memory();
    for (; at > 0 && strtoul(a->hmacs[at - 1], NULL, 10) >= n; at--) {
        if (strtoul(a->hmacs[at - 1], NULL, 10) == n)
            return say_bad(arg);
        a->hmacs[at] = a->hmacs[at - 1];
    }
    a->hmacs[at] = number.at;
    a->hmac_count++;
    return CP_EXIT_OK;
}

static cp_exit take_option(const struct cp_arg *arg, struct cp_arena *arena, struct asked *a)
{
    switch (arg->option) {
    case OPTION_HEADEND:
        a->headend = arg->value;
        return CP_EXIT_OK;
    case OPTION_KEY:
        a->key = arg->value;
        return CP_EXIT_OK;
    case OPTION_CLASS:
        return take_class(arg, a);
    case OPTION_ALSO:
        if (a->also_count == CLASSES_MAX)
            return say_bad(arg);
        a->also[a->also_count++] = arg->value;
        return CP_EXIT_OK;
    case OPTION_SERIAL:
        return cp_num_u64(cp_text_of(arg->value), UINT64_MAX - 1, &a->serial) == CP_OK &&
                       a->serial > 0
                   ? CP_EXIT_OK
                   : say_bad(arg);
    case OPTION_HMAC:
        return take_hmac(arg, arena, a);
    case OPTION_MTU:
        return cp_options_number(&cp_edge_policy_command, arg,
                                 (struct cp_option_range){1280, 65535}, &a->mtu);
    case OPTION_LOOSE:
        a->loose = true;
        return CP_EXIT_OK;
    default:
        return CP_EXIT_OK; /* of the case */
    }
}

static cp_exit take_words(struct cp_edge_class_wanted *class, cp_text words, const char *option,
                          struct cp_arena *arena)
{
    struct cp_edge_select select = cp_edge_select_any(class->number);
    cp_text wrong;
    const char *why = cp_edge_read_selectors(words, CP_EDGE_DSCP, &select, &wrong);

    if (class->also.len > 0)
        return cp_say_usage("edge-policy", "--also: '%s' is a second one of its class", option);
    if (why != NULL && wrong.len == 0)
        return cp_say_usage("edge-policy", "--also: '%s': a value is missing", option);
    if (why != NULL)
        return cp_say_usage(
            "edge-policy",
            "--also: '%s': %s: '%.*s' (dscp 0-63, proto 0-255, from-port and port N "
            "or N-M, 1-65534, after proto 6, 17, 33 or 132, mark 0x1-0xffff, in this order)",
            option, why, (int)wrong.len, wrong.at);
    class->also = words;
    return cp_edge_answer(words, arena, &class->answer) == CP_OK ? CP_EXIT_OK : cp_say_no_memory();
}

static cp_exit take_also(struct cp_arena *arena, struct asked *a)
{
    for (uint32_t i = 0; i < a->also_count; i++) {
        cp_text name = {0}, words = {0};
        bool whole = cut(a->also[i], &name, &words);
        cp_exit code = CP_EXIT_OK;
        uint32_t k = 0;

        while (k < a->class_count && !cp_text_eq(a->classes[k].name, name))
            k++;
        if (!whole || k == a->class_count)
            return cp_say_usage("edge-policy", "--also: '%s' is no NAME=WORDS of a --class",
                                a->also[i]);
        for (; k < a->class_count && code == CP_EXIT_OK; k++)
            if (cp_text_eq(a->classes[k].name, name))
                code = take_words(&a->classes[k], words, a->also[i], arena);
        if (code != CP_EXIT_OK)
            return code;
    }
    return CP_EXIT_OK;
}

static cp_exit read_options(int argc, char *const *argv, struct cp_arena *arena, struct asked *a,
                            bool *help)
{
    struct cp_args args;
    cp_exit code = cp_args_parse(&cp_edge_policy_command, argc, argv, arena, &args);

    *a = (struct asked){.mtu = 1280, .serial = (uint64_t)time(NULL)};
    *help = args.help;
    if (code != CP_EXIT_OK || args.help)
        return code;
    code = cp_audit_options_take(&cp_edge_policy_command, &args, arena, &a->audit);
    for (uint32_t i = 0; i < args.count && code == CP_EXIT_OK; i++)
        code = take_option(&args.list[i], arena, a);
    if (code == CP_EXIT_OK)
        code = take_also(arena, a);
    if (code == CP_EXIT_OK && (a->headend == NULL || a->key == NULL || a->class_count == 0))
        code = cp_say_usage("edge-policy", "--headend, --key and a --class are wanted");
    return code == CP_EXIT_OK ? cp_audit_options_take_folder(&a->audit) : code;
}

/* --- the text --------------------------------------------------------------------------------------- */

/* A key that others may read signs for anybody. */
static cp_exit read_key(const char *path, struct cp_arena *arena, cp_text *key)
{
    struct stat is;

    if (stat(path, &is) == 0 && S_ISREG(is.st_mode) && (is.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        cp_say("%s holds a secret, and others than its owner may use it (600 is wanted)", path);
        return CP_EXIT_REFUSED;
    }
    return cp_file_read(path, arena, key);
}

static cp_exit sign(const struct asked *a, struct cp_out *out, struct cp_arena *arena,
                    cp_text *text)
{
    char signature[CP_SIGNATURE_LEN + 1];
    const struct cp_edge_policy *policy;
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_text key;
    cp_exit code = read_key(a->key, arena, &key);

    if (code != CP_EXIT_OK)
        return code;
    if (out->err != CP_OK)
        return cp_say_no_memory();
    if (cp_signature_make((cp_text){out->at, out->len}, key, signature) != CP_OK) {
        cp_say("%s holds no private key of Ed25519", a->key);
        return CP_EXIT_INPUT;
    }
    cp_out_str(out, "signature ");
    cp_out_str(out, signature);
    cp_out_char(out, '\n');
    if (cp_out_done(out, text) != CP_OK)
        return cp_say_no_memory();
    /* What the agent would refuse does not leave. */
    if (cp_edge_policy_read(*text, CP_TEXT(""), arena, &policy, &diag) != CP_OK)
        return cp_say_diag(&diag, CP_ERR_MALFORMED, "the edge policy", CP_EXIT_UNPROVEN);
    return CP_EXIT_OK;
}

static cp_exit make_sids(const struct cp_loaded *l, struct cp_net *net, const struct cp_sids **sids)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_err err = cp_net_make(l->net, l->kept, net);

    if (err == CP_OK)
        err = cp_sids_make(l->net, net, l->as_of, l->kept, sids, &diag);
    return err == CP_OK ? CP_EXIT_OK : cp_loaded_say(l, &diag, err, NULL, CP_EXIT_INPUT);
}

/* When it is made; where a day is asked for, the first moment of it, so that the same case gives the same text. */
static void issued_at(const struct asked *a, char text[28])
{
    char day[11];

    if (a->audit.as_of == CP_DATE_NONE) {
        cp_moment_format((uint64_t)time(NULL) * 1000000, text);
        return;
    }
    cp_date_format(a->audit.as_of, day);
    (void)snprintf(text, 28, "%sT00:00:00Z", day);
}

static void say_at(const struct cp_loaded *l, cp_place place, const char *why, cp_text subject)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};

    (void)cp_loaded_say(l, &diag, cp_diag_set(&diag, CP_ERR_CONFLICT, place, why, subject), NULL,
                        CP_EXIT_INPUT);
}

static void say_finding(const struct cp_loaded *l, const struct cp_edge_finding *finding)
{
    char why[200];

    (void)snprintf(why, sizeof why, "%s%s", finding->warns ? "warning: " : "", finding->why);
    say_at(l, finding->place, why, finding->subject);
    if (finding->other.file != CP_PLACE_NO_FILE)
        say_at(l, finding->other, "this is the other place", CP_TEXT(""));
}

static cp_exit write_policy(const struct asked *a, const struct cp_answer *answer)
{
    const struct cp_loaded *l = &answer->loaded;
    struct cp_net net;
    struct cp_edge_ask ask = {.judge = answer->judge,
                              .net = &net,
                              .head = cp_case_node(l->net, cp_text_of(a->headend)).at,
                              .classes = a->classes,
                              .class_count = a->class_count,
                              .hmacs = a->hmacs,
                              .hmac_count = a->hmac_count,
                              .serial = a->serial,
                              .mtu = a->mtu,
                              .loose = a->loose};
    struct cp_out out = cp_out_make(l->kept);
    struct cp_edge_facts facts;
    char issued[28];
    cp_text text;
    cp_exit code;

    if (ask.head == CP_NONE) {
        cp_say("the case has no node '%s'", a->headend);
        return CP_EXIT_INPUT;
    }
    code = make_sids(l, &net, &ask.sids);
    if (code != CP_EXIT_OK)
        return code;
    issued_at(a, issued);
    ask.issued = cp_text_of(issued);
    if (net.node_of_case[ask.head] == CP_NONE ||
        cp_edge_policy_write(&ask, l->kept, &out, &facts) != CP_OK)
        return cp_say_no_memory();
    for (uint32_t i = 0; i < facts.findings.count; i++)
        say_finding(l, &CP_AT(facts.findings, struct cp_edge_finding)[i]);
    if (facts.refused)
        return CP_EXIT_INPUT;
    code = sign(a, &out, l->kept, &text);
    return code == CP_EXIT_OK ? cp_stdout_write(text) : code;
}

static const struct asked *asked_of(const struct cp_answer *answer)
{
    return (const struct asked *)(const void *)answer->options; /* its first member */
}

static cp_exit make(struct cp_answer *answer)
{
    cp_exit code = cp_answer_find(answer);

    if (code == CP_EXIT_OK)
        code = cp_answer_judge(answer);
    return code == CP_EXIT_OK ? write_policy(asked_of(answer), answer) : code;
}

cp_exit cp_command_edge_policy(int argc, char *const *argv)
{
    struct cp_arena *arena = cp_arena_open(cp_machine_memory());
    struct asked *asked = arena == NULL ? NULL : CP_TAKE(arena, 1, struct asked);
    bool help = false;
    cp_exit code =
        asked == NULL ? cp_say_no_memory() : read_options(argc, argv, arena, asked, &help);

    if (code == CP_EXIT_OK)
        code = help ? cp_help_command(&cp_edge_policy_command)
                    : cp_answer_once(&asked->audit, arena, make);
    cp_arena_close(arena);
    return code;
}
