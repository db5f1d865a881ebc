#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "app/files.h"
#include "app/message.h"
#include "base/json_in.h"
#include "edged.h"

/* cleanpath-edge status: the document of a running edge, as it is or in words. */

static cp_exit fetch(const char *path, struct cp_arena *arena, cp_text *text)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    struct cp_out out = cp_out_make(arena);
    char piece[16384];
    ssize_t count = -1;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (strlen(path) < sizeof to.sun_path)
        memcpy(to.sun_path, path, strlen(path));
    if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof to) != 0) {
        cp_say("no edge answers at %s: %s", path, strerror(errno));
        if (fd >= 0)
            (void)close(fd);
        return (cp_exit)69;
    }
    while ((count = read(fd, piece, sizeof piece)) > 0)
        cp_out_text(&out, (cp_text){piece, (size_t)count});
    (void)close(fd);
    if (count < 0)
        return CP_EXIT_IO;
    return cp_out_done(&out, text) == CP_OK ? CP_EXIT_OK : cp_say_no_memory();
}

static void write_path(struct cp_out *out, const struct cp_json_value *p)
{
    const struct cp_json_value *packets = cp_json_member(p, "demand_packets");
    const struct cp_json_value *bytes = cp_json_member(p, "demand_bytes");
    cp_text why = cp_json_member_text(p, "why");
    const struct cp_json_value *proven = cp_json_member(p, "proven");
    const struct cp_json_value *alive = cp_json_member(p, "alive");

    cp_out_str(out, "  ");
    cp_out_text(out, cp_json_member_text(p, "name"));
    cp_out_str(out, ": ");
    cp_out_text(out, cp_json_member_text(p, "phase"));
    if (why.len > 0) {
        cp_out_str(out, ": ");
        cp_out_text(out, why);
    }
    if (proven != NULL && proven->kind == CP_JSON_TRUE)
        cp_out_str(out, ", proven");
    else if (alive != NULL && alive->kind == CP_JSON_TRUE)
        cp_out_str(out, ", alive");
    if (packets != NULL && bytes != NULL) {
        cp_out_str(out, ", demand's packets ");
        cp_out_text(out, packets->text);
        cp_out_str(out, ", bytes ");
        cp_out_text(out, bytes->text);
    }
    cp_out_char(out, '\n');
}

static cp_exit write_words(const struct cp_json_value *root, struct cp_arena *arena, cp_text *text)
{
    struct cp_out out = cp_out_make(arena);
    const struct cp_json_value *paths = cp_json_member(root, "paths");
    const struct cp_json_value *agent = cp_json_member(root, "agent");
    uint64_t epoch = 0, policy = 0;
    cp_text controller = cp_json_member_text(root, "controller");

    (void)cp_json_u64_of(cp_json_member(root, "epoch"), &epoch);
    (void)cp_json_u64_of(cp_json_member(root, "policy"), &policy);
    cp_out_text(&out, cp_json_member_text(root, "node"));
    cp_out_format(&out, ": policy %" PRIu64 ", epoch %" PRIu64 " of ", policy, epoch);
    cp_out_text(&out, cp_json_member_text(root, "epoch_of"));
    cp_out_str(&out, controller.len > 0 ? ", controller " : ", no controller");
    cp_out_text(&out, controller);
    cp_out_str(&out, agent != NULL && agent->kind == CP_JSON_TRUE ? "\n" : ", no agent\n");
    for (const struct cp_json_value *p = paths == NULL ? NULL : paths->first; p != NULL;
         p = p->next)
        write_path(&out, p);
    return cp_out_done(&out, text) == CP_OK ? CP_EXIT_OK : cp_say_no_memory();
}

cp_exit edged_ask(const char *socket_path, bool json)
{
    struct cp_arena *arena = cp_arena_open((size_t)256 << 20);
    const struct cp_json_value *root;
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_text text;
    cp_exit code = arena == NULL ? cp_say_no_memory() : fetch(socket_path, arena, &text);

    if (code == CP_EXIT_OK && !json) {
        cp_err err = cp_json_in_document(text, 0, arena, &root, &diag);

        code = err != CP_OK ? cp_say_diag(&diag, err, socket_path, CP_EXIT_INPUT)
                            : write_words(root, arena, &text);
    }
    if (code == CP_EXIT_OK)
        code = cp_stdout_write(text);
    cp_arena_close(arena);
    return code;
}
