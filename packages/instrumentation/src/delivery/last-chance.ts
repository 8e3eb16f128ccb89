/** The last moment of a process, when nothing asynchronous runs any more: what still waits goes out all the same. */
import { warn } from '../host/report.ts';
import { mayOutlive } from './afterlife.ts';
import {
  DETACHED_MS,
  detach,
  mayBeHeard,
  sendAndWait,
  type Fate,
  type LastRequest,
} from './hand-over.ts';
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
      sayDoubt(parts);
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

/** What another process tries to deliver although the receiver has not taken the last of it, in numbers. */
function sayDoubt(
  parts: readonly { readonly outbox: Outbox; readonly requests: readonly LastRequest[] }[],
): void {
  const waiting = parts.flatMap(({ outbox, requests }) => {
    const { isFailing, hasSpool, ledger, endpoint } = outbox;
    const count = requests.reduce((sum, { recordCount }) => sum + recordCount, 0);
    if (!isFailing || hasSpool || ledger.noun === undefined || count === 0) return [];
    return [{ text: `${count} ${ledger.noun}`, origin: endpoint.url.origin }];
  });
  if (waiting.length === 0) return;
  const texts = waiting.map(({ text }) => text);
  const origins = new Set(waiting.map(({ origin }) => origin));
  const ending = mayBeHeard()
    ? 'what is lost then is said here'
    : 'what is lost then nobody says, for this stderr is not kept open: HEARTWOOD_EXIT_UPLOAD=wait does';
  warn(
    'handed over',
    `${texts.join(' and ')} were not taken by ${[...origins].join(', ')}; another process tries for ` +
      `${DETACHED_MS / 1000} s more, and ${ending}. HEARTWOOD_SPOOL_DIR keeps them for the next start`,
  );
}
