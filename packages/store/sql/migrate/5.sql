-- quality_results, plan_violation_hour, feature_use, actor_day, trace_day, run_index: new tables only.
SELECT 5
