-- Log records by time, newest or oldest first, beyond a cursor. Ids are filtered and cut to the page before any text is
-- joined.
WITH page AS (
  SELECT l.seq
  FROM logs l
  WHERE l.time >= fa_time($from) AND l.time < fa_time($to)
    AND ($cursorTime::BIGINT IS NULL
      OR (NOT $isOldest AND (l.time < fa_time($cursorTime) OR (l.time = fa_time($cursorTime) AND l.seq < $cursorSeq)))
      OR ($isOldest AND (l.time > fa_time($cursorTime) OR (l.time = fa_time($cursorTime) AND l.seq > $cursorSeq))))
    -- include part/log-filter.sql
  ORDER BY
    CASE WHEN $isOldest THEN l.time END,
    CASE WHEN $isOldest THEN l.seq END,
    l.time DESC,
    l.seq DESC
  LIMIT $limit
)
SELECT
  -- include part/log-columns.sql
FROM page p
JOIN all_logs a ON a.seq = p.seq
WHERE a.time >= fa_time($from) AND a.time < fa_time($to)
ORDER BY
  CASE WHEN $isOldest THEN a.time END,
  CASE WHEN $isOldest THEN a.seq END,
  a.time DESC,
  a.seq DESC
