-- How far records have been looked at for errors.
SELECT coalesce(max(log_seq), 0)::UBIGINT AS "logSeq", coalesce(max(span_seq), 0)::UBIGINT AS "spanSeq" FROM error_state
