-- Synchronisations by the size of their batches, with the sums that a rate and its spread are made of: time in seconds, records
-- that were synced, records in all and those that failed.
WITH told AS (
  SELECT
    fa_number(fa_attr_text(l.attributes, 'sync_details.batch_size')) AS size,
    fa_number(fa_attr_text(l.attributes, 'sync_details.total_leads')) AS total,
    fa_number(fa_attr_text(l.attributes, 'sync_details.retry_attempts')) AS retries,
    fa_number(fa_attr_text(l.attributes, 'sync_results.leads_synced')) AS synced,
    fa_number(fa_attr_text(l.attributes, 'sync_results.leads_failed')) AS failed,
    fa_number(fa_attr_text(l.attributes, 'sync_results.execution_time_ms')) / 1000 AS seconds
  FROM logs l
  WHERE l.time >= fa_time($from) AND l.time < fa_time($to)
    AND l.event_name_id IN (SELECT id FROM vocabulary WHERE text = 'sync_operation')
    AND fa_wanted_service(l.resource_id, $service)
    AND ($syncType::VARCHAR IS NULL OR fa_attr_text(l.attributes, 'sync_details.sync_type') = $syncType)
)
SELECT
  size AS "batchSize",
  count(*) AS n,
  sum(seconds) AS seconds,
  sum(seconds * seconds) AS "seconds2",
  sum(synced) AS synced,
  sum(synced * synced) AS "synced2",
  sum(synced * seconds) AS "syncedSeconds",
  sum(total) AS total,
  sum(total * total) AS "total2",
  sum(coalesce(failed, 0)) AS failed,
  sum(coalesce(failed, 0) * coalesce(failed, 0)) AS "failed2",
  sum(coalesce(failed, 0) * total) AS "failedTotal",
  sum(coalesce(retries, 0)) AS retries
FROM told
WHERE size > 0 AND seconds > 0 AND synced >= 0 AND total > 0
  -- Squares of what nobody can have synced would leave the numbers.
  AND greatest(size, seconds, synced, total, abs(failed), abs(retries)) <= 1e15
GROUP BY size
ORDER BY n DESC, size
LIMIT $limit
