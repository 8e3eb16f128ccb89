/** A text that came from telemetry: shown as it is, unable to disguise itself or disturb its neighbours. */
import type { ReactNode } from 'react';
import { toVisible } from '../format.ts';

/** Isolated in reading direction; invisible characters are made visible. */
export function Name({ text }: { readonly text: string }): ReactNode {
  return <bdi>{toVisible(text)}</bdi>;
}
