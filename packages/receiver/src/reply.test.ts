import { CodedError } from '@heartwood/semconv';
import { describe, expect, test } from 'vitest';
import { type ReceiverErrorCode, receiverError } from './errors.ts';
import { ERROR_ANSWERS, replyAccepted, replyError } from './reply.ts';
import { ENCODING, TRACES } from './signal.ts';
import { otlpSchema } from './testing/otlp-schema.ts';

const { response, status } = otlpSchema();
const { JSON: AS_JSON, PROTOBUF } = ENCODING;

describe('accepted', () => {
  const all = { accepted: 3, rejected: 0, problem: '' };
  const some = { accepted: 3, rejected: 300, problem: 'the trace id is zero' };

  test('partialSuccess is left out when nothing was rejected', () => {
    expect(replyAccepted(all, TRACES, AS_JSON)).toEqual({
      status: 200,
      contentType: 'application/json',
      body: Buffer.from('{}'),
    });
    expect(replyAccepted(all, TRACES, PROTOBUF)).toEqual({
      status: 200,
      contentType: 'application/x-protobuf',
      body: Buffer.alloc(0),
    });
  });

  test('rejected records are counted, as a string in JSON', () => {
    const partialSuccess = { rejectedSpans: '300', errorMessage: 'the trace id is zero' };
    const json = replyAccepted(some, TRACES, AS_JSON);
    expect(JSON.parse(json.body.toString())).toEqual({ partialSuccess });
    const decoded = response.decode(replyAccepted(some, TRACES, PROTOBUF).body);
    expect(response.toObject(decoded, { longs: String })).toEqual({ partialSuccess });
  });

  test('a long reason is cut', () => {
    const { body } = replyAccepted({ ...some, problem: 'é'.repeat(100_000) }, TRACES, PROTOBUF);
    expect(body.length).toBeLessThan(4096);
    const { partialSuccess } = response.toObject(response.decode(body));
    expect(partialSuccess.errorMessage).toMatch(/^é+…$/);
  });
});

describe('refused', () => {
  const codes = Object.keys(ERROR_ANSWERS) as ReceiverErrorCode[];

  test.each(codes)('%s is a Status in both encodings, retried exactly when that helps', (code) => {
    const error = receiverError(code, { reason: 'because', path: '/tmp' });
    const { status: http, rpcCode } = ERROR_ANSWERS[code];
    const json = replyError(error, AS_JSON);
    expect(json.status).toBe(http);
    expect(JSON.parse(json.body.toString())).toEqual({
      code: rpcCode,
      message: `${code}: ${error.message}`,
    });
    const protobuf = replyError(error, PROTOBUF);
    expect(status.toObject(status.decode(protobuf.body))).toEqual({
      code: rpcCode,
      message: `${code}: ${error.message}`,
    });
    // A body cut short was never whole: its sender is gone and repeats it without being told.
    const isToldToRetry = error.retryable && code !== 'OTLP_BODY_INCOMPLETE';
    expect([429, 503].includes(http)).toBe(isToldToRetry);
    expect(json.retryAfterSeconds).toBe(isToldToRetry ? 1 : undefined);
  });

  test.each([
    ['a fault of ours', new TypeError('secret of /root')],
    ['an error of another package', new CodedError('STORE_CLOSED', 'secret', true)],
  ])('%s is a 500 that says nothing about it', (_name, error) => {
    const { status: http, body } = replyError(error, AS_JSON);
    expect(http).toBe(500);
    expect(JSON.parse(body.toString())).toEqual({
      code: 13,
      message: expect.not.stringContaining('secret'),
    });
  });
});
