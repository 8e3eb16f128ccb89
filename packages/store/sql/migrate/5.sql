-- quality_results, plan_violation_hour: new tables only.
SELECT 5
