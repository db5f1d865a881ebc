#pragma once

#include "daemon.h"

/**
 * Another case or other policies without a restart: read beside those in force, set against them (what `policy diff`
 * says, and what becomes of those that are steered), and then taken, or refused with what is wrong and where: then all that is
 * in force stays as it is.
 */
typedef enum {
    RELOAD_ASKED,  /* by a person: what else they changed and would not get is told, too */
    RELOAD_SIGNAL, /* likewise, and nobody says by whom */
    RELOAD_CHANGE, /* files did */
    RELOAD_NEW_DAY /* policies and facts are judged as of another day: licences end, rules begin */
} reload_cause;

struct reload_ask {
    reload_cause cause;
    bool dry_run;
    /* Also where demands that are carried lose their last clean path, or are steered no more. */
    bool accept_loss;
    uint64_t ticket;      /* of an act of the API that waits for the answer; 0: none */
    char by[WORDS_BYTES]; /* who, as the kernel says; "": nobody is known */
};

/** False: another reload is under way. */
bool reload_start(struct daemon *d, struct reload_ask ask);
/** Once a second: whether the new day has come, by the clock on the wall. */
void reload_at_midnight(struct daemon *d);
