-- Operations that were in memory when they were written last.
SELECT id, state FROM live_operations
