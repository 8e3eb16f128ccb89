/** Work at the end of the process that is given a time: when it is over, nothing of it keeps the process alive. */
import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import type { ClientRequest } from 'node:http';

/**
 * Does `work` and resolves when it is done or the time is over; never rejects. From then on its timers and sockets, those
 * that it has and those that it still makes, hold no process, and its HTTP requests are ended: others' code has its own
 * idea of how long to try.
 */
export async function withinTime(work: () => Promise<unknown>, timeoutMs: number): Promise<void> {
  const inside = new AsyncLocalStorage<true>();
  const made = new Set<Holding>();
  let isOver = false;
  // Belongs to work and not to the app: known by the context in which it was made.
  const hook = createHook({
    init(_id, _type, _trigger, resource: Holding) {
      if (inside.getStore() === undefined || !isHolding(resource)) return;
      if (isOver) letGo(resource);
      else made.add(resource);
    },
  }).enable();
  const done = inside.run(true, async () => {
    try {
      await work();
    } catch {
      // What became of it is for those to say who do it.
    }
    hook.disable();
    inside.disable();
    return true;
  });
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, false);
  });
  const isDone = await Promise.race([done, timeout]);
  clearTimeout(timer);
  if (isDone) return;
  isOver = true;
  for (const resource of made) letGo(resource);
  made.clear();
}

/** What async_hooks tells of timers and sockets, and of HTTP requests, which may have a socket of an earlier one. */
interface Holding {
  readonly unref?: unknown;
  readonly req?: Partial<Pick<ClientRequest, 'destroy' | 'on'>>;
}

function isHolding({ unref, req }: Holding): boolean {
  return typeof unref === 'function' || typeof req?.destroy === 'function';
}

/** Never throws: an error in a hook of async_hooks would end the process. */
function letGo(resource: Holding): void {
  const { unref, req } = resource;
  try {
    // A connection that is being made holds the process although its socket does not.
    if (typeof req?.destroy === 'function') {
      // An error that nobody listens to would end the process.
      req.on?.('error', () => {});
      req.destroy();
    } else if (typeof unref === 'function') unref.call(resource);
  } catch {
    // It was over already.
  }
}
