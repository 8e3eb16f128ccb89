-- Whether RE2 takes a pattern: the answer does not matter, a pattern that it refuses fails when it is bound.
SELECT regexp_matches('', $pattern::VARCHAR) IS NOT NULL AS "isTaken"
