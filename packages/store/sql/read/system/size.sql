-- How much room the database takes on disk and in memory.
SELECT
  (SELECT block_size * total_blocks FROM pragma_database_size() LIMIT 1)::BIGINT AS "sizeBytes",
  (SELECT sum(memory_usage_bytes) FROM duckdb_memory())::BIGINT AS "memoryBytes"
