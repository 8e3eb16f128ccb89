-- Reads nothing: what it takes is the way to the database and back.
SELECT true AS answers
