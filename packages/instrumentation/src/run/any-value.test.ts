/** Anything at all given to a run: nothing throws into the app, and the run is recorded. */
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { installOutlets } from '../../testing/outlets.ts';
import { withFeatureContext } from '../context/context.ts';
import type { FeatureHandle } from './feature-run.ts';
import { resumeFeature } from './resume-feature.ts';
import { startFeature } from './run.ts';

const memory = registerMemory();
const outlets = installOutlets();
beforeAll(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}));
afterEach(() => {
  memory.take();
  outlets.takeEvents();
});
afterAll(() => vi.restoreAllMocks());

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function explosive(): object {
  return new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('looked at');
      },
      get: () => {
        throw new Error('asked');
      },
    },
  );
}

class Order {
  readonly id = 7;
  readonly #hidden = 'x';
  get trap(): never {
    throw new Error(this.#hidden);
  }
}

const circular: Record<string, unknown> = {};
circular['self'] = circular;

const HOSTILE: readonly (() => unknown)[] = [
  revoked,
  explosive,
  () => new Order(),
  () => circular,
  () => Symbol('s'),
  () => () => 1,
  () => 'x'.repeat(100_000),
  () => Array.from({ length: 5000 }, (_, i) => ({ i })),
  () => Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`key${i}`, i])),
  () => ({
    get trap(): never {
      throw new Error('called');
    },
  }),
  () => new Error('e', { cause: circular }),
  () => Object.create(null) as unknown,
  () => new Map([[circular, 1]]),
  () => globalThis,
];

/** Made in the test: fast-check itself cannot hold the worst of them. */
const anything: fc.Arbitrary<() => unknown> = fc.oneof(
  fc
    .anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
    })
    .map((value) => () => value),
  fc.constantFrom(...HOSTILE),
);

const METHODS = [
  'setStatus',
  'setMetadata',
  'setAttribute',
  'setAttributes',
  'event',
  'progress',
  'pause',
  'resume',
  'setIterations',
  'setInputSize',
  'setOutputSize',
  'setEfficiency',
  'setTrainingLabel',
  'setUser',
] as const;
const ENDS = ['complete', 'fail', 'cancel', 'suspend'] as const;

it('S1-124: no method of a run throws, and each run is recorded once, whatever it is given', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...METHODS), anything, anything), { maxLength: 8 }),
      fc.constantFrom(...ENDS),
      anything,
      (calls, end, argument) => {
        const run = startFeature('f');
        for (const [method, first, second] of calls) {
          expect((run[method] as (...args: unknown[]) => unknown)(first(), second())).toBe(run);
        }
        (run[end] as (given: unknown) => unknown)(argument());
        expect(memory.take()).toHaveLength(1);
      },
    ),
    { numRuns: 200 },
  );
});

it('S1-124: no name, option or surrounding makes a start throw', () => {
  const option = fc.constantFrom(
    'category',
    'version',
    'component',
    'kind',
    'attributes',
    'links',
    'root',
    'metadata',
    'userId',
    'inputSize',
    'efficiencyReference',
    'tierLimitsMs',
  );
  const options: fc.Arbitrary<() => unknown> = fc.oneof(
    anything,
    fc
      .array(fc.tuple(option, anything))
      .map((pairs) => () => Object.fromEntries(pairs.map(([key, make]) => [key, make()]))),
  );
  fc.assert(
    fc.property(anything, options, anything, (name, given, facts) => {
      const [named, wanted] = [name(), given()];
      let run: FeatureHandle | undefined;
      const value = withFeatureContext(facts() as never, () => {
        run = startFeature(named as never, wanted as never);
        resumeFeature(named as never, wanted as never).complete();
        return 7;
      });
      run?.complete();
      expect(value).toBe(7);
      expect(run).toBeDefined();
    }),
    { numRuns: 200 },
  );
});
