#include "commands.h"

#include <stdio.h>

#include "app/files.h"
#include "app/message.h"

#define ARENA_BYTES ((size_t)1 << 20)

const char *const cp_later_commands[] = {"migrate", "report", NULL};

static const char overview[] =
    "cleanpath keeps sensitive communications off equipment that their owner does not trust.\n"
    "\n"
    "usage: cleanpath COMMAND ...\n"
    "\n"
    "  audit [CASE-FOLDER] ...   which sensitive flows touch forbidden equipment: today, while the\n"
    "                            network heals, after failures\n"
    "  route [CASE-FOLDER] ...   which paths are clean and stay clean, the segment lists that keep\n"
    "                            them, and what blocks the rest\n"
    "  edge-policy [CASE-FOLDER] ...\n"
    "                            what the agent of a headend may do at all, signed\n"
    "  watch [CASE-FOLDER] ...   audit, and again whenever a file of the case changes: which\n"
    "                            verdicts changed\n"
    "  watch --socket PATH       what cleanpathd decides and orders, as it happens\n"
    "  status [--socket PATH]    what cleanpathd knows, means and does now\n"
    "  demands | paths | elements [ID...] ...\n"
    "                            the demands, paths, nodes and links that it has, and why each is so\n"
    "  reload [--dry-run] ...    have it read the case and the policies again, and what that changes\n"
    "  hold --reason TEXT        have it move nothing but what is forbidden; 'thaw' ends that\n"
    "  acknowledge ALARM         tell it that a person has seen an alarm\n"
    "  log verify|show|explain|content|cut ...\n"
    "                            its log of decisions: is it whole, and why is a path what it is?\n"
    "  explain [CASE-FOLDER] [NAME...] ...\n"
    "                            why is an element or a demand what it is, down to the fact\n"
    "  identify [PATH...] ...    whose equipment is this, and how do we know?\n"
    "  policy check FILE...      are the policies valid?\n"
    "  policy test FILE...       do the policies' own tests pass?\n"
    "  policy explain FILE       the policy in plain English\n"
    "  policy makers [FILE]      the makers known\n"
    "  policy diff OLD NEW [CASE-FOLDER] ...\n"
    "                            what changes for a case under another policy\n"
    "  compare A B               where two sources disagree: devices, makers, links, ports\n"
    "  import SOURCE... --to FORM --out PATH\n"
    "                            convert to a folder of tables or to networks of RFC 8345\n"
    "  demo                      audit the example network\n"
    "\n"
    "  --help, --version         'cleanpath COMMAND --help' says more about a command\n"
    "\n"
    "exit codes:\n"
    "   0  all comply, all routed                66  an input is missing\n"
    "   1  a violation, or no clean path         71  out of memory\n"
    "   2  undecided, or partly routed           74  input or output failed\n"
    "  64  usage                                 78  the policy is invalid\n"
    "  65  input not understood                  70  our checker refused our answer\n"
    "  69  cleanpathd is not there               77  not permitted\n";

static cp_exit write_out(struct cp_out *out)
{
    cp_text text;

    if (cp_out_done(out, &text) != CP_OK)
        return cp_say_no_memory();
    return cp_stdout_write(text);
}

cp_exit cp_command_help(void)
{
    return cp_stdout_write(CP_TEXT(overview));
}

cp_exit cp_command_version(void)
{
    return cp_stdout_write(CP_TEXT("cleanpath " CP_VERSION "\n"));
}

static void write_option(struct cp_out *out, const struct cp_option *option)
{
    char left[40];

    (void)snprintf(left, sizeof(left), "%s %s", option->name,
                   option->value != NULL ? option->value : "");
    cp_out_format(out, "  %-22s %s%s\n", left, option->help,
                  option->repeats ? " (repeatable)" : "");
}

cp_exit cp_help_command(const struct cp_command *command)
{
    struct cp_arena *arena = cp_arena_open(ARENA_BYTES);
    struct cp_out out;
    cp_exit code;

    if (arena == NULL)
        return cp_say_no_memory();
    out = cp_out_make(arena);
    cp_out_format(&out, "%s\n\nusage: cleanpath %s %s\n", command->says, command->name,
                  command->usage);
    if (command->option_count > 0)
        cp_out_char(&out, '\n');
    for (uint32_t i = 0; i < command->option_count; i++)
        write_option(&out, &command->options[i]);
    code = write_out(&out);
    cp_arena_close(arena);
    return code;
}

cp_exit cp_say_later(const char *command)
{
    cp_say("%s: not in this release", command);
    return CP_EXIT_USAGE;
}
