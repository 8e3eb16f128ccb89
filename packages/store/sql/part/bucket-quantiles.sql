-- The percentiles of each feature from its durations in buckets.
ranked AS (
  SELECT
    feature_id, bucket,
    sum(runs) OVER (PARTITION BY feature_id ORDER BY bucket) AS upto,
    sum(runs) OVER (PARTITION BY feature_id) - 1 AS last
  FROM bucketed
),
approximate AS (
  SELECT
    feature_id,
    fa_bucket_quantiles(bucket, upto, last) AS quantiles
  FROM ranked
  GROUP BY feature_id
)
