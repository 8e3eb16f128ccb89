/** Reading back: pages, tokens, and each way in which there is no answer. */
import { describe, expect, it } from 'vitest';
import { openAnswering } from '../../testing/answering-server.ts';
import { registerMemory } from '../../testing/memory.ts';
import { TrackerUnavailableError } from '../errors.ts';
import { startFeature } from '../run/run.ts';
import { configure } from '../settings/config.ts';
import { createReader } from './reader.ts';

const memory = registerMemory();

const codeOf = async (answer: Promise<unknown>) => {
  const error = await answer.then(
    () => expect.fail('it was answered'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TrackerUnavailableError);
  return error as TrackerUnavailableError;
};

describe('a reader', () => {
  it('asks the address and with the token of the settings, unless told others', async () => {
    const server = await openAnswering(() => ({ body: { data: 1 } }));
    configure({ serverUrl: `${server.url}/`, readToken: 'from-env' });
    await createReader().read('/api/stats', { since: '1h', status: undefined });
    await createReader({ url: server.url, token: 'own' }).read('/api/stats');
    expect(server.asked).toEqual([
      { url: '/api/stats?since=1h', authorization: 'Bearer from-env' },
      { url: '/api/stats', authorization: 'Bearer own' },
    ]);
    configure({ readToken: '' });
  });

  it('follows pages until it has as many rows as were asked for', async () => {
    const server = await openAnswering((url) => {
      const limit = Number(url.searchParams.get('limit'));
      const after = Number(url.searchParams.get('cursor') ?? 0);
      const rows = Array.from({ length: limit }, (_, i) => after + i);
      return { body: { data: rows, meta: { nextCursor: String(after + limit) } } };
    });
    const rows = await createReader(server).readRows('/api/v1/records', { status: 'failed' }, 2500);
    expect(rows).toEqual(Array.from({ length: 2500 }, (_, i) => i));
    expect(server.asked.map(({ url }) => url)).toEqual([
      '/api/v1/records?status=failed&limit=1000',
      '/api/v1/records?status=failed&cursor=1000&limit=1000',
      '/api/v1/records?status=failed&cursor=2000&limit=500',
    ]);
  });

  it('makes no spans of its questions, and sends no context of the app along', async () => {
    const server = await openAnswering(() => ({ body: { data: [] } }));
    await startFeature('app').run(() => createReader(server).read('/api/stats'));
    expect(memory.take()).toEqual([]);
  });

  it('S1-06: names the remedy when no server is there', async () => {
    const gone = await openAnswering(() => undefined);
    await gone.close();
    const error = await codeOf(createReader(gone).read('/api/stats'));
    expect(error).toMatchObject({ code: 'TRACKER_UNREACHABLE', retryable: true });
    expect(error.message).toContain(`${gone.url} (ECONNREFUSED)`);
    expect(error.message).toContain('HEARTWOOD_URL');
  });

  it('waits no longer than it is told', async () => {
    const server = await openAnswering(() => undefined);
    const error = await codeOf(createReader({ url: server.url, timeoutMs: 50 }).read('/api/stats'));
    expect(error).toMatchObject({ code: 'TRACKER_TIMEOUT', retryable: true });
    expect(error.message).toContain('within 50 ms');
  });

  it('passes on what the server says is wrong', async () => {
    const problem = { code: 'FEATURE_UNKNOWN', detail: 'No "serch".', remedy: 'Try "search".' };
    const server = await openAnswering(() => ({ status: 404, body: problem }));
    const error = await codeOf(createReader(server).read('/api/v1/features/serch'));
    expect(error).toMatchObject({ code: 'TRACKER_REFUSED', problem: 'FEATURE_UNKNOWN' });
    expect(error.message).toContain('answered 404: No "serch". Try "search".');
  });

  it.each([
    ['a page', '<html>'],
    ['nothing', ''],
    ['a list', []],
    ['something else', { ok: true }],
  ])('says that it was not our API that answered with %s', async (_, body) => {
    const server = await openAnswering(() => ({ body }));
    expect(await codeOf(createReader(server).read('/api/stats'))).toMatchObject({
      code: 'TRACKER_UNREADABLE',
    });
  });

  it.each(['', 'localhost:4319', 'file:///etc/passwd'])('refuses the address %j', async (url) => {
    expect(await codeOf(createReader({ url }).read('/api/stats'))).toMatchObject({
      code: 'TRACKER_ADDRESS_INVALID',
    });
  });
});
