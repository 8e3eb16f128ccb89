/** `google.rpc.Status` and its details, in protobuf and in JSON. */
import { bytesField, varintField } from './message-field.ts';

/** Numbers of `google.rpc.Code` that senders are told. */
export const RPC_CODE = {
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;
export type RpcCode = (typeof RPC_CODE)[keyof typeof RPC_CODE];

export interface RpcStatus {
  readonly code: RpcCode;
  readonly message: string;
  /** Pause before the request may come again: becomes a `RetryInfo`. */
  readonly retryAfterSeconds?: number | undefined;
}

/** A bad request says so in a `BadRequest` (OTLP "Failures": details SHOULD be there). */
const isBadRequest = ({ code }: RpcStatus): boolean => code === RPC_CODE.INVALID_ARGUMENT;

/** The field that all violations are in: which part of it, the description says. */
const FIELD = 'request';

export function encodeRpcStatus(status: RpcStatus): Buffer {
  const { code, message, retryAfterSeconds } = status;
  const text = Buffer.from(message);
  const details: Buffer[] = [];
  if (isBadRequest(status)) {
    const violation = Buffer.concat([bytesField(1, Buffer.from(FIELD)), bytesField(2, text)]);
    details.push(any('BadRequest', bytesField(1, violation)));
  }
  if (retryAfterSeconds !== undefined)
    details.push(any('RetryInfo', bytesField(1, varintField(1, retryAfterSeconds))));
  return Buffer.concat([
    varintField(1, code),
    bytesField(2, text),
    ...details.map((detail) => bytesField(3, detail)),
  ]);
}

export function toRpcStatusJson(status: RpcStatus): object {
  const { code, message, retryAfterSeconds } = status;
  const details: object[] = [];
  if (isBadRequest(status))
    details.push({
      '@type': typeUrl('BadRequest'),
      fieldViolations: [{ field: FIELD, description: message }],
    });
  if (retryAfterSeconds !== undefined)
    details.push({ '@type': typeUrl('RetryInfo'), retryDelay: `${retryAfterSeconds}s` });
  return details.length === 0 ? { code, message } : { code, message, details };
}

const typeUrl = (name: string): string => `type.googleapis.com/google.rpc.${name}`;

/** A `google.protobuf.Any`. */
const any = (name: string, value: Buffer): Buffer =>
  Buffer.concat([bytesField(1, Buffer.from(typeUrl(name))), bytesField(2, value)]);
