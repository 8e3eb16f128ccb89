-- How much room the database takes: its file, which begins with three headers of 4096 bytes, and memory.
SELECT
  (SELECT 3 * 4096 + block_size * total_blocks FROM pragma_database_size() LIMIT 1)::BIGINT AS "sizeBytes",
  (SELECT sum(memory_usage_bytes) FROM duckdb_memory())::BIGINT AS "memoryBytes"
