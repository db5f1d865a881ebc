#include "netbox_page.h"

#include "base/json_in.h"

static cp_err count_results(struct cp_json_in *in, struct cp_arena *arena, uint32_t *count,
                            struct cp_diag *diag)
{
    bool more;

    CP_TRY(cp_json_in_enter(in, CP_JSON_ARRAY, diag));
    for (*count = 0;; ++*count) {
        CP_TRY(cp_json_in_next(in, arena, NULL, &more, diag));
        if (!more)
            return CP_OK;
        CP_TRY(cp_json_in_skip(in, diag));
    }
}

static cp_err take_next(struct cp_json_in *in, struct cp_arena *arena, cp_text *next,
                        struct cp_diag *diag)
{
    const struct cp_json_value *value;

    CP_TRY(cp_json_in_take(in, arena, &value, diag));
    if (value->kind == CP_JSON_TEXT)
        *next = value->text;
    else if (value->kind != CP_JSON_NULL)
        return cp_diag_set(diag, CP_ERR_MALFORMED, value->place, "next is no address", CP_TEXT(""));
    return CP_OK;
}

static cp_err take_total(struct cp_json_in *in, struct cp_arena *arena, uint64_t *total,
                         struct cp_diag *diag)
{
    const struct cp_json_value *value;

    CP_TRY(cp_json_in_take(in, arena, &value, diag));
    if (value->kind == CP_JSON_NULL || cp_json_u64_of(value, total))
        return CP_OK;
    return cp_diag_set(diag, CP_ERR_MALFORMED, value->place, "count is no number", CP_TEXT(""));
}

cp_err cp_netbox_page_read(cp_text bytes, struct cp_arena *arena, struct cp_netbox_page *out,
                           struct cp_diag *diag)
{
    struct cp_json_in in = cp_json_in_make(bytes, CP_PLACE_NO_FILE, 1);
    bool more, has_next = false, has_results = false, has_total = false;
    cp_text key;

    *out = (struct cp_netbox_page){.total = CP_NETBOX_NO_TOTAL};
    CP_TRY(cp_json_in_enter(&in, CP_JSON_OBJECT, diag));
    for (;;) {
        CP_TRY(cp_json_in_next(&in, arena, &key, &more, diag));
        if (!more)
            break;
        if (cp_text_is(key, "results") && !has_results) {
            has_results = true;
            CP_TRY(count_results(&in, arena, &out->count, diag));
        } else if (cp_text_is(key, "next") && !has_next) {
            has_next = true;
            CP_TRY(take_next(&in, arena, &out->next, diag));
        } else if (cp_text_is(key, "count") && !has_total) {
            has_total = true;
            CP_TRY(take_total(&in, arena, &out->total, diag));
        } else {
            CP_TRY(cp_json_in_skip(&in, diag));
        }
    }
    if (!has_results || !has_next)
        return cp_diag_set(diag, CP_ERR_MALFORMED, CP_PLACE_NONE,
                           "no page: results or next is not there", CP_TEXT(""));
    return cp_json_in_end(&in, diag);
}

/* --- addresses ---------------------------------------------------------------------------- */

static const cp_text scheme = {"https://", 8};

static bool is_plain(char c, const char *others)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
        return true;
    for (; *others != '\0'; others++)
        if (c == *others)
            return true;
    return false;
}

static bool are_plain(cp_text text, const char *others)
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_plain(text.at[i], others))
            return false;
    return true;
}

bool cp_netbox_url_is_good(cp_text url)
{
    cp_text rest, host;
    size_t slash;

    if (!cp_text_starts(url, scheme) || url.len > 1024)
        return false;
    rest = cp_text_sub(url, scheme.len, url.len);
    slash = cp_text_find(rest, '/', 0);
    host = cp_text_sub(rest, 0, slash);
    return host.len > 0 && are_plain(host, ".-:[]") &&
           are_plain(cp_text_sub(rest, slash, rest.len), "/.-_~");
}

bool cp_netbox_url_is_below(cp_text url, cp_text server)
{
    while (cp_text_ends(server, CP_TEXT("/")))
        server.len--;
    return cp_text_starts(url, server) &&
           cp_text_starts(cp_text_sub(url, server.len, url.len), CP_TEXT("/api/")) &&
           are_plain(url, ":/.-_~?&=%,+[]");
}

bool cp_netbox_token_is_good(cp_text token)
{
    return token.len > 0 && token.len <= 512 && are_plain(token, "_.-~+/=");
}

const char *cp_netbox_token_scheme(cp_text token)
{
    return cp_text_starts(token, CP_TEXT("nbt_")) ? "Bearer" : "Token";
}
