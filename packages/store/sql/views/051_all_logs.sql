-- Every log record as its sender gave it: texts for ids, NULL for none, and all attributes together again. Bits as in src/marks.ts.
CREATE OR REPLACE VIEW all_logs AS
-- include part/all-logs.sql
;
