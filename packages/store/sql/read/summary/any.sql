-- Whether any span or log record is of a range; ends at the first one.
SELECT
  EXISTS (SELECT 1 FROM spans s WHERE s.start_time >= fa_time($from) AND s.start_time < fa_time($to))
  OR EXISTS (SELECT 1 FROM logs l WHERE l.time >= fa_time($from) AND l.time < fa_time($to)) AS "isAny"
