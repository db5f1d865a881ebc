#pragma once

#include "doc.h"

/** What a reader of an XML format does with elements.  Names are without a namespace's prefix. */
struct cp_xml_handlers {
    /** attrs: name, value, name, value, ..., NULL.  Borrowed until the call returns. */
    cp_err (*start)(void *reader, cp_text name, const char *const *attrs, cp_place place);
    /** text: of an element without elements inside, else empty.  Borrowed until the call returns. */
    cp_err (*end)(void *reader, cp_text name, cp_text text, cp_place place);
    /** Text beside elements, more than white space. */
    cp_err (*stray)(void *reader, cp_text text, cp_place place);
};

/**
 * Parses the document, calling the reader.  Nothing outside it is loaded; entities of the document's
 * own are refused (they can grow without bound).
 * Errors: MALFORMED (not well-formed, an entity), LIMIT (depth), NOMEM, and those of the handlers.
 */
CP_MUST_USE cp_err cp_xml_parse(struct cp_doc *doc, const struct cp_xml_handlers *handlers,
                                void *reader);

/** The value of an attribute (without a namespace); empty where it is absent. */
cp_text cp_xml_attr(const char *const *attrs, const char *name);
