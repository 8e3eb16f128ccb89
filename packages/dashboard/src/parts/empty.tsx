/** What stands where there are no numbers: why, and the next step. */
import type { SystemState } from '@heartwood/api/contract';
import type { ReactNode } from 'react';
import { formatAge, formatNumberOf, formatMoment } from '../format.ts';
import type { Navigation } from '../navigation.ts';
import { Snippet } from './copy.tsx';

interface EmptyProps {
  readonly system: SystemState;
  readonly navigation: Navigation;
  readonly nowMs: number;
}

/** Tells apart: nothing ever received, spans but no runs, filters too narrow, nothing in the range. */
export function EmptyNote({ system, navigation, nowMs }: EmptyProps): ReactNode {
  const { store } = system;
  if (store.spans === 0) return <NothingReceived otlpUrl={otlpUrlOf(system)} />;
  if (store.runs === 0) return <NoRuns store={store} />;
  const filtered = Object.keys(navigation.view.filter).length > 0;
  const silent = `The last record arrived ${store.lastReceived === null ? 'at an unknown time' : `${formatAge(store.lastReceived, nowMs)} (${formatMoment(store.lastReceived)})`}.`;
  return (
    <section className="empty">
      <h2>{filtered ? 'No run in this range matches the filters' : 'No runs in this range'}</h2>
      <p>
        Stored: {formatNumberOf(store.runs, 'run')}
        {store.firstSeen !== null && store.lastSeen !== null && (
          <>
            ; spans from {formatMoment(store.firstSeen)} to {formatMoment(store.lastSeen)}
          </>
        )}
        . {silent}
      </p>
      <p className="row">
        {filtered && (
          <button type="button" className="primary" onClick={() => navigation.go({ filter: {} })}>
            Clear the filters
          </button>
        )}
        {!filtered && store.lastSeen !== null && (
          <button
            type="button"
            className="primary"
            onClick={() => navigation.go({ range: dayUntil(store.lastSeen), interval: 'auto' })}
          >
            Show the last 24 hours with data
          </button>
        )}
      </p>
    </section>
  );
}

/** The day that ends just behind a moment. */
export function dayUntil(instant: string | null): { kind: 'between'; from: string; to: string } {
  // Rounded up to the next minute, so that the run at the moment itself lies inside.
  const endMs = Math.floor(Date.parse(instant ?? '') / 60_000) * 60_000 + 60_000;
  return {
    kind: 'between',
    from: new Date(endMs - 86_400_000).toISOString(),
    to: new Date(endMs).toISOString(),
  };
}

/** Where to send to: as the server says, else the usual port of the host that gave this page. */
function otlpUrlOf({ otlpHttpUrl }: SystemState): string {
  return otlpHttpUrl ?? `http://${location.hostname}:4318`;
}

function NothingReceived({ otlpUrl }: { readonly otlpUrl: string }): ReactNode {
  return (
    <section className="empty first">
      <h2>Waiting for the first span</h2>
      <p>
        No span has been received yet. Send traces to <code>{otlpUrl}</code>; this page fills by
        itself.
      </p>
      <div className="steps">
        <div>
          <h3>A Node.js app</h3>
          <p>Start it with the preload; routes, AI calls and tools become features.</p>
          <Snippet
            text={`HEARTWOOD_OTLP_ENDPOINT=${otlpUrl} \\\n  node --import @heartwood/instrumentation/register app.js`}
          />
          <p>Wrap what you want to name yourself:</p>
          <Snippet
            text={`import { tracedFeature } from '@heartwood/instrumentation';\n\nexport const checkout = tracedFeature('checkout', async (cart) => {\n  // your code, unchanged\n});`}
          />
        </div>
        <div>
          <h3>Anything with OpenTelemetry</h3>
          <p>Point its exporter here; no package of ours is needed.</p>
          <Snippet
            text={`export OTEL_EXPORTER_OTLP_ENDPOINT=${otlpUrl}\nexport OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`}
          />
          <h3>No app at hand</h3>
          <p>The sample shop drives itself and fills this page within seconds.</p>
          <Snippet text="npm run demo" />
        </div>
      </div>
    </section>
  );
}

function NoRuns({ store }: { readonly store: SystemState['store'] }): ReactNode {
  return (
    <section className="empty">
      <h2>Spans arrive, but none is a run of a feature</h2>
      <p>
        Stored: {formatNumberOf(store.spans, 'span')} of {formatNumberOf(store.services, 'service')}
        . A span becomes a run when it carries <code>feature.name</code>, or when a mapping rule
        names it by its HTTP route, RPC, AI call, tool or message queue.
      </p>
      <p>Name one by wrapping a function:</p>
      <Snippet
        text={`import { tracedFeature } from '@heartwood/instrumentation';\n\nexport const checkout = tracedFeature('checkout', async (cart) => {\n  // your code, unchanged\n});`}
      />
    </section>
  );
}
