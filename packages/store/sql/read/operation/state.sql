-- What records up to this one told stands in the tables of operations.
SELECT coalesce(max(seq), 0)::UBIGINT AS seq FROM operation_state
