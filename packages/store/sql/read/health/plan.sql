-- What events did that the plan does not say, added up over the hours of receipt that the range touches; the events of the
-- most.
WITH kept AS (
  SELECT event_name_id, sum(records) AS records, sum(blocked) AS blocked
  FROM plan_violation_hour
  WHERE hour >= $from // 3600000000000 AND hour * 3600000000000 < $to
  GROUP BY event_name_id
)
SELECT
  coalesce((SELECT sum(records) FROM kept), 0) AS records,
  coalesce((SELECT sum(blocked) FROM kept), 0) AS blocked,
  to_json(coalesce((
    SELECT list(name ORDER BY records DESC, name)
    FROM (
      SELECT event.text AS name, k.records
      FROM kept k
      JOIN vocabulary event ON event.id = k.event_name_id
      ORDER BY k.records DESC, event.text
      LIMIT $limit
    )
  ), [])) AS events
