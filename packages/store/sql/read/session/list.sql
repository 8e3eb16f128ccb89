-- Sessions, those that began last first, beyond a cursor.
-- include part/session-facts.sql
page AS MATERIALIZED (
  SELECT *
  FROM session
  WHERE $cursorStart::BIGINT IS NULL OR start_ns < $cursorStart OR (start_ns = $cursorStart AND first_seq < $cursorSeq)
  ORDER BY start_ns DESC, first_seq DESC
  LIMIT $limit
),
-- Sender and kind are those of the record that came first.
first AS (
  SELECT l.seq, l.resource_id, fa_attr_text(l.attributes, 'session.kind') AS kind
  FROM logs l
  WHERE l.time >= fa_time($lookFrom) AND l.seq IN (SELECT first_seq FROM page)
  UNION ALL
  SELECT s.seq, s.resource_id, fa_attr_text(s.attributes, 'session.kind')
  FROM spans s
  WHERE s.start_time >= fa_time($lookFrom) AND s.feature_id <> 0 AND s.seq IN (SELECT first_seq FROM page)
),
record AS (
  SELECT l.session_id, l.time, l.time AS end_time, l.seq
  FROM logs l
  WHERE l.time >= fa_time($lookFrom) AND l.session_id IN (SELECT session_id FROM page)
  UNION ALL
  SELECT u.session_id, u.start_time, fa_end(u.start_time, u.duration_ns), u.seq
  FROM run_uses u
  WHERE u.start_time >= fa_time($lookFrom) AND u.session_id IN (SELECT session_id FROM page)
),
-- Stretches without a record that are longer than a session is given before it counts as left.
silence AS (
  SELECT session_id, count(*) AS gaps
  FROM (
    SELECT
      r.session_id,
      epoch_ns(r.time) - epoch_ns(max(r.end_time) OVER (
        PARTITION BY r.session_id ORDER BY r.time, r.seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      )) AS silent_ns
    FROM record r
  )
  WHERE silent_ns > $silence::BIGINT
  GROUP BY session_id
),
last_move AS (
  SELECT session_id, arg_max(attributes, (time, seq)) AS attributes
  FROM own
  WHERE name = 'feature.paused' AND session_id IN (SELECT session_id FROM page)
  GROUP BY session_id
)
SELECT
  i.text AS id,
  CASE WHEN p.kind IS NOT NULL THEN p.kind WHEN f.kind IN ('visit', 'run', 'work') THEN f.kind END AS kind,
  p.component,
  nullif(service.text, '') AS service,
  p.state,
  p.said_start_ns IS NOT NULL AS "isStartKnown",
  p.ends,
  p.start_ns AS "startNs",
  p.until_ns AS "untilNs",
  p.last_ns AS "lastNs",
  p.first_seq AS "firstSeq",
  fa_ms(p.active_ns) AS "activeMs",
  fa_ms(p.paused_ns) AS "pausedMs",
  p.pauses,
  p.runs,
  p.failed,
  p.events,
  p.errors,
  usr.text AS "user",
  fa_attr_text(p.start_attributes, 'session.previous_id') AS "previousId",
  CASE
    WHEN p.state = 'ended' THEN fa_attr_text(p.end_attributes, 'feature.reason')
    WHEN p.state = 'paused' THEN fa_attr_text(m.attributes, 'feature.reason')
  END AS reason,
  coalesce(nullif(p.start_attributes, ''), '{}') AS attributes,
  coalesce(s.gaps, 0) AS gaps
FROM page p
LEFT JOIN silence s ON s.session_id = p.session_id
LEFT JOIN last_move m ON m.session_id = p.session_id
LEFT JOIN first f ON f.seq = p.first_seq
LEFT JOIN resources resource ON resource.id = f.resource_id
LEFT JOIN vocabulary service ON service.id = resource.service_id AND service.id <> 0
LEFT JOIN identities i ON i.id = p.session_id
LEFT JOIN identities usr ON usr.id = p.user_id AND p.user_id <> 0
ORDER BY p.start_ns DESC, p.first_seq DESC
