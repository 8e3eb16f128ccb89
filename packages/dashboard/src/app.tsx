/** The frame around every page: where we are, over which range, how fresh, and who may see it. */
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { openConnection, writeToken } from './connection.ts';
import { useKeys } from './keys.ts';
import { type Navigation, useNavigation } from './navigation.ts';
import type { PageProps } from './page.ts';
import { FeaturePage } from './pages/feature.tsx';
import { FeaturesPage } from './pages/features.tsx';
import { MissingPage } from './pages/missing.tsx';
import { OperationsPage } from './pages/operations.tsx';
import { SystemPage } from './pages/system.tsx';
import { TracePage } from './pages/trace.tsx';
import { Header } from './parts/header.tsx';
import { HelpDialog } from './parts/help.tsx';
import { TokenForm } from './parts/token-form.tsx';
import { timeZoneName } from './format.ts';

/** The whole dashboard. */
export function App(): ReactNode {
  const navigation = useNavigation();
  const [client, setClient] = useState(openConnection);
  const [paused, setPaused] = useState(false);
  const [epoch, setEpoch] = useState(0);
  const [help, setHelp] = useState(false);
  const [refused, setRefused] = useState(false);
  const [receivedAt, setReceivedAt] = useState<number>();

  const refresh = useCallback(() => setEpoch((count) => count + 1), []);
  const togglePause = useCallback(() => {
    setPaused(!paused);
    if (paused) refresh();
  }, [paused, refresh]);
  const onUnauthorized = useCallback(() => setRefused(true), []);

  useKeys({
    '/': () => document.querySelector<HTMLInputElement>('#search')?.focus(),
    '?': () => setHelp(true),
    r: refresh,
    p: togglePause,
    'g f': () => navigation.go({ page: { kind: 'features' }, search: '' }),
    'g o': () => navigation.go({ page: { kind: 'operations' }, search: '' }),
  });

  const timeZone = useMemo(timeZoneName, []);
  const page: PageProps = {
    client,
    navigation,
    timeZone,
    paused,
    epoch,
    onAnswer: setReceivedAt,
    onUnauthorized,
  };

  return (
    <>
      <a className="skip" href="#main" onClick={focusMain}>
        Skip to the content
      </a>
      <Header
        navigation={navigation}
        timeZone={timeZone}
        paused={paused}
        receivedAt={receivedAt}
        onRefresh={refresh}
        onPause={togglePause}
        onHelp={() => setHelp(true)}
      />
      <main id="main" tabIndex={-1}>
        {refused ? (
          <TokenForm
            onToken={(token) => {
              writeToken(token);
              setClient(openConnection);
              setRefused(false);
              refresh();
            }}
          />
        ) : (
          <CurrentPage key={keyOf(navigation)} {...page} />
        )}
      </main>
      <HelpDialog open={help} onClose={() => setHelp(false)} />
    </>
  );
}

/** Pages of different things do not share state; the same page over another range does. */
function keyOf({ view: { page } }: Navigation): string {
  return JSON.stringify(page);
}

function CurrentPage(props: PageProps): ReactNode {
  const { page } = props.navigation.view;
  switch (page.kind) {
    case 'features':
      return <FeaturesPage {...props} />;
    case 'feature':
      return <FeaturePage {...props} name={page.name} />;
    case 'trace':
      return <TracePage {...props} traceId={page.traceId} />;
    case 'operations':
      return <OperationsPage {...props} />;
    case 'system':
      return <SystemPage {...props} />;
    case 'unknown':
      return <MissingPage {...props} path={page.path} />;
    default:
      return page satisfies never;
  }
}

/** Moves the focus without touching the address, which holds the view. */
function focusMain(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#main')?.focus();
}
