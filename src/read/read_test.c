#include "trial.h"

static cp_format guess(cp_role role, const char *path, const char *text)
{
    return cp_read_guess(role, cp_text_of(path), cp_text_of(text));
}

static void content_decides_before_the_path(void **state)
{
    const cp_role net = CP_ROLE_NETWORK;

    (void)state;
    assert_int_equal(guess(net, "x.csv", "# c\nVersion 1\ngraph [\n"), CP_FORMAT_GML);
    assert_int_equal(guess(net, "x.gml", "<?xml?><g:graphml xmlns:g=\"\">"), CP_FORMAT_GRAPHML);
    assert_int_equal(guess(net, "x.graphml", "\xef\xbb\xbf<network>"), CP_FORMAT_SNDLIB_XML);
    assert_int_equal(guess(net, "x.gml", "?SNDlib native format"), CP_FORMAT_SNDLIB_NATIVE);
    assert_int_equal(guess(net, "x.gml", "\nNODES 4\n"), CP_FORMAT_REPETITA_GRAPH);
    assert_int_equal(guess(net, "x.gml", "b,\"a\",id\n"), CP_FORMAT_LINKS_CSV);
    assert_int_equal(guess(net, "x.gml", "role,id\n"), CP_FORMAT_NODES_CSV);
    assert_int_equal(guess(net, "my-links.csv", "id,a\n"), CP_FORMAT_LINKS_CSV);
}

static void the_path_decides_where_content_does_not(void **state)
{
    const cp_role net = CP_ROLE_NETWORK;

    (void)state;
    assert_int_equal(guess(net, "x.gml", "gra"), CP_FORMAT_GML);
    assert_int_equal(guess(net, "x.graphml", "<?x"), CP_FORMAT_GRAPHML);
    assert_int_equal(guess(net, "x.xml", ""), CP_FORMAT_SNDLIB_XML);
    assert_int_equal(guess(net, "x.txt", "?"), CP_FORMAT_SNDLIB_NATIVE);
    assert_int_equal(guess(net, "x.graph", "NOD"), CP_FORMAT_REPETITA_GRAPH);
    assert_int_equal(guess(net, "nodes.csv", "i"), CP_FORMAT_NODES_CSV);
    assert_int_equal(guess(net, "x.json", "{}"), CP_FORMAT_COUNT);
}

static void a_role_allows_its_formats_only(void **state)
{
    (void)state;
    assert_int_equal(guess(CP_ROLE_NETWORK, "x", "DEMANDS 3\n"), CP_FORMAT_COUNT);
    assert_int_equal(guess(CP_ROLE_DEMANDS, "x", "DEMANDS 3\n"), CP_FORMAT_REPETITA_DEMANDS);
    assert_int_equal(guess(CP_ROLE_DEMANDS, "x", "NODES 3\n"), CP_FORMAT_COUNT);
    assert_int_equal(guess(CP_ROLE_DEMANDS, "x", "<network>"), CP_FORMAT_SNDLIB_XML);
    assert_int_equal(guess(CP_ROLE_DEMANDS, "x", "id,src,dst\n"), CP_FORMAT_DEMANDS_CSV);
    assert_int_equal(guess(CP_ROLE_DEMANDS, "demands.csv", ""), CP_FORMAT_DEMANDS_CSV);
    assert_int_equal(guess(CP_ROLE_FACTS, "x", "anything"), CP_FORMAT_FACTS_CSV);
    assert_int_equal(guess(CP_ROLE_SITES, "x", "anything"), CP_FORMAT_SITES_CSV);
    assert_refused(CP_ROLE_NETWORK, "x.json", CP_TEXT("{}"), CP_ERR_MALFORMED, 1, 1, "");
}

static void every_format_has_a_name(void **state)
{
    (void)state;
    for (int i = 0; i < CP_FORMAT_COUNT; i++)
        assert_true(strlen(cp_format_name((cp_format)i)) > 0);
    assert_string_equal(cp_format_name(CP_FORMAT_GML), "gml");
    assert_string_equal(cp_format_name(CP_FORMAT_COUNT), "unknown");
}

static void ids_of_two_documents_must_differ(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, CP_ROLE_NETWORK, "x.gml", "graph [ node [ id 1 label a ] ]");
    assert_int_equal(
        trial_read(&t, CP_ROLE_NETWORK, "y.gml", CP_TEXT("graph [\n node [ id 7 label a ] ]")),
        CP_ERR_DUPLICATE);
    assert_int_equal(t.diag.place.file, 1);
    assert_int_equal(t.diag.place.line, 2);
    assert_string_equal(t.diag.subject, "a");
    trial_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(content_decides_before_the_path),
        cmocka_unit_test(the_path_decides_where_content_does_not),
        cmocka_unit_test(a_role_allows_its_formats_only),
        cmocka_unit_test(every_format_has_a_name),
        cmocka_unit_test(ids_of_two_documents_must_differ),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
