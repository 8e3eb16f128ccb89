-- Which log records come next, newest or oldest first, beyond a cursor: their numbers and times, no text of theirs.
SELECT l.seq, l.time
FROM logs l
WHERE l.time >= fa_time($from) AND l.time < fa_time($to)
  AND l.seq >= $firstSeq::UBIGINT AND l.seq <= $lastSeq::UBIGINT
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
