/** The first page: what is used, what fails, what is slow. */
import { type ReactNode, useEffect } from 'react';
import {
  formatBytes,
  formatAge,
  formatExactCount,
  formatMoment,
  formatNumberOf,
  toText,
} from '../format.ts';
import { useNow } from '../live.ts';
import { readOverview, type Overview } from '../overview.ts';
import { type PageProps, usePageAnswer } from '../page.ts';
import { EmptyNote } from '../parts/empty.tsx';
import { FeatureTable } from '../parts/feature-table.tsx';
import { FilterBar } from '../parts/filter-bar.tsx';
import { Loading } from '../parts/loading.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { Tiles } from '../parts/tiles.tsx';
import { UsageChart } from '../parts/usage-chart.tsx';
import { refreshMsOf } from '../range.ts';
import { searchRows } from '../sort.ts';

/** Tiles, chart over time, table of all features. */
export function FeaturesPage(props: PageProps): ReactNode {
  const { navigation, timeZone } = props;
  const { range, filter, interval } = navigation.view;
  const question = { range, filter, interval, timeZone };
  const answer = usePageAnswer(
    props,
    question,
    (client, signal) => readOverview(client, question, signal),
    refreshMsOf(range),
  );
  useEffect(() => {
    document.title = 'Features · Heartwood';
  }, []);
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
        <Body {...props} overview={data} />
      </div>
    </>
  );
}

function Body({ navigation, overview }: PageProps & { readonly overview: Overview }): ReactNode {
  const nowMs = useNow();
  const { totals, previous, rows, featuresMeta, usage, interval, system, meta } = overview;
  const { view } = navigation;
  const found = searchRows(rows, view.search);
  if (system.store.runs === 0) {
    return <EmptyNote system={system} navigation={navigation} nowMs={nowMs} />;
  }
  return (
    <>
      <FilterBar
        navigation={navigation}
        categories={overview.categories}
        services={overview.services}
      />
      {totals.runs === 0 ? (
        <EmptyNote system={system} navigation={navigation} nowMs={nowMs} />
      ) : (
        <>
          <Tiles
            keys={['runs', 'users', 'features', 'successRate', 'p50Ms', 'p95Ms', 'efficiency']}
            now={totals}
            previous={previous}
          />
          <p className="caption">
            {formatMoment(meta.from)} – {formatMoment(meta.to)}
            {previous === undefined
              ? ' · no comparison: the data does not reach back over the period before'
              : ' · compared with the period of the same length before'}
          </p>
          <UsageChart navigation={navigation} points={usage?.points ?? []} interval={interval} />
          <section className="panel" aria-label="Features">
            <div className="panel-head">
              <h2>Features</h2>
              <span className="note">
                {formatExactCount(found.length)}
                {found.length < featuresMeta.total && ` of ${formatExactCount(featuresMeta.total)}`}
              </span>
            </div>
            <Warnings warnings={featuresMeta.warnings} />
            {found.length === 0 ? (
              <p className="none">No feature is called so. Escape, or clear the search.</p>
            ) : (
              <FeatureTable
                rows={found}
                navigation={navigation}
                trendComplete={featuresMeta.trend?.complete ?? []}
                nowMs={nowMs}
              />
            )}
          </section>
        </>
      )}
      <StoreLine overview={overview} nowMs={nowMs} navigation={navigation} />
    </>
  );
}

function Warnings({ warnings }: { readonly warnings: readonly string[] }): ReactNode {
  return warnings.map((warning) => (
    <p key={warning} className="warning">
      {warning}
    </p>
  ));
}

interface StoreLineProps extends Pick<PageProps, 'navigation'> {
  readonly overview: Overview;
  readonly nowMs: number;
}

function StoreLine({ overview: { system }, nowMs, navigation }: StoreLineProps): ReactNode {
  const { store, version } = system;
  return (
    <footer>
      {store.lastReceived !== null && (
        <span title={formatMoment(store.lastReceived)}>
          Last record received {formatAge(store.lastReceived, nowMs)}
        </span>
      )}
      <span>
        {formatNumberOf(store.spans, 'span')}, {formatNumberOf(store.runs, 'run')} stored
      </span>
      <span>{toText(formatBytes(store.sizeBytes))}</span>
      <span>Heartwood {version}</span>
      <a href={navigation.href({ page: { kind: 'system' } })}>System</a>
      <a href="docs">API</a>
    </footer>
  );
}
