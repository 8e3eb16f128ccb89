/** Paths to properties as text: `items[].price`, with quotes around keys that are no plain words. */
import type { Step } from './findings.ts';

/** Longest key that is read out. */
const LONGEST_KEY = 200;

/** The path without positions, so that equal violations have equal paths. Keys are whole, however long they are. */
export function toPath(steps: readonly Step[]): string {
  return toText(steps, false);
}

/** The path with positions, for people; the name alone for a property at the top. */
export function toPlace(steps: readonly Step[]): string {
  const [first] = steps;
  if (steps.length === 1 && typeof first === 'string') return cut(first);
  return toText(
    steps.map((step) => (typeof step === 'string' ? cut(step) : step)),
    true,
  );
}

/** The name of the property at the top that a path is; null for a path that leads deeper. */
export function nameOfPath(path: string): string | null {
  if (PLAIN.test(path)) return path;
  if (!/^\["(?:[^"\\]|\\.)*"\]$/s.test(path)) return null;
  const [name] = JSON.parse(path) as [string];
  return name;
}

const PLAIN = /^[^.[\]"*]+$/;

function toText(steps: readonly Step[], hasPositions: boolean): string {
  let text = '';
  for (const step of steps) {
    if (typeof step === 'number') text += hasPositions ? `[${step}]` : '[]';
    else if (step === null) text += text === '' ? '*' : '.*';
    else if (!PLAIN.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

const cut = (key: string): string =>
  key.length > LONGEST_KEY ? `${key.slice(0, LONGEST_KEY)}…` : key;
