#include "ground/metric.h"
