#include "report/report.h"

/* Sums of bandwidth: halves of 32 bits apart, so that 2^32 demands of any bandwidth cannot wrap. */
struct wide_sum {
    uint64_t high, low;
};

static void wide_add(struct wide_sum *sum, uint64_t value)
{
    sum->high += value >> 32;
    sum->low += value & UINT32_MAX;
}

static struct wide_sum wide_normal(struct wide_sum sum)
{
    return (struct wide_sum){sum.high + (sum.low >> 32), sum.low & UINT32_MAX};
}

/* Lowest `shift` bits dropped; what is left must fit. */
static uint64_t wide_shifted(struct wide_sum sum, uint32_t shift)
{
    if (shift >= 32)
        return sum.high >> (shift - 32);
    return (sum.high << (32 - shift)) | (sum.low >> shift);
}

/* Hundredths of a percent, rounded, but 0 and 100 % only where that is exact. */
static uint32_t share(struct wide_sum part, struct wide_sum whole)
{
    uint32_t shift = 0;
    uint64_t p, w, hundredths;

    part = wide_normal(part);
    whole = wide_normal(whole);
    if (part.high == 0 && part.low == 0)
        return 0;
    if (part.high == whole.high && part.low == whole.low)
        return 10000;
    while (whole.high >> shift >= 1u << 16)
        shift++; /* so that the whole fits 48 bits, and 10,000 times it 64 */
    p = wide_shifted(part, shift);
    w = wide_shifted(whole, shift);
    hundredths = (p * 10000 + w / 2) / w;
    if (hundredths < 1)
        return 1;
    return hundredths > 9999 ? 9999 : (uint32_t)hundredths;
}

static bool states_bandwidth(const struct cp_report *report)
{
    const struct cp_case *net = report->judge->net;

    for (uint32_t d = 0; d < net->demand_count; d++) {
        uint64_t bps = net->demands[d].bandwidth_bps;

        if (report->results[d].judged && bps != CP_BPS_NONE && bps > 0)
            return true;
    }
    return false;
}

static void sum_exposed(const struct cp_report *report, struct cp_report_summary *summary)
{
    const struct cp_case *net = report->judge->net;
    struct wide_sum all = {0, 0}, now = {0, 0}, one = {0, 0};

    summary->by_bandwidth = states_bandwidth(report);
    for (uint32_t d = 0; d < net->demand_count; d++) {
        const struct cp_demand_result *result = &report->results[d];
        uint64_t bps = net->demands[d].bandwidth_bps;
        uint64_t weight = summary->by_bandwidth ? (bps == CP_BPS_NONE ? 0 : bps) : 1;

        if (!result->judged)
            continue;
        summary->without_bandwidth += bps == CP_BPS_NONE;
        wide_add(&all, weight);
        if (result->exposure_depth == 0)
            wide_add(&now, weight);
        if (result->exposure_depth <= 1)
            wide_add(&one, weight);
    }
    summary->exposed_now_bp = share(now, all);
    summary->exposed_one_failure_bp = share(one, all);
}

static void count_presences(const struct cp_judge *judge, struct cp_report_summary *summary)
{
    for (uint32_t i = 0; i < judge->presence_count; i++) {
        if (judge->presences[i].trust == CP_UNTRUSTED)
            summary->presence_violations++;
        else if (judge->presences[i].trust == CP_UNKNOWN)
            summary->presence_undecided++;
    }
}

struct cp_report_summary cp_report_summarize(const struct cp_report *report)
{
    struct cp_report_summary summary = {0};

    for (uint32_t d = 0; d < report->judge->net->demand_count; d++) {
        switch (report->results[d].verdict) {
        case CP_VERDICT_OK:
            summary.ok++;
            break;
        case CP_VERDICT_VIOLATION:
            summary.violation++;
            break;
        case CP_VERDICT_UNDECIDED:
            summary.undecided++;
            break;
        case CP_VERDICT_NO_PATH:
            summary.no_path++;
            break;
        }
        if (!report->results[d].judged)
            summary.uncovered++;
    }
    count_presences(report->judge, &summary);
    sum_exposed(report, &summary);
    return summary;
}

int cp_report_exit_code(const struct cp_report_summary *summary)
{
    if (summary->violation > 0 || summary->no_path > 0 || summary->presence_violations > 0)
        return 1;
    return summary->undecided > 0 || summary->presence_undecided > 0 ? 2 : 0;
}
