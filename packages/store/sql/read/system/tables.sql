-- How many rows each table holds.
SELECT table_name AS "table", estimated_size AS "rows"
FROM duckdb_tables()
WHERE schema_name = 'main' AND NOT internal
ORDER BY table_name
