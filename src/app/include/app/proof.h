#pragma once

#include "base/text.h"
#include "app/exit.h"
#include "prove/prove.h"

/**
 * No answer leaves the program that our own checker refuses: what proves it is made part by part, on
 * several threads, and handed to the checker in order, and to the files of a bundle where one is
 * asked for (cleanpath-bundle(5)).
 */

/** Kept exits of this: 70 (EX_SOFTWARE), an answer of ours that does not hold. */
struct cp_proof_ask {
    struct cp_prove_ask prove;
    cp_text answer; /* as --json prints it */
    uint32_t jobs;
    const char *bundle; /* the folder to write; NULL: none */
};

/** OK, or what is wrong has been said: UNPROVEN, USAGE (something is there already), IO, SYSTEM, INPUT. */
cp_exit cp_proof_make(const struct cp_proof_ask *ask);
