-- Beside log records: those of the same process before and after each by time, the nearest so many. Looked for in pieces of time:
-- before in that of the record and the one before it, after likewise, so that each is compared with few others.
WITH
-- include part/processes.sql
hits AS MATERIALIZED (
  SELECT l.seq, l.time, coalesce(p.process, '') AS process
  FROM logs l
  LEFT JOIN processes p ON p.resource_id = l.resource_id
  WHERE l.time >= fa_time($first) AND l.time <= fa_time($last)
    AND l.seq IN (SELECT unnest(list_concat($beforeSeqs::VARCHAR[], $afterSeqs::VARCHAR[]))::UBIGINT)
),
members AS (
  SELECT r.id AS resource_id, coalesce(p.process, '') AS process
  FROM (SELECT id FROM resources UNION ALL SELECT 0) r
  LEFT JOIN processes p ON p.resource_id = r.id
  WHERE coalesce(p.process, '') IN (SELECT process FROM hits)
),
places AS MATERIALIZED (
  SELECT process, { t: time, s: seq } AS hit, false AS is_after,
    unnest([epoch_ns(time) // $width - 1, epoch_ns(time) // $width]) AS piece
  FROM hits
  WHERE seq IN (SELECT unnest($beforeSeqs::VARCHAR[])::UBIGINT)
  UNION ALL
  SELECT process, { t: time, s: seq }, true, unnest([epoch_ns(time) // $width, epoch_ns(time) // $width + 1])
  FROM hits
  WHERE seq IN (SELECT unnest($afterSeqs::VARCHAR[])::UBIGINT)
),
lines AS (
  SELECT m.process, { t: l.time, s: l.seq } AS line, epoch_ns(l.time) // $width AS piece
  FROM logs l
  JOIN members m ON m.resource_id = l.resource_id
  WHERE l.time >= fa_time($from) AND l.time < fa_time($to)
    AND (len($hidden::VARCHAR[]) = 0
      OR l.event_name_id NOT IN (SELECT id FROM vocabulary WHERE list_contains($hidden, text)))
),
nearest AS (
  SELECT p.hit, p.is_after,
    unnest(CASE WHEN p.is_after THEN min(l.line, $after + 1) ELSE max(l.line, $before + 1) END) AS line
  FROM lines l
  JOIN places p ON p.process = l.process AND p.piece = l.piece
    AND CASE WHEN p.is_after THEN l.line > p.hit ELSE l.line < p.hit END
  GROUP BY p.hit, p.is_after
)
SELECT hit.s AS hit, is_after AS "isAfter", line.s AS seq, line.t AS time
FROM nearest
ORDER BY hit, is_after, line
