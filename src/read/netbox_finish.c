#include "netbox_net.h"

/* Rows of all objects.  Records were counted where they were read. */
cp_err cp_netbox_finish(struct cp_netbox *netbox, struct cp_doc *doc)
{
    struct cp_nb_net net = {.nb = netbox, .doc = doc, .arena = doc->arena};
    cp_err err = cp_nb_lists_weigh(netbox, doc);

    if (err == CP_OK)
        err = cp_nb_resolve(&net);
    cp_build_counting(doc->build, CP_COUNT_NO_ROWS);
    if (err == CP_OK)
        err = cp_nb_rows_nodes(&net);
    if (err == CP_OK)
        err = cp_nb_rows_links(&net);
    cp_build_counting(doc->build, CP_COUNT_ROWS);
    return err;
}
