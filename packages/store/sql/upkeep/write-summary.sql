-- Keeps a day that was summed up.
INSERT INTO daily_summaries VALUES ($day, $zone, make_timestamp_ns($made), $partial, $content)
