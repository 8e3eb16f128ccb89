/** Node's readable streams, duplex ones and transforms among them: the run ends when there is nothing more to read. */
import { errorMonitor } from 'node:events';
import type { Run } from '../run/run.ts';
import { Followers } from './followers.ts';

/** What is used of a Readable; those of the package readable-stream have it too. */
export interface NodeStream {
  readonly errored?: unknown;
  readonly closed?: boolean;
  readonly _readableState: { readonly endEmitted?: boolean; readonly closed?: boolean };
  prependListener(
    event: string | symbol,
    listener: (this: NodeStream, ...args: never[]) => void,
  ): unknown;
  off(event: string | symbol, listener: (this: NodeStream, ...args: never[]) => void): NodeStream;
  getMaxListeners(): number;
  setMaxListeners(count: number): unknown;
}

/** True for objects of a class of readable streams. */
export function isNodeStream(value: object): value is NodeStream {
  const state = (value as Partial<NodeStream>)._readableState;
  return typeof state === 'object' && state !== null;
}

/**
 * Ends the run with the stream: read to its end, failed, or closed before its end, which counts as cancelled. False when
 * it has been read to its end already.
 */
export function followNodeStream(stream: NodeStream, run: Run): boolean {
  const state = stream._readableState;
  if (stream.errored !== undefined && stream.errored !== null) run.failWith(stream.errored);
  else if (state.endEmitted === true) return false;
  else if (stream.closed === true || state.closed === true) run.cancel('closed before its end');
  else listen(stream, run);
  return true;
}

function listen(stream: NodeStream, run: Run): void {
  const followers = new Followers();
  const onEnd = function (this: NodeStream): void {
    stop(this);
    followers.succeed(this);
  };
  const onError = function (this: NodeStream, error: unknown): void {
    stop(this);
    followers.failWith(error);
  };
  const onClose = function (this: NodeStream): void {
    stop(this);
    followers.cancel('closed before its end');
  };
  const stop = (ended: NodeStream): void => {
    ended.off('end', onEnd).off(errorMonitor, onError).off('close', onClose);
    if (limit > 0 && ended.getMaxListeners() === limit + 1) ended.setMaxListeners(limit);
  };
  // One more, so that the app is warned of its own listeners as early as without ours; 0 is no limit.
  const limit = stream.getMaxListeners();
  if (limit > 0) stream.setMaxListeners(limit + 1);
  // First in line: a listener of the app may end the process. errorMonitor: an error nobody listens to still throws.
  stream.prependListener('end', onEnd);
  stream.prependListener(errorMonitor, onError);
  stream.prependListener('close', onClose);
  followers.attach(stream);
  followers.add(stream, run);
}
