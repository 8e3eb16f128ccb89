/** Web streams: watches every way to read one, without reading, locking or replacing it. */
import { hide, methodOf, showAnswers, type Method } from './hidden-property.ts';
import { observe } from './promise.ts';

/** What is used of a ReadableStream. Structural, so that no stream class is loaded for apps that have none. */
export interface WebStream {
  readonly locked: boolean;
  readonly getReader: Method;
  readonly pipeTo: (...args: unknown[]) => Promise<unknown>;
}

interface WebReader {
  readonly closed: Promise<unknown>;
  readonly releaseLock: () => void;
}

/** Told how a stream ended, maybe more than once; the first word counts. */
export interface StreamEnd {
  readonly ended: () => void;
  readonly failed: (error: unknown) => void;
  readonly cancelled: () => void;
}

/** Tells `end` when the stream is closed, errored or cancelled. False when it is locked: then nobody can tell. */
export function followWebStream(stream: WebStream, end: StreamEnd): boolean {
  if (stream.locked) return false;
  const { getReader } = stream;
  const look: Look = (closed) => lookAt(stream, getReader, closed, end.failed);
  // Nothing may be left to read: then nobody reads it.
  look(end.ended);
  const iterate = (iterator: unknown, [options]: readonly unknown[]): void =>
    watchIterator(iterator as object, options, end);
  return [
    showAnswers(stream, 'getReader', (reader) => {
      watchReader(reader as WebReader, stream, end, look);
    }),
    showAnswers(stream, 'pipeTo', (piped) => {
      watchPipe(piped as Promise<unknown>, stream, end, look);
    }),
    watchPipeThrough(stream),
    showAnswers(stream, 'tee', (branches) => watchBranches(branches as readonly WebStream[], end)),
    watchCancel(stream, end, look),
    showAnswers(stream, 'values', iterate),
    showAnswers(stream, Symbol.asyncIterator, iterate),
  ].every(Boolean);
}

/** True when an unlocked stream can still be read; else calls `closed`, or tells the error. */
type Look = (closed: () => void) => boolean;

/**
 * See {@link Look}. A reader is taken and released at once. Streams Standard, ReadableStreamReaderGenericRelease: that
 * rejects the `closed` promise of the reader of a readable stream, and replaces that of any other.
 */
function lookAt(
  stream: WebStream,
  getReader: Method,
  closed: () => void,
  failed: (error: unknown) => void,
): boolean {
  const reader = Reflect.apply(getReader, stream, []) as WebReader;
  const before = reader.closed;
  reader.releaseLock();
  const readable = before === reader.closed;
  if (!readable) before.then(closed, failed);
  return readable;
}

function watchReader(reader: WebReader, stream: WebStream, end: StreamEnd, look: Look): void {
  let released = false;
  let cancelled = false;
  const closed = (): void => (cancelled ? end.cancelled() : end.ended());
  // Its rejection is never unhandled: the standard marks it so.
  reader.closed.then(closed, (error: unknown) => {
    // Rejected too when the reader is released, be it after an error or before.
    if (!released) end.failed(error);
    else if (!stream.locked) look(end.ended);
  });
  showAnswers(reader, 'releaseLock', () => {
    released = true;
  });
  showAnswers(reader, 'cancel', () => {
    // Only noted: what has failed in this moment is cancelled by some readers, and has failed all the same.
    cancelled = !released;
  });
}

/** A pipe that fails has cancelled the stream, or found it errored, or left it for others to read. */
function watchPipe(piped: Promise<unknown>, stream: WebStream, end: StreamEnd, look: Look): void {
  observe(piped, end.ended, () => {
    if (!stream.locked) look(end.cancelled);
  });
}

/** The original keeps the promise of its pipe to itself, so a valid call is made by way of `pipeTo`, as the standard has it. */
function watchPipeThrough(stream: WebStream): boolean {
  const through = methodOf(stream, 'pipeThrough');
  if (through === undefined) return true;
  return hide(stream, 'pipeThrough', function (this: unknown, ...args: never[]): unknown {
    const [transform, options] = args;
    // What is wrong with the arguments, the original says best.
    if (this !== stream || !isPipeable(stream, transform, options)) {
      return Reflect.apply(through, this, args);
    }
    const { readable, writable } = transform;
    // The pipe itself is watched there. Nobody gets its promise: its rejection is no news to anybody.
    stream.pipeTo(writable, options).catch(() => {});
    return readable;
  });
}

/** Of two branches the first to end tells of the stream; it is cancelled when both are. */
function watchBranches(branches: readonly WebStream[], end: StreamEnd): void {
  const inUse = new Set(branches);
  for (const branch of branches) {
    const cancelled = (): void => {
      inUse.delete(branch);
      if (inUse.size === 0) end.cancelled();
    };
    followWebStream(branch, { ended: end.ended, failed: end.failed, cancelled });
  }
}

function watchCancel(stream: WebStream, end: StreamEnd, look: Look): boolean {
  const cancel = methodOf(stream, 'cancel');
  if (cancel === undefined) return true;
  return hide(stream, 'cancel', function (this: unknown, ...args: never[]): unknown {
    // What is over already is not cancelled any more, and what is locked does not let itself be cancelled.
    const open = this === stream && !stream.locked && look(end.ended);
    const answer: unknown = Reflect.apply(cancel, this, args);
    if (open) end.cancelled();
    return answer;
  });
}

function watchIterator(iterator: object, options: unknown, end: StreamEnd): void {
  showAnswers(iterator, 'next', (answer) => {
    const stepped = (step: unknown): void => {
      if ((step as IteratorResult<unknown>).done === true) end.ended();
    };
    observe(answer as Promise<unknown>, stepped, end.failed);
  });
  // Kept open by its reader's wish: somebody will read on.
  const keeps = (options as { preventCancel?: unknown } | undefined)?.preventCancel === true;
  if (!keeps) showAnswers(iterator, 'return', end.cancelled);
}

function isPipeable(
  stream: WebStream,
  transform: unknown,
  options: unknown,
): transform is { readable: unknown; writable: unknown } {
  if (stream.locked || typeof transform !== 'object' || transform === null) return false;
  const { readable, writable } = transform as { readable?: unknown; writable?: unknown };
  const signal = (options as { signal?: unknown } | null | undefined)?.signal;
  return (
    readable instanceof ReadableStream &&
    writable instanceof WritableStream &&
    !writable.locked &&
    (signal === undefined || signal instanceof AbortSignal)
  );
}
