import { gzipSync } from 'node:zlib';
import * as zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ACCEPTED_COMPRESSIONS, COMPRESSIONS, decompress } from './compression.ts';
import { BODY_SLACK_BYTES } from './decode/text/text-source.ts';
import { COMPRESSION } from './signal.ts';

const { NONE, GZIP, ZSTD } = COMPRESSION;
const { zstdCompressSync } = zlib as {
  zstdCompressSync?: (body: Buffer, options?: object) => Buffer;
};

const bytesOf = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, index) => index % 251));

const slackOf = ({ buffer, byteOffset, length }: Uint8Array): number =>
  buffer.byteLength - byteOffset - length;

describe('gzip', () => {
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

test('the names that senders are told are those that are taken', () => {
  const known = zstdCompressSync === undefined ? 'gzip' : 'gzip, zstd';
  expect(ACCEPTED_COMPRESSIONS).toBe(known);
  expect(COMPRESSIONS.get('zstd')).toBe(zstdCompressSync === undefined ? undefined : ZSTD);
});

describe.runIf(zstdCompressSync)('zstd (Node 22.15 and newer)', () => {
  const skippable = (bytes: number): Buffer => {
    const frame = Buffer.alloc(8 + bytes);
    frame.writeUInt32LE(0x184d2a57, 0);
    frame.writeUInt32LE(bytes, 4);
    return frame;
  };
  const compress = (body: Buffer, options?: object): Buffer =>
    zstdCompressSync?.(body, options) ?? body;

  test.each([
    ['one frame', compress(bytesOf(100))],
    ['a frame with a checksum', compress(bytesOf(100), { params: { 201: 1 } })],
    [
      'a frame between two that are to be skipped',
      Buffer.concat([skippable(0), compress(bytesOf(100)), skippable(100)]),
    ],
    ['two frames', Buffer.concat([compress(bytesOf(60)), compress(bytesOf(100).subarray(60))])],
  ])('%s gives the bytes, with room behind them', (_name, body) => {
    const whole = decompress(body, ZSTD, 1000);
    expect(Buffer.from(whole).equals(bytesOf(100))).toBe(true);
    expect(slackOf(whole)).toBeGreaterThanOrEqual(BODY_SLACK_BYTES);
  });

  test('exactly the limit passes, one byte more does not', () => {
    expect(decompress(compress(bytesOf(100)), ZSTD, 100)).toHaveLength(100);
    for (const large of [
      compress(Buffer.alloc(1e8)),
      compress(bytesOf(101)),
      Buffer.concat([compress(bytesOf(100)), compress(bytesOf(1))]),
    ])
      expect(() => decompress(large, ZSTD, 100)).toThrow(
        expect.objectContaining({ code: 'OTLP_TOO_LARGE' }),
      );
  });

  const whole = compress(bytesOf(1000));
  const badChecksum = compress(bytesOf(100), { params: { 201: 1 } });
  badChecksum.writeUInt8(badChecksum.readUInt8(badChecksum.length - 1) ^ 1, badChecksum.length - 1);
  test.each([
    ['no zstd', Buffer.from('1234')],
    ['cut off', whole.subarray(0, whole.length - 9)],
    ['cut off in its last byte', whole.subarray(0, -1)],
    ['a magic number alone', whole.subarray(0, 4)],
    ['followed by something else', Buffer.concat([whole, Buffer.from('x')])],
    ['of another checksum', badChecksum],
  ])('a body that is %s is malformed', (_name, body) => {
    expect(() => decompress(body, ZSTD, 1000)).toThrow(
      expect.objectContaining({ code: 'OTLP_MALFORMED' }),
    );
  });
});

test.skipIf(zstdCompressSync)('a journal of a newer Node names the Node that it needs', () => {
  expect(() => decompress(Buffer.of(1), ZSTD, 10)).toThrow(/needs Node 22.15/);
});
