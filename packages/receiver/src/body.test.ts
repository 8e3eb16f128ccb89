import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { type BodySource, readBody } from './body.ts';
import { BODY_SLACK_BYTES } from './decode/text/text-source.ts';
import { BEGUN_BYTES, InFlight } from './in-flight.ts';

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
    expect(inFlight.bytes).toBe(whole.length + BEGUN_BYTES);
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
    const inFlight = new InFlight(100 + 2 * BEGUN_BYTES);
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
