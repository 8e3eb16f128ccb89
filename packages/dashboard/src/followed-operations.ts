/** What is under way, as the server tells it while the page is looked at. */
import { applyOperationsEvent, type Client, type FollowedOperations } from '@heartwood/api/client';
import { CodedError, isRetryable } from '@heartwood/semconv';
import { useEffect, useState } from 'react';
import { type PageProps, useReport } from './page.ts';

/** Most operations that the page shows; the worst come first. */
const LIMIT = 200;
const RETRY_MS = 2000;

/** The list so far, and what keeps it from going on. */
interface Sight {
  /** Undefined before the first snapshot. */
  readonly list: FollowedOperations | undefined;
  /** When the last of it arrived, epoch milliseconds. */
  readonly receivedAt: number | undefined;
  readonly error: unknown;
}

/** Follows the operations until the page is left or paused; what was seen last stays. */
export function useOperations(props: PageProps): Sight {
  const { client, paused, epoch } = props;
  const [sight, setSight] = useState<Sight>(NOTHING);
  useEffect(() => {
    if (paused) return undefined;
    const controller = new AbortController();
    void follow(client, controller.signal, (change) => {
      if (!controller.signal.aborted) setSight(change);
    });
    return () => controller.abort();
  }, [client, paused, epoch]);
  useReport(props, sight);
  return sight;
}

const NOTHING: Sight = { list: undefined, receivedAt: undefined, error: undefined };

type Change = (before: Sight) => Sight;

/** The stream comes back by itself once it stood; a first attempt that fails is made again here. */
async function follow(
  client: Client,
  signal: AbortSignal,
  tell: (change: Change) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const stream = client.follow('/api/v1/operations/stream', {
        query: { limit: LIMIT },
        signal,
        onState: (state) =>
          tell((before) => ({ ...before, error: state === 'lost' ? brokenOff() : undefined })),
      });
      for await (const event of stream)
        tell(({ list }) => ({
          list: applyOperationsEvent(list, event),
          receivedAt: Date.now(),
          error: undefined,
        }));
    } catch (error) {
      tell((before) => ({ ...before, error }));
      if (!isRetryable(error)) return;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

const brokenOff = (): CodedError =>
  new CodedError('SERVER_UNREACHABLE', 'The connection broke off; it is tried again.', true);
