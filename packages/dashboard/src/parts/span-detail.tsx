/** All that is stored of one span. */
import type { Span } from '@heartwood/api/contract';
import type { ReactNode } from 'react';
import { Name } from './name.tsx';

/** Facts, attributes, events, links, sender. */
export function SpanDetail({ span }: { readonly span: Span }): ReactNode {
  const facts = {
    'span id': span.spanId,
    parent: span.parentSpanId,
    kind: span.kind,
    start: span.startTime,
    'duration in ns': span.durationNs,
    status: [span.status, span.statusMessage].filter(Boolean).join(': '),
    'noticed at intake': span.marks.length === 0 ? null : span.marks.join(', '),
    'dropped by the sender': droppedOf(span),
  };
  return (
    <div className="columns two">
      <Attributes title="Span" values={facts} />
      <Attributes title="Attributes" values={span.attributes} />
      {span.events.map((event, index) => (
        <Attributes
          key={index}
          title={`Event ${event.name}`}
          values={{ time: event.time, ...event.attributes }}
        />
      ))}
      {span.links.map((link, index) => (
        <Attributes
          key={index}
          title="Link"
          values={{ 'trace id': link.traceId, 'span id': link.spanId, ...link.attributes }}
        />
      ))}
      <Attributes title="Resource" values={span.resource.attributes} />
      <Attributes
        title="Scope"
        values={{ name: span.scope.name, version: span.scope.version, ...span.scope.attributes }}
      />
    </div>
  );
}

interface AttributesProps {
  readonly title: string;
  readonly values: Readonly<Record<string, unknown>>;
}

function Attributes({ title, values }: AttributesProps): ReactNode {
  const known = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  if (known.length === 0) return null;
  return (
    <section>
      <h3>
        <Name text={title} />
      </h3>
      <dl className="facts">
        {known.map(([key, value]) => (
          <div key={key}>
            <dt>
              <Name text={key} />
            </dt>
            <dd>
              <Name text={typeof value === 'string' ? value : JSON.stringify(value)} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function droppedOf({ droppedAttributes, droppedEvents, droppedLinks }: Span): string | null {
  const dropped = [
    [droppedAttributes, 'attributes'],
    [droppedEvents, 'events'],
    [droppedLinks, 'links'],
  ] as const;
  const told = dropped
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${String(count)} ${what}`);
  return told.length === 0 ? null : told.join(', ');
}
