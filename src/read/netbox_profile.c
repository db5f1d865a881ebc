#include "netbox.h"

#include "base/num.h"

/*
 * Profiles are named after what they join: "trunk-2c4p" has two connectors of four positions on both
 * sides, "breakout-1c4p-4c1p" one of four against four of one; what is after it says that positions
 * change places.  Straight cables join like to like.
 */

static bool parse_size(cp_text word, uint32_t *connectors, uint32_t *positions)
{
    size_t c = cp_text_find(word, 'c', 0);

    return c < word.len && cp_text_ends(word, CP_TEXT("p")) &&
           cp_num_u32(cp_text_sub(word, 0, c), 255, connectors) == CP_OK &&
           cp_num_u32(cp_text_sub(word, c + 1, word.len - c - 2), 255, positions) == CP_OK &&
           *connectors > 0 && *positions > 0;
}

static bool parse_breakout(cp_text rest, uint32_t connectors, struct cp_nb_profile *out)
{
    uint32_t far = 0, each = 0;
    cp_text word;

    if (!cp_text_word(&rest, "-", &word) || !parse_size(word, &far, &each) || each != 1 ||
        far != connectors * out->a_positions)
        return false;
    out->b_positions = 1;
    out->lay = CP_NB_BREAKOUT;
    if (!cp_text_word(&rest, "-", &word))
        return true;
    out->lay = CP_NB_BREAKOUT_SHUFFLE;
    return cp_text_is(word, "shuffle") && connectors == 2 && out->a_positions == 4;
}

bool cp_nb_profile_parse(cp_text name, struct cp_nb_profile *out)
{
    uint32_t connectors = 0, positions = 0;
    cp_text kind, word;

    *out = (struct cp_nb_profile){0};
    if (!cp_text_word(&name, "-", &kind) || !cp_text_word(&name, "-", &word) ||
        !parse_size(word, &connectors, &positions))
        return false;
    out->a_positions = out->b_positions = (uint8_t)positions;
    if (cp_text_is(kind, "breakout"))
        return parse_breakout(name, connectors, out);
    if (!cp_text_is(kind, "single") && !cp_text_is(kind, "trunk"))
        return false;
    if (!cp_text_word(&name, "-", &word))
        return true;
    out->lay = connectors == 4 ? CP_NB_SHUFFLE_FOURS : CP_NB_SHUFFLE_PAIRS;
    return cp_text_is(word, "shuffle") && positions == 4 && (connectors == 2 || connectors == 4);
}

/* Four by four positions change places with their connectors; of two by four, pairs of them. */
static struct cp_nb_lane shuffled(struct cp_nb_profile profile, struct cp_nb_lane from)
{
    uint32_t p = from.position - 1, c = from.connector - 1;

    if (profile.lay == CP_NB_SHUFFLE_FOURS)
        return (struct cp_nb_lane){p + 1, c + 1};
    return (struct cp_nb_lane){p / 2 + 1, c * 2 + p % 2 + 1};
}

static struct cp_nb_lane broken_out(struct cp_nb_profile profile, uint8_t side,
                                    struct cp_nb_lane from)
{
    uint32_t p = from.position - 1, c = from.connector - 1;

    if (side == 0)
        return (struct cp_nb_lane){c * profile.a_positions + p + 1, 1};
    return (struct cp_nb_lane){c / profile.a_positions + 1, c % profile.a_positions + 1};
}

/* The eight far connectors come in two fours, and in each a pair of either near one. */
static struct cp_nb_lane broken_out_shuffled(uint8_t side, struct cp_nb_lane from)
{
    uint32_t p = from.position - 1, c = from.connector - 1;

    if (side == 0)
        return (struct cp_nb_lane){p / 2 * 4 + c * 2 + p % 2 + 1, 1};
    return (struct cp_nb_lane){c / 2 % 2 + 1, c / 4 * 2 + c % 2 + 1};
}

struct cp_nb_lane cp_nb_profile_across(struct cp_nb_profile profile, uint8_t side,
                                       struct cp_nb_lane from)
{
    switch ((cp_nb_lay)profile.lay) {
    case CP_NB_STRAIGHT:
        break;
    case CP_NB_BREAKOUT:
        return broken_out(profile, side, from);
    case CP_NB_SHUFFLE_FOURS:
    case CP_NB_SHUFFLE_PAIRS:
        return shuffled(profile, from);
    case CP_NB_BREAKOUT_SHUFFLE:
        return broken_out_shuffled(side, from);
    }
    return from;
}
