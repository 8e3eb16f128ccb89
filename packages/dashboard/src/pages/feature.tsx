/** One feature: its numbers, how they moved, how it fails, and its latest runs. */
import { type ReactNode, useEffect } from 'react';
import { type FeatureView, readFeatureView, toCommand } from '../feature-detail.ts';
import {
  formatAge,
  formatNumberOf,
  formatMoment,
  toLabel,
  toTooltip,
  toVisible,
} from '../format.ts';
import { useNow } from '../live.ts';
import { type PageProps, usePageAnswer } from '../page.ts';
import { Breakdown, ErrorTable, StatusSplit, TierSplit } from '../parts/breakdowns.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { dayUntil } from '../parts/empty.tsx';
import { FeatureCharts } from '../parts/feature-charts.tsx';
import { Loading } from '../parts/loading.tsx';
import { TierMark } from '../parts/marks.tsx';
import { Name } from '../parts/name.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { RunTable } from '../parts/run-table.tsx';
import { Tiles } from '../parts/tiles.tsx';
import { refreshMsOf } from '../range.ts';

type FeaturePageProps = PageProps & { readonly name: string };

/** Everything about one feature in the range. */
export function FeaturePage(props: FeaturePageProps): ReactNode {
  const { navigation, timeZone, name } = props;
  const { range, filter, interval } = navigation.view;
  const question = { name, range, filter, interval, timeZone };
  const answer = usePageAnswer(
    props,
    question,
    (client, signal) => readFeatureView(client, question, signal),
    refreshMsOf(range),
  );
  useEffect(() => {
    document.title = `${toVisible(name)} · Heartwood`;
  }, [name]);
  const { data, error, stale } = answer;
  if (data === undefined) {
    return error === undefined ? (
      <Loading />
    ) : (
      <ProblemNote error={error} navigation={navigation} />
    );
  }
  return (
    <>
      {error !== undefined && <ProblemNote error={error} navigation={navigation} banner />}
      <div className={stale ? 'stale' : undefined} aria-busy={stale}>
        <Title {...props} shown={data} />
        {data.feature.runs === 0 ? (
          <NoRuns {...props} shown={data} />
        ) : (
          <Body {...props} shown={data} />
        )}
      </div>
    </>
  );
}

type ShownProps = FeaturePageProps & { readonly shown: FeatureView };

function Title({ name, shown: { feature }, navigation }: ShownProps): ReactNode {
  const { range, filter } = navigation.view;
  const filters = Object.values(filter);
  const command = toCommand({ name, range, filter });
  return (
    <div className="title">
      <h1 title={toTooltip(name)}>
        <Name text={name} />
      </h1>
      {feature.category !== null && (
        <span className="tag">
          <Name text={toLabel(feature.category)} />
        </span>
      )}
      {feature.component !== null && (
        <span className="note clip">
          in <Name text={feature.component} />
        </span>
      )}
      {feature.tier !== null && <TierMark tier={feature.tier} />}
      {filters.length > 0 && (
        <span className="tag">
          only <Name text={filters.join(', ')} />
          <button
            type="button"
            className="quiet"
            aria-label="Clear the filters"
            onClick={() => navigation.go({ filter: {} })}
          >
            ✕
          </button>
        </span>
      )}
      <span className="push" />
      {command !== undefined && <CopyButton text={command}>Copy CLI command</CopyButton>}
    </div>
  );
}

function NoRuns({ shown: { feature }, navigation }: ShownProps): ReactNode {
  const nowMs = useNow();
  const { runs, firstSeen, lastSeen } = feature.allTime;
  const filtered = Object.keys(navigation.view.filter).length > 0;
  return (
    <section className="empty">
      <h2>{filtered ? 'No run in this range matches the filters' : 'No runs in this range'}</h2>
      <p>
        Stored: {formatNumberOf(runs, 'run')}
        {firstSeen !== null && lastSeen !== null && (
          <>
            , the first of {formatMoment(firstSeen)}, the latest of {formatMoment(lastSeen)} (
            {formatAge(lastSeen, nowMs)})
          </>
        )}
        .
      </p>
      <p className="row">
        {filtered && (
          <button type="button" className="primary" onClick={() => navigation.go({ filter: {} })}>
            Clear the filters
          </button>
        )}
        {!filtered && lastSeen !== null && (
          <button
            type="button"
            className="primary"
            onClick={() => navigation.go({ range: dayUntil(lastSeen), interval: 'auto' })}
          >
            Show the last 24 hours with runs
          </button>
        )}
      </p>
    </section>
  );
}

function Body({ navigation, shown }: ShownProps): ReactNode {
  const { feature, meta, previous } = shown;
  return (
    <>
      <Tiles
        keys={['runs', 'users', 'sessions', 'successRate', 'p50Ms', 'p95Ms', 'p99Ms', 'efficiency']}
        now={feature}
        previous={previous}
      />
      <p className="caption">
        {formatMoment(meta.from)} – {formatMoment(meta.to)}
        {previous === undefined
          ? ' · no comparison: the data does not reach back over the period before'
          : ' · compared with the period of the same length before'}
        {feature.allTime.firstSeen !== null &&
          ` · ${formatNumberOf(feature.allTime.runs, 'run')} since ${formatMoment(feature.allTime.firstSeen)}`}
      </p>
      {meta.warnings.map((warning) => (
        <p key={warning} className="warning">
          {warning}
        </p>
      ))}
      <FeatureCharts navigation={navigation} feature={feature} interval={meta.interval} />
      <div className="columns three">
        <StatusSplit feature={feature} />
        <TierSplit feature={feature} />
        <section className="panel" aria-label="Origin">
          <Breakdown
            title="Components"
            rows={feature.components.map(({ component, ...rest }) => ({
              name: component,
              ...rest,
            }))}
          />
          <Breakdown
            title="Versions"
            rows={feature.versions.map(({ version, ...rest }) => ({ name: version, ...rest }))}
          />
        </section>
      </div>
      <ErrorTable feature={feature} navigation={navigation} />
      <RunTable feature={feature} navigation={navigation} />
    </>
  );
}
