/** The handle of a feature that is not recorded: its code runs, and nothing of it ends up in the run around. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { installOutlets } from '../../testing/outlets.ts';
import { currentFeature } from '../context/context.ts';
import { configure } from '../settings/config.ts';
import { trackEvent } from '../work/event.ts';
import { tracedFeature } from '../wrap/traced-feature.ts';
import { resumeFeature } from './resume-feature.ts';
import { startFeature } from './run.ts';

const memory = registerMemory();
const outlets = installOutlets();

beforeEach(() => configure({ exclude: ['hidden'] }));
afterEach(() => {
  memory.take();
  outlets.takeEvents();
  configure({ exclude: [] });
});

const leak = (...given: unknown[]): unknown[] => {
  currentFeature()?.setMetadata('card', '4111');
  trackEvent('card_number_typed');
  return given;
};

describe('a feature that is not recorded and started by hand', () => {
  it.each<[string, () => unknown]>([
    ['run', () => startFeature('hidden').run(leak)],
    ['a bound function', () => startFeature('hidden').bind(leak)()],
    [
      'a bound function that another run calls',
      () => tracedFeature('other', startFeature('hidden').bind(leak))(),
    ],
    ['a run that goes on', () => resumeFeature('').run(leak)],
  ])('keeps its facts out of the run around it: %s', (_, enter) => {
    tracedFeature('outer', enter)();
    for (const { attributes } of memory.take()) {
      expect(attributes).not.toHaveProperty(['feature.metadata.card']);
    }
    const [event, ...others] = outlets.takeEvents();
    expect(others).toEqual([]);
    expect(event?.eventName).toBe('card_number_typed');
    expect(event?.attributes).not.toHaveProperty(['feature.name']);
  });

  it('hands on arguments, this and what comes back', () => {
    const handle = startFeature('hidden');
    const self = {
      bound: handle.bind(function own(this: unknown, ...given: number[]): unknown[] {
        return [this, ...given];
      }),
    };
    tracedFeature('outer', () => expect(self.bound(1, 2).slice(1)).toEqual([1, 2]))();
    expect(handle.run(() => 7)).toBe(7);
  });

  it.each(['complete', 'fail', 'cancel', 'suspend'] as const)('has ended after %s', (end) => {
    const handle = startFeature('hidden');
    expect(handle.ended).toBe(false);
    handle[end]();
    expect(handle.ended).toBe(true);
  });
});

describe('a recorded run', () => {
  it.each(['complete', 'fail', 'cancel', 'suspend'] as const)('has ended after %s', (end) => {
    const run = startFeature('seen');
    expect(run.ended).toBe(false);
    run[end]();
    expect(run.ended).toBe(true);
  });

  it('is not under way any more in what it left behind', async () => {
    const seen: unknown[] = [];
    let left: Promise<void> | undefined;
    const wrapped = tracedFeature('seen', () => {
      seen.push(currentFeature()?.name);
      left = new Promise((done) => {
        setImmediate(() => {
          seen.push(currentFeature()?.name);
          trackEvent('left_behind_work_done');
          done();
        });
      });
    });
    wrapped();
    await left;
    expect(seen).toEqual(['seen', undefined]);
    expect(outlets.takeEvents()[0]?.attributes).not.toHaveProperty(['feature.name']);
  });
});
