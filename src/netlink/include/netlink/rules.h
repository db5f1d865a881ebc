#pragma once

/* Rules that are ours, and marks, by which packets are known between filter and rules. */
#define CP_RULE_OUTER 90u
#define CP_RULE_LOCALS \
    91u /* not of the tunnel's packets: what is unpacked here could be packed again, and the kernel go round */
#define CP_RULE_ERRORS \
    92u                  /* of ICMP, which bear the mark of what they are about: to our own hosts */
#define CP_RULE_MARK 93u /* what the filter marked goes where the selectors would have it go */
#define CP_RULE_SELECT 100u /* + which select */
#define CP_SELECTS_MAX 30000u

#define CP_MARK_SHIFT 16u /* marks are class << 16; the low 16 bits are other people's */
#define CP_MARK_MASK 0xffff0000u
#define CP_MARK_UNPACKED (1024u << CP_MARK_SHIFT) /* of no class: what is unpacked here */

/* Sets of the filter that nobody asks: what packets are checked by; families and lengths follow the name. */
#define CP_SET_STEPS "steps"   /* mark, SID, first bits of one that may come after it */
#define CP_SET_SIDS "sids"     /* mark, SID that may be passed */
#define CP_SET_LOOSE "loose"   /* mark, SID that may come after any other */
#define CP_SET_BEHIND "behind" /* mark, SID that unpacks, destination's first bits */
#define CP_SET_INSIDE \
    "inside" /* mark, destination's first bits: a prefix inside of a shorter one */
#define CP_SET_SELECT "select"     /* and a number: what selects ask for, as far as they differ */
#define CP_SET_FRAGMENT "fragment" /* likewise, without ports */
#define CP_SET_HIDDEN "hidden"     /* likewise, without protocols */
#define CP_SET_ERROR "error"       /* likewise: destinations of errors of ICMP that quote a class */
#define CP_SET_CLOCK \
    "clock" /* the greatest time when the barrier was raised last, and since boot then; us */
#define CP_SET_TURN "turn" /* how often it has been raised since boot, 0 */
