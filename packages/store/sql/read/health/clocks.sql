-- Senders whose records ended, by their own clock, later than they came by ours.
WITH ahead AS (
  SELECT resource_id, epoch_ns(fa_end(start_time, duration_ns)) - epoch_ns(received_time) AS lead_ns
  FROM hot_spans
  WHERE received_time >= fa_time($from)
  UNION ALL
  SELECT resource_id, epoch_ns(time) - epoch_ns(received_time)
  FROM hot_logs
  WHERE received_time >= fa_time($from)
)
SELECT service.text AS service, count(*) AS records, max(a.lead_ns) AS "aheadNs"
FROM ahead a
LEFT JOIN resources r ON r.id = a.resource_id
LEFT JOIN vocabulary service ON service.id = r.service_id
WHERE a.lead_ns > $toleranceNs
GROUP BY service.text
ORDER BY "aheadNs" DESC
LIMIT 10
