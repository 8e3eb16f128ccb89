/** Functions of the app that do what they should not: the app never notices, and the person who runs it reads why. */
import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { startFeature } from '../run/run.ts';
import { tracedFeature } from '../wrap/traced-feature.ts';
import { callOfApp } from './callback.ts';
import { troubles } from './report.ts';

const memory = registerMemory();
const said: string[] = [];

beforeEach(() => {
  said.length = 0;
  vi.spyOn(console, 'warn').mockImplementation((text: string) => said.push(text));
});
afterEach(() => vi.restoreAllMocks());

describe('a callback of the app', () => {
  it.each([
    ['a value', () => 7, 7],
    ['nothing', () => undefined, undefined],
    [
      'an error',
      () => {
        throw new Error('no');
      },
      undefined,
    ],
    ['a promise', () => Promise.resolve(1), undefined],
    ['a rejected promise', () => Promise.reject(new Error('no')), undefined],
  ])('that gives %s is answered', async (what, callback: () => unknown, answer) => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', listen);
    try {
      expect(callOfApp(what, 'metadata', callback)).toBe(answer);
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.off('unhandledRejection', listen);
    }
    expect(unhandled).toEqual([]);
  });

  it('is never asked for its promise by a `then` of its own, which may start a query', () => {
    // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
    const lazy = { then: vi.fn() };
    expect(callOfApp('lazy', 'metadata', () => lazy)).toBeUndefined();
    expect(lazy.then).not.toHaveBeenCalled();
  });

  it('may hide rejected promises in its answer, at any level', async () => {
    const hiding = (): Record<string, unknown> => ({
      fine: 1,
      late: Promise.reject(new Error('a')),
      deep: [{ late: Promise.reject(new Error('b')) }],
    });
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    try {
      startFeature('hidden', { metadata: hiding }).complete();
      tracedFeature('hidden', { resultMetadata: hiding }, () => 1)();
      for (const { attributes } of memory.take())
        expect(attributes).toMatchObject({ 'feature.metadata.fine': 1 });
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.off('unhandledRejection', unhandled);
    }
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('is counted each time and said once', () => {
    const before = troubles();
    for (let i = 0; i < 3; i++) {
      callOfApp('once', 'metadata', () => {
        throw new TypeError('wrong');
      });
      void callOfApp('once', 'inputSize', async () => 1);
    }
    expect(troubles().failed - before.failed).toBe(3);
    expect(troubles().async - before.async).toBe(3);
    expect(said).toEqual([
      'heartwood: metadata of feature "once" failed, its fact is left out: TypeError: wrong',
      expect.stringContaining('inputSize of feature "once" gave a promise') as string,
    ]);
  });

  it('is said when it takes more than 5 ms', () => {
    let nowMs = 1000;
    vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const before = troubles().slow;
    const waiting = (ms: number): string | undefined =>
      callOfApp('slow', 'metadata', () => {
        nowMs += ms;
        return 'answer';
      });
    expect(waiting(5)).toBe('answer');
    expect(said).toEqual([]);
    expect(waiting(31)).toBe('answer');
    expect(waiting(6)).toBe('answer');
    expect(troubles().slow - before).toBe(2);
    expect(said).toEqual([
      expect.stringContaining('metadata of feature "slow" took 31 ms') as string,
    ]);
  });

  it('whose error has no text is said all the same', () => {
    callOfApp('mute', 'metadata', () => {
      // oxlint-disable-next-line typescript/only-throw-error -- the app may throw anything
      throw Object.create(null);
    });
    expect(said).toHaveLength(1);
  });
});

it('S1-124: every option may be an async function that rejects: the app ends as if it were not wrapped', () => {
  const entry = new URL('../../dist/index.js', import.meta.url).href;
  const script = `
    import { tracedFeature, startFeature } from '${entry}';
    import { trace, context } from '${import.meta.resolve('@opentelemetry/api')}';
    import { BasicTracerProvider } from '${import.meta.resolve('@opentelemetry/sdk-trace-base')}';
    trace.setGlobalTracerProvider(new BasicTracerProvider());
    const late = async () => { throw new Error('late'); };
    const options = { metadata: late, resultMetadata: late, resultStatus: late, errorStatus: late,
      userId: late, inputSize: late, outputSize: late };
    const wrapped = tracedFeature('f', options, (a) => a * 2);
    const throwing = tracedFeature('g', options, () => { throw new Error('own'); });
    console.log(wrapped(21));
    try { throwing(); } catch (error) { console.log(error.message); }
    startFeature('h', options).complete();
    setTimeout(() => console.log('alive'), 20);`;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  expect(out).toBe('42\nown\nalive\n');
});
