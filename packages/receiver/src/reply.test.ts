import { CodedError } from '@heartwood/semconv';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { receiverError } from './errors.ts';
import { ERROR_ANSWERS, replyAccepted, replyError } from './reply.ts';
import { ENCODING, TRACES } from './signal.ts';
import { otlpSchema } from './testing/otlp-schema.ts';

const { response, status } = otlpSchema();
/** Of google/rpc/status.proto and google/rpc/error_details.proto. */
const rpc = protobuf.parse(`
syntax = "proto3";
message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
message Any { string type_url = 1; bytes value = 2; }
message BadRequest { repeated Violation field_violations = 1; }
message Violation { string field = 1; string description = 2; }
message RetryInfo { Duration retry_delay = 1; }
message Duration { int64 seconds = 1; int32 nanos = 2; }
`).root;

/** The details of an encoded Status, as another decoder reads them. */
function detailsOf(body: Buffer): object[] {
  const { details } = rpc.lookupType('Status').decode(body) as unknown as {
    details: { typeUrl: string; value: Buffer }[];
  };
  return details.map(({ typeUrl, value }) => {
    const name = typeUrl.split('.').at(-1) ?? '';
    const type = rpc.lookupType(name);
    const plain = type.toObject(type.decode(value), { longs: Number });
    return name === 'RetryInfo'
      ? { type: typeUrl, delaySeconds: plain['retryDelay'].seconds }
      : {
          type: typeUrl,
          fields: plain['fieldViolations'].map(
            ({ field, description }: { field: string; description: string }) =>
              `${field}: ${description}`,
          ),
        };
  });
}
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
  const codes = Object.keys(ERROR_ANSWERS) as (keyof typeof ERROR_ANSWERS)[];

  test.each(codes)('%s is a Status in both encodings, retried exactly when that helps', (code) => {
    const error = receiverError(code, { reason: 'because', path: '/srv/secret' });
    const { status: http, rpcCode, message = error.message } = ERROR_ANSWERS[code];
    const json = replyError(error, AS_JSON);
    expect(json.status).toBe(http);
    expect(JSON.parse(json.body.toString())).toMatchObject({
      code: rpcCode,
      message: `${code}: ${message}`,
    });
    const encoded = replyError(error, PROTOBUF);
    expect(status.toObject(status.decode(encoded.body))).toMatchObject({
      code: rpcCode,
      message: `${code}: ${message}`,
    });
    // The sender of a body cut short is gone, one past its own deadline has given up: both repeat it without being told.
    const knowsAlready = code === 'OTLP_BODY_INCOMPLETE' || code === 'OTLP_DEADLINE';
    const isToldToRetry = error.retryable && !knowsAlready;
    expect([429, 503].includes(http)).toBe(isToldToRetry);
    expect(json.retryAfterSeconds).toBe(isToldToRetry ? 1 : undefined);
  });

  test.each(['RECEIVER_DISK_LOW', 'RECEIVER_JOURNAL_WRITE'] as const)(
    '%s tells senders nothing about the folders of the server',
    (code) => {
      const { body } = replyError(receiverError(code, { path: '/srv/secret' }), AS_JSON);
      expect(body.toString()).not.toContain('secret');
    },
  );

  test('a bad request names what is wrong in a BadRequest, in both encodings', () => {
    const error = receiverError('OTLP_MALFORMED', { encoding: 'JSON', reason: 'é', at: 3 });
    const json = JSON.parse(replyError(error, AS_JSON).body.toString());
    expect(json.details).toEqual([
      {
        '@type': 'type.googleapis.com/google.rpc.BadRequest',
        fieldViolations: [{ field: 'request', description: json.message }],
      },
    ]);
    expect(detailsOf(replyError(error, PROTOBUF).body)).toEqual([
      {
        type: 'type.googleapis.com/google.rpc.BadRequest',
        fields: [`request: ${json.message}`],
      },
    ]);
  });

  test('a request that may come again says when, in both encodings', () => {
    const error = receiverError('RECEIVER_BUSY');
    const json = JSON.parse(replyError(error, AS_JSON).body.toString());
    expect(json.details).toEqual([
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1s' },
    ]);
    expect(detailsOf(replyError(error, PROTOBUF).body)).toEqual([
      { type: 'type.googleapis.com/google.rpc.RetryInfo', delaySeconds: 1 },
    ]);
  });

  test('an error of a long name stays far below the bound of an answer', () => {
    const error = receiverError('OTLP_UNKNOWN_PATH', { path: '\u0001'.repeat(1e6), known: '/' });
    expect(replyError(error, AS_JSON).body.length).toBeLessThan(4096);
    expect(replyError(error, PROTOBUF).body.length).toBeLessThan(4096);
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
