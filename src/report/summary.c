#include "report/report.h"

#include "phrases.h"

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

static void count_finding(struct cp_report_summary *summary, cp_finding_kind kind, cp_trust trust)
{
    summary->found[kind].violations += trust == CP_UNTRUSTED;
    summary->found[kind].undecided += trust == CP_UNKNOWN;
}

static void count_findings(const struct cp_judge *judge, struct cp_report_summary *summary)
{
    for (uint32_t i = 0; i < judge->presence_count; i++)
        count_finding(summary, cp_finding_kind_of(judge, &judge->presences[i]),
                      judge->presences[i].trust);
    for (uint32_t i = 0; i < judge->cap_count; i++)
        count_finding(summary, CP_FINDING_CAP, cp_cap_verdict(&judge->caps[i]));
    for (uint32_t i = 0; i < judge->supplier_count; i++)
        count_finding(summary, CP_FINDING_SUPPLIERS, cp_suppliers_verdict(&judge->suppliers[i]));
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
    for (uint32_t d = 0; report->licences != NULL && d < report->judge->net->demand_count; d++)
        summary.by_licence += report->licences[d].licence != NULL;
    count_findings(report->judge, &summary);
    sum_exposed(report, &summary);
    return summary;
}

int cp_report_exit_code(const struct cp_report_summary *summary)
{
    uint32_t violations = summary->violation + summary->no_path;
    uint32_t undecided = summary->undecided;

    for (int kind = 0; kind < CP_FINDING_COUNT; kind++) {
        violations |= summary->found[kind].violations;
        undecided |= summary->found[kind].undecided;
    }
    if (violations > 0)
        return 1;
    return undecided > 0 ? 2 : 0;
}

void cp_phrase_finding_sums(struct cp_out *out, const struct cp_report_summary *summary)
{
    static const char *const one[CP_FINDING_COUNT] = {"presence violation",
                                                      "installation violation", "cap exceeded",
                                                      "rule of suppliers violated"};
    static const char *const many[CP_FINDING_COUNT] = {"presence violations",
                                                       "installation violations", "caps exceeded",
                                                       "rules of suppliers violated"};

    for (int kind = 0; kind < CP_FINDING_COUNT; kind++) {
        uint32_t violations = summary->found[kind].violations;
        uint32_t undecided = summary->found[kind].undecided;

        if (kind != CP_FINDING_PRESENCE && violations + undecided == 0)
            continue;
        cp_out_str(out, "; ");
        cp_phrase_count(out, violations, one[kind], many[kind]);
        if (undecided > 0)
            cp_out_format(out, ", %u undecided", undecided);
    }
}

void cp_json_finding_sums(struct cp_json *json, const struct cp_report_summary *summary)
{
    static const char *const violations[CP_FINDING_COUNT] = {
        "presence_violations", "install_violations", "cap_violations", "supplier_violations"};
    static const char *const undecided[CP_FINDING_COUNT] = {
        "presence_undecided", "install_undecided", "cap_undecided", "supplier_undecided"};

    for (int kind = 0; kind < CP_FINDING_COUNT; kind++) {
        cp_json_u64(json, violations[kind], summary->found[kind].violations);
        cp_json_u64(json, undecided[kind], summary->found[kind].undecided);
    }
}
