-- Sessions that anything is known of between two moments, each with what is known of it from $lookFrom on, of whatever time.
-- The names are those of the session events and of OPERATION_EVENTS in semconv.
WITH word AS (
  SELECT id, text FROM vocabulary
  WHERE text IN (
    'session.start', 'session.end', 'feature.paused', 'feature.resumed', 'feature.operation.start',
    'feature.operation.progress', 'feature.operation.heartbeat', 'feature.operation.end'
  )
),
sender AS (
  SELECT r.id FROM resources r JOIN vocabulary v ON v.id = r.service_id WHERE v.text = $service
),
chosen AS (
  SELECT l.session_id
  FROM logs l
  WHERE l.session_id <> 0 AND l.time >= fa_time($from) AND l.time < fa_time($to)
    AND ($service::VARCHAR IS NULL OR l.resource_id IN (SELECT id FROM sender))
    AND ($session::VARCHAR IS NULL OR l.session_id IN (SELECT id FROM identities WHERE text = $session))
  UNION
  SELECT u.session_id
  FROM run_uses u
  WHERE u.session_id <> 0 AND u.start_time >= fa_time($from) AND u.start_time < fa_time($to)
    AND $service::VARCHAR IS NULL
    AND ($session::VARCHAR IS NULL OR u.session_id IN (SELECT id FROM identities WHERE text = $session))
  UNION
  SELECT s.session_id
  FROM spans s
  WHERE s.session_id <> 0 AND s.feature_id <> 0 AND s.start_time >= fa_time($from) AND s.start_time < fa_time($to)
    AND $service::VARCHAR IS NOT NULL AND s.resource_id IN (SELECT id FROM sender)
    AND ($session::VARCHAR IS NULL OR s.session_id IN (SELECT id FROM identities WHERE text = $session))
),
-- What a session says of itself; a pause with an operation is one of that operation.
own AS MATERIALIZED (
  SELECT l.session_id, l.time, l.seq, w.text AS name, l.component_id, l.attributes
  FROM logs l
  JOIN word w ON w.id = l.event_name_id
  WHERE l.time >= fa_time($lookFrom) AND l.session_id IN (SELECT session_id FROM chosen)
    AND (w.text IN ('session.start', 'session.end')
      OR (w.text IN ('feature.paused', 'feature.resumed') AND fa_attr_text(l.attributes, 'feature.operation.id') IS NULL))
),
-- Each source is added up for itself, so that no row of it is kept.
extent AS (
  SELECT
    session_id,
    epoch_ns(min(first_time)) AS first_ns,
    epoch_ns(max(last_time)) AS last_ns,
    min(first_seq) AS first_seq,
    sum(runs)::BIGINT AS runs,
    sum(failed)::BIGINT AS failed,
    sum(events)::BIGINT AS events,
    sum(errors)::BIGINT AS errors,
    -- As the record says that came last.
    coalesce(arg_max(user_id, user_seq), 0) AS user_id
  FROM (
    SELECT
      l.session_id,
      min(l.time) AS first_time,
      max(l.time) AS last_time,
      min(l.seq) AS first_seq,
      0 AS runs,
      0 AS failed,
      count(*) FILTER (WHERE l.event_name_id <> 0 AND l.event_name_id NOT IN (SELECT id FROM word)) AS events,
      count(*) FILTER (WHERE l.severity_number >= 17) AS errors,
      arg_max(l.user_id, l.seq) FILTER (WHERE l.user_id <> 0) AS user_id,
      max(l.seq) FILTER (WHERE l.user_id <> 0) AS user_seq
    FROM logs l
    WHERE l.time >= fa_time($lookFrom) AND l.session_id IN (SELECT session_id FROM chosen)
    GROUP BY l.session_id
    UNION ALL
    SELECT
      u.session_id,
      min(u.start_time),
      max(fa_end(u.start_time, u.duration_ns)),
      min(u.seq),
      count(*),
      count(*) FILTER (WHERE u.feature_status IN (2, 4)),
      0,
      0,
      arg_max(u.user_id, u.seq) FILTER (WHERE u.user_id <> 0),
      max(u.seq) FILTER (WHERE u.user_id <> 0)
    FROM run_uses u
    WHERE u.start_time >= fa_time($lookFrom) AND u.session_id IN (SELECT session_id FROM chosen)
    GROUP BY u.session_id
  )
  GROUP BY session_id
),
-- Of several starts and ends the first counts.
mark AS (
  SELECT
    session_id,
    epoch_ns(min(time) FILTER (WHERE name = 'session.start')) AS start_ns,
    epoch_ns(min(time) FILTER (WHERE name = 'session.end')) AS end_ns,
    count(*) FILTER (WHERE name = 'session.end') AS ends,
    arg_min(attributes, (time, seq)) FILTER (WHERE name = 'session.start') AS start_attributes,
    arg_min(attributes, (time, seq)) FILTER (WHERE name = 'session.end') AS end_attributes,
    coalesce(arg_min(component_id, (time, seq)) FILTER (WHERE component_id <> 0), 0) AS component_id
  FROM own
  GROUP BY session_id
),
-- What a session that says nothing of itself is, its first record tells; those are read where that is asked for, and of a
-- page, as no other column of a record is as large as its attributes.
sent AS (
  SELECT l.seq, fa_attr_text(l.attributes, 'session.kind') AS kind
  FROM logs l
  WHERE $kind::VARCHAR <> 'work' AND l.time >= fa_time($lookFrom) AND l.seq IN (SELECT first_seq FROM extent)
  UNION ALL
  SELECT s.seq, fa_attr_text(s.attributes, 'session.kind')
  FROM spans s
  WHERE $kind::VARCHAR <> 'work' AND s.start_time >= fa_time($lookFrom) AND s.feature_id <> 0
    AND s.seq IN (SELECT first_seq FROM extent)
),
-- What an end says of its times, as its own clock measured them, which no change of the time moves; without what none lasts
-- (below 0, above 12 years), which would fail the whole question or the answer.
said AS (
  SELECT
    session_id,
    CASE WHEN active_s BETWEEN 0 AND 4e8 THEN active_s * 1e9 END AS active_ns,
    CASE WHEN paused_s BETWEEN 0 AND 4e8 THEN paused_s * 1e9 END AS paused_ns,
    pauses
  FROM (
    SELECT
      session_id,
      fa_number(fa_attr_text(end_attributes, 'feature.active_duration')) AS active_s,
      fa_number(fa_attr_text(end_attributes, 'feature.paused_duration')) AS paused_s,
      TRY_CAST(fa_attr_text(end_attributes, 'feature.pause.count') AS UINTEGER)::BIGINT AS pauses
    FROM mark
  )
),
told AS (
  SELECT
    e.*,
    m.start_attributes,
    m.end_attributes,
    coalesce(m.ends, 0) AS ends,
    coalesce(m.component_id, 0) AS component_id,
    CASE WHEN m.session_id IS NOT NULL THEN 'work' WHEN s.kind IN ('visit', 'run') THEN s.kind END AS kind,
    m.end_ns AS said_end_ns,
    m.start_ns AS said_start_ns,
    d.active_ns AS said_active_ns,
    d.paused_ns AS said_paused_ns,
    d.pauses AS said_pauses,
    $now::BIGINT - e.last_ns > $silence::BIGINT AS is_silent
  FROM extent e
  LEFT JOIN mark m ON m.session_id = e.session_id
  LEFT JOIN said d ON d.session_id = e.session_id
  LEFT JOIN sent s ON s.seq = e.first_seq
),
bounded AS (
  SELECT
    *,
    coalesce(
      said_start_ns,
      CASE
        WHEN said_end_ns IS NOT NULL
        THEN greatest(least(first_ns, said_end_ns - coalesce(said_active_ns + said_paused_ns, 0)::BIGINT), 0)
      END,
      first_ns
    ) AS start_ns,
    -- Up to where time is counted: the end; what came last, of one that nothing more is heard of; else now.
    CASE
      WHEN said_end_ns IS NOT NULL THEN said_end_ns
      WHEN is_silent OR kind IS DISTINCT FROM 'work' THEN last_ns
      ELSE greatest(last_ns, $now::BIGINT)
    END AS until_ns
  FROM told
),
move AS (
  SELECT
    o.session_id,
    o.name,
    least(greatest(epoch_ns(o.time), b.start_ns), b.until_ns) AS at_ns,
    coalesce(lead(least(greatest(epoch_ns(o.time), b.start_ns), b.until_ns)) OVER in_turn, b.until_ns) AS next_ns,
    lag(o.name) OVER in_turn AS before,
    row_number() OVER (PARTITION BY o.session_id ORDER BY o.time DESC, o.seq DESC) = 1 AS is_last
  FROM own o
  JOIN bounded b ON b.session_id = o.session_id
  WHERE o.name IN ('feature.paused', 'feature.resumed')
  WINDOW in_turn AS (PARTITION BY o.session_id ORDER BY o.time, o.seq)
),
pause AS (
  SELECT
    session_id,
    sum(next_ns - at_ns) FILTER (WHERE name = 'feature.paused') AS paused_ns,
    count(*) FILTER (WHERE name = 'feature.paused' AND before IS DISTINCT FROM 'feature.paused') AS pauses,
    bool_or(is_last AND name = 'feature.paused') AS is_paused
  FROM move
  GROUP BY session_id
),
timed AS (
  SELECT
    b.*,
    CASE
      WHEN b.said_end_ns IS NOT NULL THEN 'ended'
      WHEN b.kind = 'work' THEN
        CASE WHEN b.is_silent THEN 'abandoned' WHEN coalesce(p.is_paused, false) THEN 'paused' ELSE 'active' END
      WHEN b.is_silent THEN 'ended'
      ELSE 'active'
    END AS state,
    coalesce(b.said_paused_ns, p.paused_ns, 0) AS paused_ns,
    coalesce(b.said_active_ns, greatest(b.until_ns - b.start_ns - coalesce(p.paused_ns, 0), 0)) AS active_ns,
    coalesce(b.said_pauses, p.pauses, 0) AS pauses
  FROM bounded b
  LEFT JOIN pause p ON p.session_id = b.session_id
),
session AS (
  SELECT t.*, component.text AS component
  FROM timed t
  LEFT JOIN vocabulary component ON component.id = t.component_id AND t.component_id <> 0
  WHERE ($kind::VARCHAR IS NULL OR t.kind = $kind)
    AND ($state::VARCHAR IS NULL OR t.state = $state)
    AND ($component::VARCHAR IS NULL OR component.text = $component)
    AND ($user::VARCHAR IS NULL OR t.user_id IN (SELECT id FROM identities WHERE text = $user))
    AND (NOT $isCi OR fa_attr_text(t.start_attributes, 'feature.metadata.ci.mode') IS NOT NULL)
),
