/* Corruptions of texts: rows of the network, sums of the answer. */
#include "corrupt.h"

#include <stdio.h>
#include <string.h>

/* The text with `to` in place of `from`, the first time behind `at`; false where it is not there. */
static bool replace(struct trial *t, cp_text *text, const char *from, const char *to)
{
    const char *at = strstr(text->at, from);
    struct cp_out out = cp_out_make(t->arena);
    size_t before;

    if (at == NULL)
        return false;
    before = (size_t)(at - text->at);
    cp_out_text(&out, cp_text_sub(*text, 0, before));
    cp_out_str(&out, to);
    cp_out_text(&out, cp_text_sub(*text, before + strlen(from), text->len));
    return cp_out_done(&out, text) == CP_OK;
}

static bool other_summary(struct trial *t)
{
    static const char *const names[] = {
        "\"ok\": ", "\"undecided\": ", "\"violation\": ", "\"no_path\": ", "\"uncovered\": "};
    const char *name = names[pick(t, 5)];
    char from[40], to[40];

    (void)snprintf(from, sizeof from, "%s", name);
    (void)snprintf(to, sizeof to, "%s1", name); /* one digit more: another number */
    return replace(t, &t->b.answer, from, to);
}

/* Readers of JSON take the last of two: none may stand twice, nor one more that they would believe. */
static bool another_member(struct trial *t)
{
    static const char *const tops[] = {"\n  \"demands\": [],", "\n  \"status\": \"routed\",",
                                       "\n  \"summary\": {},", "\n  \"schema\": \"other\","};
    static const char *const inner[] = {"\n      \"status\": \"ok\",",
                                        "\n      \"verdict\": \"ok\","};
    bool top = pick(t, 2) == 0;
    const char *more = top ? tops[pick(t, 4)] : inner[pick(t, 2)];
    const char *before = top ? "\n  \"demands\": " : "\n      \"judged\": ";
    char to[80];

    (void)snprintf(to, sizeof to, "%s%s", more, before);
    return replace(t, &t->b.answer, before, to);
}

/* An element that the answer shows is unmarked, for the rule that it names. */
static bool unmark(struct trial *t)
{
    const struct cp_exposure *e = result_of(t)->exposure;
    struct cp_out out = cp_out_make(t->arena);
    cp_text rest = t->b.network, line;
    char wanted[40];
    bool found = false;

    if (e == NULL)
        return false;
    for (uint32_t i = 0, nodes = 0, links = 0; i < 1; i++) {
        const struct cp_case *c = t->b.judge->net;

        for (uint32_t v = 0; v < e->element && e->kind == CP_OBJECT_NODE; v++)
            nodes += c->nodes[v].layer == CP_LAYER_IP;
        for (uint32_t l = 0; l < e->element && e->kind == CP_OBJECT_LINK; l++)
            links += c->links[l].layer == CP_LAYER_IP;
        (void)snprintf(wanted, sizeof wanted, "[\"against\", %u, \"%s\", %u,", e->rule,
                       e->kind == CP_OBJECT_NODE ? "node" : "link", nodes + links);
    }
    while (rest.len > 0) {
        size_t end = cp_text_find(rest, '\n', 0) + 1;

        line = cp_text_sub(rest, 0, end);
        rest = cp_text_sub(rest, end, rest.len);
        if (cp_text_starts(line, cp_text_of(wanted)))
            found = true;
        else
            cp_out_text(&out, line);
    }
    return cp_out_done(&out, &t->b.network) == CP_OK && found;
}

/* The network has failures of a kind less, or a state less, than the answer was made with. */
static bool fewer_failures(struct trial *t)
{
    return replace(t, &t->b.network, "\"link\", ", "") ||
           replace(t, &t->b.network, "[\"failures\", 1, [\"node\", ", "[\"failures\", 1, [");
}

/* The network and the answer say different things of what neither can be shown by. */
static bool other_head(struct trial *t)
{
    static const char *const changes[][2] = {
        {"\"as_of\": \"1970-01-02\",\n", "\"as_of\": \"1970-01-03\",\n"},
        {"\"as_of\": \"1970-01-02\",\n", "\"as_of\": \"ok\",\n"},
        {"\"as_of\": \"1970-01-02\",\n", ""},
        {"\"as_of\": \"1970-01-02\", \"path\"", "\"as_of\": \"1970-01-03\", \"path\""},
        {"{\"id\": \"p\"", "{\"id\": \"q\""},
        {"\"says\": null, \"authority\"", "\"says\": \"all is well\", \"authority\""},
        {"\"by\": \"b\"", "\"by\": \"c\""},
        {"\"ref\": null", "\"ref\": \"a law\""},
        {"\"owner\": null", "\"owner\": \"c\""},
        {"\"path\": null", "\"path\": \"p.yaml\""},
        {"\"inputs\": []", "\"inputs\": [{\"path\": \"a\", \"sha256\": \"00\"}]"},
        {"\"warnings\": []", "\"warnings\": [\"beware\"]"},
        {"\"warnings\": [],\n", ""},
        {"\"failures\": {\"depth\"", "\"failures\": {}, \"failures\": {\"depth\""},
        {"\"link\"]},\n", "\"link\", \"link\"]},\n"},
        {"\"srlg\"]},\n", "\"srlg\", \"srlg\"]},\n"},
        {"\"authority\": \"b\"", "\"authority\": \"c\""},
        {"\"authority\": \"b\",", ""},
    };
    uint32_t which = pick(t, CP_COUNT(changes));

    return replace(t, &t->b.answer, changes[which][0], changes[which][1]);
}

/* The network alone says otherwise what the answer says, too. */
static bool other_rows(struct trial *t)
{
    static const char *const changes[][2] = {
        {"[\"as_of\", \"1970-01-02\"]", "[\"as_of\", \"1970-01-03\"]"},
        {"[\"as_of\", \"1970-01-02\"]", "[\"as_of\", null]"},
        {"[\"as_of\", \"1970-01-02\"]", "[\"as_of\", \"ok\"]"},
        {"\"p\", null, \"b\"", "\"q\", null, \"b\""},
        {"\"p\", null, \"b\"", "\"p\", \"\", \"b\""},
        {"\"p\", null, \"b\"", "\"p\", null, \"c\""},
        {"\"1970-01-02\", null]\n", "\"1970-01-02\", \"p.yaml\"]\n"},
        {"[\"node\", \"n0\"]", "[\"input\", \"a\", 0, 0, 0]\n[\"node\", \"n0\"]"},
        {"[\"node\", \"n0\"]", "[\"warning\", \"beware\"]\n[\"node\", \"n0\"]"},
        {"[\"node\", \"n0\"]", "[\"node\", \"\"]"},
        {"\"tag:from0\"", "\"from0\""}, /* no node, and neither site nor tag */
        {"\"tag:to0\"", "\"\""},
    };
    uint32_t which = pick(t, CP_COUNT(changes));

    return replace(t, &t->b.network, changes[which][0], changes[which][1]);
}

/* A row of the network stands twice: none of these kinds may. */
static bool double_row(struct trial *t)
{
    static const char *const kinds[] = {
        "\n[\"policy\"",    "\n[\"node\"",    "\n[\"srlg\"",   "\n[\"link\"",     "\n[\"rule\"",
        "\n[\"treatment\"", "\n[\"against\"", "\n[\"demand\"", "\n[\"failures\"", "\n[\"as_of\""};
    const char *last = NULL, *at = t->b.network.at;
    const char *kind = kinds[pick(t, CP_COUNT(kinds))];
    struct cp_out out = cp_out_make(t->arena);
    cp_text before, line;

    while ((at = strstr(at, kind)) != NULL)
        last = ++at;
    if (last == NULL)
        return false;
    before = cp_text_sub(t->b.network, 0, (size_t)(last - t->b.network.at));
    line = cp_text_sub(t->b.network, before.len, t->b.network.len);
    line.len = cp_text_find(line, '\n', 0) + 1;
    cp_out_text(&out, before);
    cp_out_text(&out, line);
    cp_out_text(&out, line);
    cp_out_text(&out, cp_text_sub(t->b.network, before.len + line.len, t->b.network.len));
    return cp_out_done(&out, &t->b.network) == CP_OK;
}

/* A demand's end is called by the id of a node, of which it is not just that one. */
static bool other_name(struct trial *t)
{
    const struct cp_case *c = t->b.judge->net;
    const struct cp_demand *d = &c->demands[t->demand];
    uint32_t v = pick(t, c->node_count);
    char from[40], to[40];

    if (c->nodes[v].layer != CP_LAYER_IP ||
        (d->src.count == 1 && c->demand_ends[d->src.first].at == v))
        return false;
    (void)snprintf(from, sizeof from, "\"tag:from%u\"", t->demand);
    (void)snprintf(to, sizeof to, "\"n%u\"", v);
    return replace(t, &t->b.network, from, to) && replace(t, &t->b.answer, from, to);
}

static bool fewer_nodes_asked(struct trial *t)
{
    return replace(t, &t->b.network, "\n[\"node\", ", "\n[\"nude\", ");
}

const struct corrupt corrupt_texts[CORRUPT_TEXTS] = {
    {"summary", other_summary, OF_FILES},
    {"one member more", another_member, OF_FILES},
    {"unmarked", unmark, OF_FILES},
    {"failures asked", fewer_failures, OF_FILES},
    {"rows", fewer_nodes_asked, OF_FILES},
    {"head", other_head, OF_FILES},
    {"head of the network", other_rows, OF_FILES},
    {"row twice", double_row, OF_FILES},
    {"name of an end", other_name, OF_FILES},
};
