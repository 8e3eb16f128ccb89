/** Real receivers in the states that a conformance test needs, and senders that hide nothing of the answer. */
import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import {
  connect,
  type IncomingHttpHeaders as IncomingHttp2Headers,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openReceiver, type Receiver, type ReceiverOptions } from '@heartwood/receiver';
import { openStore, type QueryRow } from '@heartwood/store';
import { openTestReceiver } from '../../packages/receiver/src/testing/open-receiver.ts';

export const PROTOBUF = 'application/x-protobuf';
export const JSON_TYPE = 'application/json';

export interface Target {
  readonly receiver: Receiver;
  readonly httpPort: number;
  readonly grpcPort: number;
  end(): Promise<void>;
}

/** A receiver over a database. */
export interface StoredTarget extends Target {
  /** The spans of a trace as they are stored. */
  spansOf(traceId: string): Promise<QueryRow<'trace/spans'>[]>;
}

const ANY_TIME = { from: 0n, last: 2n ** 63n - 2n };

export async function openStoredTarget(): Promise<StoredTarget> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'conformance-'));
  const store = await openStore({ dataDir });
  const receiver = await openReceiver({ store, journalDir: path.join(dataDir, 'journal') });
  return {
    receiver,
    httpPort: await receiver.listenHttp('127.0.0.1', 0),
    grpcPort: await receiver.listenGrpc('127.0.0.1', 0),
    async spansOf(traceId) {
      await receiver.flush();
      return store.read('trace/spans', { traceId, ...ANY_TIME, limit: 1000 });
    },
    async end() {
      await receiver.close();
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Uses a receiver with other options, over a store in memory. */
export async function withTarget(
  options: Partial<ReceiverOptions>,
  use: (target: Target) => Promise<void>,
): Promise<void> {
  const target = await openTestReceiver(options);
  try {
    await use(target);
  } finally {
    await target.end();
  }
}

export interface HttpGiven {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Sent in chunks, without a length. */
  readonly chunked?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export function post({ httpPort }: Target, given: HttpGiven): Promise<HttpAnswer> {
  const { method = 'POST', path: target = '/v1/traces', headers = {}, body, chunked } = given;
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        port: httpPort,
        host: '127.0.0.1',
        method,
        path: target,
        agent: false,
        headers: {
          ...headers,
          ...(body !== undefined && !chunked && { 'content-length': Buffer.byteLength(body) }),
        },
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(parts),
          }),
        );
      },
    );
    sent.on('error', reject);
    if (body !== undefined) sent.write(body);
    sent.end();
  });
}

/** What an error says, read from whichever encoding its Content-Type names. */
export interface RpcStatus {
  readonly code: number;
  readonly message: string;
  /** Names of the messages in its details. */
  readonly details: readonly string[];
}

export function statusOf({ headers, body }: Pick<HttpAnswer, 'headers' | 'body'>): RpcStatus {
  if (headers['content-type'] !== JSON_TYPE) return decodeStatus(body);
  const parsed = JSON.parse(body.toString()) as {
    code: number;
    message: string;
    details?: { '@type': string }[];
  };
  const details = (parsed.details ?? []).map((detail) => detail['@type'].split('.').at(-1) ?? '');
  return { code: parsed.code, message: parsed.message, details };
}

/** `google.rpc.Status` by hand: code, message, details of `google.protobuf.Any`. */
function decodeStatus(bytes: Buffer): RpcStatus {
  const fields = fieldsOf(bytes);
  const one = (number: number): Buffer | number | undefined =>
    fields.find((field) => field.number === number)?.value;
  return {
    code: Number(one(1) ?? 0),
    message: String(one(2) ?? ''),
    details: fields
      .filter(({ number }) => number === 3)
      .map(
        ({ value }) =>
          String(fieldsOf(value as Buffer)[0]?.value)
            .split('.')
            .at(-1) ?? '',
      ),
  };
}

/** Fields of wire types 0 and 2, which are all that answers have. */
export function fieldsOf(
  bytes: Buffer,
): { readonly number: number; readonly value: Buffer | number }[] {
  const fields: { number: number; value: Buffer | number }[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes.readUInt8(at++);
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const value = varint();
    if ((key & 7) === 0) fields.push({ number: key >> 3, value });
    else fields.push({ number: key >> 3, value: bytes.subarray(at, (at += value)) });
  }
  return fields;
}

export interface CallGiven {
  readonly path: string;
  readonly message: Uint8Array;
  /** The message is compressed already, as `grpc-encoding` in the headers says. */
  readonly isCompressed?: boolean;
  readonly headers?: OutgoingHttpHeaders;
}

export interface CallAnswer {
  /** Number of the `google.rpc.Code`. */
  readonly code: number;
  readonly message: Buffer;
  readonly details: RpcStatus;
}

/** A unary call of gRPC on a connection of its own. */
export function call({ grpcPort }: Target, given: CallGiven): Promise<CallAnswer> {
  const session = connect(`http://127.0.0.1:${grpcPort}`);
  const header = Buffer.alloc(5);
  header.writeUInt8(given.isCompressed ? 1 : 0, 0);
  header.writeUInt32BE(given.message.length, 1);
  return new Promise<CallAnswer>((resolve, reject) => {
    session.on('error', reject);
    const stream = session.request({
      ':method': 'POST',
      ':path': given.path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...given.headers,
    });
    let end: IncomingHttp2Headers = {};
    const parts: Buffer[] = [];
    stream.on('response', (headers) => (end = headers));
    stream.on('trailers', (trailers) => (end = trailers));
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('error', () => undefined);
    stream.on('close', () =>
      resolve({
        code: Number(end['grpc-status']),
        message: Buffer.concat(parts).subarray(5),
        details: decodeStatus(
          Buffer.from(end['grpc-status-details-bin']?.toString() ?? '', 'base64'),
        ),
      }),
    );
    stream.end(Buffer.concat([header, given.message]));
  }).finally(() => session.destroy());
}
