/** The view of the address bar: read, changed, linked to. */
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { type View, parseView, toHash } from './router.ts';

/** Where we are and how to get elsewhere. */
export interface Navigation {
  readonly view: View;
  /** Goes on, so that the back button leads back here. */
  readonly go: (change: Partial<View>) => void;
  /** Changes the address in place: for what is typed letter by letter. */
  readonly replace: (change: Partial<View>) => void;
  /** Address of the view with a change, for links. */
  readonly href: (change: Partial<View>) => string;
}

/** Follows the address bar. */
export function useNavigation(): Navigation {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  const view = useMemo(() => parseView(hash), [hash]);
  const href = useCallback((change: Partial<View>) => toHash({ ...view, ...change }), [view]);
  return useMemo(
    () => ({
      view,
      href,
      go: (change) => {
        location.hash = href(change);
      },
      replace: (change) => {
        history.replaceState(null, '', href(change));
        dispatchEvent(new HashChangeEvent('hashchange'));
      },
    }),
    [view, href],
  );
}

function subscribe(changed: () => void): () => void {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
}
