#include "machine.h"

#include <string.h>
#include <unistd.h>

bool machine_has(cp_isa isa)
{
#if defined(__x86_64__)
    switch (isa) {
    case CP_ISA_PLAIN:
    case CP_ISA_SSE2:
        return true;
    case CP_ISA_AVX2:
        return __builtin_cpu_supports("avx2");
    case CP_ISA_AVX512:
        return __builtin_cpu_supports("avx512f");
    }
    return false;
#else
    return isa == CP_ISA_PLAIN;
#endif
}

cp_isa machine_widest(void)
{
    cp_isa widest = CP_ISA_PLAIN;

    for (int isa = CP_ISA_PLAIN; isa <= CP_ISA_AVX512; isa++)
        if (machine_has((cp_isa)isa))
            widest = (cp_isa)isa;
    return widest;
}

const char *isa_name(cp_isa isa)
{
    static const char *const names[] = {"plain", "sse2", "avx2", "avx512"};

    return names[isa];
}

static void model_name(char *name, size_t size)
{
    FILE *info = fopen("/proc/cpuinfo", "r");
    char line[256];

    snprintf(name, size, "unknown processor");
    while (info != NULL && fgets(line, sizeof(line), info) != NULL) {
        char *colon = strchr(line, ':');

        if (strncmp(line, "model name", 10) != 0 || colon == NULL)
            continue;
        line[strcspn(line, "\n")] = '\0';
        snprintf(name, size, "%s", colon + 2);
        break;
    }
    if (info != NULL)
        fclose(info);
}

void machine_describe(FILE *out)
{
    char name[256];

    model_name(name, sizeof(name));
    fprintf(
        out,
        "# The engine, measured\n\n"
        "Written by `make bench BENCH_WRITE=1`; bench/README.md says what each row is and how it "
        "is measured.\n"
        "All on one core.  Machine: %s, %ld cores; compiler " __VERSION__ ".\n",
        name, sysconf(_SC_NPROCESSORS_ONLN));
}
