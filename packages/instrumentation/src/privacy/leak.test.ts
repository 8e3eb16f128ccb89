/** What leaves, byte for byte: no denied key, no denied value and no id of a user, wherever an app has put them. */
import { context, type Attributes } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { tracing } from '@opentelemetry/sdk-node';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { decodeRequest } from '../../testing/collector.ts';
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
import { startSession, withSession } from '../work/session.ts';
import { tracedFeature } from '../wrap/traced-feature.ts';

/** Each does everything that an app can do, a tenth of a second long. */
const RUNS = Math.ceil(Number(process.env['HEARTWOOD_FUZZ_RUNS'] ?? 100) / 10);

registerMemory();
const outlets = installOutlets();
vi.spyOn(console, 'warn').mockImplementation(() => {});
afterAll(() =>
  configure({
    redactKeys: [],
    redactValues: [],
    exclude: [],
    maxMetadataBytes: 10_240,
    errors: 'message',
  }),
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

/** All that was handed over since the last call, as text that shows every byte of it, and every number. */
function leaving(): string {
  const parts: Uint8Array[] = [];
  for (let batch = queue.take(); batch !== undefined; batch = queue.take()) {
    const request = Uint8Array.from(batch.toRequest());
    parts.push(request, Buffer.from(JSON.stringify(decodeRequest(request))));
    queue.remove();
  }
  for (const record of outlets.takeEvents()) {
    const out = new BytesWriter();
    writeLogRecord(out, record);
    parts.push(Uint8Array.from(out.view()), Buffer.from(JSON.stringify(record.attributes)));
  }
  const points = JSON.stringify(outlets.collect(), (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return Buffer.concat(parts).toString('utf8') + points;
}

/** What an app has that must not leave. */
interface Private {
  readonly user: string;
  /** Who acts around, where an event or a run names its own user. */
  readonly other: string;
  readonly secret: string;
  readonly denied: string;
  readonly deniedKey: string;
  readonly padding: number;
}

const word = (prefix: string): fc.Arbitrary<string> =>
  fc.stringMatching(/^[a-z0-9]{6,14}$/).map((rest) => prefix + rest);
/** Ids as apps have them: of letters, of digits, mail addresses, with a domain before them, with anything in them. */
const ids = (prefix: string): fc.Arbitrary<string> =>
  fc.oneof(
    word(prefix),
    fc.stringMatching(/^[1-9][0-9]{11,14}$/),
    word(prefix).map((name) => `${name}@mail.example.org`),
    word(prefix).map((name) => `CORP\\${name}`),
    word(prefix).map((name) => `${name} "of" Ångström & söner`),
  );
/** The part of an id that no text has for any other reason. */
const coreOf = (id: string): string => /q[uo][a-z0-9]{6,}/.exec(id)?.[0] ?? id;
const asNumber = (id: string): number | string => (/^\d+$/.test(id) ? Number(id) : id);

const privates: fc.Arbitrary<Private> = fc.record({
  user: ids('qu'),
  other: ids('qo'),
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
    `${'.'.repeat(padding)} ${denied} token: ${secret} of ${user} ${denied} ` +
    `GET /users/${encodeURIComponent(user)}/cart {"owner":${JSON.stringify(user)}}`
  );
}

function facts(hidden: Private): Record<string, unknown> {
  const { user, secret, denied, deniedKey } = hidden;
  return {
    text: telling(hidden),
    list: [denied, 'fine', `x${user}`],
    owner: asNumber(user),
    owners: [asNumber(user), asNumber(user)],
    big: /^\d+$/.test(user) ? BigInt(user) : user,
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

function attributesOf(hidden: Private): Attributes {
  const { user, secret, denied, deniedKey } = hidden;
  return {
    text: telling(hidden),
    list: [denied, user],
    owner: asNumber(user),
    owners: [1, asNumber(user)] as number[],
    [deniedKey]: secret,
    accessToken: secret,
    [`of.${user}`]: true,
  };
}

const SPAN = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags: 1 };

/** One of everything that says something, where somebody acts. */
function sayEverything(hidden: Private): void {
  const { user, denied } = hidden;
  const attributes = attributesOf(hidden);
  const nested = tracedFeature(
    'nested',
    { metadata: () => facts(hidden), links: [{ context: SPAN, attributes }], attributes },
    () => {
      trackEvent(`seen ${user}`, facts(hidden));
      throw Object.assign(new Error(telling(hidden)), { name: user });
    },
  );
  expect(nested).toThrow(user);
  tracedFeature('excluded', () => expect(nested).toThrow(user))();
  withFeatureContext({ sessionId: 's-2' }, () => expect(nested).toThrow(user));
  withSession('reader', () => expect(nested).toThrow(user), { concurrent: true });
  startFeature('linked', { attributes, links: [{ context: SPAN, attributes }] })
    .setTrainingLabel('data_quality', `of ${user}`)
    .pause(telling(hidden))
    .complete();
  trackEvent('page_viewed', facts(hidden));
  feedback('nested', { score: 1, comment: telling(hidden), metadata: facts(hidden) });
  const operation = startOperation('export', { description: `${denied} of ${user}` });
  operation.update({ message: telling(hidden), ...facts(hidden) });
  operation.pause(telling(hidden));
  operation.complete(telling(hidden), facts(hidden));
}

/** All ways in which somebody is known to act, besides the plain one. */
function actInEveryWay(hidden: Private): void {
  const { user, other } = hidden;
  const attributes = attributesOf(hidden);
  tracedFeature('by_option', { userId: () => user }, () => sayEverything(hidden))();
  tracedFeature('by_option_linked', { userId: user, links: [{ context: SPAN, attributes }] }, () =>
    sayEverything(hidden),
  )();
  tracedFeature('told', () => {
    currentFeature()?.setUser(user);
    sayEverything(hidden);
  })();
  withFeatureContext({ userId: other }, () => {
    tracedFeature('told_another', () => {
      currentFeature()?.setUser(user);
      sayEverything(hidden);
    })();
    tracedFeature('inside', { userId: () => 'nobody' }, () =>
      withFeatureContext({ userId: user }, () => sayEverything(hidden)),
    )();
    // The event says who acted; who acts around it is nobody's business either.
    trackEvent(`seen ${user}`, { 'user.id': user, text: other, ...facts(hidden) });
  });
  trackEvent(`seen ${user}`, { 'user.id': user, ...facts(hidden) });
  trackEvent('page_viewed', { 'user.id': asNumber(user), ...facts(hidden) });
  // Begun where somebody is known, gone on with where nobody is.
  const [operation, session] = withFeatureContext(
    { userId: user },
    () => [startOperation('sync'), startSession('writer', { concurrent: true })] as const,
  );
  operation.update({ message: telling(hidden), ...facts(hidden) });
  withFeatureContext({ userId: other }, () => operation.update({ note: `of ${other}` }));
  operation.cancel(telling(hidden));
  session.pause(telling(hidden));
  session.resume();
  session.stop(telling(hidden));
}

/** One of everything that says something. */
function useEverything(hidden: Private): void {
  const { user, secret, denied, deniedKey } = hidden;
  const attributes = attributesOf(hidden);
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
    tracedFeature(
      'passing',
      { resultMetadata: () => facts(hidden) },
      (given: string) => given,
    )(telling(hidden));
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
  actInEveryWay(hidden);
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
                exclude: ['excluded'],
                quiet: true,
              });
              useEverything(hidden);
              const bytes = leaving();
              expect(bytes).toContain('by_hand');
              expect(bytes).toContain('page_viewed');
              const people = [coreOf(hidden.user), coreOf(hidden.other)];
              for (const secret of [...people, hidden.secret, hidden.denied, hidden.deniedKey]) {
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
          { numRuns: RUNS },
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
