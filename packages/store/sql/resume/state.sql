-- Where the last process stopped.
SELECT
  landed_position.record,
  landed_position.rows,
  meta.hash_seed,
  coalesce((SELECT max(seq) FROM spans), 0) + 1 AS next_seq
FROM landed_position, meta
