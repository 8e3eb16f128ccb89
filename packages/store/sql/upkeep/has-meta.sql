-- Has a Heartwood written this database?
SELECT count(*) > 0 AS found FROM duckdb_tables() WHERE schema_name = 'main' AND table_name = 'meta'
