/** The last moment of a process, when nothing asynchronous runs any more: what still waits goes out all the same. */
import { warn } from '../host/report.ts';
import { mayOutlive } from './afterlife.ts';
import { detach, sendAndWait, type Fate, type LastRequest } from './hand-over.ts';
import type { Outbox } from './outbox.ts';

/** How: `detach` to a process of its own, `wait` for the answer, `auto` the first where such a process may live. */
export type ExitUpload = 'auto' | 'detach' | 'wait';

/**
 * Gives out what waits in the outboxes, at most `timeoutMs`, and counts what became of it. True when another process
 * is at it now.
 */
export function sendLast(outboxes: readonly Outbox[], how: ExitUpload, timeoutMs: number): boolean {
  const parts = outboxes.map((outbox) => ({
    outbox,
    worthwhile: isWorthwhile(outbox),
    requests: outbox.giveOut(),
  }));
  const all = parts.flatMap(({ requests }) => requests);
  if (all.length === 0) {
    for (const outbox of outboxes) outbox.settle([]);
    return false;
  }
  if (how === 'detach' || (how === 'auto' && mayOutlive())) {
    if (detach(all)) {
      for (const outbox of outboxes) outbox.settle('handed_over');
      sayDoubt(outboxes);
      return true;
    }
  }
  const sent = parts.flatMap(({ worthwhile, requests }) => (worthwhile ? requests : []));
  const fates = new Map<LastRequest, Fate>();
  if (sent.length > 0) {
    sendAndWait(sent, timeoutMs).forEach((fate, i) => {
      const request = sent[i];
      if (request !== undefined) fates.set(request, fate);
    });
  }
  for (const { outbox, requests } of parts) {
    outbox.settle(requests.map((request) => fates.get(request) ?? NOTHING_KNOWN));
  }
  return false;
}

const NOTHING_KNOWN: Fate = { delivered: 0, refused: 0 };

/** A receiver that was waited for in vain is not waited for again, nor one that is away while the disk keeps things. */
function isWorthwhile(outbox: Outbox): boolean {
  return !outbox.gaveUp && !(outbox.hasSpool && outbox.isFailing);
}

function sayDoubt(outboxes: readonly Outbox[]): void {
  if (!outboxes.some(({ isFailing, hasSpool }) => isFailing && !hasSpool)) return;
  warn(
    'handed over',
    'the receiver did not answer; another process tries for 10 s to send what waited, then it is lost. ' +
      'HEARTWOOD_SPOOL_DIR keeps it for the next start',
  );
}
