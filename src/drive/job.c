#include "inside.h"

/* A plan made beside the drive: it reads its epoch's view and the policies, and nothing of the drive. */

static cp_err judge_view(const struct cp_drive_job *job, struct cp_arena *arena,
                         const struct cp_judge **judge, struct cp_diag *diag)
{
    struct cp_judge_ask ask = {.policies = job->policies,
                               .count = job->policy_count,
                               .net = job->epoch->view.net,
                               .as_of = CP_DATE_NONE};

    return cp_judge_make(&ask, arena, judge, diag);
}

static cp_err run_stages(struct cp_planning *planning, cp_drive_run run, void *to)
{
    for (;;) {
        uint32_t parts;

        CP_TRY(cp_planning_next(planning, &parts));
        if (parts == 0)
            return CP_OK;
        CP_TRY(run(to, planning, parts));
    }
}

cp_err cp_drive_job_make(struct cp_drive_job *job, struct cp_arena *arena, cp_drive_run run,
                         void *to, const struct cp_plan **plan, struct cp_diag *diag)
{
    struct cp_plan_ask ask = {
        .view = &job->epoch->view, .depths = job->depths, .config = job->config};
    struct cp_planning *planning;

    *plan = NULL;
    CP_TRY(judge_view(job, arena, &ask.judge, diag));
    CP_TRY(cp_planning_open(&ask, arena, &planning, diag));
    CP_TRY(run_stages(planning, run, to));
    return cp_planning_finish(planning, plan);
}
