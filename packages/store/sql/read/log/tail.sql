-- Log records behind one in order of arrival, up to another: of the newest that may be behind ($most), the first.
-- The total tells how many there are; those beyond $bytes of text wait for the next question, but for the first one.
WITH matches AS MATERIALIZED (
  SELECT l.seq
  FROM logs l
  WHERE l.seq > $after AND l.seq <= $upTo
    -- include part/log-filter.sql
),
newest AS (SELECT seq FROM matches ORDER BY seq DESC LIMIT $most),
page AS (SELECT seq FROM newest ORDER BY seq LIMIT $limit)
SELECT
  (SELECT count(*) FROM matches) AS total,
  -- include part/log-columns.sql
FROM page p
JOIN all_logs a ON a.seq = p.seq
WHERE a.seq > $after AND a.seq <= $upTo
QUALIFY sum(coalesce(strlen(a.body), 0) + strlen(a.attributes_full::VARCHAR)) OVER (ORDER BY a.seq) <= $bytes
  OR row_number() OVER (ORDER BY a.seq) = 1
ORDER BY a.seq
