-- Operations of databases that tell whether they met a duplicate, and those that did: all, by operation, by bucket of time, and
-- by whom they were about, the most frequent first.
WITH told AS (
  SELECT
    fa_attr_text(l.attributes, 'operation_details.operation_type') AS operation,
    list_extract($buckets::INTEGER[], 1 + (epoch_ns(l.time) - $origin) // $width) AS bucket,
    fa_attr_text(l.attributes, 'lead_identifier.lead_id') AS lead,
    CASE fa_attr_text(l.attributes, 'operation_details.duplicate_detected') WHEN 'true' THEN 1 WHEN 'false' THEN 0 END AS duplicate
  FROM logs l
  WHERE l.time >= fa_time($from) AND l.time < fa_time($to)
    AND l.event_name_id IN (SELECT id FROM vocabulary WHERE text = 'database_operation')
    AND fa_wanted_service(l.resource_id, $service)
    AND ($session::VARCHAR IS NULL OR l.session_id IN (SELECT id FROM identities WHERE text = $session))
),
counted AS (
  SELECT
    CASE grouping(operation, bucket, lead) WHEN 7 THEN 'all' WHEN 3 THEN 'operation' WHEN 5 THEN 'bucket' ELSE 'lead' END AS part,
    coalesce(operation, lead) AS name,
    bucket,
    count(*) AS entries,
    coalesce(sum(duplicate), 0)::BIGINT AS duplicates
  FROM told
  WHERE duplicate IS NOT NULL
  GROUP BY GROUPING SETS ((), (operation), (bucket), (lead))
)
SELECT part, name, bucket, entries, duplicates
FROM counted
WHERE part <> 'lead' OR (name IS NOT NULL AND duplicates > 0)
QUALIFY part = 'bucket' OR row_number() OVER (PARTITION BY part ORDER BY duplicates DESC, entries DESC, name) <= $limit
ORDER BY part, bucket, duplicates DESC, entries DESC, name
