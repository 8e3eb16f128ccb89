-- Which names of span events occur on which days (UTC) of the starts of their spans, so that a question for a name that only
-- log records have reads no span events. May name more than there are: what is taken back or removed stays until its day goes.
CREATE TABLE IF NOT EXISTS span_event_day (
  -- Days since 1970. A row of day 0 with an empty name says that the table holds the names of all spans.
  day UINTEGER NOT NULL,
  -- NULL: the day has more names than are kept, so that each may be one of them. An event may have an empty name.
  name VARCHAR
);
