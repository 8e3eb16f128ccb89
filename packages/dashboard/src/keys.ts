/** The keyboard: one key or two, never while somebody types. */
import { useEffect, useRef } from 'react';

/** What each key or pair of keys, such as `g f`, does. */
export type KeyMap = Readonly<Record<string, () => void>>;

/** Longest pause between the two keys of a pair. */
const PAIR_MS = 1200;

/** Listens as long as the component is on the page. */
export function useKeys(keys: KeyMap): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    let first: { readonly key: string; readonly atMs: number } | undefined;
    const listen = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const pair =
        first !== undefined && event.timeStamp - first.atMs < PAIR_MS
          ? latest.current[`${first.key} ${event.key}`]
          : undefined;
      const act = pair ?? latest.current[event.key];
      first = { key: event.key, atMs: event.timeStamp };
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest('input, select, textarea, dialog') !== null
  );
}
