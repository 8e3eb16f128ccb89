/** Writes protobuf messages from their end to their beginning, so that every length is known when it is written. */

export type Value = string | number | bigint | boolean;

export interface Attribute {
  readonly key: string;
  /** A number is a double, a bigint an integer. */
  readonly value: Value;
}

/** What lies in front was written last: fields of a message in reverse order. */
export class OtlpWriter {
  #bytes: Buffer = Buffer.allocUnsafe(1 << 20);
  #at: number = this.#bytes.length;
  /** Places of ids and of times, counted from the end. */
  readonly #ids: number[] = [];
  readonly #times: number[] = [];

  /** What was written, and where its ids and times lie. */
  finish(): { bytes: Buffer; ids: Int32Array; times: Int32Array } {
    const bytes = Buffer.from(this.#bytes.subarray(this.#at));
    const fromStart = (places: readonly number[]): Int32Array =>
      Int32Array.from(places, (place) => bytes.length - place);
    return { bytes, ids: fromStart(this.#ids), times: fromStart(this.#times) };
  }

  /** A message as field `number`; `write` writes its fields, the last one first. */
  message(number: number, write: () => void): void {
    const end = this.#bytes.length - this.#at;
    write();
    this.#varint(this.#bytes.length - this.#at - end);
    this.#varint((number << 3) | 2);
  }

  string(number: number, text: string): void {
    const length = Buffer.byteLength(text);
    this.#room(length);
    this.#bytes.write(text, this.#at);
    this.#varint(length);
    this.#varint((number << 3) | 2);
  }

  /** A trace or span id; its first 4 bytes are a place where another request differs. */
  id(number: number, id: Uint8Array): void {
    this.#room(id.length);
    this.#bytes.set(id, this.#at);
    this.#ids.push(this.#bytes.length - this.#at);
    this.#varint(id.length);
    this.#varint((number << 3) | 2);
  }

  /** A time that another request moves. */
  time(number: number, timeNs: bigint): void {
    this.#room(8);
    this.#bytes.writeBigUInt64LE(timeNs, this.#at);
    this.#times.push(this.#bytes.length - this.#at);
    this.#varint((number << 3) | 1);
  }

  /** Eight bytes each, packed: bounds, bucket counts. */
  packed(number: number, values: readonly (number | bigint)[]): void {
    for (const value of values.toReversed()) {
      this.#room(8);
      if (typeof value === 'bigint') this.#bytes.writeBigUInt64LE(value, this.#at);
      else this.#bytes.writeDoubleLE(value, this.#at);
    }
    this.#varint(values.length * 8);
    this.#varint((number << 3) | 2);
  }

  fixed64(number: number, value: bigint): void {
    this.#room(8);
    this.#bytes.writeBigUInt64LE(value, this.#at);
    this.#varint((number << 3) | 1);
  }

  double(number: number, value: number): void {
    this.#room(8);
    this.#bytes.writeDoubleLE(value, this.#at);
    this.#varint((number << 3) | 1);
  }

  varint(number: number, value: number): void {
    this.#varint(value);
    this.#varint(number << 3);
  }

  attributes(number: number, attributes: readonly Attribute[]): void {
    for (const { key, value } of attributes.toReversed())
      this.message(number, () => {
        this.message(2, () => this.#anyValue(value));
        this.string(1, key);
      });
  }

  #anyValue(value: Value): void {
    if (typeof value === 'string') this.string(1, value);
    else if (typeof value === 'boolean') this.varint(2, value ? 1 : 0);
    else if (typeof value === 'bigint') this.varint(3, Number(value));
    else this.double(4, value);
  }

  #varint(value: number): void {
    let length = 1;
    for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 128)) length++;
    this.#room(length);
    let rest = value;
    for (let i = 0; i < length; i++) {
      this.#bytes[this.#at + i] = (rest % 128) | (i < length - 1 ? 0x80 : 0);
      rest = Math.floor(rest / 128);
    }
  }

  /** Moves the beginning `bytes` forward, growing what lies before it. */
  #room(bytes: number): void {
    if (bytes > this.#at) {
      const used = this.#bytes.subarray(this.#at);
      const grown = Buffer.allocUnsafe(this.#bytes.length * 2 + bytes);
      grown.set(used, grown.length - used.length);
      this.#bytes = grown;
      this.#at = grown.length - used.length;
    }
    this.#at -= bytes;
  }
}
