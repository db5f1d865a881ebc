#include "route/paths.h"
