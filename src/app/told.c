#include "told.h"

#include "app/log_text.h"

value_at cp_told_first(value_at value)
{
    return value != NULL ? value->first : NULL;
}

uint64_t cp_told_count(value_at value, const char *path)
{
    uint64_t n = 0;

    return cp_json_u64_of(cp_json_path(value, path), &n) ? n : 0;
}

bool cp_told_yes(value_at value, const char *name)
{
    value_at member = cp_json_member(value, name);

    return member != NULL && member->kind == CP_JSON_TRUE;
}

void cp_told_number(struct cp_out *out, value_at value, const char *path, const char *behind)
{
    cp_out_u64(out, cp_told_count(value, path));
    cp_out_str(out, behind);
}

void cp_told_text(struct cp_out *out, value_at value, const char *before, const char *name)
{
    cp_text text = cp_json_member_text(value, name);

    if (text.len == 0)
        return;
    cp_out_str(out, before);
    cp_log_write_safe(out, text);
}

void cp_told_time(struct cp_out *out, value_at value, const char *name)
{
    cp_text at = cp_json_member_text(value, name);

    if (at.len < 20) {
        cp_out_str(out, "never");
        return;
    }
    cp_log_write_safe(out, cp_text_sub(at, 0, 19));
    cp_out_char(out, 'Z');
}

void cp_told_hold(struct cp_out *out, value_at hold)
{
    cp_told_text(out, hold, "", "kind");
    if (cp_json_member_text(hold, "since").len > 0) {
        cp_out_str(out, " since ");
        cp_told_time(out, hold, "since");
    }
    cp_told_text(out, hold, ", by ", "by");
    cp_told_text(out, hold, ": ", "reason");
}

void cp_told_alarm(struct cp_out *out, value_at alarm)
{
    cp_told_text(out, alarm, "", "severity");
    cp_told_text(out, alarm, " ", "id");
    cp_out_str(out, " since ");
    cp_told_time(out, alarm, "since");
    cp_told_text(out, alarm, ": ", "what");
    cp_told_text(out, alarm, "; acknowledged by ", "acknowledged_by");
}
