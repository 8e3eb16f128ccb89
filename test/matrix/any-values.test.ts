/** Attributes of any kind: what the direct engine keeps of them is what the SDK 3.1 keeps. */
import { ROOT_CONTEXT, SpanKind, type Attributes, type Span } from '@opentelemetry/api';
import * as fc from 'fast-check';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDirectEngine } from '../../packages/instrumentation/src/engine/direct.ts';
import { readSpanLimits } from '../../packages/instrumentation/src/engine/limits.ts';
import type { SpanBegin } from '../../packages/instrumentation/src/engine/engine.ts';
import { createSdkEngine } from '../../packages/instrumentation/src/engine/sdk.ts';
import type { ReadableSpanLike } from '../../packages/instrumentation/src/otlp/readable-span.ts';
import { root } from '../system/app-process.ts';
import { hasSdk3 } from './versions.ts';

interface TraceSdk {
  readonly TracerProvider: new (options: object) => {
    getTracer(name: string): Parameters<typeof createSdkEngine>[0];
  };
}

class Order {
  readonly id = 7;
}

const { anything } = fc.letrec((tie) => ({
  anything: fc.oneof(
    { maxDepth: 3 },
    fc.string({ maxLength: 12 }),
    fc.double(),
    fc.boolean(),
    fc.uint8Array({ maxLength: 12 }),
    fc.constantFrom<unknown>(null, undefined, 10n, Symbol('s'), new Order(), () => 1),
    fc.array(tie('anything'), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 5 }), tie('anything'), { maxKeys: 4 }),
  ),
}));
const anyAttributes = fc.dictionary(fc.string({ maxLength: 3 }), anything, {
  maxKeys: 6,
}) as fc.Arbitrary<Attributes>;
const anyScript = fc.record({
  begin: anyAttributes,
  sets: fc.array(anyAttributes, { maxLength: 3 }),
  link: anyAttributes,
  event: anyAttributes,
  attributes: fc.constantFrom(128, 3),
  valueLength: fc.constantFrom(Infinity, 4),
});
type Script = typeof anyScript extends fc.Arbitrary<infer T> ? T : never;

const CONTEXT = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };

function act(span: Span, { sets, link, event }: Script): void {
  for (const attributes of sets) {
    span.setAttributes(attributes);
    const last: unknown = { last: attributes };
    span.setAttributes(last as Attributes);
  }
  span.addLink({ context: CONTEXT, attributes: link });
  span.addEvent('e', event);
  span.end();
}

function said(span: ReadableSpanLike | undefined): unknown {
  return {
    attributes: span?.attributes,
    dropped: span?.droppedAttributesCount,
    links: span?.links.map(({ attributes, ...link }) => ({ attributes, ...link })),
    events: span?.events.map(({ attributes, droppedAttributesCount }) => ({
      attributes,
      droppedAttributesCount,
    })),
  };
}

describe.skipIf(!hasSdk3)('installed by npm run test:processes', () => {
  it('the direct engine keeps what the SDK 3.1 keeps, and counts what it counts', () => {
    const load = createRequire(join(root, 'test/matrix/package.json'));
    const sdk = load('@opentelemetry/sdk-trace') as TraceSdk;
    fc.assert(
      fc.property(anyScript, (script) => {
        const { begin, attributes, valueLength } = script;
        // The API here is that of the SDK 3.1; the engine is compiled against an older one.
        const start: unknown = {
          name: 'x',
          kind: SpanKind.INTERNAL,
          attributes: begin,
          startTime: [1, 0],
        };
        const ended: ReadableSpanLike[] = [];
        const direct = createDirectEngine({
          sink: { addRun: () => expect.unreachable(), onEnd: (span) => void ended.push(span) },
          resource: { attributes: {} },
          limits: {
            ...readSpanLimits({}),
            valueLength,
            attributes,
            attributesOfEvent: attributes,
            attributesOfLink: attributes,
          },
          anyValues: true,
        });
        const provider = new sdk.TracerProvider({
          spanLimits: {
            attributeCountLimit: attributes,
            attributeValueLengthLimit: valueLength,
            attributePerEventCountLimit: attributes,
            attributePerLinkCountLimit: attributes,
          },
          spanProcessors: [
            {
              onStart: () => {},
              onEnd: (span: ReadableSpanLike) => void ended.push(span),
              forceFlush: async () => {},
              shutdown: async () => {},
            },
          ],
        });
        const stock = createSdkEngine(provider.getTracer('x'));
        for (const engine of [direct, stock]) {
          act(engine.begin(start as SpanBegin, ROOT_CONTEXT), script);
        }
        expect(said(ended[0])).toEqual(said(ended[1]));
      }),
      { numRuns: 1000 },
    );
  });
});
