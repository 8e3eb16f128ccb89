/** What each number means, in the words of the contract: column heads, tiles and tooltips take them from here. */

/** A number's label and meaning. */
export interface Definition {
  readonly label: string;
  readonly meaning: string;
}

export const DEFINITIONS = {
  features: { label: 'Features in use', meaning: 'Distinct features with at least one run.' },
  feature: { label: 'Feature', meaning: 'Name of what is analysed.' },
  category: { label: 'Category', meaning: 'Category of the run that arrived last.' },
  runs: { label: 'Runs', meaning: 'Uses of a feature that started in the range.' },
  users: {
    label: 'Users',
    meaning: 'Distinct users among the runs. Runs without a user are not counted here.',
  },
  sessions: {
    label: 'Sessions',
    meaning: 'Distinct sessions among the runs. Runs without a session are not counted here.',
  },
  successRate: { label: 'Success', meaning: 'Share of the runs that succeeded.' },
  p50Ms: { label: 'p50', meaning: 'Median duration of the runs.' },
  p95Ms: { label: 'p95', meaning: '95 of 100 runs were at least this fast.' },
  p99Ms: { label: 'p99', meaning: '99 of 100 runs were at least this fast.' },
  meanMs: { label: 'Mean', meaning: 'Mean duration of the runs.' },
  efficiency: {
    label: 'Efficiency',
    meaning:
      'Mean efficiency score, 0 to 1: half for speed, 0.3 for output, 0.2 for few iterations; failed runs and timeouts score 0.',
  },
  tier: {
    label: 'Tier',
    meaning: 'Duration class of the median run: excellent, good, acceptable, slow, very slow.',
  },
  trend: { label: 'Trend', meaning: 'Runs over the range, each line on its own scale.' },
  lastSeen: { label: 'Last seen', meaning: 'Start of the latest run in the range.' },
} as const satisfies Readonly<Record<string, Definition>>;

export type DefinitionKey = keyof typeof DEFINITIONS;

/** Tooltip of a number: meaning, what it was computed from, exact value. */
export function explain(key: DefinitionKey, basis: string, exact?: number | null): string {
  const value = exact === null || exact === undefined ? '' : `\nExactly ${String(exact)}`;
  return `${DEFINITIONS[key].meaning}\n${basis}${value}`;
}
