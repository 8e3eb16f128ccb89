/** Operations as lines of text: what, how far, how it does, what it said. */
import { clean } from './clean.ts';
import { showDuration, showNumber, showShare } from './number.ts';
import { paint, type Tone, type View } from './style.ts';

/** What a line is made of. */
export interface OperationLine {
  readonly id: string;
  readonly feature: string;
  readonly state: string;
  readonly status: string | null;
  readonly health: string | null;
  readonly reason: string | null;
  readonly message: string | null;
  readonly current: number | null;
  readonly total: number | null;
  readonly totalIsEstimate: boolean;
  readonly unit: string | null;
  readonly fraction: number | null;
  readonly eta: { readonly ms: number } | null;
  readonly activeMs: number;
}

/** How an operation stands, without the line feed. Nothing in it can act on a terminal. */
export function drawOperationLine(
  one: OperationLine,
  view: Pick<View, 'colour' | 'symbols'>,
): string {
  const word = wordOf(one);
  const facts = [
    progressOf(one),
    one.eta === null ? '' : `about ${showDuration(one.eta.ms)} left`,
    one.state === 'ended' ? `after ${showDuration(one.activeMs)}` : '',
  ].filter((fact) => fact !== '');
  const said = [one.message ?? '', word === 'healthy' ? '' : (one.reason ?? '')]
    .filter((text) => text !== '')
    .map(clean);
  return [
    paint(view, TONES[word], word.padEnd(7)),
    paint(view, 'link', clean(one.feature)),
    paint(view, 'quiet', `(${clean(one.id)})`),
    ...(facts.length === 0 ? [] : [facts.join(', ')]),
    ...(said.length === 0 ? [] : [said.map((text) => `${view.symbols.dot} ${text}`).join(' ')]),
  ].join(' ');
}

/** One that is no longer under way. */
export const drawOperationEnd = ({ feature, id }: OperationLine, outcome: string): string =>
  `${clean(outcome).padEnd(7)} ${clean(feature)} (${clean(id)})`;

/** The state where that says more than the health. */
export function wordOf({ state, status, health }: OperationLine): string {
  if (state === 'ended') return clean(status ?? 'ended');
  return state === 'paused' ? 'paused' : (health ?? state);
}

/** Colours of these words. */
export const TONES: Readonly<Record<string, Tone>> = {
  healthy: 'good',
  success: 'good',
  slow: 'middling',
  partial: 'middling',
  paused: 'quiet',
  stalled: 'bad',
  lost: 'bad',
  failed: 'bad',
  timeout: 'bad',
};

/** The share is that of the counts alone. */
function progressOf({ current, total, totalIsEstimate, unit, fraction }: OperationLine): string {
  const what = unit === null ? '' : ` ${clean(unit)}`;
  if (current === null) return fraction === null ? '' : showShare(fraction);
  if (total === null) return `${showNumber(current)}${what}`;
  const counts = `${showNumber(current)} of ${totalIsEstimate ? 'about ' : ''}${showNumber(total)}${what}`;
  return fraction === null ? counts : `${showShare(fraction)} (${counts})`;
}
