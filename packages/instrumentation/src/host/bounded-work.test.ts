/** Work with a time of its own: what it leaves behind must not hold a process, and what is the app's must. */
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withinTime } from './bounded-work.ts';

/** Takes requests and never answers. */
const mute = createServer(() => {});
beforeAll(async () => new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  mute.closeAllConnections();
  mute.close();
});

/** Runs `work` for 200 ms in a process of its own; says how it ended and how long that took. */
async function run(work: string, beside = ''): Promise<{ stdout: string; ms: number }> {
  const url = JSON.stringify(`http://127.0.0.1:${(mute.address() as AddressInfo).port}`);
  const module = JSON.stringify(new URL('./bounded-work.ts', import.meta.url).href);
  const script = `
    import http from 'node:http';
    import { withinTime } from ${module};
    const url = ${url};
    process.once('exit', () => console.log('ended after', Math.round(performance.now() - began)));
    let began = performance.now();
    ${beside}
    await withinTime(async () => { ${work} }, 200);
    console.log('over');`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', script];
  const stdout = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, args, { timeout: 20_000 }, (error, text) =>
      error === null ? resolve(text) : reject(error),
    );
  });
  return { stdout, ms: Number(/ended after (\d+)/.exec(stdout)?.[1]) };
}

describe('when the time is over, the process ends although the work has left', () => {
  it.each([
    ['a timer', 'await new Promise((resolve) => setTimeout(resolve, 15_000));'],
    ['an interval', 'setInterval(() => {}, 1000); await new Promise(() => {});'],
    ['a request without an answer', 'await new Promise(() => http.get(url));'],
    [
      'a request that is tried again and again',
      `for (;;) {
         await new Promise((resolve) => http.get(url).on('error', resolve));
         await new Promise((resolve) => setTimeout(resolve, 300));
       }`,
    ],
    [
      'a request on a connection that an earlier one has opened',
      `const agent = new http.Agent({ keepAlive: true });
       const own = http.createServer((q, r) => r.end()).listen(0, '127.0.0.1');
       own.unref();
       await new Promise((resolve) => own.once('listening', resolve));
       const at = 'http://127.0.0.1:' + own.address().port;
       await new Promise((resolve) => http.get(at, { agent }, (r) => r.resume().on('end', () => setImmediate(resolve))));
       own.removeAllListeners('request').on('request', () => {});
       await new Promise(() => http.get(at, { agent }));`,
    ],
  ])('%s', async (_, work) => {
    const { stdout, ms } = await run(work);
    expect(stdout).toContain('over\n');
    expect(ms).toBeLessThan(3000);
  });
});

it('what the app does beside it goes on to its end', async () => {
  const beside = `setTimeout(() => console.log('the app is done'), 1000);`;
  const { stdout } = await run('await new Promise(() => {});', beside);
  expect(stdout).toMatch(/^over\nthe app is done\nended after \d{4}\n$/);
});

it('resolves when the work is done, and never rejects', async () => {
  const startedAt = performance.now();
  await withinTime(async () => Promise.reject(new Error('no')), 10_000);
  await withinTime(() => {
    throw new Error('not even begun');
  }, 10_000);
  expect(performance.now() - startedAt).toBeLessThan(5000);
});
