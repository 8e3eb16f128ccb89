-- Whether a range has an event by whose name a pattern is found: then words that the pattern demands may be missing in bodies.
SELECT EXISTS (
  SELECT 1
  FROM logs l
  WHERE l.time >= fa_time($from) AND l.time < fa_time($to)
    AND l.event_name_id IN (SELECT id FROM vocabulary WHERE id <> 0 AND regexp_matches(text, $pattern))
) AS "isNamed"
