#include "capacity_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "contest.h"

int main(void)
{
    return 0;
}
