-- Runs as rows to learn from. What a row says of other runs is of those alone that had ended before it began, so that
-- nothing is known at its start that was not known then; runs longer than a day count for no later one. Nothing that could
-- name a person is read: no user, session, message, text or metadata, and of the labels of apps only words that the rules
-- know. Filtered by number, so that the same question gives the same rows whatever has landed since.
WITH seen AS (
  SELECT
    s.seq, s.trace_id, s.span_id, epoch_ns(s.start_time) AS start_ns, s.start_time,
    epoch_ns(fa_end(s.start_time, s.duration_ns)) AS end_ns, s.duration_ns, fa_marked(s.marks, 0) AS untimed,
    s.feature_id, s.category_id, s.component_id, s.version_id, s.resource_id,
    fa_status_name(s.feature_status) AS status, s.tier, s.iterations, s.input_size, s.output_size, s.efficiency,
    CASE WHEN contains(s.attributes, $prefix) THEN s.attributes END AS told
  FROM spans s
  WHERE s.start_time >= fa_time($historyFrom) AND s.start_time < fa_time($to)
    AND s.feature_id <> 0
    AND s.seq <= $through
    AND fa_wanted(s.feature_id, $feature)
),
ends AS (
  SELECT feature_id, end_ns, count(*) AS runs, count(*) FILTER (status IN ('failed', 'timeout')) AS failed
  FROM seen
  WHERE NOT untimed AND duration_ns <= $longest
  GROUP BY feature_id, end_ns
),
ended AS (
  SELECT feature_id, end_ns, sum(runs) OVER past AS runs, sum(failed) OVER past AS failed
  FROM ends
  WINDOW past AS (PARTITION BY feature_id ORDER BY end_ns ROWS UNBOUNDED PRECEDING)
),
picked AS (
  SELECT *, start_ns - $hour AS hour_ago, start_ns - $day AS day_ago
  FROM seen
  WHERE start_ns >= $from
    AND fa_wanted_service(resource_id, $service)
    AND CASE
      WHEN start_ns < $validationFrom THEN end_ns < $validationFrom AND start_ns < $validationFrom - $gap
      WHEN start_ns < $testFrom THEN end_ns < $testFrom AND start_ns < $testFrom - $gap
      ELSE true
    END
),
labelled AS (
  SELECT
    p.*,
    (coalesce(now.runs, 0) - coalesce(hour.runs, 0))::BIGINT AS runs_1h,
    (coalesce(now.runs, 0) - coalesce(day.runs, 0))::BIGINT AS runs_24h,
    (coalesce(now.failed, 0) - coalesce(day.failed, 0))::BIGINT AS failed_24h,
    json_extract_string(p.told, '$."' || $prefix || 'operation_successful"') AS said_success,
    json_extract_string(p.told, '$."' || $prefix || 'performance_tier"') AS said_tier,
    json_extract_string(p.told, '$."' || $prefix || 'data_quality"') AS said_quality,
    json_extract_string(p.told, '$."' || $prefix || 'complexity_level"') AS said_complexity,
    json_extract_string(p.told, '$."' || $prefix || 'sync_efficiency"') AS said_sync,
    json_extract_string(p.told, '$."' || $prefix || 'error_recovery"') AS said_recovery,
    json_extract_string(p.told, '$."' || $prefix || 'batch_optimization"') AS said_batch
  FROM picked p
  ASOF LEFT JOIN ended now ON now.feature_id = p.feature_id AND p.start_ns > now.end_ns
  ASOF LEFT JOIN ended hour ON hour.feature_id = p.feature_id AND p.hour_ago > hour.end_ns
  ASOF LEFT JOIN ended day ON day.feature_id = p.feature_id AND p.day_ago > day.end_ns
)
SELECT
  sha256(fa_trace_id(l.trace_id) || ':' || coalesce(fa_span_id(l.span_id), '') || ':' || $rules) AS run_hash,
  strftime(l.start_time, '%Y-%m-%dT%H:00:00Z') AS time_bucket,
  feature.text AS feature,
  category.text AS category,
  component.text AS component,
  service.text AS service,
  version.text AS version,
  hour(l.start_time)::INTEGER AS hour_of_day,
  isodow(l.start_time)::INTEGER AS weekday,
  l.input_size AS input_size,
  l.runs_1h AS runs_of_feature_before_1h,
  l.runs_24h AS runs_of_feature_before_24h,
  fa_ratio(l.failed_24h, l.runs_24h) AS failed_share_before_24h,
  l.status AS status,
  CASE WHEN NOT l.untimed THEN fa_ms(l.duration_ns) END AS duration_ms,
  CASE WHEN NOT l.untimed THEN fa_tier_name(l.tier) END AS tier,
  l.iterations::BIGINT AS iterations,
  l.output_size AS output_size,
  fa_finite(l.efficiency) AS efficiency,
  CASE WHEN l.said_success IN ('true', 'false') THEN l.said_success = 'true' ELSE l.status = 'success' END
    AS label_operation_successful,
  CASE
    WHEN list_contains($tiers, l.said_tier) THEN l.said_tier
    WHEN NOT l.untimed THEN fa_tier_name(l.tier)
  END AS label_performance_tier,
  fa_finite(l.efficiency) >= $efficient AS label_efficiency_high,
  CASE WHEN list_contains($qualities, l.said_quality) THEN l.said_quality END AS label_data_quality,
  CASE WHEN list_contains($complexities, l.said_complexity) THEN l.said_complexity END AS label_complexity_level,
  CASE WHEN list_contains($syncs, l.said_sync) THEN l.said_sync END AS label_sync_efficiency,
  CASE WHEN l.said_recovery IN ('true', 'false') THEN l.said_recovery = 'true' END AS label_error_recovery,
  CASE WHEN list_contains($batches, l.said_batch) THEN l.said_batch END AS label_batch_optimization,
  CASE WHEN l.said_success IN ('true', 'false') OR list_contains($tiers, l.said_tier) THEN 'app' ELSE 'rule' END
    AS label_source,
  CASE WHEN l.start_ns < $validationFrom THEN 'train' WHEN l.start_ns < $testFrom THEN 'validation' ELSE 'test' END AS split,
  l.start_ns AS start,
  l.seq::BIGINT AS seq
FROM labelled l
LEFT JOIN resources resource ON resource.id = l.resource_id
LEFT JOIN vocabulary service ON service.id = resource.service_id
LEFT JOIN vocabulary feature ON feature.id = l.feature_id
LEFT JOIN vocabulary category ON category.id = l.category_id
LEFT JOIN vocabulary component ON component.id = l.component_id
LEFT JOIN vocabulary version ON version.id = l.version_id
