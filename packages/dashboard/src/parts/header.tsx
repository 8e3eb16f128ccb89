/** The bar on top: name, place, range, time zone, age of the numbers. */
import type { ReactNode } from 'react';
import { formatAge } from '../format.ts';
import { useNow } from '../live.ts';
import type { Navigation } from '../navigation.ts';
import { Name } from './name.tsx';
import { RangePicker } from './range-picker.tsx';

interface HeaderProps {
  readonly navigation: Navigation;
  readonly timeZone: string;
  readonly paused: boolean;
  readonly receivedAt: number | undefined;
  readonly onRefresh: () => void;
  readonly onPause: () => void;
  readonly onHelp: () => void;
}

/** Stays in sight while the page scrolls. */
export function Header(props: HeaderProps): ReactNode {
  const { navigation, timeZone, onHelp } = props;
  return (
    <header className="top">
      <a
        className="brand"
        aria-label="Heartwood"
        href={navigation.href({ page: { kind: 'features' } })}
      >
        <Rings /> <span>Heartwood</span>
      </a>
      <Place navigation={navigation} />
      <span className="push" />
      {!TIMELESS.has(navigation.view.page.kind) && (
        <RangePicker navigation={navigation} timeZone={timeZone} />
      )}
      <Freshness {...props} />
      <button
        type="button"
        className="icon"
        onClick={onHelp}
        title="Help and keys (?)"
        aria-label="Help"
      >
        ?
      </button>
    </header>
  );
}

/** Pages that show the same over any range. */
const TIMELESS: ReadonlySet<string> = new Set(['trace', 'operations', 'system']);

function Place({ navigation: { view, href } }: Pick<HeaderProps, 'navigation'>): ReactNode {
  const { page } = view;
  const here = page.kind === 'features';
  return (
    <nav aria-label="Pages" className="place">
      <a href={href({ page: { kind: 'features' } })} aria-current={here ? 'page' : undefined}>
        Features
      </a>
      {page.kind === 'system' && (
        <>
          <span aria-hidden="true">/</span>
          <span aria-current="page">System</span>
        </>
      )}
      {page.kind === 'feature' && (
        <>
          <span aria-hidden="true">/</span>
          <span aria-current="page" className="clip">
            <Name text={page.name} />
          </span>
        </>
      )}
      {page.kind === 'trace' && (
        <>
          <span aria-hidden="true">/</span>
          <span aria-current="page" className="clip">
            Trace <Name text={page.traceId.slice(0, 8)} />
          </span>
        </>
      )}
      <a
        className="apart"
        href={href({ page: { kind: 'operations' } })}
        aria-current={page.kind === 'operations' ? 'page' : undefined}
      >
        Operations
      </a>
    </nav>
  );
}

function Freshness({ paused, receivedAt, onRefresh, onPause }: HeaderProps): ReactNode {
  const nowMs = useNow();
  const age = receivedAt === undefined ? 'waiting' : formatAge(receivedAt, nowMs);
  return (
    <div className="freshness">
      <span className="age" title="When the numbers on this page were computed">
        {paused ? `paused, ${age}` : age}
      </span>
      <button
        type="button"
        className="icon"
        onClick={onRefresh}
        title="Refresh now (r)"
        aria-label="Refresh now"
      >
        <svg width="14" height="14" viewBox="0 0 16 16" aria-hidden="true">
          <path d="M13.5 8a5.5 5.5 0 1 1-1.6-3.9M13.5 1.5v3.3h-3.3" />
        </svg>
      </button>
      <button
        type="button"
        className="icon"
        onClick={onPause}
        aria-pressed={paused}
        title={paused ? 'Go on refreshing (p)' : 'Pause refreshing (p)'}
        aria-label="Pause refreshing"
      >
        <svg width="14" height="14" viewBox="0 0 16 16" aria-hidden="true">
          {paused ? (
            <path className="full" d="M4.5 2.5v11l9-5.5z" />
          ) : (
            <path d="M5.5 3v10M10.5 3v10" />
          )}
        </svg>
      </button>
    </div>
  );
}

function Rings(): ReactNode {
  return (
    <svg width="20" height="20" viewBox="0 0 32 32" aria-hidden="true">
      <circle cx="16" cy="16" r="13.5" />
      <path d="M16 7.5a8.6 8.6 0 1 1-7.6 4.6" />
      <path d="M19.6 15.2a3.8 3.8 0 1 1-3.4-2.9" />
    </svg>
  );
}
