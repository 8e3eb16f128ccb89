/** Reads server-sent events from pieces of text (HTML Standard, section 9.2.6), with a bound on what one may take. */

/** One event as it came. */
export interface ServerSentEvent {
  readonly event: string;
  /** Id of the last event that had one, this one included; undefined before the first. */
  readonly id: string | undefined;
  readonly data: string;
}

/** Letters that one event may have; the longest that the server sends is a log record of some MiB. */
const MOST_LETTERS = 16 * 1024 * 1024;

/** Reads a stream; each stream needs its own. */
export class EventStreamParser {
  readonly #most: number;
  /** Of the line that has not ended yet. */
  #line = '';
  #letters = 0;
  #endedWithReturn = false;
  #isBegin = true;
  #event = '';
  #data: string[] = [];
  #id: string | undefined;

  constructor(most: number = MOST_LETTERS) {
    this.#most = most;
  }

  /** Takes the next piece; the events that end in it. Throws a RangeError when one is too large. */
  read(text: string): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    let at = 0;
    if (this.#isBegin && text !== '') {
      this.#isBegin = false;
      if (text.startsWith('\uFEFF')) at = 1;
    }
    // The second half of a line end that was cut in two.
    if (this.#endedWithReturn && text.startsWith('\n')) at = 1;
    if (text !== '') this.#endedWithReturn = text.endsWith('\r');
    LINE_END.lastIndex = at;
    for (let end = LINE_END.exec(text); end !== null; end = LINE_END.exec(text)) {
      this.#keep(text.slice(at, end.index));
      at = LINE_END.lastIndex;
      const line = this.#line;
      this.#line = '';
      if (line === '') this.#endEvent(events);
      else this.#takeLine(line);
    }
    this.#keep(text.slice(at));
    return events;
  }

  #keep(piece: string): void {
    this.#letters += piece.length;
    if (this.#letters > this.#most)
      throw new RangeError(`An event has more than ${String(this.#most)} letters.`);
    this.#line += piece;
  }

  #takeLine(line: string): void {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    if (name === 'data') this.#data.push(value);
    else this.#letters -= line.length;
    if (name === 'event') this.#event = value.slice(0, MOST_NAME);
    if (name === 'id' && !value.includes('\0')) this.#id = value.slice(0, MOST_NAME);
  }

  #endEvent(events: ServerSentEvent[]): void {
    if (this.#data.length > 0)
      events.push({
        event: this.#event === '' ? 'message' : this.#event,
        id: this.#id,
        data: this.#data.join('\n'),
      });
    this.#event = '';
    this.#data = [];
    this.#letters = 0;
  }
}

const LINE_END = /\r\n|[\r\n]/gu;

const MOST_NAME = 256;
