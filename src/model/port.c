#include "model/port.h"

/*
 * A name is a word and a number: the word ends where its letters do, and may begin with a speed ("10GE",
 * "2.5GigabitEthernet").  Only words are looked up, so a number can never make two ports alike.
 */

/* A word as it is squashed, and the one that stands for it. */
struct word {
    const char *name, *stands_for;
};

/* In the order of bytes. */
static const struct word words[] = {
    {"100gigabitethernet", "100ge"},
    {"10gigabitethernet", "10ge"},
    {"2.5gigabitethernet", "2.5ge"},
    {"200gigabitethernet", "200ge"},
    {"25gigabitethernet", "25ge"},
    {"400gigabitethernet", "400ge"},
    {"40gigabitethernet", "40ge"},
    {"50gigabitethernet", "50ge"},
    {"5gigabitethernet", "5ge"},
    {"800gigabitethernet", "800ge"},
    {"bagg", "bridgeaggregation"},
    {"be", "bundleether"},
    {"eighthundredgigabitethernet", "800ge"},
    {"eighthundredgige", "800ge"},
    {"et", "ethernet"},
    {"eth", "ethernet"},
    {"fa", "fe"},
    {"fas", "fe"},
    {"fastethernet", "fe"},
    {"fge", "40ge"},
    {"fh", "400ge"},
    {"fiftygigabitethernet", "50ge"},
    {"fiftygige", "50ge"},
    {"fiv", "5ge"},
    {"fivegigabitethernet", "5ge"},
    {"fo", "40ge"},
    {"for", "40ge"},
    {"fortygigabitethernet", "40ge"},
    {"fortygige", "40ge"},
    {"fou", "400ge"},
    {"fourhundredgigabitethernet", "400ge"},
    {"fourhundredgige", "400ge"},
    {"gi", "ge"},
    {"gig", "ge"},
    {"gigabitethernet", "ge"},
    {"gige", "ge"},
    {"hge", "100ge"},
    {"hu", "100ge"},
    {"hun", "100ge"},
    {"hundredgigabitethernet", "100ge"},
    {"hundredgige", "100ge"},
    {"lo", "loopback"},
    {"ma", "management"},
    {"mg", "mgmteth"},
    {"mgigabitethernet", "mge"},
    {"mgmt", "management"},
    {"nu", "null"},
    {"ragg", "routeaggregation"},
    {"te", "10ge"},
    {"ten", "10ge"},
    {"tengig", "10ge"},
    {"tengigabitethernet", "10ge"},
    {"tengige", "10ge"},
    {"tf", "25ge"},
    {"tfgigabitethernet", "25ge"},
    {"th", "200ge"},
    {"tu", "tunnel"},
    {"twe", "25ge"},
    {"twentyfivege", "25ge"},
    {"twentyfivegethernet", "25ge"},
    {"twentyfivegigabitethernet", "25ge"},
    {"twentyfivegige", "25ge"},
    {"two", "2.5ge"},
    {"twogigabitethernet", "2.5ge"},
    {"twohundredgigabitethernet", "200ge"},
    {"twohundredgige", "200ge"},
    {"vl", "vlan"},
    {"wge", "25ge"},
    {"xge", "10ge"},
    {"xgigabitethernet", "10ge"},
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_letter(char c)
{
    return small(c) >= 'a' && small(c) <= 'z';
}

static uint32_t count_of(cp_text text, char c)
{
    uint32_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += text.at[i] == c;
    return count;
}

static const char *look_up(cp_text word)
{
    size_t from = 0, to = CP_COUNT(words);

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = cp_text_cmp(word, cp_text_of(words[middle].name));

        if (order == 0)
            return words[middle].stands_for;
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return NULL;
}

/* Short forms that mean several things: the number or the capital tells, or they stay.  NULL: no such form. */
static const char *look_up_short(cp_text word, cp_text number, cp_text name)
{
    bool has_slot = count_of(number, '/') > 0;
    bool small_and_joined = name.at[0] == 'e' && is_digit(name.at[word.len]);

    if (cp_text_is(word, "eth") && small_and_joined && !has_slot)
        return "eth"; /* Linux; SONiC has a port Ethernet0 beside it */
    if (cp_text_is(word, "et") && !(name.at[0] == 'E' && is_digit(name.at[word.len])))
        return "et"; /* Junos et-0/0/1; "Et1" is EOS */
    if (cp_text_is(word, "vlan") && name.at[name.len - number.len - 1] == '-')
        return "vlan-"; /* IOS has VLAN-10 beside Vlan10: the bridged and the routed one */
    if (cp_text_is(word, "po"))
        return has_slot ? "pos" : "portchannel";
    if (cp_text_is(word,
                   "fi")) /* IOS XR numbers in four: FiftyGigE; IOS in three: FiveGigabitEthernet */
        return count_of(number, '/') > 2 ? "50ge" : "5ge";
    if (cp_text_is(word, "tw"))
        return has_slot ? "2.5ge" : "tw";
    return NULL;
}

/* Where the number begins: after a speed that letters follow, and the letters. */
static size_t word_end(cp_text name)
{
    size_t at = 0;

    while (at < name.len && (is_digit(name.at[at]) || name.at[at] == '.'))
        at++;
    if (at < name.len && !is_letter(name.at[at]))
        return 0;
    while (at < name.len && !is_digit(name.at[at]))
        at++;
    return at;
}

struct writer {
    struct cp_port_name *to;
    size_t len;
};

static void put(struct writer *w, char c)
{
    w->to->bytes[w->len++] = c;
}

static bool is_between(char c)
{
    return c == ' ' || c == '-' || c == '_' || c == '\t';
}

/* Small letters, and one space for each run of them. */
static void put_plain(struct writer *w, cp_text text)
{
    for (size_t i = 0; i < text.len; i++) {
        bool space = text.at[i] == ' ' || text.at[i] == '\t';

        if (space && w->len > 0 && w->to->bytes[w->len - 1] == ' ')
            continue;
        put(w, space ? ' ' : small(text.at[i]));
    }
}

static void put_squashed(struct writer *w, cp_text word)
{
    for (size_t i = 0; i < word.len; i++)
        if (!is_between(word.at[i]))
            put(w, small(word.at[i]));
}

/* "e1-2" is what Linux calls ethernet-1/2 of SR Linux. */
static bool is_srlinux(cp_text word, cp_text number)
{
    size_t hyphen = cp_text_find(number, '-', 0);

    if (!cp_text_is(word, "e") || hyphen == 0 || hyphen + 1 >= number.len)
        return false;
    for (size_t i = 0; i < number.len; i++)
        if (i != hyphen && !is_digit(number.at[i]))
            return false;
    return true;
}

cp_text cp_port_fold(cp_text name, struct cp_port_name *buffer)
{
    struct writer w = {.to = buffer};
    cp_text word, number;
    const char *stands_for;
    size_t end;

    name = cp_text_trim(name);
    if (name.len > CP_PORT_NAME_BYTES / 2)
        return name;
    end = word_end(name);
    number = cp_text_sub(name, end, name.len);
    if (number.len == 0 || end == 0) {
        put_plain(&w, name);
        return (cp_text){buffer->bytes, w.len};
    }
    put_squashed(&w, cp_text_sub(name, 0, end));
    word = (cp_text){buffer->bytes, w.len};
    if (is_srlinux(word, number)) {
        w.len = 0;
        put_plain(&w, CP_TEXT("ethernet"));
        put_plain(&w, number);
        w.to->bytes[sizeof("ethernet") - 1 + cp_text_find(number, '-', 0)] = '/';
        return (cp_text){buffer->bytes, w.len};
    }
    stands_for = look_up_short(word, number, name);
    if (stands_for == NULL)
        stands_for = look_up(word);
    if (stands_for != NULL) {
        w.len = 0;
        put_plain(&w, cp_text_of(stands_for));
    }
    put_plain(&w, number);
    return (cp_text){buffer->bytes, w.len};
}

/* Whether sub-interfaces of ports with this word are written with a dot though no slot is. */
static bool has_units(cp_text word)
{
    static const char *const with_units[] = {
        "bond",     "bundleether", "eth", "ethernet", "lag", "loopback",  "portchannel",
        "ethtrunk", "ae",          "irb", "wan",      "lan", "management"};

    for (size_t i = 0; i < CP_COUNT(with_units); i++)
        if (cp_text_is(word, with_units[i]))
            return true;
    return false;
}

cp_text cp_port_below(cp_text folded)
{
    size_t dot = folded.len;
    cp_text before;

    while (dot > 0 && is_digit(folded.at[dot - 1]))
        dot--;
    if (dot < 2 || dot == folded.len || folded.at[dot - 1] != '.' || !is_digit(folded.at[dot - 2]))
        return folded;
    before = cp_text_sub(folded, 0, dot - 1);
    if (count_of(before, '/') > 0 || has_units(cp_text_sub(before, 0, word_end(before))))
        return before;
    return folded;
}

bool cp_port_same(cp_text a, cp_text b)
{
    struct cp_port_name fold_a, fold_b;

    a = cp_port_below(cp_port_fold(a, &fold_a));
    b = cp_port_below(cp_port_fold(b, &fold_b));
    return a.len > 0 && cp_text_eq(a, b);
}
