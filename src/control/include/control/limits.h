#pragma once

/** LSPs of one controller at most, whatever its config says. */
#define CP_CONTROL_LSPS_MAX 1000000u
