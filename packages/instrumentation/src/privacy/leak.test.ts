/** What leaves, byte for byte: no denied key, no denied value and no id of a user, wherever an app has put them. */
import { context } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { tracing } from '@opentelemetry/sdk-node';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { installOutlets } from '../../testing/outlets.ts';
import { currentFeature, withFeatureContext } from '../context/context.ts';
import { SpanQueue } from '../delivery/queue.ts';
import { createDirectEngine } from '../engine/direct.ts';
import type { Engine } from '../engine/engine.ts';
import { createSdkEngine } from '../engine/sdk.ts';
import { BytesWriter } from '../otlp/bytes.ts';
import { writeLogRecord } from '../otlp/log-request.ts';
import { resumeFeature } from '../run/resume-feature.ts';
import { startFeature } from '../run/run.ts';
import { install } from '../runtime.ts';
import { configure } from '../settings/config.ts';
import { feedback } from '../work/feedback.ts';
import { trackEvent } from '../work/event.ts';
import { startOperation } from '../work/operation.ts';
import { startSession } from '../work/session.ts';
import { tracedFeature } from '../wrap/traced-feature.ts';

registerMemory();
const outlets = installOutlets();
vi.spyOn(console, 'warn').mockImplementation(() => {});
afterAll(() =>
  configure({ redactKeys: [], redactValues: [], maxMetadataBytes: 10_240, errors: 'message' }),
);

const limits = {
  maxSpans: 1e5,
  maxBytes: 1e8,
  maxBatchSpans: 1e5,
  maxBatchRuns: 1e5,
  maxBatchBytes: 1e8,
};
const queue = new SpanQueue(limits, () => expect.unreachable());
const resource = resourceFromAttributes({ 'service.name': 'shop' });
const engines = {
  direct: createDirectEngine({
    sink: { addRun: (run) => void queue.addRun(run), onEnd: (span) => void queue.add(span, true) },
    resource,
  }),
  sdk: createSdkEngine(
    new tracing.BasicTracerProvider({
      resource,
      spanProcessors: [
        {
          onStart: () => {},
          onEnd: (span) => void queue.add(span, true),
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    }).getTracer('test'),
  ),
} satisfies Record<string, Engine>;

/** All that was handed over since the last call, as text that shows every byte of it. */
function leaving(): string {
  const parts: Uint8Array[] = [];
  for (let batch = queue.take(); batch !== undefined; batch = queue.take()) {
    parts.push(Uint8Array.from(batch.toRequest()));
    queue.remove();
  }
  for (const record of outlets.takeEvents()) {
    const out = new BytesWriter();
    writeLogRecord(out, record);
    parts.push(Uint8Array.from(out.view()));
  }
  const points = JSON.stringify(outlets.collect(), (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return Buffer.concat(parts).toString('utf8') + points;
}

/** What an app has that must not leave. */
interface Private {
  readonly user: string;
  readonly secret: string;
  readonly denied: string;
  readonly deniedKey: string;
  readonly padding: number;
}

const word = (prefix: string): fc.Arbitrary<string> =>
  fc.stringMatching(/^[a-z0-9]{6,14}$/).map((rest) => prefix + rest);
const privates: fc.Arbitrary<Private> = fc.record({
  user: word('qu'),
  secret: word('qs'),
  denied: word('qd'),
  deniedKey: word('qk'),
  // Around where messages, texts, stacks and metadata are cut.
  padding: fc.oneof(
    fc.nat(40),
    ...[1024, 4096, 8192, 10_240].map((limit) => fc.integer({ min: limit - 260, max: limit })),
  ),
});

/** A text that holds everything that must not leave, in the ways of texts. */
function telling({ user, secret, denied, padding }: Private): string {
  return (
    `user ${user}! ${denied}; password=${secret} "apiKey": "${secret}", Bearer ${secret}1 ` +
    `${'.'.repeat(padding)} ${denied} token: ${secret} of ${user} ${denied}`
  );
}

function facts(hidden: Private): Record<string, unknown> {
  const { user, secret, denied, deniedKey } = hidden;
  return {
    text: telling(hidden),
    list: [denied, 'fine', `x${user}`],
    nested: { password: secret, deep: { [deniedKey]: 'x', cookie: [secret], note: `of ${user}` } },
    [deniedKey]: secret,
    [`of_${user}`]: 1,
    [denied]: 1,
    authorization: `Basic ${secret}`,
    userId: user,
    error: new Error(telling(hidden)),
    when: new Date(0),
  };
}

/** One of everything that says something. */
function useEverything(hidden: Private): void {
  const { user, secret, denied, deniedKey } = hidden;
  const attributes = {
    text: telling(hidden),
    list: [denied, user],
    [deniedKey]: secret,
    accessToken: secret,
    [`of.${user}`]: true,
  };
  const failing = tracedFeature(
    'failing',
    {
      metadata: () => facts(hidden),
      attributes: { [deniedKey]: 'x', secret, plain: `is ${denied}` },
    },
    () => {
      currentFeature()?.setMetadata('inside', telling(hidden));
      throw Object.assign(new Error(telling(hidden)), { name: denied });
    },
  );
  withFeatureContext({ userId: user, sessionId: 's-1' }, () => {
    expect(failing).toThrow(user);
    tracedFeature('passing', { resultMetadata: () => facts(hidden) }, () => telling(hidden))();
    startFeature('by_hand')
      .setAttributes(attributes)
      .setAttribute(deniedKey, secret)
      .event('paid', attributes)
      .event(`paid ${user}`)
      .setTrainingLabel('data_quality', denied)
      .pause(telling(hidden))
      .cancel(telling(hidden));
    const suspended = startFeature('suspended')
      .setMetadata(facts(hidden))
      .setAttributes(attributes);
    resumeFeature(suspended.suspend()).fail(telling(hidden));
    trackEvent('page_viewed', facts(hidden));
    feedback('passing', { score: 1, comment: telling(hidden), metadata: facts(hidden) });
    const operation = startOperation('import', { description: telling(hidden) });
    operation.update({ message: telling(hidden), ...facts(hidden) });
    operation.fail(new TypeError(telling(hidden)), telling(hidden));
    const session = startSession('editor', { metadata: facts(hidden), concurrent: true });
    session.pause(telling(hidden));
    session.stop(telling(hidden));
  });
  startFeature('late_user')
    .setUser(user)
    .setMetadata(facts(hidden))
    .event('e', attributes)
    .fail(telling(hidden));
  tracedFeature('own_user', { userId: () => user, metadata: () => facts(hidden) }, () => 1)();
}

describe.each(Object.entries(engines))('through the %s engine', (_, engine) => {
  it.each(['message', 'type'])(
    'S1-123: nothing denied leaves, and no id of a user, with HEARTWOOD_ERRORS=%s',
    (errors) => {
      const restore = install({ engine });
      try {
        fc.assert(
          fc.property(
            privates,
            fc.constantFrom(200, 10_240, 40_000),
            (hidden, maxMetadataBytes) => {
              const redactValues = [hidden.denied];
              configure({
                hashKey: 'k'.repeat(32),
                redactKeys: [hidden.deniedKey],
                redactValues,
                errors,
                maxMetadataBytes,
                quiet: true,
              });
              useEverything(hidden);
              const bytes = leaving();
              expect(bytes).toContain('by_hand');
              expect(bytes).toContain('page_viewed');
              for (const secret of [hidden.user, hidden.secret, hidden.denied, hidden.deniedKey]) {
                const at = bytes.indexOf(secret);
                expect(at < 0 ? '' : bytes.slice(Math.max(0, at - 120), at + 40)).toBe('');
              }
              // Nor the beginning of one, where a text was cut.
              for (const half of [hidden.secret.slice(0, 6), hidden.denied.slice(0, 6)]) {
                const at = bytes.indexOf(half);
                expect(at < 0 ? '' : bytes.slice(Math.max(0, at - 200), at + 40)).toBe('');
              }
            },
          ),
          { numRuns: 60 },
        );
      } finally {
        restore();
      }
    },
  );
});

it('what is not denied does leave', () => {
  configure({
    redactKeys: ['other'],
    redactValues: ['other'],
    errors: 'message',
    maxMetadataBytes: 10_240,
  });
  const restore = install({ engine: engines.direct });
  try {
    withFeatureContext({ userId: 'ada-lovelace' }, () => {
      startFeature('f').setMetadata({ rows: 'seventeen' }).fail(new Error('disk of boxes is full'));
    });
    const bytes = leaving();
    expect(bytes).toContain('seventeen');
    expect(bytes).toContain('disk of boxes is full');
    expect(bytes).toContain('leak.test');
    expect(bytes).toMatch(/user\.hash/);
    expect(context.active().getValue(Symbol.for('none'))).toBeUndefined();
  } finally {
    restore();
  }
});
