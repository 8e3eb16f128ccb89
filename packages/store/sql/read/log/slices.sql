-- Where log records may be that have all of these words in their body and attributes, by the filters that upkeep writes: ranges
-- of their numbers, at most $most, and of their times. NULL for times: any. What has no filter may have every word.
WITH gram AS (
  SELECT DISTINCT hash(unnest(fa_grams(word, CASE WHEN length(word) < 6 THEN 3 ELSE 6 END))) AS h
  FROM (SELECT unnest($words::VARCHAR[]) AS word)
),
found AS (
  SELECT f.slice
  FROM log_filter f
  JOIN gram g ON f.part = fa_filter_part(g.h) AND fa_filter_has(f.bits, g.h)
  GROUP BY f.slice
  HAVING count(*) = (SELECT count(*) FROM gram)
),
missed AS (
  SELECT slice
  FROM log_slice
  WHERE probe = fa_filter_probe()
    AND (last_time < fa_time($from) OR first_time >= fa_time($to) OR slice NOT IN (SELECT slice FROM found))
  UNION ALL
  -- Behind every slice.
  SELECT 281474976710656::UBIGINT
),
stretch AS (
  SELECT first, slice - 1 AS last
  FROM (SELECT slice, coalesce(lag(slice) OVER (ORDER BY slice) + 1, 0) AS first FROM missed)
  WHERE slice > first
),
-- Those that lie nearest are one, with what is between them.
ranked AS (
  SELECT first, last, row_number() OVER (ORDER BY first - coalesce(before, 0) DESC) AS place
  FROM (SELECT *, lag(last) OVER (ORDER BY first) AS before FROM stretch)
),
joined AS (
  SELECT min(first) AS first, max(last) AS last
  FROM (SELECT *, count(*) FILTER (place < $most) OVER (ORDER BY first) AS number FROM ranked)
  GROUP BY number
)
SELECT
  j.first * fa_slice_rows() AS "firstSeq",
  (j.last + 1) * fa_slice_rows() - 1 AS "lastSeq",
  CASE WHEN known THEN epoch_ns(min(s.first_time)) END AS "firstTime",
  CASE WHEN known THEN epoch_ns(max(s.last_time)) END AS "lastTime"
FROM (
  SELECT *, first >= (SELECT min(slice) FROM log_slice) AND last <= (SELECT max(slice) FROM log_slice) AS known
  FROM joined
) j
LEFT JOIN log_slice s ON s.slice >= j.first AND s.slice <= j.last
GROUP BY j.first, j.last, j.known
ORDER BY j.first
