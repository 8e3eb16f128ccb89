-- Every entry of the dictionary, without its text.
SELECT hash, id::UBIGINT AS id FROM metrics
