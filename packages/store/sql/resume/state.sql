-- Where the last process stopped.
SELECT
  landed_position.record,
  landed_position.rows,
  meta.hash_seed,
  -- Also larger than those of records that were archived, or were summed into roll-ups and then removed.
  greatest(
    coalesce((SELECT max(seq) FROM hot_spans), 0),
    coalesce((SELECT max(seq) FROM hot_logs), 0),
    coalesce((SELECT max(seq) FROM hot_metric_points), 0),
    coalesce((SELECT max(last_seq) FROM archive_files), 0),
    coalesce((SELECT max(actor_seq) FROM rollup_state), 0),
    -- Or told of operations, and had not landed yet.
    coalesce((SELECT max(seq) FROM operation_state), 0),
    -- Or were looked at for errors and then removed.
    coalesce((SELECT max(greatest(log_seq, span_seq)) FROM error_state), 0)
  ) + 1 AS next_seq
FROM landed_position, meta
