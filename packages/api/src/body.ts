/** The JSON body of a request: its size, its encoding, its shape. */
import type { IncomingMessage } from 'node:http';
import { MAX_BODY_BYTES, type PostRoute } from './contract/route.ts';
import { RequestError } from './errors.ts';
import { checkBody } from './query.ts';

/**
 * The checked body. Rejects what is no JSON by its content type too: a page of another origin cannot send that type
 * without asking first, and nobody here says yes.
 */
export async function readBody(
  request: IncomingMessage,
  { body, maxBodyBytes = MAX_BODY_BYTES }: PostRoute,
): Promise<Record<string, unknown>> {
  checkHeaders(request);
  return checkBody(body, parse(await readBytes(request, maxBodyBytes)));
}

function checkHeaders({ headers }: IncomingMessage): void {
  const type = (headers['content-type'] ?? '').toLowerCase();
  const encoding = (headers['content-encoding'] ?? 'identity').toLowerCase();
  if (!/^application\/json *(?:; *charset="?utf-8"? *)?$/u.test(type))
    throw new RequestError('BODY_TYPE_WRONG', { given: `"${type}"` });
  if (encoding !== 'identity')
    throw new RequestError('BODY_TYPE_WRONG', { given: `the encoding "${encoding}"` });
}

async function readBytes(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const tooLarge = (): RequestError =>
    new RequestError('BODY_TOO_LARGE', { limit: String(limitBytes) });
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  // Destroying the request would take the answer with it.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parse(bytes: Buffer): unknown {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : 'the bytes are no UTF-8';
    throw new RequestError('BODY_NOT_JSON', { reason });
  }
  if (isDeeper(value, MAX_DEPTH))
    throw new RequestError('BODY_INVALID', {
      parameter: 'body',
      reason: `is nested deeper than ${String(MAX_DEPTH)} levels`,
    });
  return value;
}

/** Whoever walks a value calls itself for each level; the stack must not end first. */
const MAX_DEPTH = 64;

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((member) => isDeeper(member, depth - 1));
}
