/** A name for each call: an app's mistake, which may fill neither the memory nor the terminal. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const entry = (name: string): string => new URL(`../../dist/${name}`, import.meta.url).href;
const script = `
  import { startFeature, tracedFeature } from '${entry('index.js')}';
  import { install } from '${entry('runtime.js')}';
  import { createDirectEngine } from '${entry('engine/direct.js')}';
  let ended = 0;
  const sources = [];
  install({
    engine: createDirectEngine({
      sink: { addRun: () => (ended += 1), onEnd: () => (ended += 1) },
      resource: { attributes: {} },
    }),
    logs: { add: () => {}, stats: () => ({}) },
    metrics: { addSource: (source) => (sources.push(source), () => {}), stats: () => ({}) },
  });
  const bad = () => { throw new Error('bad'); };
  let calls = 0;
  function use(count) {
    for (let i = 0; i < count; i++) {
      const name = 'export for customer ' + (calls += 1);
      // Each of these may be said once for each feature; each remembers something by name.
      const options = {
        metadata: bad, tierLimitsMs: [3, 2, 1, 0], efficiencyReference: { durationMs: -1 },
        attributes: { ['key' + calls]: 1 }, inputSize: async () => bad(), callback: 'none',
      };
      const run = startFeature(name, options).setMetadata('key' + calls, 1).setUser('user ' + calls);
      run.setTrainingLabel('label' + calls, 1).setAttribute('feature.key' + calls, 1).event('event' + calls);
      run.pause().resume();
      if (i % 2 === 0) run.fail(Object.assign(new Error('e'), { name: 'Error' + calls }));
      else run.complete();
      tracedFeature(name, options, () => 1)(1);
    }
  }
  const heapAfter = async (count) => {
    for (let done = 0; done < count; done += 1000) {
      use(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    gc();
    return process.memoryUsage().heapUsed;
  };
  const before = await heapAfter(3000);
  const after = await heapAfter(6000);
  let series = 0;
  const names = new Set();
  const point = (_, { attributes }) => { series += 1; names.add(attributes['feature.name']); };
  for (const source of sources) source.collect({ histogram: point, sum: point });
  console.log(JSON.stringify({ grownBytes: after - before, ended, calls, series, names: names.size }));`;

describe('a name for each call', () => {
  it('is recorded, costs no memory that stays, and is told apart in metrics up to 200 names', () => {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--expose-gc', '--input-type=module', '-e', script],
      {
        encoding: 'utf8',
        env: { ...process.env, FEATURE_TRACKING_HASH_KEY: 'k'.repeat(32) },
        maxBuffer: 1e8,
      },
    );
    const { grownBytes, ended, calls, series, names } = JSON.parse(stdout) as Record<
      string,
      number
    >;
    expect(calls).toBe(9000);
    expect(ended).toBe(18_000);
    // 6000 names more: a hundred bytes for each that stayed would be 600 kB.
    expect(grownBytes).toBeLessThan(500_000);
    expect(names).toBe(201);
    expect(series).toBeLessThan(201 * 60);
    // Twenty of each kind, then no more: 9000 names would be some 50,000 lines.
    const lines = stderr.split('\n').filter((line) => line.startsWith('heartwood:'));
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.length).toBeLessThan(250);
    expect(lines.join('\n')).toContain('more than 200 feature names');
  }, 60_000);
});
