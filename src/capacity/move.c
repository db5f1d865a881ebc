#include "capacity/capacity.h"

static const char *const names[] = {
    [CP_MOVE_NONE] = "none", [CP_MOVE_SOME] = "some", [CP_MOVE_ALL] = "all"};

const char *cp_move_name(cp_move move)
{
    CP_ASSERT(move < CP_MOVE_COUNT);
    return names[move];
}
