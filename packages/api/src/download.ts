/** Fetches a file of the API, with what its header tells. */
import { ApiError, brokenOff, readRefusal, toFailure } from './api-error.ts';
import type { ClientOptions } from './call.ts';

/** The file; see `Client.download`. */
export async function download(
  url: string,
  { token, fetch: send = fetch, ...options }: ClientOptions,
  {
    signal,
    timeoutMs = options.timeoutMs ?? 30_000,
  }: { readonly signal?: AbortSignal | undefined; readonly timeoutMs?: number | undefined } = {},
): Promise<{ readonly facts: unknown; readonly bytes: AsyncIterable<Uint8Array> }> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeoutMs);
  try {
    const response = await send(url, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      signal: signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]),
    });
    if (!response.ok) throw await readRefusal(response);
    const told = response.headers.get('heartwood-file');
    if (told === null || response.body === null) throw noFile(response.status);
    return { facts: JSON.parse(told) as unknown, bytes: readBytes(response.body, url, signal) };
  } catch (error) {
    signal?.throwIfAborted();
    throw toFailure(error, { url, timeoutMs, isLate: late.signal.aborted });
  } finally {
    clearTimeout(timer);
  }
}

async function* readBytes(
  body: ReadableStream<Uint8Array>,
  url: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw brokenOff(url, error);
  } finally {
    await reader.cancel().catch(() => {});
  }
}

const noFile = (status: number): ApiError =>
  new ApiError(status, {
    code: 'ANSWER_UNREADABLE',
    detail: 'The answer is no file of a Heartwood server.',
    remedy: 'Check that the address is that of the Heartwood API (port 4319 by default).',
  });
