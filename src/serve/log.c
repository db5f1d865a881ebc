#include "serve/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/message.h"
#include "base/moment.h"

enum { LINE_BYTES = 8192, WORDS_BYTES = 4096 };

static struct {
    pthread_mutex_t mutex;
    log_form form;
    log_level least;
    log_writer writer;
    bool journal, started;
    uint64_t tokens_us; /* of the bucket: each line takes 1/LOG_A_SECOND of a second */
    uint64_t filled_us;
    uint64_t left_out, told;
} logging = {.mutex = PTHREAD_MUTEX_INITIALIZER, .least = LOG_INFO};

static const uint64_t line_us = 1000000 / LOG_A_SECOND;

static uint64_t now_us(clockid_t clock)
{
    struct timespec now;

    (void)clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* --- what others say ----------------------------------------------------------------------------- */

static _Thread_local struct log_caught *catching;

static void keep_back(struct log_caught *to, const char *line)
{
    size_t len = strlen(line);

    if (to->len + len + 2 > sizeof to->lines) {
        to->left_out++;
        return;
    }
    memcpy(to->lines + to->len, line, len);
    to->len += len;
    to->lines[to->len++] = '\n';
    to->lines[to->len] = '\0';
}

static void say(const char *line)
{
    static const char word[] = "warning: ";
    const char *at = strstr(line, word);
    bool after_place = at != NULL && at - line >= 2 && strncmp(at - 2, ": ", 2) == 0;

    if (catching != NULL)
        keep_back(catching, line);
    else if (at == line || after_place)
        log_say(LOG_WARNING, logging.started ? "message" : "start", NULL, "%.*s%s",
                (int)(at - line), line, at + sizeof word - 1);
    else
        log_say(logging.started ? LOG_WARNING : LOG_ERROR, logging.started ? "message" : "start",
                NULL, "%s", line);
}

void log_catch(struct log_caught *to)
{
    catching = to;
    if (to != NULL)
        *to = (struct log_caught){.len = 0};
}

void log_catch_on(struct log_caught *to)
{
    catching = to;
}

void log_say_caught(const struct log_caught *caught, log_level level, const char *kind)
{
    for (const char *at = caught->lines; *at != '\0'; at += strcspn(at, "\n") + 1)
        log_say(level, kind, NULL, "%.*s", (int)strcspn(at, "\n"), at);
    if (caught->left_out > 0)
        log_say(level, kind, NULL, "and %u more", caught->left_out);
}

void log_started(void)
{
    logging.started = true;
}

void log_open(log_form form, log_level least)
{
    logging.form = form;
    logging.least = least;
    logging.journal = getenv("JOURNAL_STREAM") != NULL;
    logging.tokens_us = LOG_BURST * line_us;
    logging.filled_us = now_us(CLOCK_MONOTONIC);
    cp_message_to(say);
}

void log_writes(log_writer writer)
{
    logging.writer = writer;
}

uint64_t log_left_out(void)
{
    uint64_t count;

    (void)pthread_mutex_lock(&logging.mutex);
    count = logging.left_out;
    (void)pthread_mutex_unlock(&logging.mutex);
    return count;
}

/* --- lines --------------------------------------------------------------------------------------- */

static const char *level_name(log_level level)
{
    switch (level) {
    case LOG_ERROR:
        return "error";
    case LOG_WARNING:
        return "warning";
    case LOG_NOTICE:
        return "notice";
    case LOG_INFO:
        return "info";
    case LOG_DETAIL:
        return "detail";
    }
    return "info";
}

struct line {
    log_level level;
    const char *kind;
    cp_text about, words, document;
};

static void write_json(struct cp_out *out, const struct line *line, const char *at)
{
    struct cp_json json = cp_json_make(out);

    cp_json_object(&json, NULL, CP_JSON_FLAT);
    cp_json_str(&json, "at", at);
    cp_json_str(&json, "level", level_name(line->level));
    cp_json_str(&json, "kind", line->kind);
    if (line->about.len > 0)
        cp_json_text(&json, "about", line->about);
    if (line->words.len > 0)
        cp_json_text(&json, "message", line->words);
    if (line->document.len > 0)
        cp_json_number(&json, "document", line->document);
    cp_json_close(&json);
}

static void write_text(struct cp_out *out, const struct line *line, const char *at)
{
    if (!logging.journal)
        cp_out_format(out, "%s %s ", at, level_name(line->level));
    if (line->document.len > 0 && logging.writer != NULL &&
        logging.writer(out, line->kind, line->about, line->document) == CP_OK) {
        cp_out_char(out, '\n');
        return;
    }
    cp_out_str(out, line->kind);
    if (line->about.len > 0) {
        cp_out_char(out, ' ');
        cp_out_text(out, line->about);
    }
    cp_out_str(out, ": ");
    cp_out_text(out, line->words.len > 0 ? line->words : line->document);
    cp_out_char(out, '\n');
}

static void write_line(const struct line *line)
{
    struct cp_arena *arena = cp_arena_open((size_t)16 << 20);
    struct cp_out out = cp_out_make(arena);
    cp_text text;
    char at[28];

    if (arena == NULL)
        return;
    cp_moment_format(now_us(CLOCK_REALTIME), at);
    if (logging.journal)
        cp_out_format(&out, "<%d>", line->level);
    if (logging.form == LOG_JSON)
        write_json(&out, line, at);
    else
        write_text(&out, line, at);
    if (cp_out_done(&out, &text) == CP_OK && write(STDERR_FILENO, text.at, text.len) < 0)
        logging.left_out++; /* nobody hears */
    cp_arena_close(arena);
}

/* A token bucket. */
static bool may_write(void)
{
    uint64_t now = now_us(CLOCK_MONOTONIC);

    logging.tokens_us += now - logging.filled_us;
    logging.filled_us = now;
    if (logging.tokens_us > LOG_BURST * line_us)
        logging.tokens_us = LOG_BURST * line_us;
    if (logging.tokens_us < line_us) {
        logging.left_out++;
        return false;
    }
    logging.tokens_us -= line_us;
    return true;
}

static void tell_left_out(void)
{
    char words[64];

    if (logging.told == logging.left_out)
        return;
    (void)snprintf(words, sizeof words, "%llu lines were left out: too many at once",
                   (unsigned long long)(logging.left_out - logging.told));
    logging.told = logging.left_out;
    write_line(&(struct line){.level = LOG_WARNING, .kind = "log", .words = cp_text_of(words)});
}

static void put(const struct line *line)
{
    if (line->level > logging.least)
        return;
    (void)pthread_mutex_lock(&logging.mutex);
    if (may_write()) {
        tell_left_out();
        write_line(line);
    }
    (void)pthread_mutex_unlock(&logging.mutex);
}

void log_say(log_level level, const char *kind, const char *about, const char *format, ...)
{
    char words[WORDS_BYTES];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(words, sizeof words, format, args);
    va_end(args);
    cp_message_disarm(words);
    put(&(struct line){
        .level = level, .kind = kind, .about = cp_text_of(about), .words = cp_text_of(words)});
}

void log_record(log_level level, const char *kind, cp_text about, cp_text document)
{
    put(&(struct line){
        .level = level, .kind = kind, .about = about, .document = cp_text_trim(document)});
}
