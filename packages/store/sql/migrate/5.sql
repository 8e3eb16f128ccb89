-- quality_results, plan_violation_hour, feature_use, active_day, trace_hour, run_index, feature_day, day_user, day_session,
-- day_duration, day_run, day_guest, day_visit, day_far_user, exact_hour, span_event_day,
-- attribute_slice, attribute_filter, log_slice, log_filter, operations, live_operations, operation_state, error_groups, error_occurrences,
-- error_state, daily_summaries: new tables only.
SELECT 5
