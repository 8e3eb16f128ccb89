-- Records that tell of operations, behind a number, in its order.
-- include part/operation-processes.sql
last AS (
  -- The number alone first: to sort whole rows takes three times as long.
  SELECT max(seq) AS seq
  FROM (
    SELECT l.seq
    FROM logs l
    WHERE l.seq > $seq AND l.event_name_id IN (SELECT id FROM names)
    ORDER BY l.seq
    LIMIT $limit
  )
),
page AS (
  SELECT l.*
  FROM logs l
  WHERE l.seq > $seq AND l.seq <= (SELECT seq FROM last) AND l.event_name_id IN (SELECT id FROM names)
)
-- include part/operation-records.sql
ORDER BY l.seq
