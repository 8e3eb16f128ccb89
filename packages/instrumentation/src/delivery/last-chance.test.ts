/** What is said when another process goes on with what no receiver has taken. */
import { expect, it, vi } from 'vitest';
import { readConfig } from '../settings/config.ts';
import { toEndpoint } from './endpoint.ts';
import { sendLast } from './last-chance.ts';
import { Ledger } from './ledger.ts';
import type { Outbox } from './outbox.ts';

vi.mock('./hand-over.ts', async (load) => ({
  ...(await load<object>()),
  detach: () => true,
  mayBeHeard: () => false,
}));

const outboxOf = (noun: string | undefined, url: string, isFailing: boolean): Outbox => {
  const endpoint = toEndpoint({ ...readConfig({}), endpoint: url }, 'traces', () => {});
  const request = { endpoint, recordCount: 3, noun, body: new Uint8Array() };
  const outbox = { endpoint, ledger: new Ledger(noun), isFailing, hasSpool: false, gaveUp: false };
  return { ...outbox, giveOut: () => [request, request], settle: () => {} } as unknown as Outbox;
};

it('says how many records of which kind wait, and for which receiver', () => {
  const said = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const well = outboxOf('spans', 'http://127.0.0.1:1', false);
  expect(sendLast([well], 'detach', 0)).toBe(true);
  expect(said).not.toHaveBeenCalled();
  const failing = outboxOf('log records', 'http://127.0.0.1:2', true);
  const untold = outboxOf(undefined, 'http://127.0.0.1:3', true);
  sendLast([well, failing, untold], 'detach', 0);
  expect(said.mock.calls).toEqual([
    [
      expect.stringMatching(
        /^heartwood: 6 log records were not taken by http:\/\/127\.0\.0\.1:2; another process tries for 10 s more, .*HEARTWOOD_EXIT_UPLOAD=wait/,
      ),
    ],
  ]);
});
