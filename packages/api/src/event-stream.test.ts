import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventStreamParser, type ServerSentEvent } from './event-stream.ts';

const readAll = (...pieces: string[]): ServerSentEvent[] => {
  const parser = new EventStreamParser();
  return pieces.flatMap((piece) => parser.read(piece));
};

describe('events are read as the HTML standard has them:', () => {
  test.each<[string, string, Partial<ServerSentEvent>[]]>([
    [
      'a name, an id and data',
      'event: a\nid: 7\ndata: {}\n\n',
      [{ event: 'a', id: '7', data: '{}' }],
    ],
    [
      'without a name it is a message',
      'data: x\n\n',
      [{ event: 'message', id: undefined, data: 'x' }],
    ],
    ['lines of data are joined', 'data: a\ndata:b\ndata\n\n', [{ data: 'a\nb\n' }]],
    ['only one space goes', 'data:  x\n\n', [{ data: ' x' }]],
    [
      'CR, LF and CRLF end lines',
      'data: a\r\rdata: b\n\ndata: c\r\n\r\n',
      [{ data: 'a' }, { data: 'b' }, { data: 'c' }],
    ],
    [
      'comments and unknown fields say nothing',
      ':\n:x\nretry: 9\nfoo: 1\ndata: x\n\n',
      [{ data: 'x' }],
    ],
    [
      'no data, no event, and yet the id is kept',
      'id: 3\nevent: a\n\ndata: x\n\n',
      [{ event: 'message', id: '3', data: 'x' }],
    ],
    ['the id stays for later ones', 'id: 3\ndata: a\n\ndata: b\n\n', [{ id: '3' }, { id: '3' }]],
    ['an id with a NUL is none', 'id: 3\0\ndata: a\n\n', [{ id: undefined }]],
    ['a byte order mark in front goes', '\uFEFFdata: x\n\n', [{ data: 'x' }]],
    ['an event without its end has not come', 'data: x\n', []],
  ])('%s', (_name, text, expected) => {
    const events = readAll(text);
    expect(events).toHaveLength(expected.length);
    expect(events).toMatchObject(expected);
  });
});

test('it does not matter where the pieces are cut', () => {
  const line = fc.constantFrom('data: a', 'data: ü✓', 'id: 4', 'event: e', ': c', '', '', 'data');
  const ends = fc.constantFrom('\n', '\r', '\r\n');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(line, ends), { maxLength: 30 }),
      fc.array(fc.nat(60), { maxLength: 20 }),
      (lines, cuts) => {
        const text = lines.map((parts) => parts.join('')).join('');
        const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        const pieces = places.map((place, index) => text.slice(place, places[index + 1] ?? place));
        expect(readAll(...pieces)).toEqual(readAll(text));
      },
    ),
    { numRuns: 300 },
  );
});

describe('what has no end is refused:', () => {
  test.each([
    ['a line', () => 'x'.repeat(100)],
    ['an event of many lines of data', () => 'data: 0123456789\n'],
    ['an event of empty lines of data', () => 'data\n'],
  ])('%s', (_name, more) => {
    const parser = new EventStreamParser(1000);
    expect(() => {
      for (let i = 0; i < 1000; i++) parser.read(more());
    }).toThrow(RangeError);
  });

  test('comments, which nothing is kept of, are no event', () => {
    const parser = new EventStreamParser(1000);
    for (let i = 0; i < 1000; i++) expect(parser.read(': still here\n')).toEqual([]);
  });
});
