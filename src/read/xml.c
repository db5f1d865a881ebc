#include "xml.h"

#include <expat.h>
#include <string.h>

/* expat calls back; the first error stops it and is handed on.  expat has memory of its own, given
 * back before cp_xml_parse returns. */

enum { PIECE_BYTES = 1 << 20 }; /* expat takes an int of bytes at a time */

struct xml {
    struct cp_doc *doc;
    const struct cp_xml_handlers *handlers;
    void *reader;
    XML_Parser parser;
    cp_err err;
    uint32_t depth;
    char *text; /* since the last tag */
    uint32_t text_len, text_cap;
    cp_place text_place;
    bool leaf; /* the last tag was a start */
};

static cp_place place_now(const struct xml *xml)
{
    return (cp_place){.file = xml->doc->file,
                      .line = (uint32_t)XML_GetCurrentLineNumber(xml->parser),
                      .column = (uint32_t)XML_GetCurrentColumnNumber(xml->parser) + 1};
}

static void stop(struct xml *xml, cp_err err)
{
    if (err == CP_OK || xml->err != CP_OK)
        return;
    xml->err = err;
    (void)XML_StopParser(xml->parser, XML_FALSE);
}

static void stop_why(struct xml *xml, cp_err err, const char *why, const char *subject)
{
    if (xml->err == CP_OK)
        stop(xml, cp_doc_fail(xml->doc, err, place_now(xml), why, cp_text_of(subject)));
}

static cp_text local_name(const char *name)
{
    const char *colon = strchr(name, ':');

    return cp_text_of(colon != NULL ? colon + 1 : name);
}

static cp_err stray_text(struct xml *xml)
{
    cp_text text = cp_text_trim((cp_text){xml->text, xml->text_len});

    return text.len == 0 ? CP_OK : xml->handlers->stray(xml->reader, text, xml->text_place);
}

static void XMLCALL on_start(void *data, const XML_Char *name, const XML_Char **attrs)
{
    struct xml *xml = data;
    const char *const *pairs = (const char *const *)attrs;

    if (xml->err != CP_OK)
        return;
    if (++xml->depth > CP_LIMIT_NESTING) {
        stop_why(xml, CP_ERR_LIMIT, "elements are nested too deeply", name);
        return;
    }
    stop(xml, stray_text(xml));
    if (xml->err == CP_OK)
        stop(xml, xml->handlers->start(xml->reader, local_name(name), pairs, place_now(xml)));
    xml->text_len = 0;
    xml->leaf = true;
}

static void XMLCALL on_end(void *data, const XML_Char *name)
{
    struct xml *xml = data;
    cp_text text = {xml->text, xml->text_len};

    if (xml->err != CP_OK)
        return;
    if (!xml->leaf) {
        stop(xml, stray_text(xml));
        text.len = 0;
    }
    if (xml->err == CP_OK)
        stop(xml, xml->handlers->end(xml->reader, local_name(name), text, place_now(xml)));
    xml->depth--;
    xml->text_len = 0;
    xml->leaf = false;
}

static cp_err grow_text(struct xml *xml, uint32_t more)
{
    while (xml->text_cap - xml->text_len < more) {
        void *text = xml->text;

        CP_TRY(cp_arena_grow(xml->doc->arena, &text, xml->text_cap, &xml->text_cap, 1));
        xml->text = text;
    }
    return CP_OK;
}

static void XMLCALL on_text(void *data, const XML_Char *text, int len)
{
    struct xml *xml = data;

    if (xml->err != CP_OK)
        return;
    stop(xml, grow_text(xml, (uint32_t)len));
    if (xml->err != CP_OK)
        return;
    if (xml->text_len == 0)
        xml->text_place = place_now(xml);
    memcpy(xml->text + xml->text_len, text, (size_t)len);
    xml->text_len += (uint32_t)len;
}

/* What stands elsewhere is not read, and expat then drops entities in attributes without a word. */
static void XMLCALL on_doctype(void *data, const XML_Char *name, const XML_Char *system,
                               const XML_Char *public, int has_inside)
{
    (void)name, (void)has_inside;
    if (system != NULL || public != NULL)
        stop_why(data, CP_ERR_MALFORMED, "a document type that stands elsewhere is refused",
                 system != NULL ? system : public);
}

/* NOLINTNEXTLINE(readability-function-size): the signature is expat's */
static void XMLCALL on_entity(void *data, const XML_Char *name, int is_parameter,
                              const XML_Char *value, int value_length, const XML_Char *base,
                              const XML_Char *system, const XML_Char *public,
                              const XML_Char *notation)
{
    (void)is_parameter, (void)value, (void)value_length, (void)base, (void)system, (void)public;
    (void)notation;
    stop_why(data, CP_ERR_MALFORMED, "declarations of entities are refused", name);
}

static void XMLCALL on_skipped(void *data, const XML_Char *name, int is_parameter)
{
    (void)is_parameter;
    stop_why(data, CP_ERR_MALFORMED, "an entity that is not declared here", name);
}

static cp_err parse_pieces(struct xml *xml)
{
    cp_text text = xml->doc->text;

    for (size_t at = 0;;) {
        cp_text piece = cp_text_sub(text, at, PIECE_BYTES);
        enum XML_Status status;

        at += piece.len;
        status = XML_Parse(xml->parser, piece.at, (int)piece.len, at == text.len);
        if (xml->err != CP_OK)
            return xml->err;
        if (status != XML_STATUS_OK) {
            enum XML_Error error = XML_GetErrorCode(xml->parser);

            return cp_doc_fail(
                xml->doc, error == XML_ERROR_NO_MEMORY ? CP_ERR_NOMEM : CP_ERR_MALFORMED,
                place_now(xml), "not well-formed XML", cp_text_of(XML_ErrorString(error)));
        }
        if (at == text.len)
            return CP_OK;
    }
}

cp_err cp_xml_parse(struct cp_doc *doc, const struct cp_xml_handlers *handlers, void *reader)
{
    struct xml xml = {.doc = doc, .handlers = handlers, .reader = reader};
    cp_err err;

    xml.parser = XML_ParserCreate(NULL);
    if (xml.parser == NULL)
        return CP_ERR_NOMEM;
    XML_SetUserData(xml.parser, &xml);
    XML_SetElementHandler(xml.parser, on_start, on_end);
    XML_SetCharacterDataHandler(xml.parser, on_text);
    XML_SetStartDoctypeDeclHandler(xml.parser, on_doctype);
    XML_SetEntityDeclHandler(xml.parser, on_entity);
    XML_SetSkippedEntityHandler(xml.parser, on_skipped);
    err = parse_pieces(&xml);
    XML_ParserFree(xml.parser);
    return err;
}

cp_text cp_xml_attr(const char *const *attrs, const char *name)
{
    for (; attrs[0] != NULL; attrs += 2)
        if (strcmp(attrs[0], name) == 0)
            return cp_text_of(attrs[1]);
    return CP_TEXT("");
}
