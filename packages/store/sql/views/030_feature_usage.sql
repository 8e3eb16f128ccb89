-- The table of earlier versions, for people who come with SQL. REAL and INTEGER there were SQLite's, 8 bytes each: DOUBLE
-- and BIGINT here, since DuckDB's 4-byte types of those names would round durations and fail on sizes beyond 2 GiB.
-- A run without a session has its trace id as session_id, because the column is never NULL.
CREATE OR REPLACE VIEW feature_usage AS
SELECT
  seq::VARCHAR AS id,
  feature AS feature_name,
  coalesce(category, 'other') AS category,
  status,
  duration_ns / 1e9 AS duration,
  fa_iso(start_time) AS start_time,
  fa_iso(end_time) AS end_time,
  input_size,
  output_size,
  fa_attrs_below(attributes, 'feature.metadata.') AS metadata,
  user_id,
  coalesce(session_id, trace_id) AS session_id,
  error AS error_message,
  efficiency AS efficiency_score,
  iterations::BIGINT AS iterations
FROM feature_runs;
