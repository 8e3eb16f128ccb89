-- Log records by time, newest or oldest first, beyond a cursor. Ids are filtered and cut to the page before any text is
-- joined. What reads no text of the record stands first; a filter that is not asked for is folded away before the scan.
WITH page AS (
  SELECT l.seq
  FROM logs l
  WHERE l.time >= fa_time($from) AND l.time < fa_time($to)
    AND ($service::VARCHAR IS NULL OR l.resource_id IN (
      SELECT r.id FROM resources r JOIN vocabulary v ON v.id = r.service_id WHERE v.text = $service))
    AND ($component::VARCHAR IS NULL
      OR l.component_id IN (SELECT id FROM vocabulary WHERE text = $component)
      OR (l.component_id = 0 AND l.resource_id IN (
        SELECT r.id FROM resources r JOIN vocabulary v ON v.id = r.service_id WHERE v.text = $component)))
    AND ($componentPattern::VARCHAR IS NULL
      OR l.component_id IN (SELECT id FROM vocabulary WHERE id <> 0 AND regexp_matches(text, $componentPattern))
      OR (l.component_id = 0 AND l.resource_id IN (
        SELECT r.id FROM resources r JOIN vocabulary v ON v.id = r.service_id
        WHERE r.service_id <> 0 AND regexp_matches(v.text, $componentPattern))))
    AND ($feature::VARCHAR IS NULL OR l.feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
    AND ($event::VARCHAR IS NULL OR l.event_name_id IN (SELECT id FROM vocabulary WHERE text = $event))
    AND ($errorType::VARCHAR IS NULL OR l.error_type_id IN (SELECT id FROM vocabulary WHERE text = $errorType))
    AND ($session::VARCHAR IS NULL OR l.session_id IN (SELECT id FROM identities WHERE text = $session))
    AND ($user::VARCHAR IS NULL OR l.user_id IN (SELECT id FROM identities WHERE text = $user))
    AND (len($hidden::VARCHAR[]) = 0
      OR l.event_name_id NOT IN (SELECT id FROM vocabulary WHERE list_contains($hidden, text)))
    AND ($minSeverity::BIGINT IS NULL OR l.severity_number >= $minSeverity)
    AND ($maxSeverity::BIGINT IS NULL OR l.severity_number <= $maxSeverity)
    AND ($traceId::VARCHAR IS NULL OR l.trace_id = $traceId::UUID)
    AND ($spanId::VARCHAR IS NULL OR l.span_id = $spanId::UBIGINT)
    AND ($cursorTime::BIGINT IS NULL
      OR (NOT $isOldest AND (l.time < fa_time($cursorTime) OR (l.time = fa_time($cursorTime) AND l.seq < $cursorSeq)))
      OR ($isOldest AND (l.time > fa_time($cursorTime) OR (l.time = fa_time($cursorTime) AND l.seq > $cursorSeq))))
    AND ($text::VARCHAR IS NULL OR contains(lower(l.body), lower($text)))
    AND ($exactText::VARCHAR IS NULL OR contains(l.body, $exactText))
    AND ($pattern::VARCHAR IS NULL OR regexp_matches(l.body, $pattern))
    AND ($filterPattern::VARCHAR IS NULL OR regexp_matches(l.body, $filterPattern))
    AND ($notPattern::VARCHAR IS NULL OR NOT regexp_matches(l.body, $notPattern))
    AND ($attributeNeedle::VARCHAR IS NULL OR contains(l.attributes, $attributeNeedle))
    AND (len($attributeKeys::VARCHAR[]) = 0 OR len(list_filter(
      $attributeKeys::VARCHAR[],
      lambda name, place: fa_attr_text(l.attributes, name) IS DISTINCT FROM list_extract($attributeValues::VARCHAR[], place))) = 0)
  ORDER BY
    CASE WHEN $isOldest THEN l.time END,
    CASE WHEN $isOldest THEN l.seq END,
    l.time DESC,
    l.seq DESC
  LIMIT $limit
)
SELECT
  a.seq,
  a.time,
  a.observed_time AS "observedTime",
  a.trace_id AS "traceId",
  a.span_id AS "spanId",
  a.service,
  a.severity_number AS "severityNumber",
  a.severity,
  a.severity_text AS "severityText",
  a.event_name AS event,
  a.body,
  a.is_json_body AS "isJsonBody",
  a.feature,
  a.component,
  a.error_type AS "errorType",
  a.session_id AS session,
  a.user_id AS "user",
  a.attributes_full::VARCHAR AS attributes,
  a.dropped_attributes AS "droppedAttributes",
  a.flags,
  a.original::VARCHAR AS original,
  a.resource::VARCHAR AS resource,
  a.scope::VARCHAR AS scope,
  to_json(list_filter([
    CASE WHEN fa_marked(a.marks, 1) THEN 'time_clamped' END,
    CASE WHEN fa_marked(a.marks, 2) THEN 'truncated' END,
    CASE WHEN fa_marked(a.marks, 3) THEN 'sanitized' END,
    CASE WHEN fa_marked(a.marks, 6) THEN 'duplicate_keys' END,
    CASE WHEN fa_marked(a.marks, 19) THEN 'no_time' END,
    CASE WHEN fa_marked(a.marks, 20) THEN 'no_observed_time' END,
    CASE WHEN fa_marked(a.marks, 24) THEN 'plan_invalid' END
  ], lambda mark: mark IS NOT NULL)) AS marks
FROM page p
JOIN all_logs a ON a.seq = p.seq
WHERE a.time >= fa_time($from) AND a.time < fa_time($to)
ORDER BY
  CASE WHEN $isOldest THEN a.time END,
  CASE WHEN $isOldest THEN a.seq END,
  a.time DESC,
  a.seq DESC
