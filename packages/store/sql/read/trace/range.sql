-- The first and the last moment that a span of one trace can begin at; NULL where no span can. Moments instead of files:
-- rows that are archived before the next question stay within them.
SELECT min(first_ns) AS "from", max(last_ns) AS last
FROM (
  SELECT epoch_ns(min(start_time)) AS first_ns, epoch_ns(max(start_time)) AS last_ns
  FROM hot_spans
  WHERE trace_id = $traceId::UUID
  UNION ALL
  SELECT epoch_ns(fa_hour_start(min(hour))), epoch_ns(fa_end(fa_hour_start(max(hour)), 3599999999999))
  FROM trace_hour
  WHERE tail = fa_trace_tail($traceId::UUID)
  HAVING count(*) > 0
)
