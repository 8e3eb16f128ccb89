-- Errors of a range by category, feature or component, the most frequent first, beside what was in the time before it.
-- include part/error-occurrences.sql
named AS (
  SELECT
    o.*,
    CASE
      WHEN $by = 'category' THEN (SELECT g.category FROM error_groups g WHERE g.fingerprint = o.fingerprint)
      ELSE (SELECT v.text FROM vocabulary v WHERE v.id = CASE WHEN $by = 'feature' THEN o.feature_id ELSE o.part_id END AND v.id <> 0)
    END AS value
  FROM occurrence o
),
grouped AS (
  SELECT
    value,
    count(*) FILTER (WHERE is_now) AS occurrences,
    count(*) FILTER (WHERE NOT is_now) AS before,
    coalesce(sum(records) FILTER (WHERE is_now), 0)::BIGINT AS records,
    coalesce(sum(runs) FILTER (WHERE is_now), 0)::BIGINT AS runs,
    count(DISTINCT user_id) FILTER (WHERE is_now AND user_id <> 0) AS users,
    count(DISTINCT session_id) FILTER (WHERE is_now AND session_id <> 0) AS sessions,
    count(DISTINCT fingerprint) FILTER (WHERE is_now) AS groups,
    min(time) FILTER (WHERE is_now) AS first_time,
    max(last_time) FILTER (WHERE is_now) AS last_time,
    arg_max(trace_id, last_seq) FILTER (WHERE is_now AND trace_id <> '00000000-0000-0000-0000-000000000000') AS trace_id
  FROM named
  GROUP BY value
),
top AS (
  SELECT * FROM grouped WHERE occurrences > 0
  ORDER BY occurrences DESC, value NULLS LAST
  LIMIT $limit
),
features AS (
  SELECT value, list({feature: text, occurrences: occurrences} ORDER BY place) AS met
  FROM (
    SELECT *, row_number() OVER (PARTITION BY value ORDER BY occurrences DESC, text) AS place
    FROM (
      SELECT n.value, v.text, count(*) AS occurrences
      FROM named n JOIN vocabulary v ON v.id = n.feature_id
      WHERE n.is_now AND n.feature_id <> 0
      GROUP BY ALL
    )
  )
  WHERE place <= 5
  GROUP BY value
),
slots AS (
  SELECT value, list({slot: slot, occurrences: occurrences}) AS spark
  FROM (
    SELECT value, (epoch_ns(time) - $from) // $width AS slot, count(*) AS occurrences
    FROM named
    WHERE is_now
    GROUP BY ALL
  )
  GROUP BY value
),
kinds AS (
  SELECT
    n.value,
    arg_max(g.title, (n.kinds, n.fingerprint)) AS title,
    arg_max(g.object, (n.kinds, n.fingerprint)) AS object
  FROM (SELECT value, fingerprint, count(*) AS kinds FROM named WHERE is_now GROUP BY ALL) n
  JOIN error_groups g ON g.fingerprint = n.fingerprint
  GROUP BY n.value
)
SELECT
  t.value,
  t.occurrences,
  t.before,
  t.records,
  t.runs,
  t.users,
  t.sessions,
  t.groups,
  t.first_time AS "firstSeen",
  t.last_time AS "lastSeen",
  kinds.title AS "topTitle",
  nullif(kinds.object, '') AS "topObject",
  to_json(features.met) AS features,
  CASE WHEN t.trace_id IS NOT NULL THEN fa_trace_id(t.trace_id) END AS "traceId",
  to_json(slots.spark) AS spark
FROM top t
JOIN slots ON slots.value IS NOT DISTINCT FROM t.value
JOIN kinds ON kinds.value IS NOT DISTINCT FROM t.value
LEFT JOIN features ON features.value IS NOT DISTINCT FROM t.value
ORDER BY t.occurrences DESC, t.value NULLS LAST
