/** What a run says about itself: each attribute, from each source, and what the settings filter out. */
import { SpanStatusCode } from '@opentelemetry/api';
import { efficiency, FeatureStatus, TrainingLabel } from '@heartwood/semconv';
import { afterEach, describe, expect, it } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { configure } from '../settings/config.ts';
import { tracedFeature } from '../wrap/traced-feature.ts';
import { withFeatureContext } from '../context/context.ts';
import type { FeatureHandle } from './feature-run.ts';
import { startFeature } from './run.ts';

const memory = registerMemory();

afterEach(() => {
  memory.take();
  configure({ failuresOnly: false, minDurationS: 0, anonymize: true, maxMetadataBytes: 10_240 });
});

function attributesAfter(use: (handle: FeatureHandle) => void): Record<string, unknown> {
  const handle = startFeature('report_export', { category: 'file_operation' });
  use(handle);
  handle.complete();
  return memory.take()[0]?.attributes ?? {};
}

describe('a run by hand', () => {
  it('carries every fact under its name', () => {
    configure({ hashKey: 'k'.repeat(32) });
    const attributes = attributesAfter((run) =>
      run
        .setMetadata({ format: 'csv', nested: { rows: 3 } })
        .setMetadata('big', 12n)
        .setIterations(2)
        .setInputSize(100)
        .setOutputSize(2048)
        .setTrainingLabel(TrainingLabel.DATA_QUALITY, 'high')
        .setUser('ada'),
    );
    expect(attributes).toMatchObject({
      'feature.name': 'report_export',
      'feature.category': 'file_operation',
      'feature.status': 'success',
      'feature.iterations': 2,
      'feature.input.size': 100,
      'feature.output.size': 2048,
      'feature.performance.tier': 'excellent',
      'feature.efficiency.version': 1,
      'feature.metadata.format': 'csv',
      'feature.metadata.nested.rows': 3,
      'feature.metadata.big': '12',
      'feature.training.operation_successful': true,
      'feature.training.performance_tier': 'excellent',
      'feature.training.data_quality': 'high',
      'session.kind': 'run',
      'user.hash': expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    });
  });

  it('computes the efficiency from its own duration', () => {
    startFeature('f').setOutputSize(1024).setIterations(2).complete();
    const [span] = memory.take();
    const durationMs = (span?.duration[0] ?? 0) * 1e3 + (span?.duration[1] ?? 0) / 1e6;
    expect(span?.attributes['feature.efficiency']).toBeCloseTo(
      efficiency(FeatureStatus.SUCCESS, durationMs, 1024, 2),
      9,
    );
  });

  it('takes the score of the app instead, and says so by version 0', () => {
    const attributes = attributesAfter((run) => run.setEfficiency(0.95));
    expect(attributes).toMatchObject({
      'feature.efficiency': 0.95,
      'feature.efficiency.version': 0,
    });
  });

  it.each([
    [
      'failed',
      (run: FeatureHandle) => run.fail(new TypeError('no')),
      SpanStatusCode.ERROR,
      'TypeError',
    ],
    ['failed', (run: FeatureHandle) => run.fail(), SpanStatusCode.ERROR, '_OTHER'],
    [
      'timeout',
      (run: FeatureHandle) => run.fail(new DOMException('late', 'TimeoutError')),
      SpanStatusCode.ERROR,
      'timeout',
    ],
    [
      'cancelled',
      (run: FeatureHandle) => run.cancel('user went away'),
      SpanStatusCode.UNSET,
      undefined,
    ],
    [
      'cancelled',
      (run: FeatureHandle) => run.fail(new DOMException('stop', 'AbortError')),
      SpanStatusCode.UNSET,
      undefined,
    ],
    [
      'partial',
      (run: FeatureHandle) => run.setStatus(FeatureStatus.PARTIAL).complete(),
      SpanStatusCode.UNSET,
      undefined,
    ],
    [
      'timeout',
      (run: FeatureHandle) => run.setStatus(FeatureStatus.TIMEOUT).fail(new Error('x')),
      SpanStatusCode.ERROR,
      'timeout',
    ],
  ] as const)('ends %s with its span status and error type', (status, end, code, errorType) => {
    end(startFeature('f'));
    const [span] = memory.take();
    expect(span?.attributes['feature.status']).toBe(status);
    expect(span?.attributes['error.type']).toBe(errorType);
    expect(span?.status.code).toBe(code);
  });

  it('scores failures and timeouts 0', () => {
    startFeature('f').setOutputSize(5000).fail(new Error('x'));
    expect(memory.take()[0]?.attributes['feature.efficiency']).toBe(0);
  });

  it('ends once, whatever comes after', () => {
    const run = startFeature('f');
    run.complete();
    run.fail(new Error('late'));
    run[Symbol.dispose]();
    expect(memory.take()).toHaveLength(1);
  });

  it('ends when its block ends', () => {
    {
      using run = startFeature('f');
      run.setIterations(4);
    }
    expect(memory.take()[0]?.attributes['feature.iterations']).toBe(4);
  });

  it('has nanoseconds and a start that agrees with the wall clock', () => {
    const before = Date.now();
    startFeature('f').complete();
    const [span] = memory.take();
    const startMs = (span?.startTime[0] ?? 0) * 1e3 + (span?.startTime[1] ?? 0) / 1e6;
    expect(startMs).toBeGreaterThan(before - 10);
    expect(startMs).toBeLessThan(Date.now() + 10);
    expect(span?.duration[1]).toBeGreaterThan(0);
  });
});

describe('sizes', () => {
  it.each([
    ['texts by their UTF-8 bytes', ['añ'], 'é', 3, 2],
    ['bytes as they are', [new Uint8Array(9)], Buffer.alloc(4), 9, 4],
    ['data by its JSON', [{ a: 1 }, [1, 2]], { b: 'x' }, 12, 9],
    ['nothing when there are no arguments and no result', [], undefined, undefined, 0],
  ] as const)('measures %s', (_, args, result, input, output) => {
    const wrapped = tracedFeature('sized', (..._args: unknown[]): unknown => result);
    wrapped(...args);
    const attributes = memory.take()[0]?.attributes;
    expect(attributes?.['feature.input.size']).toBe(input);
    expect(attributes?.['feature.output.size']).toBe(output);
  });

  it('does not walk through objects that are not data', () => {
    class Request {
      readonly body = 'x'.repeat(10);
    }
    tracedFeature('sized', (_request: Request) => new Request())(new Request());
    const attributes = memory.take()[0]?.attributes;
    expect(attributes).not.toHaveProperty('feature.input.size');
    expect(attributes).not.toHaveProperty('feature.output.size');
  });

  it('takes the word of the app', () => {
    tracedFeature(
      'sized',
      { inputSize: () => 7, outputSize: false },
      (_a: string) => 'result',
    )('abc');
    const attributes = memory.take()[0]?.attributes;
    expect(attributes?.['feature.input.size']).toBe(7);
    expect(attributes).not.toHaveProperty('feature.output.size');
  });
});

describe('filters', () => {
  const fail = (): void => {
    throw new Error('x');
  };
  it('records only failures when asked, and marks them', () => {
    configure({ failuresOnly: true });
    tracedFeature('ok', () => 1)();
    expect(tracedFeature('bad', fail)).toThrow('x');
    const spans = memory.take();
    expect(spans.map(({ name }) => name)).toEqual(['bad']);
    expect(spans[0]?.attributes['feature.filter']).toBe('failures_only');
  });

  it('leaves out short successes, never failures', () => {
    configure({ minDurationS: 5 });
    tracedFeature('short', () => 1)();
    expect(tracedFeature('bad', fail)).toThrow('x');
    startFeature('partly').setStatus(FeatureStatus.PARTIAL).complete();
    expect(memory.take().map(({ name }) => name)).toEqual(['bad', 'partly']);
  });
});

describe('bad input', () => {
  it.each([
    ['an empty name', ''],
    ['no text at all', 12 as never],
    ['10000 characters', 'x'.repeat(10_000)],
  ])('takes %s for a name and goes on', (_, name) => {
    startFeature(name).complete();
    const recorded = String(memory.take()[0]?.attributes['feature.name']);
    expect(recorded.length).toBeGreaterThan(0);
    expect(recorded.length).toBeLessThanOrEqual(200);
  });

  it.each([
    ['a word that is no status', 'done' as never],
    ['nothing', undefined as never],
    ['an object', {} as never],
  ])('ignores %s as status', (_, status: FeatureStatus) => {
    const attributes = attributesAfter((run) => run.setStatus(status));
    expect(attributes['feature.status']).toBe('success');
  });

  it.each([
    ['no options', () => startFeature('f', null as never).complete()],
    ['no name', () => tracedFeature(null as never, () => 1)()],
    [
      'a bigint of rounds',
      () =>
        startFeature('f')
          .setIterations(3n as never)
          .complete(),
    ],
    [
      'a symbol of rounds',
      () =>
        startFeature('f')
          .setIterations(Symbol('n') as never)
          .complete(),
    ],
    [
      'a list of exclusions that is none',
      () => excluding('f', () => tracedFeature('g', () => 1)()),
    ],
    ['no facts of the surroundings', () => withFeatureContext(null as never, () => 1)],
  ])('does not throw into the app for %s', (_, use: () => unknown) => {
    expect(use).not.toThrow();
  });

  it('ignores numbers that make no sense', () => {
    const attributes = attributesAfter((run) =>
      run
        .setIterations(-1)
        .setIterations(NaN)
        .setIterations(Infinity)
        .setInputSize(-5)
        .setOutputSize(Infinity)
        .setEfficiency(NaN),
    );
    expect(attributes['feature.iterations']).toBe(1);
    expect(attributes).not.toHaveProperty('feature.input.size');
    expect(attributes).not.toHaveProperty('feature.output.size');
    expect(attributes['feature.efficiency.version']).toBe(1);
  });
});

function excluding(text: string, use: () => unknown): void {
  configure({ exclude: text as never });
  try {
    use();
  } finally {
    configure({ exclude: [] });
  }
}
