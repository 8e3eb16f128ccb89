-- Work sessions that began since a moment: how many have ended, and which neither ended nor gave a sign of life of late.
WITH begun AS (
  SELECT session_id, min(time) AS started
  FROM logs
  WHERE time >= fa_time($from) AND session_id <> 0
    AND event_name_id IN (SELECT id FROM vocabulary WHERE text = $startEvent)
  GROUP BY session_id
),
ended AS (
  SELECT DISTINCT session_id
  FROM logs
  WHERE time >= fa_time($from) AND session_id <> 0
    AND event_name_id IN (SELECT id FROM vocabulary WHERE text = $endEvent)
),
unended AS (
  SELECT session_id, started FROM begun WHERE session_id NOT IN (SELECT session_id FROM ended)
),
alive AS (
  SELECT session_id FROM logs
  WHERE time >= fa_time($silentSince) AND session_id IN (SELECT session_id FROM unended)
  UNION
  SELECT session_id FROM run_uses
  WHERE fa_end(start_time, duration_ns) >= fa_time($silentSince) AND start_time >= fa_time($from)
    AND session_id IN (SELECT session_id FROM unended)
),
abandoned AS (
  SELECT session_id, started FROM unended WHERE session_id NOT IN (SELECT session_id FROM alive)
)
SELECT
  (SELECT count(*) FROM begun) AS started,
  (SELECT count(*) FROM begun WHERE session_id IN (SELECT session_id FROM ended)) AS ended,
  (SELECT count(*) FROM abandoned) AS abandoned,
  to_json(coalesce((
    SELECT list(name ORDER BY started DESC, name)
    FROM (
      SELECT i.text AS name, a.started
      FROM abandoned a
      JOIN identities i ON i.id = a.session_id
      ORDER BY a.started DESC, i.text
      LIMIT $limit
    )
  ), [])) AS samples
