import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type BodySource, readBody } from './body.ts';
import { decompress } from './compression.ts';
import { BODY_SLACK_BYTES } from './decode/text-source.ts';
import { InFlight } from './in-flight.ts';
import { COMPRESSION } from './signal.ts';

const request = (chunks: readonly Uint8Array[], announced?: number): BodySource =>
  Object.assign(Readable.from(chunks), {
    headers: announced === undefined ? {} : { 'content-length': String(announced) },
  });

const bytesOf = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, index) => index % 251));

const slackOf = ({ buffer, byteOffset, length }: Uint8Array): number =>
  buffer.byteLength - byteOffset - length;

describe('reading', () => {
  const cases: [string, number[], number | undefined][] = [
    ['an announced body in one chunk', [1000], 1000],
    ['an announced body in many chunks', [1, 400, 0, 599], 1000],
    ['an unannounced body', [10, 20], undefined],
    [
      'an unannounced body that outgrows its buffer again and again',
      [70_000, 1, 300_000],
      undefined,
    ],
    ['an announced body larger than what an announcement gets', [3_000_000, 3_000_000], 6_000_000],
    ['no body', [], undefined],
    ['an announced body of no bytes', [], 0],
  ];
  test.each(cases)('%s comes whole, with room behind it', async (_name, sizes, announced) => {
    const whole = bytesOf(sizes.reduce((sum, size) => sum + size, 0));
    let at = 0;
    const chunks = sizes.map((size) => whole.subarray(at, (at += size)));
    const inFlight = new InFlight(1e9);
    const claim = inFlight.claim();
    const body = await readBody(request(chunks, announced), 8_000_000, claim);
    expect(body.equals(whole)).toBe(true);
    expect(slackOf(body)).toBeGreaterThanOrEqual(BODY_SLACK_BYTES);
    expect(inFlight.bytes).toBe(whole.length);
    claim.release();
    expect(inFlight.bytes).toBe(0);
  });

  test('what passes the limit is refused as it passes it', async () => {
    const sent = request([bytesOf(60), bytesOf(60), bytesOf(60)]);
    await expect(readBody(sent, 100, new InFlight(1e9).claim())).rejects.toMatchObject({
      code: 'OTLP_TOO_LARGE',
    });
    expect(sent.destroyed).toBe(false);
  });

  test('exactly the limit is not too large', async () => {
    const body = await readBody(request([bytesOf(100)]), 100, new InFlight(1e9).claim());
    expect(body).toHaveLength(100);
  });

  test('a body that no longer fits beside the others is sent back', async () => {
    const inFlight = new InFlight(100);
    inFlight.claim().widen(50);
    const reading = readBody(request([bytesOf(40), bytesOf(40)]), 1000, inFlight.claim());
    await expect(reading).rejects.toMatchObject({ code: 'RECEIVER_BUSY', retryable: true });
  });

  test('a sender that goes away is told apart from one that is done', async () => {
    const sent = request([bytesOf(10)], 20);
    sent.once('data', () => sent.destroy(new Error('gone')));
    await expect(readBody(sent, 100, new InFlight(1e9).claim())).rejects.toMatchObject({
      code: 'OTLP_BODY_INCOMPLETE',
    });
  });
});

describe('decompression', () => {
  const { NONE, GZIP } = COMPRESSION;

  test.each([
    ['plain', bytesOf(100), NONE],
    ['gzip', gzipSync(bytesOf(100)), GZIP],
    [
      'gzip of two members',
      Buffer.concat([gzipSync(bytesOf(60)), gzipSync(bytesOf(100).subarray(60))]),
      GZIP,
    ],
    [
      'gzip whose length at the end lies',
      Buffer.concat([gzipSync(Buffer.alloc(0)), gzipSync(bytesOf(100))]),
      GZIP,
    ],
  ])('%s gives the bytes, with room behind them', (_name, body, compression) => {
    const whole = decompress(body, compression, 1000);
    expect(Buffer.from(whole).equals(bytesOf(100))).toBe(true);
    expect(slackOf(whole)).toBeGreaterThanOrEqual(BODY_SLACK_BYTES);
  });

  test('an empty body is empty, whatever its compression', () => {
    expect(decompress(Buffer.alloc(0), GZIP, 10)).toHaveLength(0);
  });

  test('exactly the limit passes, one byte more does not', () => {
    expect(decompress(gzipSync(bytesOf(100)), GZIP, 100)).toHaveLength(100);
    expect(() => decompress(gzipSync(bytesOf(101)), GZIP, 100)).toThrow(
      expect.objectContaining({ code: 'OTLP_TOO_LARGE' }),
    );
  });

  const whole = gzipSync(bytesOf(100));
  const badCrc = Buffer.from(whole);
  badCrc.writeUInt8(badCrc.readUInt8(badCrc.length - 8) ^ 1, badCrc.length - 8);
  test.each([
    ['no gzip', Buffer.from('1234')],
    ['cut off', whole.subarray(0, whole.length - 9)],
    ['of another checksum', badCrc],
    ['a header alone', whole.subarray(0, 10)],
  ])('a body that is %s is malformed', (_name, body) => {
    expect(() => decompress(body, GZIP, 1000)).toThrow(
      expect.objectContaining({ code: 'OTLP_MALFORMED' }),
    );
  });
});
