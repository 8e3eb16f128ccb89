-- Keeps the results of a run, which come as JSON.
INSERT INTO quality_results
SELECT
  $run::UUID, make_timestamp_ns($at), $daily,
  given.check_name, given.subject, given.result, given.value, given.expected, given.n, given.message, given.evidence
FROM (
  SELECT unnest(from_json($results, '[{
    "check_name": "VARCHAR", "subject": "VARCHAR", "result": "VARCHAR", "value": "DOUBLE", "expected": "DOUBLE",
    "n": "BIGINT", "message": "VARCHAR", "evidence": "VARCHAR"
  }]')) AS given
)
