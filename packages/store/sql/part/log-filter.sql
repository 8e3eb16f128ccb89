    -- What narrows log records l. What reads no text of the record stands first; a filter that is not asked for is folded away
    -- before the scan.
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
    AND ($text::VARCHAR IS NULL OR contains(lower(l.body), lower($text)))
    AND ($exactText::VARCHAR IS NULL OR contains(l.body, $exactText))
    -- The name of an event stands in its line as the body does.
    AND ($pattern::VARCHAR IS NULL OR regexp_matches(l.body, $pattern)
      OR l.event_name_id IN (SELECT id FROM vocabulary WHERE id <> 0 AND regexp_matches(text, $pattern)))
    AND ($filterPattern::VARCHAR IS NULL OR regexp_matches(l.body, $filterPattern)
      OR l.event_name_id IN (SELECT id FROM vocabulary WHERE id <> 0 AND regexp_matches(text, $filterPattern)))
    AND ($notPattern::VARCHAR IS NULL OR NOT (regexp_matches(l.body, $notPattern)
      OR l.event_name_id IN (SELECT id FROM vocabulary WHERE id <> 0 AND regexp_matches(text, $notPattern))))
    AND ($attributeNeedle::VARCHAR IS NULL OR contains(l.attributes, $attributeNeedle))
    AND (len($attributeKeys::VARCHAR[]) = 0 OR len(list_filter(
      $attributeKeys::VARCHAR[],
      lambda name, place: fa_attr_text(l.attributes, name) IS DISTINCT FROM list_extract($attributeValues::VARCHAR[], place))) = 0)
