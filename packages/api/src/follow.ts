/** Follows a stream of server-sent events with fetch, and comes back where it was when it breaks off. */
import { ApiError, readRefusal, toFailure } from './api-error.ts';
import type { ClientOptions, FollowState } from './call.ts';
import { EventStreamParser } from './event-stream.ts';

/** An event with its data read. */
interface FollowedEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: unknown;
}

interface FollowCall {
  readonly signal?: AbortSignal | undefined;
  readonly onState?: ((state: FollowState) => void) | undefined;
}

/** Waits between attempts, doubled each time. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/** The server says something every 15 seconds: after three times nothing the connection is taken to be dead. */
const SILENCE_MS = 45_000;

/** Events until the signal ends it; see `Client.follow`. */
export async function* followStream(
  url: string,
  options: ClientOptions,
  { signal, onState = () => undefined }: FollowCall,
): AsyncGenerator<FollowedEvent, void, undefined> {
  let lastEventId: string | undefined;
  let wasOpen = false;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    let isOpen = false;
    const stop = new AbortController();
    const onAbort = (): void => stop.abort();
    signal?.throwIfAborted();
    signal?.addEventListener('abort', onAbort);
    try {
      const body = await connect(url, options, lastEventId, stop);
      isOpen = true;
      onState(wasOpen ? 'again' : 'open');
      wasOpen = true;
      const parser = new EventStreamParser();
      for await (const piece of readPieces(body, stop))
        for (const { event, id, data } of parse(parser, piece)) {
          lastEventId = id ?? lastEventId;
          pauseMs = FIRST_PAUSE_MS;
          yield { event, id, data: toData(event, data) };
        }
    } catch (error) {
      signal?.throwIfAborted();
      if (!wasOpen || isFinal(error)) throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      stop.abort();
    }
    signal?.throwIfAborted();
    if (isOpen) onState('lost');
    await pause(pauseMs, signal);
  }
}

/** The body of the answer, when its head has come. */
async function connect(
  url: string,
  { token, timeoutMs = 30_000, fetch: send = fetch }: ClientOptions,
  lastEventId: string | undefined,
  stop: AbortController,
): Promise<ReadableStream<Uint8Array>> {
  let isLate = false;
  const deadline = setTimeout(() => {
    isLate = true;
    stop.abort();
  }, timeoutMs);
  const headers: Record<string, string> = { accept: 'text/event-stream' };
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  if (lastEventId !== undefined) headers['last-event-id'] = lastEventId;
  try {
    const response = await send(url, { headers, signal: stop.signal });
    if (!response.ok) throw await readRefusal(response);
    const { body } = response;
    const type = response.headers.get('content-type') ?? '';
    if (body === null || !type.startsWith('text/event-stream'))
      throw unreadable('The answer is no stream of events.');
    return body;
  } catch (error) {
    throw toFailure(error, { url, timeoutMs, isLate });
  } finally {
    clearTimeout(deadline);
  }
}

/** Text as it comes; ends when the server has said nothing for too long. Time that the reader takes is not counted. */
async function* readPieces(
  body: ReadableStream<Uint8Array>,
  stop: AbortController,
): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const silence = setTimeout(() => stop.abort(), SILENCE_MS);
    const { done, value } = await reader.read().finally(() => clearTimeout(silence));
    if (done) return;
    yield decoder.decode(value, { stream: true });
  }
}

function parse(parser: EventStreamParser, piece: string): ReturnType<EventStreamParser['read']> {
  try {
    return parser.read(piece);
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : String(error), error);
  }
}

function toData(event: string, data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch (error) {
    throw unreadable(`The data of the event ${event.slice(0, 64)} are no JSON.`, error);
  }
}

/** What another attempt would not change. */
const isFinal = (error: unknown): boolean =>
  error instanceof ApiError &&
  (error.status === 200 ||
    (error.status >= 400 && error.status < 500 && ![408, 425, 429].includes(error.status)));

function unreadable(detail: string, cause?: unknown): ApiError {
  const remedy = 'Check that the address is that of the Heartwood API (port 4319 by default).';
  return new ApiError(200, { code: 'ANSWER_UNREADABLE', detail, remedy }, cause);
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}
