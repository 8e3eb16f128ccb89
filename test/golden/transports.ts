/** Ways for an export request to a server: encodings, compressions, HTTP and gRPC. */
import { promisify } from 'node:util';
import { gzip as gzipCallback } from 'node:zlib';
import * as zlib from 'node:zlib';
import { Client, compressionAlgorithms, credentials } from '@grpc/grpc-js';
import type { ServerProcess } from '../system/server-process.ts';

const gzip = promisify(gzipCallback);

/** A request in both encodings, and where it goes. */
interface Export {
  readonly path: string;
  readonly grpcPath: string;
  readonly protobuf: Buffer;
  readonly json: Buffer;
}

export interface Transport {
  readonly name: string;
  /** Sends the request; resolves with the bytes of the answer, rejects with what was refused. */
  readonly send: (server: ServerProcess, given: Export) => Promise<Buffer>;
}

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';

const http =
  (type: string, compression?: string, compress?: (body: Buffer) => Promise<Buffer> | Buffer) =>
  async ({ otlpUrl }: ServerProcess, given: Export): Promise<Buffer> => {
    const body = type === PROTOBUF ? given.protobuf : given.json;
    const answer = await fetch(`${otlpUrl}${given.path}`, {
      method: 'POST',
      headers: {
        'content-type': type,
        ...(compression === undefined ? {} : { 'content-encoding': compression }),
      },
      body: new Uint8Array(compress === undefined ? body : await compress(body)),
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (answer.status !== 200) throw new Error(`${answer.status} ${bytes.toString()}`);
    return bytes;
  };

const grpc =
  (algorithm: compressionAlgorithms) =>
  ({ grpcAddress }: ServerProcess, given: Export): Promise<Buffer> => {
    const client = new Client(grpcAddress, credentials.createInsecure(), {
      'grpc.default_compression_algorithm': algorithm,
    });
    return new Promise<Buffer>((resolve, reject) => {
      client.makeUnaryRequest(
        given.grpcPath,
        (body: Buffer) => body,
        (body: Buffer) => body,
        given.protobuf,
        (error, answer) => (error === null ? resolve(answer ?? Buffer.alloc(0)) : reject(error)),
      );
    }).finally(() => client.close());
  };

const zstd = (zlib as { zstdCompressSync?: (body: Buffer) => Buffer }).zstdCompressSync;

/** All of them that this Node can do. */
export const TRANSPORTS: readonly Transport[] = [
  { name: 'http/protobuf', send: http(PROTOBUF) },
  { name: 'http/protobuf, gzip', send: http(PROTOBUF, 'gzip', gzip) },
  { name: 'http/json', send: http(JSON_TYPE) },
  { name: 'http/json, gzip', send: http(JSON_TYPE, 'gzip', gzip) },
  { name: 'grpc', send: grpc(compressionAlgorithms.identity) },
  { name: 'grpc, gzip', send: grpc(compressionAlgorithms.gzip) },
  ...(zstd === undefined
    ? []
    : [
        { name: 'http/protobuf, zstd', send: http(PROTOBUF, 'zstd', zstd) },
        { name: 'http/json, zstd', send: http(JSON_TYPE, 'zstd', zstd) },
      ]),
];
