#include "doc.h"

cp_format cp_netbox_guess(cp_text beginning)
{
    (void)beginning;
    return CP_FORMAT_COUNT;
}

cp_err cp_read_netbox(struct cp_doc *doc)
{
    return cp_doc_fail(doc, CP_ERR_MALFORMED, cp_doc_start(doc), "not read yet", CP_TEXT(""));
}

cp_err cp_read_netbox_lines(struct cp_doc *doc)
{
    return cp_read_netbox(doc);
}

cp_err cp_netbox_finish(struct cp_netbox *netbox, struct cp_doc *doc)
{
    (void)netbox;
    (void)doc;
    return CP_OK;
}
