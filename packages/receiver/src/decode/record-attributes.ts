/** The attributes of the record at hand: read one by one into the JSON text of its row, within the limits. */
import { MARK } from '@heartwood/store/batch';
import { JsonText } from './text/json-text.ts';
import type { OpenRequest } from './open-request.ts';

export class RecordAttributes {
  readonly text: JsonText;
  /** Key that came at each place of the last record. */
  readonly places: Int32Array;
  /** Attributes that came, and how many of them were too many. */
  count = 0;
  dropped = 0;
  /** Where the text begins in the arena. */
  start = 0;
  readonly #request: OpenRequest;

  constructor(request: OpenRequest) {
    const { valueBytes, recordTextBytes } = request.limits;
    this.#request = request;
    this.text = new JsonText(valueBytes, recordTextBytes);
    this.places = request.createPlaces();
  }

  /** Prepares for another record. */
  startRecord(): void {
    this.count = 0;
    this.dropped = 0;
    this.begin();
  }

  /** Begins the list, forgetting what came before: the last of several lists of a JSON record counts. */
  begin(): void {
    if (this.count > 0) this.text.rewind(this.start);
    this.count = 0;
    this.start = this.text.pos;
    this.text.startRecord();
    this.#request.listNumber++;
    this.#request.known.next();
  }

  /** Notes that an attribute has come; false when the record has too many and it is to be dropped. */
  admit(): boolean {
    const request = this.#request;
    request.countAttribute();
    if (this.count++ < request.limits.recordItems && !this.text.isFull) return true;
    this.dropped++;
    request.marks |= MARK.TRUNCATED;
    return false;
  }

  /** Gives up what was read. */
  discard(): void {
    this.text.rewind(this.start);
    this.text.marks = 0;
  }
}
