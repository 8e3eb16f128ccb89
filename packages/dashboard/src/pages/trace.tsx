/** One trace: every span on one time axis, and all that is stored of the one chosen. */
import type { Span, TraceDetail } from '@heartwood/api/contract';
import { type ReactNode, useEffect, useState } from 'react';
import { formatExactCount, formatMoment, formatMs, formatNumberOf, toText } from '../format.ts';
import { type PageProps, usePageAnswer } from '../page.ts';
import { CopyButton } from '../parts/copy.tsx';
import { Loading } from '../parts/loading.tsx';
import { Name } from '../parts/name.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { SpanDetail } from '../parts/span-detail.tsx';
import { type Bar, toBars } from '../waterfall.ts';

type TracePageProps = PageProps & { readonly traceId: string };

/** Spans drawn at first; traces may have tens of thousands. */
const FIRST_SPANS = 500;

/** Does not refresh by itself: a trace that is looked at should hold still. */
export function TracePage(props: TracePageProps): ReactNode {
  const { navigation, traceId } = props;
  const { data, error } = usePageAnswer(
    props,
    traceId,
    (client, signal) => client.get('/api/v1/traces/{traceId}', { params: { traceId }, signal }),
    undefined,
  );
  useEffect(() => {
    document.title = `Trace ${traceId.slice(0, 8)} · Heartwood`;
  }, [traceId]);
  return (
    <>
      {error !== undefined && (
        <ProblemNote error={error} navigation={navigation} banner={data !== undefined} />
      )}
      {data === undefined ? (
        error === undefined && <Loading />
      ) : (
        <Body trace={data.data} warnings={data.meta.warnings} navigation={navigation} />
      )}
    </>
  );
}

interface BodyProps extends Pick<PageProps, 'navigation'> {
  readonly trace: TraceDetail;
  readonly warnings: readonly string[];
}

function Body({ trace, warnings, navigation }: BodyProps): ReactNode {
  const [chosen, setChosen] = useState<number>();
  const [shown, setShown] = useState(FIRST_SPANS);
  const bars = toBars(trace);
  return (
    <>
      <div className="title">
        <h1>
          <Name text={trace.spans[0]?.name ?? trace.traceId} />
        </h1>
        <span className="note">
          {formatMoment(trace.startTime)} · {toText(formatMs(trace.durationMs))} ·{' '}
          {formatNumberOf(trace.spans.length, 'span')} ·{' '}
          {formatNumberOf(trace.services.length, 'service')} ·{' '}
          {formatNumberOf(trace.errors, 'error')}
        </span>
        <span className="push" />
        <CopyButton text={trace.traceId}>Copy trace id</CopyButton>
      </div>
      {warnings.map((warning) => (
        <p key={warning} className="warning">
          {warning}
        </p>
      ))}
      <section className="panel" aria-label="Spans">
        <div className="scroll" tabIndex={0} role="region" aria-label="Spans on a time axis">
          <table className="waterfall">
            <thead>
              <tr>
                <th scope="col">Span</th>
                <th scope="col">Service</th>
                <th scope="col" className="num">
                  Duration
                </th>
                <th scope="col" className="axis">
                  <span>0</span>
                  <span>{toText(formatMs((trace.durationMs ?? 0) / 2))}</span>
                  <span>{toText(formatMs(trace.durationMs))}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {bars.slice(0, shown).map((bar, index) => (
                <SpanRows
                  // Span ids repeat where client and server of a call share theirs.
                  key={index}
                  bar={bar}
                  open={chosen === index}
                  onToggle={() => setChosen(chosen === index ? undefined : index)}
                  navigation={navigation}
                />
              ))}
            </tbody>
          </table>
        </div>
        {bars.length > shown && (
          <button type="button" className="more" onClick={() => setShown(bars.length)}>
            Show all {formatExactCount(bars.length)} spans
          </button>
        )}
      </section>
    </>
  );
}

interface SpanRowsProps extends Pick<PageProps, 'navigation'> {
  readonly bar: Bar;
  readonly open: boolean;
  readonly onToggle: () => void;
}

function SpanRows({ bar, open, onToggle, navigation }: SpanRowsProps): ReactNode {
  const { span, left, width, offsetMs } = bar;
  return (
    <>
      <tr className={open ? 'open' : undefined}>
        <th scope="row" style={{ paddingLeft: `${String(16 + Math.min(span.depth, 24) * 14)}px` }}>
          <button type="button" className="plain" aria-expanded={open} onClick={onToggle}>
            <Name text={span.name} />
          </button>
          {span.status === 'error' && <b className="flag">error</b>}
          {span.orphan && (
            <span className="note" title="Its parent is not stored.">
              orphan
            </span>
          )}
          <FeatureLink span={span} navigation={navigation} />
        </th>
        <td>{span.service === null ? '–' : <Name text={span.service} />}</td>
        <td className="num">{toText(formatMs(span.durationMs))}</td>
        <td className="axis">
          <i
            className={span.status === 'error' ? 'bar error' : 'bar'}
            style={{ marginLeft: `${String(left * 100)}%`, width: `${String(width * 100)}%` }}
            title={`starts after ${toText(formatMs(offsetMs))}, takes ${toText(formatMs(span.durationMs))}`}
          />
        </td>
      </tr>
      {open && (
        <tr>
          <td colSpan={4} className="detail">
            <SpanDetail span={span} />
          </td>
        </tr>
      )}
    </>
  );
}

function FeatureLink({
  span,
  navigation,
}: { readonly span: Span } & Pick<PageProps, 'navigation'>): ReactNode {
  if (span.feature === null) return null;
  const href = navigation.href({ page: { kind: 'feature', name: span.feature } });
  return (
    <a className="tag" href={href} title={`A run of this feature: ${span.featureStatus ?? ''}`}>
      <Name text={span.feature} />
    </a>
  );
}
