/** Versions of schemas as MODEL-REVISION-ADDITION (Snowplow's SchemaVer), and what each kind of change asks for. */

/** `model`: what was sent so far is read differently. `revision`: some of it may not fit. `addition`: all of it fits. */
export type VersionBump = 'model' | 'revision' | 'addition' | 'none';

/** From the smallest change to the largest. */
export const VERSION_BUMPS: readonly VersionBump[] = ['none', 'addition', 'revision', 'model'];

/** The three numbers, or null for another text. */
export function parseVersion(text: string): readonly [number, number, number] | null {
  const parts = /^([1-9]\d{0,5})-(0|[1-9]\d{0,5})-(0|[1-9]\d{0,5})$/.exec(text);
  return parts === null ? null : [Number(parts[1]), Number(parts[2]), Number(parts[3])];
}

/** The version after a change. */
export function bumpVersion(version: string, bump: VersionBump): string {
  const [model, revision, addition] = parseVersion(version) ?? [1, 0, 0];
  switch (bump) {
    case 'model':
      return `${model + 1}-0-0`;
    case 'revision':
      return `${model}-${revision + 1}-0`;
    case 'addition':
      return `${model}-${revision}-${addition + 1}`;
    case 'none':
      return version;
    default:
      return bump satisfies never;
  }
}

/** Which number differs first; `none` when the later one is not above. */
export function bumpBetween(before: string, after: string): VersionBump {
  const from = parseVersion(before) ?? [1, 0, 0];
  const to = parseVersion(after) ?? [1, 0, 0];
  if (to[0] !== from[0]) return to[0] > from[0] ? 'model' : 'none';
  if (to[1] !== from[1]) return to[1] > from[1] ? 'revision' : 'none';
  return to[2] > from[2] ? 'addition' : 'none';
}
