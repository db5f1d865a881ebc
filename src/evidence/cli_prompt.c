#include "cli.h"

#include <string.h>

/*
 * Prompts of the systems:
 *
 *   <HUAWEI>  [HUAWEI]  [~HUAWEI-GigabitEthernet0/0/1]  HRP_M<FW>       VRP, Comware
 *   router#  router>  router(config-if)#                                 IOS, NX-OS, EOS, ZXROS
 *   RP/0/RSP0/CPU0:router#                                               IOS XR
 *   user@router>  user@router:~$                                         Junos, VyOS
 *   A:router#  *A:router>config#  A:admin@router#                        SR OS
 *   [user@router] >                                                      RouterOS
 *   FW #  FW (root) #                                                    FortiOS
 */

static bool stands_in_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           memchr("_.-/:@~*()+", c, 11) != NULL;
}

static size_t name_end(cp_text line, size_t from)
{
    while (from < line.len && stands_in_name(line.at[from]))
        from++;
    return from;
}

static bool found(cp_text line, size_t end, cp_text name, struct cp_cli_prompt *prompt)
{
    if (name.len == 0 || end > CP_CLI_PROMPT_BYTES)
        return false;
    prompt->whole = cp_text_sub(line, 0, end);
    prompt->name = name;
    prompt->command = cp_text_trim(cp_text_sub(line, end, line.len));
    return true;
}

/* "[~name-view]": the view is what the user is at, not the name; which is which is not written. */
static cp_text before_view(cp_text name)
{
    static const char *const views[] = {
        "-GigabitEthernet", "-Ethernet", "-Vlanif", "-diagnose", "-ui-", "-aaa", "-Eth-Trunk"};

    for (size_t i = 0; i < CP_COUNT(views); i++) {
        size_t at = cp_cli_index(name, views[i]);

        if (at < name.len)
            return cp_text_sub(name, 0, at);
    }
    return name;
}

static bool angled(cp_text line, struct cp_cli_prompt *prompt)
{
    size_t from = 0, end;
    char open, shut;

    if (cp_text_starts(line, CP_TEXT("HRP_M")) || cp_text_starts(line, CP_TEXT("HRP_S")))
        from = 5;
    if (from >= line.len || (line.at[from] != '<' && line.at[from] != '['))
        return false;
    open = line.at[from++];
    shut = open == '<' ? '>' : ']';
    if (from < line.len && (line.at[from] == '~' || line.at[from] == '*'))
        from++;
    end = name_end(line, from);
    if (end >= line.len || line.at[end] != shut)
        return false;
    return found(line, end + 1, before_view(cp_text_sub(line, from, end - from)), prompt);
}

/* "[user@router] >" */
static bool router_os(cp_text line, struct cp_cli_prompt *prompt)
{
    size_t at = cp_text_find(line, '@', 0), end = cp_text_find(line, ']', 0), gt;

    if (line.len == 0 || line.at[0] != '[' || at >= end || end == line.len)
        return false;
    gt = cp_text_find(line, '>', end);
    if (gt == line.len)
        return false;
    return found(line, gt + 1, cp_text_sub(line, at + 1, end - at - 1), prompt);
}

static size_t last_of(cp_text text, char c)
{
    for (size_t i = text.len; i > 0; i--)
        if (text.at[i - 1] == c)
            return i;
    return 0;
}

/* The name in "RP/0/RSP0/CPU0:router", "*A:admin@router>config", "user@router:~", "router(config)". */
static cp_text bare_name(cp_text token)
{
    size_t paren = cp_text_find(token, '(', 0), gt = cp_text_find(token, '>', 0), at;

    token = cp_text_sub(token, 0, paren < gt ? paren : gt);
    while (token.len > 0 && (token.at[token.len - 1] == '~' || token.at[token.len - 1] == ':'))
        token.len--;
    at = last_of(token, '@');
    if (at == 0)
        at = last_of(token, ':');
    return cp_text_sub(token, at, token.len);
}

/* SR OS writes where one is behind the name, after ">": the prompt ends at "#". */
static bool is_sr_os(cp_text line)
{
    size_t from = line.len > 0 && line.at[0] == '*' ? 1 : 0;

    return line.len > from + 2 && line.at[from] >= 'A' && line.at[from] <= 'D' &&
           line.at[from + 1] == ':';
}

static bool marked(cp_text line, struct cp_cli_prompt *prompt)
{
    size_t end = name_end(line, 0), sign = end;

    if (end == 0 || end == line.len)
        return false;
    if (is_sr_os(line) && line.at[end] == '>')
        while (sign < line.len && line.at[sign] != '#' && line.at[sign] != ' ')
            sign++;
    if (sign < line.len && line.at[sign] == ' ')
        sign++;
    if (sign < line.len && line.at[sign] == '(') /* FortiOS: the part it is divided into */
        sign = cp_text_find(line, ')', sign) + 2;
    if (sign >= line.len || memchr("#>$%", line.at[sign], 4) == NULL)
        return false;
    return found(line, sign + 1, bare_name(cp_text_sub(line, 0, end)), prompt);
}

bool cp_cli_prompt_find(cp_text line, struct cp_cli_prompt *prompt)
{
    while (line.len > 0 && line.at[0] == ' ')
        line = cp_text_sub(line, 1, line.len);
    if (router_os(line, prompt) || angled(line, prompt))
        return true;
    return marked(line, prompt);
}

bool cp_cli_command_asks(cp_text command)
{
    static const char *const verbs[] = {
        "show", "sho",           "sh",       "display",     "disp",    "dis",
        "get",  "admin",         "lldp",     "do",          "/system", "system",
        "dir",  "screen-length", "terminal", "environment", "set",     "/interface",
    };
    cp_text word = cp_cli_word(&command);

    for (size_t i = 0; i < CP_COUNT(verbs); i++)
        if (cp_text_same_word(word, cp_text_of(verbs[i])))
            return cp_text_trim(command).len > 0;
    return false;
}

bool cp_cli_command_alone(cp_text line)
{
    static const char *const verbs[] = {"show ", "sho ", "sh ", "display ",
                                        "disp ", "dis ", "get "};

    for (size_t i = 0; i < CP_COUNT(verbs); i++)
        if (cp_text_starts(line, cp_text_of(verbs[i])))
            return cp_text_trim(line).len > strlen(verbs[i]);
    return false;
}

/* As many typed words as the command has; each at least its first two letters. */
static bool types(cp_text typed, cp_text command)
{
    cp_text want;

    while ((want = cp_cli_word(&command)).len > 0) {
        cp_text got = cp_cli_word(&typed);

        if (got.len > want.len || (got.len < 2 && got.len < want.len) ||
            !cp_text_same_word(got, cp_text_sub(want, 0, got.len)))
            return false;
    }
    return true;
}

bool cp_cli_command_is(cp_text typed, const char *commands)
{
    cp_text rest = cp_text_of(commands), one, after;

    if (cp_cli_after(typed, "do ", &after) || cp_cli_after(typed, "admin ", &after))
        typed = after;
    while (cp_text_word(&rest, "|", &one))
        if (types(typed, one))
            return true;
    return false;
}
