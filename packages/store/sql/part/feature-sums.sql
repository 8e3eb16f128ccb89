    -- What rows of feature_hour add up to by feature; category and component are those of the last run.
    arg_max(category_id, last_seq) AS category_id,
    arg_max(component_id, last_seq) AS component_id,
    sum(runs) AS runs,
    -- include part/status-sums.sql
    sum(excellent) AS excellent,
    sum(good) AS good,
    sum(acceptable) AS acceptable,
    sum(slow) AS slow,
    sum(very_slow) AS very_slow,
    min(first_time) AS first_seen,
