-- When the schedule last ran the checks; NULL for never.
SELECT max(run_time) AS "at" FROM quality_results WHERE daily
