-- Sessions summed up: all of them, and by component, those with most active time first.
-- include part/session-facts.sql
sums AS (
  SELECT
    grouping(component) = 1 AS "isTotal",
    component,
    count(*) AS sessions,
    count(*) FILTER (WHERE state IN ('active', 'paused')) AS "openSessions",
    count(*) FILTER (WHERE state = 'abandoned') AS "abandonedSessions",
    coalesce(sum(fa_ms(active_ns)), 0) AS "activeMs",
    coalesce(sum(fa_ms(paused_ns)), 0) AS "pausedMs",
    coalesce(sum(pauses), 0)::BIGINT AS "pauseCount",
    max(fa_ms(active_ns)) AS "longestActiveMs",
    coalesce(sum(runs), 0)::BIGINT AS runs,
    coalesce(sum(failed), 0)::BIGINT AS failed,
    coalesce(sum(errors), 0)::BIGINT AS errors
  FROM session
  GROUP BY GROUPING SETS ((component), ())
)
SELECT * FROM sums ORDER BY "isTotal" DESC, "activeMs" DESC, component NULLS LAST LIMIT $limit
