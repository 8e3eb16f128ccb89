-- Where the last process stopped.
SELECT
  landed_position.record,
  landed_position.rows,
  meta.hash_seed,
  greatest(
    coalesce((SELECT max(seq) FROM spans), 0),
    coalesce((SELECT max(seq) FROM logs), 0),
    coalesce((SELECT max(seq) FROM metric_points), 0)
  ) + 1 AS next_seq
FROM landed_position, meta
