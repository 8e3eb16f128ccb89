-- Operations that were under way when they were written last.
SELECT id, state FROM live_operations
