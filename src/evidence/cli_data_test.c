#include "trial.h"

#include <stdio.h>
#include <stdlib.h>

#include <dirent.h>

#include "cli.h"

/*
 * Reads the outputs of real devices in ../shared/data/cli/ntc (or under the folder in CP_SHARED_DATA)
 * and compares what is made of them with the parsed truth beside them; skipped where there are none.
 * Misses are listed on stderr.
 */

enum { PATH_BYTES = 512, RECORDS_MAX = 512, FIELDS_MAX = 96, NAMES_MAX = 512 };

struct field {
    cp_text key, value;
};

struct record {
    struct field fields[FIELDS_MAX];
    uint32_t count;
};

struct truth {
    struct record records[RECORDS_MAX];
    uint32_t count;
};

/* One case: an output with its truth. */
struct sample {
    char path[PATH_BYTES];
    cp_text raw;
    struct truth truth;
    char command[256];
};

struct score {
    uint32_t checks, hits, files, read;
};

static char *slurp(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    char *at;
    long size;

    if (file == NULL)
        return NULL;
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size = ftell(file);
    assert_true(size >= 0);
    rewind(file);
    at = malloc((size_t)size + 1);
    assert_non_null(at);
    *len = fread(at, 1, (size_t)size, file);
    at[*len] = '\0';
    (void)fclose(file);
    return at;
}

/* The truth is YAML of one shape: a list of mappings of quoted texts and of lists of these. */

static cp_text unquoted(cp_text value)
{
    value = cp_text_trim(value);
    if (value.len >= 2 && (value.at[0] == '"' || value.at[0] == '\''))
        return cp_text_sub(value, 1, value.len - 2);
    return value;
}

static void add_field(struct truth *truth, cp_text key, cp_text value)
{
    struct record *record = &truth->records[truth->count - 1];

    if (record->count < FIELDS_MAX)
        record->fields[record->count++] = (struct field){key, unquoted(value)};
}

static void read_truth(cp_text text, struct truth *truth)
{
    cp_text key = {"", 0};
    size_t at = 0;

    truth->count = 0;
    while (at < text.len) {
        size_t end = cp_text_find(text, '\n', at);
        cp_text line = cp_text_sub(text, at, end - at), rest;
        size_t colon;

        at = end + 1;
        if (cp_text_starts(line, CP_TEXT("  - ")) && truth->count < RECORDS_MAX) {
            truth->records[truth->count++].count = 0;
            rest = cp_text_sub(line, 4, line.len);
        } else if (cp_text_starts(line, CP_TEXT("    ")) && truth->count > 0) {
            rest = cp_text_sub(line, 4, line.len);
        } else {
            continue;
        }
        if (cp_text_starts(rest, CP_TEXT("  - "))) {
            add_field(truth, key, cp_text_sub(rest, 4, rest.len));
            continue;
        }
        colon = cp_text_find(rest, ':', 0);
        if (colon == rest.len || rest.at[0] == ' ')
            continue;
        key = cp_text_sub(rest, 0, colon);
        rest = cp_text_trim(cp_text_sub(rest, colon + 1, rest.len));
        if (rest.len > 0 && !cp_text_is(rest, "[]"))
            add_field(truth, key, rest);
    }
}

static cp_text truth_of(const struct record *record, const char *key)
{
    for (uint32_t i = 0; i < record->count; i++)
        if (cp_text_is(record->fields[i].key, key))
            return record->fields[i].value;
    return (cp_text){"", 0};
}

/* What was read. */

static bool has(cp_text text, cp_text inside)
{
    for (size_t i = 0; i + inside.len <= text.len; i++)
        if (memcmp(text.at + i, inside.at, inside.len) == 0)
            return true;
    return false;
}

static bool said(const struct trial *t, const char *attributes, cp_text value)
{
    for (uint32_t i = 0; i < t->set->said_count; i++) {
        const struct cp_said *one = &t->set->said[i];

        if (strstr(attributes, one->attribute) != NULL &&
            (has(one->value, value) || has(value, one->value)))
            return true;
    }
    return false;
}

static void check(struct score *score, const struct sample *sample, bool hit, const char *what,
                  cp_text value)
{
    score->checks++;
    score->hits += hit ? 1 : 0;
    if (!hit)
        print_error("# miss %s: %s '%.*s'\n", sample->path, what, (int)value.len, value.at);
}

static bool is_told(cp_text value)
{
    return !cp_cli_is_nothing(value);
}

/* The digits of a MAC, however they are grouped. */
static bool same_mac(cp_text a, cp_text b)
{
    size_t i = 0, k = 0;

    while (i < a.len && k < b.len) {
        if (strchr(":-.", a.at[i]) != NULL)
            i++;
        else if (strchr(":-.", b.at[k]) != NULL)
            k++;
        else if ((a.at[i++] | 0x20) != (b.at[k++] | 0x20))
            return false;
    }
    return i == a.len && k == b.len;
}

/* The truth's port under the names that its commands give it. */
static bool is_port(const struct cp_sighting *seen, cp_text value)
{
    return same_mac(seen->port_id, value) || cp_text_eq(seen->port_id, value) ||
           cp_text_eq(seen->port_descr, value) ||
           (seen->port_id.len > 0 && has(value, seen->port_id));
}

/* Some commands list ports without neighbours too. */
static bool tells_neighbour(const struct record *record)
{
    static const char *const ids[] = {"chassis_id", "neighbor_name", "neighbor",
                                      "neighbor_interface", "remote_chassis_id"};

    for (size_t k = 0; k < CP_COUNT(ids); k++)
        if (is_told(truth_of(record, ids[k])))
            return true;
    return false;
}

static void check_neighbour(const struct cp_sighting *seen, const struct record *truth,
                            const struct sample *sample, struct score *score)
{
    static const char *const ports[] = {"neighbor_interface", "neighbor_port_id", "port_id"};
    static const char *const names[] = {"neighbor_name", "neighbor", "remote_system_name"};
    cp_text value = truth_of(truth, "local_interface");

    if (is_told(value))
        check(score, sample, cp_text_eq(seen->port, value), "local port", value);
    for (size_t k = 0; k < CP_COUNT(names); k++)
        if (is_told(value = truth_of(truth, names[k])))
            check(score, sample, has(value, seen->name) && seen->name.len > 0, "name", value);
    for (size_t k = 0; k < CP_COUNT(ports); k++)
        if (is_told(value = truth_of(truth, ports[k])))
            check(score, sample, is_port(seen, value), "remote port", value);
    value = truth_of(truth, "mgmt_address");
    if (is_told(value) && cp_text_find(value, '.', 0) < value.len)
        check(score, sample, cp_text_eq(seen->address, value), "address", value);
    value = truth_of(truth, "platform");
    if (is_told(value))
        check(score, sample, cp_text_eq(seen->platform, value) || cp_text_eq(seen->model, value),
              "platform", value);
}

static void check_neighbours(const struct trial *t, const struct sample *sample,
                             struct score *score)
{
    uint32_t at = 0;

    for (uint32_t i = 0; i < sample->truth.count; i++) {
        if (!tells_neighbour(&sample->truth.records[i]))
            continue;
        if (at < t->set->seen_count)
            check_neighbour(&t->set->seen[at], &sample->truth.records[i], sample, score);
        at++;
    }
    check(score, sample, t->set->seen_count == at, "neighbours", CP_TEXT(""));
}

/* Facts: which key of the truth is which attribute. */
static void check_facts(const struct trial *t, const struct sample *sample, struct score *score)
{
    static const char *const keys[][2] = {
        {"version", "software sys-descr"},
        {"vrp_version", "software"},
        {"olt_version", "software"},
        {"junos_version", "software"},
        {"os", "software sys-descr"},
        {"image", "software"},
        {"software_version", "software"},
        {"hardware", "model"},
        {"platform", "model maker"},
        {"model", "model"},
        {"model_name", "model"},
        {"product", "model"},
        {"pid", "model part-number"},
        {"device_name", "model"},
        {"boardname", "model"},
        {"board_name", "model"},
        {"serial", "serial"},
        {"serial_number", "serial"},
        {"serial_num", "serial"},
        {"sn", "serial"},
        {"device_serial_number", "serial"},
        {"hostname", "sys-name"},
        {"vendor_name", "maker"},
        {"manufacturer", "maker"},
        {"chassis_sn", "serial"},
        {"part_number", "part-number"},
    };

    for (uint32_t i = 0; i < sample->truth.count; i++)
        for (uint32_t f = 0; f < sample->truth.records[i].count; f++)
            for (size_t k = 0; k < CP_COUNT(keys); k++) {
                const struct field *field = &sample->truth.records[i].fields[f];

                if (cp_text_is(field->key, keys[k][0]) && is_told(field->value))
                    check(score, sample, said(t, keys[k][1], field->value), keys[k][0],
                          field->value);
            }
}

static bool is_of(const char *command, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strcmp(command, *words) == 0)
            return true;
    return false;
}

static const char *const neighbour_commands[] = {"show_lldp_neighbors",
                                                 "show_lldp_neighbors_detail",
                                                 "show_cdp_neighbors",
                                                 "show_cdp_neighbors_detail",
                                                 "display_lldp_neighbor",
                                                 "display_lldp_neighbor-information_list",
                                                 "display_lldp_neighbor-information_verbose",
                                                 "show_lldp_table",
                                                 "show_lldp_remote-device_all",
                                                 "lldp_show_neighbors",
                                                 "show_lldp_neighbors_all",
                                                 NULL};

static const char *const fact_commands[] = {"show_version",          "display_version",
                                            "show_inventory",        "admin_show_inventory",
                                            "show_module",           "show_chassis_hardware",
                                            "display_device",        "display_device_manuinfo",
                                            "display_board",         "display_board_serial-number",
                                            "display_deviceInfo",    "display_sn_license",
                                            "show_chassis",          "show_version_brief",
                                            "get_system_status",     "system_routerboard_print",
                                            "show_system",           "system_identity_print",
                                            "system_resource_print", NULL};

/* Every line is used, ignored or not understood. */
static uint32_t lines_of(cp_text text)
{
    uint32_t count = 0;
    size_t at = 0;

    while (at < text.len) {
        size_t end = cp_text_find(text, '\n', at);

        count += cp_text_trim(cp_text_sub(text, at, end - at)).len > 0 ? 1 : 0;
        at = end + 1;
    }
    return count;
}

static void check_counts(struct trial *t, const struct sample *sample)
{
    const struct cp_input *input;
    uint32_t lines = lines_of(sample->raw);

    (void)trial_make(t);
    input = &t->made->inputs[1];
    if (input->used + input->ignored + input->not_understood != lines)
        print_error("# %s: %u lines, but %u used, %u ignored, %u not understood\n", sample->path,
                    lines, input->used, input->ignored, input->not_understood);
    assert_int_equal(input->used + input->ignored + input->not_understood, lines);
}

static void check_sample(const struct sample *sample, struct score *score)
{
    struct trial t = trial_open();
    cp_err err = trial_read(&t, "sample.txt", sample->raw, NULL);

    if (err != CP_OK)
        print_error("# %s: %s\n", sample->path, t.diag.why);
    assert_int_equal(err, CP_OK);
    score->files++;
    if (is_of(sample->command, neighbour_commands))
        check_neighbours(&t, sample, score);
    else if (is_of(sample->command, fact_commands))
        check_facts(&t, sample, score);
    check_counts(&t, sample);
    trial_close(&t);
}

/* Names in a folder, in order. */
struct names {
    char at[NAMES_MAX][256];
    int count;
};

static int order(const void *a, const void *b)
{
    return strcmp(a, b);
}

static bool list(const char *folder, struct names *names)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;

    names->count = 0;
    if (dir == NULL)
        return false;
    while ((entry = readdir(dir)) != NULL && names->count < NAMES_MAX)
        if (entry->d_name[0] != '.')
            (void)snprintf(names->at[names->count++], sizeof(names->at[0]), "%s", entry->d_name);
    (void)closedir(dir);
    qsort(names->at, (size_t)names->count, sizeof(names->at[0]), order);
    return true;
}

static void check_file(struct sample *sample, const char *folder, const char *name,
                       struct score *score)
{
    size_t len = strlen(name), raw_len = 0, truth_len = 0;
    char *raw, *truth;

    if (len < 4 || strcmp(name + len - 4, ".raw") != 0)
        return;
    assert_true(snprintf(sample->path, sizeof(sample->path), "%s/%s", folder, name) < PATH_BYTES);
    raw = slurp(sample->path, &raw_len);
    assert_non_null(raw);
    memcpy(sample->path + strlen(sample->path) - 4, ".yml", 4);
    truth = slurp(sample->path, &truth_len);
    sample->raw = (cp_text){raw, raw_len};
    sample->truth.count = 0;
    if (truth != NULL)
        read_truth((cp_text){truth, truth_len}, &sample->truth);
    check_sample(sample, score);
    free(raw);
    free(truth);
}

static char data[PATH_BYTES];

static void check_system(const char *system, struct score *score)
{
    static struct names commands, files;
    static struct sample sample;
    char folder[PATH_BYTES];

    assert_true(snprintf(folder, sizeof(folder), "%s/%s", data, system) < PATH_BYTES);
    assert_true(list(folder, &commands));
    for (int c = 0; c < commands.count; c++) {
        assert_true(snprintf(folder, sizeof(folder), "%s/%s/%s", data, system, commands.at[c]) <
                    PATH_BYTES);
        (void)snprintf(sample.command, sizeof(sample.command), "%s", commands.at[c]);
        (void)list(folder, &files);
        for (int f = 0; f < files.count; f++)
            check_file(&sample, folder, files.at[f], score);
    }
}

static void assert_at_least(const struct score *score, const char *system, uint32_t per_mille)
{
    print_error("# %s: %u of %u right, %u outputs read\n", system, score->hits, score->checks,
                score->files);
    if (score->checks > 0)
        assert_true(score->hits * 1000 >= score->checks * per_mille);
}

static void all_of_huawei_and_zte_is_right(void **state)
{
    static const char *const systems[] = {"huawei_vrp", "huawei_smartax", "huawei_ont",
                                          "zte_zxros"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(systems); i++) {
        struct score score = {0};

        check_system(systems[i], &score);
        assert_at_least(&score, systems[i], 1000);
    }
}

static void of_the_others_as_much_is_right_as_was_measured(void **state)
{
    static const char *const done[] = {"huawei_vrp", "huawei_smartax", "huawei_ont", "zte_zxros"};
    static struct names systems;
    struct score all = {0};

    (void)state;
    assert_true(list(data, &systems));
    for (int i = 0; i < systems.count; i++) {
        struct score score = {0};
        bool again = false;

        for (size_t k = 0; k < CP_COUNT(done); k++)
            again = again || strcmp(done[k], systems.at[i]) == 0;
        if (again)
            continue;
        check_system(systems.at[i], &score);
        assert_at_least(&score, systems.at[i], 0);
        all.checks += score.checks;
        all.hits += score.hits;
        all.files += score.files;
    }
    assert_at_least(&all, "all others", 980);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_huawei_and_zte_is_right),
        cmocka_unit_test(of_the_others_as_much_is_right_as_was_measured),
    };
    const char *root = getenv("CP_SHARED_DATA");
    static struct names systems;

    (void)snprintf(data, sizeof(data), "%s/cli/ntc", root != NULL ? root : "../shared/data");
    if (!list(data, &systems)) {
        print_message("1..0 # SKIP no outputs of commands in %s\n", data);
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
