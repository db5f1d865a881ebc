#include "clues.h"

#include "base/num.h"
#include "identify/fold.h"
#include "identify/mac.h"

#include "number_table.h"
#include "registrant_table.h"

/*
 * One function an attribute.  What a clue may do is decided here, by what it is; what it does, in conclude.c,
 * by what else there is.
 */

static const char *const why_nobody = "names nobody";
static const char *const why_table = "no table has this number";
static const char *const why_no_number = "holds no enterprise number";
static const char *const why_agent =
    "a number that many makers' boxes answer: of an agent or a standard";
static const char *const why_system = "names a system that runs on others' boxes";
static const char *const why_image = "a system for anybody's server: says nothing of the box";
static const char *const why_host = "stands in the name that somebody gave the host";
static const char *const why_whom = "names whom it was made for, or what it fits";
static const char *const why_others = "a name that stands in texts about others' boxes";
static const char *const why_inside = "stands inside a word";
static const char *const why_script = "letters of two scripts in a word";
static const char *const why_number = "says who registered the number, not who made the box";
static const char *const why_registrant =
    "says who registered the number, whom no table of makers has and the system does not name";
static const char *const why_shared = "a number that other makers' boxes answer, too";
static const char *const why_private =
    "its agent has objects of this maker's, which others borrow, too";
static const char *const why_borrowed = "another's number, which this maker wrote into its boxes";
static const char *const why_address = "says who registered the address, not who made the box";
static const char *const why_local = "an address that nobody registered";
static const char *const why_base = "a system under another";

/* --- what a fact rests on ------------------------------------------------------------------- */

static struct cp_graded grade_of(struct cp_gathering *g, const struct cp_fact *fact)
{
    if (fact->evidence == CP_NONE)
        return (struct cp_graded){CP_GRADE_CLAIM, NULL};
    if (fact->evidence != g->graded) {
        const struct cp_evidence *evidence = &g->net->evidence[fact->evidence];
        g->graded = fact->evidence;
        g->grade = cp_grade_of(evidence->kind, evidence->who);
    }
    return g->grade;
}

static bool has_expired(const struct cp_gathering *g, const struct cp_fact *fact)
{
    return g->options->as_of != CP_DATE_NONE && fact->expires != CP_DATE_NONE &&
           fact->expires < g->options->as_of;
}

static bool has_aged(const struct cp_gathering *g, const struct cp_fact *fact, cp_grade grade)
{
    return has_expired(g, fact) ||
           cp_grade_has_aged(fact->date, g->options->life_days[grade], g->options->as_of);
}

static cp_err add(struct cp_gathering *g, struct cp_findings *into, uint32_t fact,
                  struct cp_finding finding)
{
    const struct cp_fact *of = &g->net->facts[fact];
    struct cp_graded graded = grade_of(g, of);
    void *at = into->at;
    struct cp_clue *clue = &finding.clue;

    clue->fact = fact;
    clue->aged = graded.grade > CP_GRADE_CLAIM && has_aged(g, of, graded.grade);
    clue->expired = has_expired(g, of);
    clue->grade = clue->aged ? CP_GRADE_CLAIM : graded.grade;
    if (clue->why == NULL)
        clue->why = graded.why;
    clue->carries = finding.role == CP_ROLE_NAMES || finding.role == CP_ROLE_POINTS;
    if (clue->maker < cp_makers_count(g->makers)) {
        clue->name = cp_makers_name(g->makers, clue->maker);
        if (finding.role == CP_ROLE_HINTS && cp_cues_guarded(g->cues, clue->maker))
            clue->carries = true;
    }
    CP_TRY(cp_arena_grow(g->arena, &at, into->count, &into->cap, sizeof(finding)));
    into->at = at;
    into->at[into->count++] = finding;
    return CP_OK;
}

static struct cp_finding finding_of(cp_clue_kind kind, uint32_t maker, cp_clue_role role,
                                    const char *why)
{
    return (struct cp_finding){.clue = {.kind = kind, .maker = maker, .why = why}, .role = role};
}

static struct cp_finding nothing(cp_clue_kind kind, const char *why)
{
    return finding_of(kind, CP_MAKER_UNKNOWN, CP_ROLE_SHOWN, why);
}

/* --- numbers -------------------------------------------------------------------------------- */

/* The enterprise number of an object identifier; 0: none. */
static uint32_t number_of(cp_text oid)
{
    static const char prefix[] = "1.3.6.1.4.1.";
    uint32_t number = 0;

    if (oid.len > 0 && oid.at[0] == '.')
        oid = cp_text_sub(oid, 1, oid.len);
    if (!cp_text_starts(oid, cp_text_of(prefix)))
        return 0;
    oid = cp_text_sub(oid, sizeof(prefix) - 1, oid.len);
    oid = cp_text_sub(oid, 0, cp_text_find(oid, '.', 0));
    return cp_num_u32(oid, UINT32_MAX, &number) == CP_OK ? number : 0;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* RFC 3411 5, SnmpEngineID: the first four octets are the number; the very first bit is not of it. */
static uint32_t number_of_engine(cp_text id)
{
    uint32_t number = 0;

    if (id.len < 10)
        return 0;
    for (size_t i = 0; i < 8; i++) {
        int digit = hex_digit(id.at[i]);
        if (digit < 0)
            return 0;
        number = number << 4 | (uint32_t)digit;
    }
    return number & 0x7fffffff;
}

static bool same_part(const struct cp_fact *a, const struct cp_fact *b)
{
    return a->kind == b->kind && a->object == b->object && cp_text_eq(a->part, b->part);
}

/* Finds the texts in which an object and its parts describe themselves: once for all facts of the object. */
static cp_err find_texts(struct cp_gathering *g, uint32_t fact)
{
    const struct cp_fact *of = &g->net->facts[fact];
    const uint32_t *starts = of->kind == CP_OBJECT_NODE   ? g->net->node_facts
                             : of->kind == CP_OBJECT_LINK ? g->net->link_facts
                                                          : g->net->site_facts;

    if (g->texts_of != CP_NONE && g->net->facts[g->texts_of].kind == of->kind &&
        g->net->facts[g->texts_of].object == of->object)
        return CP_OK;
    g->texts_of = fact;
    g->text_count = 0;
    for (uint32_t i = starts[of->object]; i < starts[of->object + 1]; i++) {
        void *at = g->texts;
        if (!cp_text_is(g->net->facts[i].attribute, "sys-descr"))
            continue;
        CP_TRY(cp_arena_grow(g->arena, &at, g->text_count, &g->text_cap, sizeof(g->texts[0])));
        g->texts = at;
        g->texts[g->text_count++] = i;
    }
    return CP_OK;
}

/* Whether a text in which the thing itself that the fact is about describes itself names the registrant. */
static bool is_named(const struct cp_gathering *g, uint32_t fact, const char *name)
{
    for (uint32_t i = 0; i < g->text_count; i++) {
        if (same_part(&g->net->facts[g->texts[i]], &g->net->facts[fact]) &&
            cp_registrant_is_named(name, g->net->facts[g->texts[i]].value))
            return true;
    }
    return false;
}

/*
 * A number of nobody whom the tables know as a maker: its registrant, by the name that the registry has.  It
 * points to it only where the thing itself names it, too: whether it makes boxes nobody here knows.
 */
static cp_err add_registrant(struct cp_gathering *g, struct cp_findings *into, uint32_t fact,
                             cp_clue_kind kind, uint32_t number)
{
    const char *name = cp_registrant_find(number);
    struct cp_finding finding = finding_of(kind, CP_MAKER_OTHER, CP_ROLE_POINTS, why_number);

    if (name == NULL)
        return add(g, into, fact, nothing(kind, why_table));
    CP_TRY(find_texts(g, fact));
    if (!is_named(g, fact, name))
        finding = finding_of(kind, CP_MAKER_OTHER, CP_ROLE_SHOWN, why_registrant);
    finding.clue.name = cp_text_of(name);
    finding.number = number;
    return add(g, into, fact, finding);
}

/* Whose private objects an agent has: it was written by or for that maker, mostly; others' MIBs are
 * borrowed too. */
static cp_err add_private(struct cp_gathering *g, struct cp_findings *into, uint32_t fact)
{
    uint32_t number = number_of(g->net->facts[fact].value);
    uint32_t maker = cp_makers_find_pen(g->makers, number);

    if (cp_number_note_find(number) != NULL)
        return add(g, into, fact, nothing(CP_CLUE_ENTERPRISE_NUMBER, why_shared));
    if (maker == CP_MAKER_OTHER)
        return add(g, into, fact, nothing(CP_CLUE_ENTERPRISE_NUMBER, why_table));
    if (cp_cues_house(g->cues, maker))
        return add(g, into, fact,
                   finding_of(CP_CLUE_ENTERPRISE_NUMBER, maker, CP_ROLE_SHOWN, why_system));
    return add(g, into, fact,
               finding_of(CP_CLUE_ENTERPRISE_NUMBER, maker, CP_ROLE_HINTS, why_private));
}

static cp_err add_number(struct cp_gathering *g, struct cp_findings *into, uint32_t fact,
                         cp_clue_kind kind, uint32_t number)
{
    const struct cp_number_note *note = cp_number_note_find(number);
    bool borrowed = note != NULL && note->kind == CP_NUMBER_BORROWED;
    uint32_t maker =
        borrowed ? cp_cues_maker(g->cues, note->maker) : cp_makers_find_pen(g->makers, number);

    if (number == 0)
        return add(g, into, fact, nothing(kind, why_no_number));
    if (note != NULL && note->kind == CP_NUMBER_AGENT)
        return add(g, into, fact, nothing(kind, why_agent));
    if (maker == CP_MAKER_OTHER)
        return add_registrant(g, into, fact, kind, number);
    if ((note != NULL && note->kind == CP_NUMBER_SOFTWARE) || cp_cues_house(g->cues, maker))
        return add(g, into, fact, finding_of(kind, maker, CP_ROLE_SHOWN, why_system));
    struct cp_finding finding = finding_of(kind, maker, CP_ROLE_POINTS,
                                           borrowed       ? why_borrowed
                                           : note == NULL ? why_number
                                                          : why_shared);
    finding.number = number;
    return add(g, into, fact, finding);
}

/* --- texts ---------------------------------------------------------------------------------- */

/* What a cue of a text about the thing may do. */
static struct cp_finding weigh(struct cp_cue cue, bool host_agrees)
{
    static const struct {
        unsigned trait;
        cp_clue_role role;
        const char *const *why;
    } rules[] = {
        {CP_CUE_DISGUISED, CP_ROLE_DISGUISE, &why_script},
        {CP_CUE_IMAGE, CP_ROLE_IMAGE, &why_image},
        {CP_CUE_ANYWHERE, CP_ROLE_SHOWN, &why_system},
        {CP_CUE_INSIDE, CP_ROLE_HINTS, &why_inside},
        {CP_CUE_AFTER_FOR, CP_ROLE_HINTS, &why_whom},
        {CP_CUE_OTHERS, CP_ROLE_HINTS, &why_others},
    };
    cp_clue_kind kind = (cp_clue_kind)cue.kind;

    for (size_t i = 0; i < CP_COUNT(rules); i++) {
        if ((cue.traits & rules[i].trait) != 0)
            return finding_of(kind, cue.maker, rules[i].role, *rules[i].why);
    }
    if ((cue.traits & CP_CUE_HOST) != 0 && !host_agrees)
        return finding_of(kind, cue.maker, CP_ROLE_HINTS, why_host);
    return finding_of(kind, cue.maker, CP_ROLE_NAMES, NULL);
}

/* In a host's name a maker counts only together with a product of its. */
static bool host_agrees(const struct cp_cue_list *cues, uint32_t maker)
{
    bool name = false;
    bool product = false;

    for (uint32_t i = 0; i < cues->count; i++) {
        if (cues->at[i].maker != maker || (cues->at[i].traits & CP_CUE_HOST) == 0)
            continue;
        name = name || (cues->at[i].traits & CP_CUE_NAME) != 0;
        product = product || (cues->at[i].traits & CP_CUE_NAME) == 0;
    }
    return name && product;
}

/* A text of a system for anybody's server says nothing of the box, whatever else it names. */
static bool is_of_image(const struct cp_cue_list *cues)
{
    for (uint32_t i = 0; i < cues->count; i++)
        if ((cues->at[i].traits & CP_CUE_IMAGE) != 0)
            return true;
    return false;
}

static bool names_already(const struct cp_findings *into, uint32_t from, uint32_t maker,
                          cp_clue_role role)
{
    for (uint32_t i = from; i < into->count; i++) {
        if (into->at[i].clue.maker == maker && into->at[i].role == role)
            return true;
    }
    return false;
}

static cp_err add_text(struct cp_gathering *g, struct cp_findings *into, uint32_t fact,
                       cp_clue_kind kind)
{
    struct cp_cue_list *cues = &g->list;
    uint32_t from = into->count;

    CP_TRY(cp_cues_read(g->cues, g->net->facts[fact].value, g->arena, cues));
    for (uint32_t i = 0; i < cues->count; i++) {
        struct cp_finding finding = weigh(cues->at[i], host_agrees(cues, cues->at[i].maker));
        if (kind == CP_CLUE_MODEL)
            finding.clue.kind = CP_CLUE_MODEL;
        if (finding.role == CP_ROLE_NAMES && is_of_image(cues)) {
            finding.role = CP_ROLE_HINTS;
            finding.clue.why = why_image;
        }
        if (!names_already(into, from, finding.clue.maker, finding.role))
            CP_TRY(add(g, into, fact, finding));
    }
    return into->count > from ? CP_OK : add(g, into, fact, nothing(kind, why_nobody));
}

/* --- names ---------------------------------------------------------------------------------- */

/* Values of makers' fields that are no names. */
static bool is_no_name(cp_text folded)
{
    static const char *const words[] = {"vendor",
                                        "manufacturer",
                                        "mfg",
                                        "default",
                                        "not specified",
                                        "to be filled by o.e.m.",
                                        "undefined",
                                        "not available",
                                        "not applicable",
                                        "empty",
                                        "xxx"};
    size_t letters = 0;
    size_t digits = 0;

    if (cp_makers_means_unknown(folded) || cp_text_starts(folded, CP_TEXT("0x")))
        return true;
    for (size_t i = 0; i < CP_COUNT(words); i++) {
        if (cp_text_is(folded, words[i]))
            return true;
    }
    for (size_t i = 0; i < folded.len; i++) {
        unsigned char c = (unsigned char)folded.at[i];
        letters += (c >= 'a' && c <= 'z') || c >= 0x80;
        digits += c >= '0' && c <= '9';
    }
    return letters == 0 || digits > 2 * letters; /* "UN344269584" is a number of a part */
}

/* A value that is no name of the tables but holds some: "CISCO SYSTEMS, INC," or "CISCO-FINISAR". */
static cp_err add_held_names(struct cp_gathering *g, struct cp_findings *into, uint32_t fact)
{
    cp_text value = g->net->facts[fact].value;
    struct cp_cue_list *cues = &g->list;
    uint32_t from = into->count;

    CP_TRY(cp_cues_read(g->cues, value, g->arena, cues));
    for (uint32_t i = 0; i < cues->count; i++) {
        struct cp_cue cue = cues->at[i];
        struct cp_finding finding = finding_of(CP_CLUE_MAKER, cue.maker, CP_ROLE_NAMES, NULL);
        if ((cue.traits & CP_CUE_DISGUISED) != 0)
            finding = finding_of(CP_CLUE_MAKER, cue.maker, CP_ROLE_DISGUISE, why_script);
        else if ((cue.traits & CP_CUE_INSIDE) != 0)
            finding = finding_of(CP_CLUE_MAKER, cue.maker, CP_ROLE_HINTS, why_inside);
        if (!names_already(into, from, cue.maker, finding.role))
            CP_TRY(add(g, into, fact, finding));
    }
    if (names_already(into, from, CP_MAKER_UNKNOWN, CP_ROLE_DISGUISE))
        return CP_OK;
    for (uint32_t i = from; i < into->count; i++) {
        if (into->at[i].role == CP_ROLE_NAMES)
            return CP_OK;
    }
    struct cp_finding other = finding_of(CP_CLUE_MAKER, CP_MAKER_OTHER, CP_ROLE_NAMES, NULL);
    other.clue.name = cp_text_trim(value);
    return add(g, into, fact, other);
}

static cp_err add_maker(struct cp_gathering *g, struct cp_findings *into, uint32_t fact)
{
    cp_text value = g->net->facts[fact].value;
    struct cp_folded buffer;
    cp_text folded = CP_TEXT("");
    uint32_t maker = cp_makers_find(g->makers, value);

    if (cp_fold(value, &buffer, &folded) && is_no_name(folded))
        return add(g, into, fact, nothing(CP_CLUE_MAKER, why_nobody));
    if (maker < cp_makers_count(g->makers))
        return add(g, into, fact, finding_of(CP_CLUE_MAKER, maker, CP_ROLE_NAMES, NULL));
    return add_held_names(g, into, fact);
}

/* --- addresses ------------------------------------------------------------------------------ */

static cp_err add_address(struct cp_gathering *g, struct cp_findings *into, uint32_t fact)
{
    struct cp_mac mac;
    struct cp_mac_owner owner;

    if (!cp_mac_parse(g->net->facts[fact].value, &mac) || cp_mac_is_nobodys(mac))
        return add(g, into, fact, nothing(CP_CLUE_MAC_PREFIX, why_local));
    owner = cp_mac_owner_find(g->makers, g->options->registry, mac);
    if (owner.maker == CP_MAKER_UNKNOWN)
        return add(g, into, fact, nothing(CP_CLUE_MAC_PREFIX, why_table));
    struct cp_finding finding =
        finding_of(CP_CLUE_MAC_PREFIX, owner.maker, CP_ROLE_HINTS, why_address);
    finding.clue.name = owner.name;
    return add(g, into, fact, finding);
}

/* --- facts ---------------------------------------------------------------------------------- */

cp_err cp_clues_of_thing(struct cp_gathering *g, uint32_t fact, struct cp_findings *into)
{
    const struct cp_fact *of = &g->net->facts[fact];
    cp_text what = of->attribute;

    if (cp_text_is(what, "maker")) {
        uint32_t maker = cp_makers_find(g->makers, of->value);
        if (cp_cues_boxless(g->cues, maker))
            return add(g, into, fact, finding_of(CP_CLUE_MAKER, maker, CP_ROLE_SHOWN, why_system));
        return add_maker(g, into, fact);
    }
    if (cp_text_is(what, "sys-descr") || cp_text_is(what, "chassis-descr"))
        return add_text(g, into, fact, CP_CLUE_SYSTEM_TEXT);
    if (cp_text_is(what, "model") || cp_text_is(what, "product") || cp_text_is(what, "part-number"))
        return add_text(g, into, fact, CP_CLUE_MODEL);
    if (cp_text_is(what, "software"))
        return add_text(g, into, fact, CP_CLUE_SOFTWARE);
    if (cp_text_is(what, "sys-object-id") || cp_text_is(what, "vendor-type"))
        return add_number(g, into, fact, CP_CLUE_ENTERPRISE_NUMBER, number_of(of->value));
    if (cp_text_is(what, "private-objects"))
        return add_private(g, into, fact);
    if (cp_text_is(what, "engine-id"))
        return add_number(g, into, fact, CP_CLUE_ENGINE_ID, number_of_engine(of->value));
    if (cp_text_is(what, "mac"))
        return add_address(g, into, fact);
    return CP_OK;
}

/* --- software ------------------------------------------------------------------------------- */

/* Of a text: the software that it names, else the makers it names; a system under another only where it is alone. */
static cp_err add_software_text(struct cp_gathering *g, struct cp_findings *into, uint32_t fact)
{
    struct cp_cue_list *cues = &g->list;
    uint32_t from = into->count;

    CP_TRY(cp_cues_read(g->cues, g->net->facts[fact].value, g->arena, cues));
    for (unsigned pass = 0; pass < 3 && into->count == from; pass++) {
        for (uint32_t i = 0; i < cues->count; i++) {
            struct cp_cue cue = cues->at[i];
            bool base = (cue.traits & CP_CUE_BASE) != 0;
            bool system = cue.kind == CP_CLUE_SOFTWARE && !base;
            unsigned barred = CP_CUE_INSIDE | CP_CUE_HOST | CP_CUE_AFTER_FOR | CP_CUE_OTHERS;
            if (pass == 0 ? !system : pass == 1 ? base || (cue.traits & barred) != 0 : !base)
                continue;
            struct cp_finding finding =
                finding_of(CP_CLUE_SOFTWARE, cue.maker, CP_ROLE_NAMES, pass == 2 ? why_base : NULL);
            finding.base = pass == 2;
            if ((cue.traits & CP_CUE_DISGUISED) != 0)
                finding = finding_of(CP_CLUE_SOFTWARE, cue.maker, CP_ROLE_DISGUISE, why_script);
            if (!names_already(into, from, cue.maker, finding.role))
                CP_TRY(add(g, into, fact, finding));
        }
    }
    return CP_OK;
}

static cp_err add_software_name(struct cp_gathering *g, struct cp_findings *into, uint32_t fact)
{
    uint32_t maker = cp_makers_find_software(g->makers, g->net->facts[fact].value);

    if (maker < cp_makers_count(g->makers))
        return add(g, into, fact, finding_of(CP_CLUE_SOFTWARE, maker, CP_ROLE_NAMES, NULL));
    return add_software_text(g, into, fact);
}

static cp_err add_software_number(struct cp_gathering *g, struct cp_findings *into, uint32_t fact)
{
    uint32_t number = number_of(g->net->facts[fact].value);
    const struct cp_number_note *note = cp_number_note_find(number);
    uint32_t maker = note != NULL && note->kind == CP_NUMBER_SOFTWARE
                         ? cp_cues_maker(g->cues, note->maker)
                         : cp_makers_find_pen(g->makers, number);

    if (note != NULL && note->kind != CP_NUMBER_SOFTWARE)
        return CP_OK;
    if (maker >= cp_makers_count(g->makers) || (note == NULL && !cp_cues_house(g->cues, maker)))
        return CP_OK;
    struct cp_finding finding =
        finding_of(CP_CLUE_ENTERPRISE_NUMBER, maker, CP_ROLE_POINTS, why_number);
    finding.number = number;
    return add(g, into, fact, finding);
}

void cp_clues_settle_base(struct cp_findings *findings)
{
    bool above = false;

    for (uint32_t i = 0; i < findings->count; i++)
        above = above || (!findings->at[i].base && findings->at[i].clue.carries);
    for (uint32_t i = 0; above && i < findings->count; i++) {
        if (!findings->at[i].base)
            continue;
        findings->at[i].role = CP_ROLE_SHOWN;
        findings->at[i].clue.carries = false;
    }
}

cp_err cp_clues_of_software(struct cp_gathering *g, uint32_t fact, struct cp_findings *into)
{
    cp_text what = g->net->facts[fact].attribute;

    if (cp_text_is(what, "maker"))
        return add_maker(g, into, fact);
    if (cp_text_is(what, "software"))
        return add_software_name(g, into, fact);
    if (cp_text_is(what, "sys-descr"))
        return add_software_text(g, into, fact);
    if (cp_text_is(what, "sys-object-id"))
        return add_software_number(g, into, fact);
    return CP_OK;
}
