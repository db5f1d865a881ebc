#include "read/read.h"

#include <string.h>

#include "base/sha256.h"

#include "doc.h"

static const char *const format_names[] = {
    [CP_FORMAT_NODES_CSV] = "nodes.csv",
    [CP_FORMAT_LINKS_CSV] = "links.csv",
    [CP_FORMAT_SITES_CSV] = "sites.csv",
    [CP_FORMAT_DEMANDS_CSV] = "demands.csv",
    [CP_FORMAT_FACTS_CSV] = "facts.csv",
    [CP_FORMAT_EVIDENCE_CSV] = "evidence.csv",
    [CP_FORMAT_GML] = "gml",
    [CP_FORMAT_GRAPHML] = "graphml",
    [CP_FORMAT_SNDLIB_XML] = "sndlib-xml",
    [CP_FORMAT_SNDLIB_NATIVE] = "sndlib-native",
    [CP_FORMAT_REPETITA_GRAPH] = "repetita-graph",
    [CP_FORMAT_REPETITA_DEMANDS] = "repetita-demands",
    [CP_FORMAT_NETBOX] = "netbox",
    [CP_FORMAT_NETBOX_LINES] = "netbox-lines",
    [CP_FORMAT_RFC8345_JSON] = "rfc8345-json",
    [CP_FORMAT_CONTAINERLAB] = "containerlab",
};

const char *cp_format_name(cp_format format)
{
    return format < CP_FORMAT_COUNT ? format_names[format] : "unknown";
}

/* Guessing looks at the beginning only. */
enum { LOOK_BYTES = 65536 };

static cp_text without_mark(cp_text bytes)
{
    bool marked = cp_text_starts(bytes, CP_TEXT("\xef\xbb\xbf"));

    return marked ? cp_text_sub(bytes, 3, bytes.len) : bytes;
}

/* Whether the element begins in the text, which may be UTF-16: bytes of zero are passed over. */
static bool has_element(cp_text bytes, const char *name)
{
    size_t len = strlen(name), found = 0;

    for (size_t i = 0; i < bytes.len && i < LOOK_BYTES; i++) {
        char c = bytes.at[i];

        if (c == '\0')
            continue;
        if (found > len)
            return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '>' || c == '/';
        if (found > 0 && c == name[found - 1])
            found++;
        else
            found = c == '<' || c == ':' ? 1 : 0;
    }
    return false;
}

static bool is_xml(cp_text bytes)
{
    cp_text start = cp_text_trim(without_mark(bytes));

    return cp_text_starts(start, CP_TEXT("<")) || cp_text_starts(bytes, CP_TEXT("\xff\xfe<")) ||
           cp_text_starts(bytes, (cp_text){"\xfe\xff\0<", 4}) ||
           cp_text_starts(bytes, (cp_text){"\0<", 2});
}

/* A line whose first word is the given one, its second as wanted (empty: a number). */
static bool has_section(cp_text bytes, const char *keyword, const char *second)
{
    cp_text lines = cp_text_sub(bytes, 0, LOOK_BYTES);

    for (cp_text line; cp_text_word(&lines, "\r\n", &line);) {
        cp_text word, next;

        if (!cp_text_word(&line, " \t", &word) || !cp_text_is(word, keyword) ||
            !cp_text_word(&line, " \t", &next))
            continue;
        if (second[0] == '\0' ? next.at[0] >= '0' && next.at[0] <= '9' : cp_text_is(next, second))
            return true;
    }
    return false;
}

static bool starts_with_section(cp_text bytes, const char *keyword)
{
    cp_text word;

    bytes = without_mark(bytes);
    return cp_text_word(&bytes, " \t\r\n", &word) && cp_text_is(word, keyword);
}

/* By the bytes alone; CP_FORMAT_COUNT where they do not say. */
static cp_format guess_network(cp_text bytes)
{
    cp_text text = without_mark(bytes);

    if (is_xml(bytes)) {
        if (has_element(bytes, "graphml"))
            return CP_FORMAT_GRAPHML;
        return has_element(bytes, "network") ? CP_FORMAT_SNDLIB_XML : CP_FORMAT_COUNT;
    }
    if (cp_text_starts(cp_text_trim(text), CP_TEXT("?SNDlib")))
        return CP_FORMAT_SNDLIB_NATIVE;
    if (starts_with_section(text, "NODES") && has_section(text, "NODES", ""))
        return CP_FORMAT_REPETITA_GRAPH;
    if (starts_with_section(text, "DEMANDS") && has_section(text, "DEMANDS", ""))
        return CP_FORMAT_REPETITA_DEMANDS;
    if (cp_yang_guess(cp_text_sub(bytes, 0, LOOK_BYTES)))
        return CP_FORMAT_RFC8345_JSON;
    if (cp_netbox_guess(cp_text_sub(bytes, 0, LOOK_BYTES)) != CP_FORMAT_COUNT)
        return cp_netbox_guess(cp_text_sub(bytes, 0, LOOK_BYTES));
    if (cp_containerlab_guess(cp_text_sub(text, 0, LOOK_BYTES)))
        return CP_FORMAT_CONTAINERLAB;
    if (has_section(text, "graph", "[") || cp_text_starts(cp_text_trim(text), CP_TEXT("graph[")))
        return CP_FORMAT_GML;
    if (cp_csv_header_has(text, CP_TEXT("a")) && cp_csv_header_has(text, CP_TEXT("b")))
        return CP_FORMAT_LINKS_CSV;
    return CP_FORMAT_COUNT;
}

static cp_format guess_by_ending(cp_text path)
{
    static const struct {
        const char *ending;
        cp_format format;
    } endings[] = {
        {"links.csv", CP_FORMAT_LINKS_CSV},
        {".csv", CP_FORMAT_NODES_CSV},
        {".gml", CP_FORMAT_GML},
        {".graphml", CP_FORMAT_GRAPHML},
        {".xml", CP_FORMAT_SNDLIB_XML},
        {".txt", CP_FORMAT_SNDLIB_NATIVE},
        {".graph", CP_FORMAT_REPETITA_GRAPH},
        {".demands", CP_FORMAT_REPETITA_DEMANDS},
        {".clab.yml", CP_FORMAT_CONTAINERLAB},
        {".clab.yaml", CP_FORMAT_CONTAINERLAB},
    };

    for (size_t i = 0; i < CP_COUNT(endings); i++)
        if (cp_text_ends(path, cp_text_of(endings[i].ending)))
            return endings[i].format;
    return CP_FORMAT_COUNT;
}

static bool allowed(cp_role role, cp_format format)
{
    bool sndlib = format == CP_FORMAT_SNDLIB_XML || format == CP_FORMAT_SNDLIB_NATIVE;

    if (role == CP_ROLE_DEMANDS)
        return sndlib || format == CP_FORMAT_REPETITA_DEMANDS || format == CP_FORMAT_DEMANDS_CSV;
    return sndlib || format == CP_FORMAT_NODES_CSV || format == CP_FORMAT_LINKS_CSV ||
           format == CP_FORMAT_GML || format == CP_FORMAT_GRAPHML ||
           format == CP_FORMAT_REPETITA_GRAPH || format == CP_FORMAT_NETBOX ||
           format == CP_FORMAT_NETBOX_LINES || format == CP_FORMAT_RFC8345_JSON ||
           format == CP_FORMAT_CONTAINERLAB;
}

static cp_format guess_demands(cp_text path, cp_text bytes)
{
    cp_format format = guess_network(bytes);

    if (format == CP_FORMAT_LINKS_CSV || format == CP_FORMAT_NODES_CSV || format == CP_FORMAT_COUNT)
        format = cp_csv_header_has(bytes, CP_TEXT("src")) ? CP_FORMAT_DEMANDS_CSV
                                                          : guess_by_ending(path);
    if (format == CP_FORMAT_LINKS_CSV || format == CP_FORMAT_NODES_CSV)
        format = CP_FORMAT_DEMANDS_CSV;
    return allowed(CP_ROLE_DEMANDS, format) ? format : CP_FORMAT_COUNT;
}

cp_format cp_read_guess(cp_role role, cp_text path, cp_text bytes)
{
    cp_format format;

    switch (role) {
    case CP_ROLE_FACTS:
        return CP_FORMAT_FACTS_CSV;
    case CP_ROLE_SITES:
        return CP_FORMAT_SITES_CSV;
    case CP_ROLE_EVIDENCE_TABLE:
        return CP_FORMAT_EVIDENCE_CSV;
    case CP_ROLE_DEMANDS:
        return guess_demands(path, bytes);
    case CP_ROLE_NETWORK:
        break;
    }
    format = guess_network(bytes);
    if (format == CP_FORMAT_COUNT && !cp_text_ends(path, CP_TEXT("links.csv")) &&
        cp_csv_header_has(bytes, CP_TEXT("id")))
        format =
            CP_FORMAT_NODES_CSV; /* links have an id too, and one without a or b is a mistake */
    if (format == CP_FORMAT_COUNT)
        format = guess_by_ending(path);
    return allowed(CP_ROLE_NETWORK, format) ? format : CP_FORMAT_COUNT;
}

cp_err cp_read_open(struct cp_build *build, struct cp_arena *arena, struct cp_read **out)
{
    struct cp_read *read = CP_TAKE(arena, 1, struct cp_read);

    if (read == NULL)
        return CP_ERR_NOMEM;
    read->build = build;
    read->arena = arena;
    *out = read;
    return CP_OK;
}

const struct cp_vouched *cp_read_vouched(const struct cp_read *read, uint32_t *count)
{
    *count = read->vouched_count;
    return read->vouched;
}

void cp_read_leave_demands(struct cp_read *read)
{
    read->leave_demands = true;
}

static cp_err read_format(struct cp_doc *doc)
{
    switch (doc->format) {
    case CP_FORMAT_NODES_CSV:
    case CP_FORMAT_LINKS_CSV:
    case CP_FORMAT_SITES_CSV:
    case CP_FORMAT_DEMANDS_CSV:
    case CP_FORMAT_FACTS_CSV:
    case CP_FORMAT_EVIDENCE_CSV:
        return cp_read_table(doc);
    case CP_FORMAT_GML:
        return cp_read_gml(doc);
    case CP_FORMAT_GRAPHML:
        return cp_read_graphml(doc);
    case CP_FORMAT_SNDLIB_XML:
        return cp_read_sndlib_xml(doc);
    case CP_FORMAT_SNDLIB_NATIVE:
        return cp_read_sndlib_native(doc);
    case CP_FORMAT_REPETITA_GRAPH:
        return cp_read_repetita_graph(doc);
    case CP_FORMAT_REPETITA_DEMANDS:
        return cp_read_repetita_demands(doc);
    case CP_FORMAT_NETBOX:
        return cp_read_netbox(doc);
    case CP_FORMAT_NETBOX_LINES:
        return cp_read_netbox_lines(doc);
    case CP_FORMAT_RFC8345_JSON:
        return cp_read_yang(doc);
    case CP_FORMAT_CONTAINERLAB:
        return cp_read_containerlab(doc);
    case CP_FORMAT_COUNT:
        break;
    }
    return cp_doc_fail(
        doc, CP_ERR_MALFORMED, cp_doc_start(doc),
        cp_netbox_is_database_dump(cp_text_sub(doc->text, 0, LOOK_BYTES))
            ? "a dump of a database: of a NetBox the objects of its REST API are read, "
              "each with a url"
            : "not a format that is read here",
        CP_TEXT(""));
}

static cp_err read_document(struct cp_doc *doc, cp_text path)
{
    if (doc->text.len > CP_LIMIT_DOCUMENT_BYTES)
        return cp_doc_fail(doc, CP_ERR_LIMIT, CP_PLACE_NONE, "the file is too large", path);
    CP_TRY(cp_build_input(doc->build, path, doc->text, &doc->file));
    doc->format = cp_read_guess(doc->role, path, doc->text);
    CP_TRY(read_format(doc));
    return cp_doc_flush(doc);
}

/* Where nobody has said what is wrong. */
static cp_err said(struct cp_doc *doc, cp_err err, cp_text subject)
{
    if (err == CP_OK || doc->diag->why != NULL)
        return err;
    return cp_doc_fail(doc, err, doc->file == CP_PLACE_NO_FILE ? CP_PLACE_NONE : cp_doc_start(doc),
                       err == CP_ERR_NOMEM ? "out of memory" : "a limit is passed", subject);
}

static struct cp_doc doc_make(struct cp_read *read, cp_role role, struct cp_diag *diag)
{
    *diag = (struct cp_diag){.place = CP_PLACE_NONE};
    return (struct cp_doc){.read = read,
                           .build = read->build,
                           .arena = read->arena,
                           .diag = diag,
                           .file = CP_PLACE_NO_FILE,
                           .role = role};
}

cp_err cp_read_document(struct cp_read *read, cp_role role, cp_text path, cp_text bytes,
                        struct cp_diag *diag)
{
    struct cp_diag unused;
    struct cp_doc doc = doc_make(read, role, diag != NULL ? diag : &unused);

    CP_ASSERT(read->pieces == NULL);
    doc.text = bytes;
    return said(&doc, read_document(&doc, path), path);
}

/* --- a document in pieces ----------------------------------------------------------------- */

bool cp_read_takes_pieces(cp_role role, cp_text path, cp_text beginning)
{
    return cp_read_guess(role, path, beginning) == CP_FORMAT_NETBOX_LINES;
}

static cp_err begin(struct cp_read *read, struct cp_doc *doc, cp_text path)
{
    struct cp_doc *kept = CP_TAKE(read->arena, 1, struct cp_doc);

    if (kept == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_build_input_begin(read->build, path, &doc->file));
    doc->format = CP_FORMAT_NETBOX_LINES;
    CP_TRY(cp_sha256_open(&read->sum));
    *kept = *doc;
    read->pieces = kept;
    return CP_OK;
}

cp_err cp_read_begin(struct cp_read *read, cp_role role, cp_text path, struct cp_diag *diag)
{
    struct cp_diag unused;
    struct cp_doc doc = doc_make(read, role, diag != NULL ? diag : &unused);

    CP_ASSERT(read->pieces == NULL);
    return said(&doc, begin(read, &doc, path), path);
}

static void hand_diag(struct cp_doc *doc, struct cp_diag *diag)
{
    *diag = (struct cp_diag){.place = CP_PLACE_NONE};
    doc->diag = diag;
}

cp_err cp_read_more(struct cp_read *read, cp_text lines, struct cp_diag *diag)
{
    struct cp_doc *doc = read->pieces;
    struct cp_diag unused;

    CP_ASSERT(doc != NULL);
    hand_diag(doc, diag != NULL ? diag : &unused);
    cp_sha256_add(read->sum, lines);
    doc->text = lines;
    return said(doc, read_format(doc), CP_TEXT(""));
}

cp_err cp_read_end(struct cp_read *read, struct cp_diag *diag)
{
    struct cp_doc *doc = read->pieces;
    struct cp_diag unused;
    char sha256[65];

    CP_ASSERT(doc != NULL);
    hand_diag(doc, diag != NULL ? diag : &unused);
    cp_sha256_close(read->sum, sha256);
    cp_build_input_end(read->build, doc->file, sha256);
    read->pieces = NULL;
    return said(doc, cp_doc_flush(doc), CP_TEXT(""));
}

static cp_err finish(struct cp_doc *doc)
{
    const struct cp_read *read = doc->read;

    if (read->netbox != NULL) {
        doc->format = CP_FORMAT_NETBOX;
        CP_TRY(cp_netbox_finish(read->netbox, doc));
    }
    if (read->yang != NULL) {
        doc->format = CP_FORMAT_RFC8345_JSON;
        CP_TRY(cp_yang_finish(read->yang, doc));
    }
    return cp_doc_flush(doc);
}

cp_err cp_read_finish(struct cp_read *read, struct cp_diag *diag)
{
    struct cp_diag unused;
    struct cp_doc doc = doc_make(read, CP_ROLE_NETWORK, diag != NULL ? diag : &unused);

    CP_ASSERT(read->pieces == NULL);
    return said(&doc, finish(&doc), CP_TEXT(""));
}
