-- Logs, metrics and roll-ups: new tables only, which the schema files create.
SELECT 2
