-- The names of the span events of all spans by day; beyond a thousand names a day has others. The last row says so.
INSERT INTO span_event_day
SELECT DISTINCT day, CASE WHEN row_number() OVER (PARTITION BY day ORDER BY name) <= 1000 THEN name ELSE '' END
FROM (
  SELECT DISTINCT fa_day(start_time) AS day, unnest(try(json_extract_string(events, '$[*].name'))) AS name
  FROM span_extras
  WHERE events <> ''
)
UNION ALL
SELECT 0, ''
