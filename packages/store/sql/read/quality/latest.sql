-- The results of each check's last run up to a time, what is worst first.
SELECT
  q.run_id::VARCHAR AS run,
  q.run_time AS "at",
  q.daily,
  q.check_name AS "check",
  q.subject,
  q.result,
  q.value,
  q.expected,
  q.n,
  q.message,
  q.evidence
FROM quality_results q
JOIN (
  SELECT check_name, arg_max(run_id, run_time) AS run_id
  FROM quality_results
  WHERE $until::BIGINT IS NULL OR epoch_ns(run_time) <= $until
  GROUP BY check_name
) last_run USING (check_name, run_id)
WHERE ($check::VARCHAR IS NULL OR q.check_name = $check) AND ($result::VARCHAR IS NULL OR q.result = $result)
ORDER BY
  list_position(['fail', 'error', 'warn', 'not_enough_data', 'pass'], q.result),
  q.check_name, q.subject NULLS FIRST
LIMIT $limit
