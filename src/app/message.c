#include "app/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MESSAGE_BYTES 4096
#define NAMES_MAX 64u

static const char *program = "cleanpath";

static void (*say_to)(const char *line);

void cp_message_program(const char *name)
{
    program = name;
}

void cp_message_to(void (*sink)(const char *line))
{
    say_to = sink;
}

void cp_message_disarm(char *message)
{
    cp_text text = cp_text_of(message);

    for (size_t at = 0; at < text.len;) {
        uint32_t code = 0;
        size_t width = cp_text_char(text, at, &code);

        if (cp_text_is_unsafe(code))
            memset(message + at, '?', width);
        at += width;
    }
}

/* The program's name is left to who takes it. */
static void hand_on(const char *start, const char *message)
{
    char line[2 * MESSAGE_BYTES];

    (void)snprintf(line, sizeof(line), "%s%s", start == NULL ? "" : start, message);
    say_to(line);
}

/* start: NULL: the program's name */
static void say_line(const char *start, const char *format, va_list args) CP_PRINTF(2, 0);

static void say_line(const char *start, const char *format, va_list args)
{
    char message[MESSAGE_BYTES];

    (void)vsnprintf(message, sizeof(message), format, args);
    cp_message_disarm(message);
    if (say_to != NULL)
        hand_on(start, message);
    else if (start == NULL)
        (void)fprintf(stderr, "%s: %s\n", program, message);
    else
        (void)fprintf(stderr, "%s%s\n", start, message);
}

void cp_say(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say_line(NULL, format, args);
    va_end(args);
}

void cp_say_plain(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say_line("", format, args);
    va_end(args);
}

cp_exit cp_say_usage(const char *command, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say_line(NULL, format, args);
    va_end(args);
    if (command == NULL || command[0] == '\0')
        cp_say("see '%s --help'", program);
    else
        cp_say("see '%s %s --help'", program, command);
    return CP_EXIT_USAGE;
}

const char *cp_nearest_name(const char *word, const char *const *names, size_t count)
{
    cp_text candidates[NAMES_MAX];
    size_t at;

    CP_ASSERT(count <= NAMES_MAX);
    for (size_t i = 0; i < count; i++)
        candidates[i] = cp_text_of(names[i]);
    at = cp_text_nearest(cp_text_of(word), candidates, count);
    return at < count ? names[at] : NULL;
}

/* "path:12:5: " as far as it is known */
static void place_start(const struct cp_diag *diag, const char *path, char *start, size_t size)
{
    if (path == NULL)
        (void)snprintf(start, size, "%s: ", program);
    else if (diag->place.line == 0)
        (void)snprintf(start, size, "%s: ", path);
    else if (diag->place.column == 0)
        (void)snprintf(start, size, "%s:%u: ", path, diag->place.line);
    else
        (void)snprintf(start, size, "%s:%u:%u: ", path, diag->place.line, diag->place.column);
    cp_message_disarm(start);
}

static void say_at(const char *start, const char *format, ...) CP_PRINTF(2, 3);

static void say_at(const char *start, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say_line(start, format, args);
    va_end(args);
}

cp_exit cp_say_diag(const struct cp_diag *diag, cp_err err, const char *path, cp_exit otherwise)
{
    const char *why = diag->why != NULL ? diag->why : cp_err_name(err);
    char start[MESSAGE_BYTES];

    if (err == CP_ERR_NOMEM)
        return cp_say_no_memory();
    place_start(diag, path, start, sizeof(start));
    if (diag->subject[0] == '\0')
        say_at(start, "%s", why);
    else if (diag->hint[0] == '\0')
        say_at(start, "%s: '%s'", why, diag->subject);
    else
        say_at(start, "%s: '%s'; did you mean '%s'?", why, diag->subject, diag->hint);
    return otherwise;
}

cp_exit cp_say_no_memory(void)
{
    cp_say("out of memory: the case is too large for this machine");
    return CP_EXIT_SYSTEM;
}
