#pragma once

/** LSPs of one controller at most, whatever its config says. */
#define CP_CONTROL_LSPS_MAX 1000000u

/** LSPs that are looked at within one call, where the config says nothing else: the rest with the ticks that follow at once. */
#define CP_CONTROL_AT_ONCE 128u
