-- Forgets results of runs from before a time.
DELETE FROM quality_results WHERE run_time < make_timestamp_ns($since)
