/** How a call of gRPC ends: status, message and details as trailers. */
import type { OutgoingHttpHeaders } from 'node:http2';
import { replyError } from './reply.ts';
import { encodeRpcStatus, RPC_CODE, type RpcStatus } from './rpc-status.ts';
import { ENCODING } from './signal.ts';

export const GRPC_OK: OutgoingHttpHeaders = { 'grpc-status': '0' };

/**
 * The status of an error. What may be sent again is UNAVAILABLE and carries a RetryInfo (OTLP "OTLP/gRPC Throttling");
 * RESOURCE_EXHAUSTED without one is for requests that are too large, or too large to come in time.
 */
export function grpcStatusOf(error: unknown): RpcStatus {
  const { rpcStatus } = replyError(error, ENCODING.PROTOBUF);
  return rpcStatus.retryAfterSeconds === undefined
    ? rpcStatus
    : { ...rpcStatus, code: RPC_CODE.UNAVAILABLE };
}

export const toTrailers = (status: RpcStatus): OutgoingHttpHeaders => ({
  'grpc-status': String(status.code),
  'grpc-message': percentEncode(status.message),
  // Binary headers are base64 without padding.
  'grpc-status-details-bin': encodeRpcStatus(status).toString('base64').replaceAll('=', ''),
});

/** Percent-encoding of "Status-Message" in the specification of gRPC over HTTP/2: all but printable ASCII, and `%`. */
const percentEncode = (text: string): string =>
  text.replaceAll(/[^\x20-\x24\x26-\x7e]+/g, (odd) =>
    Array.from(
      Buffer.from(odd),
      (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    ).join(''),
  );
