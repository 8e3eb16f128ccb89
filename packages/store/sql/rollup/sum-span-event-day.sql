-- The names of the span events of all spans by day; beyond a thousand names a day has others. The last row says so.
INSERT INTO span_event_day
SELECT DISTINCT day, CASE WHEN row_number() OVER (PARTITION BY day ORDER BY name) <= 1000 THEN name END
FROM (
  SELECT DISTINCT day, name
  FROM (
    SELECT fa_day(start_time) AS day, unnest(try(json_extract_string(events, '$[*].name'))) AS name
    FROM span_extras
    WHERE events <> ''
  )
  WHERE name IS NOT NULL
)
UNION ALL
SELECT 0, ''
