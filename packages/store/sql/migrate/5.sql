-- quality_results, plan_violation_hour, feature_use, actor_day, trace_day, run_index, feature_day, day_user, day_session,
-- day_duration: new tables only.
SELECT 5
