-- Operations that are over, the last to be heard of first, below a cursor.
-- include part/operation-columns.sql
WHERE o.start_time >= fa_time($from) AND o.start_time < fa_time($to)
  AND ($feature::VARCHAR IS NULL OR o.feature = $feature)
  AND ($service::VARCHAR IS NULL OR o.service = $service)
  AND ($component::VARCHAR IS NULL OR o.component = $component)
  AND ($outcome::VARCHAR IS NULL OR o.outcome = $outcome)
  AND ($isLost::BOOLEAN IS NULL OR (o.outcome = 'lost') = $isLost)
  AND ($parent::VARCHAR IS NULL OR o.parent_id = $parent)
  AND ($before::BIGINT IS NULL OR o.last_seq < $before)
ORDER BY o.last_seq DESC
LIMIT $limit
