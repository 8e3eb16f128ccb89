-- Tables cut by time get names of their own; what they were called is now the view over them and the archive.
ALTER TABLE IF EXISTS span_extras RENAME TO hot_span_extras;
ALTER TABLE IF EXISTS spans RENAME TO hot_spans;
ALTER TABLE IF EXISTS logs RENAME TO hot_logs;
ALTER TABLE IF EXISTS metric_distributions RENAME TO hot_metric_distributions;
ALTER TABLE IF EXISTS exemplars RENAME TO hot_exemplars;
ALTER TABLE IF EXISTS metric_points RENAME TO hot_metric_points;
ALTER TABLE IF EXISTS replaced_times RENAME TO hot_replaced_times;
