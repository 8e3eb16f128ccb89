-- Hashes of every 3 and every 6 letters or digits (ASCII, lower case) that stand together in the bodies and attributes of
-- log records by slice. A text is cut at blanks first: what many records say is looked at once.
WITH name AS (
  SELECT DISTINCT slice, unnest([feature_id, component_id, error_type_id]) AS id FROM sliced
),
actor AS (
  SELECT DISTINCT slice, unnest([session_id, user_id]) AS id FROM sliced
),
piece AS (
  SELECT DISTINCT slice, unnest(string_split(body, ' ') || fa_attr_texts(attributes)) AS piece FROM sliced
  UNION ALL
  SELECT n.slice, v.text FROM name n JOIN vocabulary v ON v.id = n.id WHERE n.id <> 0
  UNION ALL
  SELECT a.slice, i.text FROM actor a JOIN identities i ON i.id = a.id WHERE a.id <> 0
),
word AS (
  SELECT DISTINCT slice, unnest(regexp_extract_all(lower(piece), '[a-z0-9]{3,}')) AS word FROM piece
)
SELECT slice, hash(unnest(fa_grams(word, 3) || fa_grams(word, 6))) AS h FROM word
