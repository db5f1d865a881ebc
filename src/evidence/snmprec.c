#include "set.h"

bool cp_snmprec_looks(cp_text bytes)
{
    (void)bytes;
    return false;
}

cp_err cp_evidence_read_snmprec(struct cp_device_doc *doc)
{
    (void)doc;
    return CP_OK;
}
