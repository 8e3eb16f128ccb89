import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { DefinitionSet } from './kinds.ts';
import type { Problem } from './problem.ts';
import { createEmptySet, parseDefinitions } from './set.ts';

const NOW = Date.UTC(2026, 0, 1);

function problemsOf(files: Readonly<Record<string, string>>): readonly Problem[] {
  const loaded = parseDefinitions(toTexts(files), NOW);
  return loaded.ok ? loaded.set.warnings : loaded.problems;
}

function setOf(files: Readonly<Record<string, string>>): DefinitionSet {
  const loaded = parseDefinitions(toTexts(files), NOW);
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return loaded.set;
}

const toTexts = (files: Readonly<Record<string, string>>) =>
  Object.entries(files).map(([name, text]) => ({ name, text }));

const at = ({ place, message }: Problem): string => `${place.file}:${place.line} ${message}`;

const MEASURES = `
measures:
  extraction_started: {agg: count, of: {event: extraction_started}}
  successful_extractions: {agg: count, of: {event: extraction_completed}}
  total_extractions: {agg: count, of: {event: [extraction_completed, extraction_failed]}}
  searches_with_selections: {agg: count_distinct, on: session, of: event:search_result_selected}
  total_searches: {agg: count_distinct, on: session, of: event:search_performed}
  searchers: {agg: count_distinct, on: actor, of: {event: search_performed}}
  p95_ms: {agg: percentile, p: 0.95, on: duration_ms, of: {feature: file.process, status: [SUCCESS]}}
`;

/** As the seed gives it. */
const MAPPING = JSON.stringify({
  kpi_mapping: {
    content_extraction_efficiency: {
      events: ['extraction_started', 'extraction_completed', 'extraction_failed'],
      calculation: 'successful_extractions / total_extractions',
      target: 0.95,
    },
    search_effectiveness: {
      events: ['search_performed', 'search_result_selected'],
      calculation: 'searches_with_selections / total_searches',
      target: 0.6,
    },
    feature_adoption: {
      events: ['feature_viewed', 'feature_used', 'feature_repeatedly_used'],
      calculation: {
        view_to_use: 'feature_used / feature_viewed',
        retention: 'feature_repeatedly_used / feature_used',
      },
      target: { view_to_use: 0.4, retention: 0.25 },
    },
  },
});

describe('the short form of KPIs', () => {
  test('S4-23 S4-24 S4-25 S4-26 is taken as it is, beside the measures that it names', () => {
    const { kpis } = setOf({ 'mapping.json': MAPPING, 'measures.yaml': MEASURES });
    expect([...kpis.keys()]).toEqual([
      'content_extraction_efficiency',
      'search_effectiveness',
      'feature_adoption',
    ]);
    expect(kpis.get('content_extraction_efficiency')).toMatchObject({
      title: 'Content extraction efficiency',
      revision: 1,
      targets: new Map([['', [{ from: null, target: 0.95, warn: null }]]]),
    });
    const adoption = kpis.get('feature_adoption')!;
    expect([...adoption.targets]).toEqual([
      ['view_to_use', [{ from: null, target: 0.4, warn: null }]],
      ['retention', [{ from: null, target: 0.25, warn: null }]],
    ]);
    expect([...adoption.measures.values()].map(({ aggregate, of }) => [aggregate, of])).toEqual(
      ['feature_used', 'feature_viewed', 'feature_repeatedly_used'].map((name) => [
        { agg: 'count_distinct', on: 'user' },
        [{ source: 'event', names: [name] }],
      ]),
    );
  });

  test('S4-a names that are neither events nor measures are refused, each where it stands', () => {
    const problems = problemsOf({ 'mapping.json': MAPPING });
    expect(problems.map(at)).toEqual([
      expect.stringMatching(
        /^mapping\.json:1 kpi_mapping\.content_extraction_efficiency\.calculation names "successful_extractions", which is neither a measure nor one of its events; declare it/,
      ),
      expect.stringContaining('"total_extractions"'),
      expect.stringContaining('"searches_with_selections"'),
      expect.stringContaining('"total_searches"'),
    ]);
  });

  test.each([
    ['calculation: done / failed', false],
    ['calculation: 1 - done / failed', false],
    ['calculation: "done / failed + failed / done"', false],
    ['calculation: "max(done, failed) - 1"', false],
    ['numerator: done, denominator: failed', false],
    ['calculation: done / people', false],
    ['count: events, calculation: done / (done + failed)', false],
    ['count: users, calculation: done / total', false],
    ['calculation: total - total / 2', false],
    ['calculation: done / (done + failed)', true],
    ['calculation: {a: done / failed, b: -failed - done}', true],
    ['calculation: abs(done) + 2 * failed', true],
    ['calculation: done / total', true],
    ['calculation: total / done', true],
    ['calculation: done + total', true],
    ['numerator: done, denominator: total', true],
  ])('%s without a word of what names count: warned of is %j', (words, isWarned) => {
    const measures = `{total: {agg: count, of: event:all}, people: {agg: count_distinct, on: user, of: event:all}}`;
    const text = `measures: ${measures}\nkpis: {k: {events: [done, failed], ${words}}}`;
    const loaded = parseDefinitions([{ name: 'a.yaml', text }], 0);
    const found = loaded.ok ? loaded.set.warnings : loaded.problems;
    const warning = expect.objectContaining({
      severity: 'warning',
      code: 'DEFINITION_VALUE',
      message: expect.stringContaining('kpis.k adds or divides numbers that do not go together'),
    });
    expect(found).toEqual(isWarned ? [warning] : []);
  });

  test.each([
    ['', { agg: 'count_distinct', on: 'user' }],
    ['count: users, ', { agg: 'count_distinct', on: 'user' }],
    ['count: sessions, ', { agg: 'count_distinct', on: 'session' }],
    ['count: events, ', { agg: 'count' }],
  ])('names of events with "%s" count %j, in the short form too', (count, aggregate) => {
    const words = `{use: {events: [used, viewed], ${count}calculation: used / viewed}}`;
    for (const key of ['kpis', 'kpi_mapping']) {
      const { kpis } = setOf({ 'a.yaml': `${key}: ${words}` });
      expect(kpis.get('use')?.measures.get('used')?.aggregate).toEqual(aggregate);
    }
  });
});

describe('a set', () => {
  test('lists what it holds of every kind', () => {
    const set = setOf({
      'a.yaml': `
goals: [{id: g}]
measures: {m: {agg: count, of: event:a}}
kpis: {k: {measure: m}}
kpi_mapping: {s: {events: [a], calculation: a}}
funnels: {f: {steps: [event:a, event:b]}}
retention: {r: {start: feature:a, return: feature:a}}
adoption: {d: {}}`,
    });
    expect(set.all.map(({ kind, id }) => `${kind} ${id}`).toSorted()).toEqual([
      'adoption d',
      'funnel f',
      'goal g',
      'kpi k',
      'kpi s',
      'measure m',
      'retention r',
    ]);
    const maps = Object.values(set).filter((value) => value instanceof Map);
    expect(set.all).toHaveLength(maps.reduce((sum, { size }) => sum + size, 0));
  });

  test('S4-20 S4-21 S4-22 holds goals, measures and KPIs with all their words', () => {
    const set = setOf({
      'measures.yml': MEASURES,
      'goals.yaml':
        'version: 1\ngoals:\n  - {id: efficiency, title: Process files faster, owner: team-x}\n',
      'kpis.yaml': `
kpis:
  - id: extraction
    goal: efficiency
    type: ratio
    numerator: successful_extractions
    denominator: total_extractions
    window: {calendar: month}
    grain: week
    direction: up
    target: {warn: 0.93, target: 0.95}
    minSample: 30
    baseline: 0.5
    fillEmpty: 0
    breakdowns: [file_type, resource.region, status]
    revision: 3
  - id: speed
    measure: p95_ms
    direction: down
    target: [{value: 900}, {from: 2026-01-01, value: 700, warn: 800}, {from: 2026-01-01T13:00Z, value: 600}]
`,
    });
    expect(set.goals.get('efficiency')).toMatchObject({
      title: 'Process files faster',
      owner: 'team-x',
    });
    expect(set.kpis.get('extraction')).toMatchObject({
      goal: 'efficiency',
      formula: { type: 'ratio' },
      window: { kind: 'calendar', period: 'month' },
      grain: '1w',
      targets: new Map([['', [{ from: null, target: 0.95, warn: 0.93 }]]]),
      minSample: 30,
      baseline: 0.5,
      fillEmpty: 0,
      format: 'percent',
      revision: 3,
      breakdowns: ['file_type', 'resource.region', 'status'],
      place: { file: 'kpis.yaml', line: 3, path: 'kpis[0]' },
    });
    expect(set.kpis.get('speed')).toMatchObject({
      formula: { type: 'simple', measure: 'p95_ms' },
      window: { kind: 'rolling', ms: 28 * 86_400_000 },
      grain: '1d',
      minSample: 1,
      format: 'duration',
      fillEmpty: null,
    });
    expect(set.kpis.get('speed')?.targets.get('')).toEqual([
      { from: null, target: 900, warn: null },
      { from: '2026-01-01', target: 700, warn: 800 },
      { from: '2026-01-01T13:00Z', target: 600, warn: null },
    ]);
    expect(set.measures.get('p95_ms')).toMatchObject({
      aggregate: { agg: 'percentile', p: 0.95, on: { kind: 'column', name: 'durationMs' } },
      of: [{ source: 'run', names: ['file.process'], statuses: ['success'] }],
    });
  });

  test('is empty without files, and of files that say nothing', () => {
    expect(setOf({}).digest).toBe(createEmptySet(NOW).digest);
    expect(setOf({ 'a.yaml': '', 'b.yaml': '# later\n', 'c.yaml': 'kpis:\n' }).kpis.size).toBe(0);
  });

  test('has another digest when a text changes, and a KPI only when its meaning does', () => {
    const kpi = (words: string) => `kpis: {a: {measure: searchers, ${words}}}`;
    const digests = (words: string, measures = MEASURES) => {
      const set = setOf({ 'm.yaml': measures, 'k.yaml': kpi(words) });
      return [set.digest, set.kpis.get('a')!.digest];
    };
    const [set, meaning] = digests('title: A');
    expect(digests('title: B, target: 3')[0]).not.toBe(set);
    expect(digests('title: B, target: 3')[1]).toBe(meaning);
    expect(digests('window: 7d')[1]).not.toBe(meaning);
    expect(
      digests('title: A', MEASURES.replace('event: search_performed}', 'event: search}'))[1],
    ).not.toBe(meaning);
  });
});

test('the example of the README is valid', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, text = ''] = /```yaml\n([\s\S]*?)```/u.exec(readme) ?? [];
  const { kpis, measures } = setOf({ 'readme.yaml': text });
  expect([kpis.size, measures.size]).toEqual([2, 4]);
});

describe('problems', () => {
  test('of a half valid file are told all at once, with file, line and what was meant', () => {
    const problems = problemsOf({
      'b.yaml': 'goals:\n  - id: growth\n  - id: growth\n',
      'a.yaml': `${MEASURES}
kpis:
  - id: good
    measure: searchers
  - id: bad name
    measure: searchers
  - id: typos
    mesure: searchers
    gaol: growth
    window: 7x
  - id: gone
    goal: grwth
    numerator: succesful_extractions
    denominator: total_extractions
  - id: good
    calculation: total_searches / (
    target: soon
    direction: sideways
  - id: three
    goal: 7
    calculation: colesce(searchers, 0)
kpi: []
`,
    });
    expect(problems.map(at)).toEqual([
      'a.yaml:14 kpis[1] must have an id: a letter, then letters, digits, _ . or -, 100 at most',
      expect.stringMatching(/^a\.yaml:17 kpis\[2\]\.mesure is not known; there are title, /),
      expect.stringMatching(/^a\.yaml:18 kpis\[2\]\.gaol is not known/),
      expect.stringMatching(/^a\.yaml:19 kpis\[2\]\.window cannot be read: "7x" is no duration/),
      'a.yaml:21 kpis[3].goal names the goal "grwth", which is not defined',
      expect.stringMatching(/^a\.yaml:22 kpis\[3\]\.numerator names "succesful_extractions"/),
      'a.yaml:24 kpis[4] has the id "good" of the kpi in a.yaml, line 12; give it another',
      'a.yaml:25 kpis[4].calculation cannot be read: has the end where a number or a name should stand (column 19)',
      'a.yaml:27 kpis[4].direction must be one of up, down, not the text "sideways"',
      'a.yaml:29 kpis[5].goal must be a text, not 7',
      expect.stringContaining('calls "colesce"'),
      expect.stringMatching(/^a\.yaml:31 kpi is not known; there are version, goals/),
      'b.yaml:3 goals[1] has the id "growth" of the goal in b.yaml, line 2; give it another',
    ]);
    const suggested = Object.fromEntries(
      problems.map(({ place, suggestions }) => [place.path, suggestions]),
    );
    expect(suggested).toMatchObject({
      'kpis[2].mesure': ['measure'],
      'kpis[2].gaol': ['goal'],
      'kpis[3].goal': ['growth'],
      'kpis[3].numerator': ['successful_extractions'],
      'kpis[5].calculation': ['coalesce'],
      kpi: ['kpi_mapping', 'kpis'],
    });
  });

  test('of an id in two files name both places', () => {
    const goal = 'goals: [{id: a}]';
    expect(problemsOf({ 'a.yaml': goal, 'b.yaml': `\n${goal}` }).map(at)).toEqual([
      'b.yaml:2 goals[0] has the id "a" of the goal in a.yaml, line 1; give it another',
    ]);
  });

  test('of a reference are not told twice when what it names is broken or in a file that is', () => {
    const kpi = 'kpis: {a: {measure: m}}';
    expect(problemsOf({ 'k.yaml': kpi, 'm.yaml': 'measures: {m: {agg: count}}' })).toHaveLength(1);
    expect(
      problemsOf({ 'k.yaml': kpi, 'm.yaml': 'measures: {m: ' }).map(({ code }) => code),
    ).toEqual(['DEFINITION_SYNTAX']);
    expect(problemsOf({ 'k.yaml': kpi }).map(({ code }) => code)).toEqual(['DEFINITION_REFERENCE']);
  });

  test.each([
    ['measures: {m: {agg: count}}', 'measures.m has no of'],
    ['measures: {m: {agg: count, of: {}}}', 'measures.m.of must have either feature or event'],
    [
      'measures: {m: {agg: count, of: {feature: a, event: b}}}',
      'must have either feature or event',
    ],
    ['measures: {m: {agg: count, of: checkout}}', 'must be feature:<name>, event:<name> or a map'],
    ['measures: {m: {agg: count, of: []}}', 'measures.m.of must have 1 to 20 entries'],
    ['measures: {m: {agg: count, of: {event: a, status: failed}}}', 'only runs have them'],
    [
      'measures: {m: {agg: count, of: {feature: a, status: SUCESS}}}',
      'must be one of success, failed',
    ],
    [
      'measures: {m: {agg: count, of: {feature: a, minDuration: 2s, maxDuration: 1s}}}',
      'is longer than',
    ],
    [
      'measures: {m: {agg: count, of: {feature: a, where: "a ="}}}',
      'of.where cannot be read: has the end',
    ],
    ['measures: {m: {agg: count, of: [{feature: a}, {evnt: b}]}}', 'of[1].evnt is not known'],
    ['measures: {m: {agg: count, on: user, of: event:a}}', 'has on, which count does not take'],
    ['measures: {m: {agg: sum, of: event:a}}', 'has no on; sum must say of what'],
    ['measures: {m: {agg: sum, on: service, of: event:a}}', 'measures service, which is no number'],
    ['measures: {m: {agg: mean, on: duration_ms, of: event:a}}', 'only runs have one'],
    ['measures: {m: {agg: percentile, on: size, of: event:a}}', 'has no p'],
    [
      'measures: {m: {agg: percentile, p: 95, on: size, of: event:a}}',
      'measures.m.p must be at most 1',
    ],
    ['measures: {m: {agg: count_distinct, on: toString, of: event:a}}', 'counts other units than'],
    ['measures: {m: {agg: averge, of: event:a}}', 'must be one of count, count_distinct'],
    ['kpis: {k: {target: 1}}', 'does not say what it is made of'],
    ['kpis: {k: {type: ratio, numerator: a, calculation: a}}', 'which needs denominator'],
    ['kpis: {k: {type: ratio, numerator: a, calculation: a}}', 'which does not take calculation'],
    ['kpis: {k: {events: [a], calculation: {}}}', 'kpis.k.calculation is an empty map'],
    ['kpis: {k: {events: [a], calculation: 7}}', 'must be a text, or a map of keys, not 7'],
    [
      'kpis: {k: {events: [a], calculation: {x: a}, target: 1}}',
      'must be a map with a target for x',
    ],
    [
      'kpis: {k: {events: [a], calculation: {x: a}, target: {y: 1}}}',
      'target.y is no part of the calculation',
    ],
    ['kpis: {k: {events: [a], calculation: a, target: .nan}}', 'kpis.k.target must be a number'],
    ['kpis: {k: {events: [a], calculation: a, target: 1e400}}', 'kpis.k.target must be a number'],
    [
      'kpis: {k: {events: [a], calculation: a, target: {warn: 1}}}',
      'must have either target or value',
    ],
    [
      'kpis: {k: {events: [a], calculation: a, target: {target: 1, warn: 2}}}',
      'warns above the target',
    ],
    [
      'kpis: {k: {events: [a], calculation: a, direction: down, target: {target: 1, warn: 0}}}',
      'warns below',
    ],
    [
      'kpis: {k: {events: [a], calculation: a, target: [{from: 2026-02-30, target: 1}]}}',
      'is no day of the calendar',
    ],
    [
      'kpis: {k: {events: [a], calculation: a, target: [{from: soon, target: 1}]}}',
      'must be a date such as',
    ],
    ...['1970-12-31', '2261-01-01', '9999-12-31T23:00Z'].map((from): [string, string] => [
      `kpis: {k: {events: [a], calculation: a, target: [{from: "${from}", target: 1}]}}`,
      'target[0].from must lie between 1971 and 2260',
    ]),
    [
      'kpis: {k: {events: [a], calculation: a, target: [{from: "2026-01-01T24:00Z", target: 1}]}}',
      'must be a date such as',
    ],
    // In New York the day begins after the instant.
    [
      'kpis: {k: {events: [a], calculation: a, target: [{from: 2026-01-01, target: 1}, {from: "2026-01-01T03:00Z", target: 2}]}}',
      'must rise by from, each day once and in every time zone',
    ],
    // In Kiritimati it begins 14 hours before that of UTC.
    [
      'kpis: {k: {events: [a], calculation: a, target: [{from: "2026-01-01T10:00Z", target: 1}, {from: 2026-01-02, target: 2}]}}',
      'must rise by from',
    ],
    [
      'kpis: {k: {events: [a], calculation: a, target: [{target: 1}, {target: 2}]}}',
      'must rise by from',
    ],
    ['kpis: {k: {events: [a], calculation: a, window: 400d}}', 'must be at most 366d'],
    [
      'kpis: {k: {events: [a], calculation: a, window: {}}}',
      'must have either rolling or calendar',
    ],
    [
      'kpis: {k: {events: [a], calculation: a, window: {calendar: year}}}',
      'must be one of day, week, month',
    ],
    [
      'kpis: {k: {events: [a], calculation: a, alert: {burnRate: true}}}',
      'kpis.k.alert would do nothing, as alerts are not evaluated yet: leave it out',
    ],
    ['kpis: {k: {events: [a], calculation: a, revision: 0}}', 'kpis.k.revision must be at least 1'],
    [
      'kpis: {k: {events: [a], calculation: a, minSample: 1.5}}',
      'kpis.k.minSample must be a whole number',
    ],
    ['kpis: {k: {events: [a], calculation: __proto__}}', 'names "__proto__"'],
    ['kpis: {k: {events: [a], calculation: constructor}}', 'names "constructor"'],
    [
      'kpis: {constructor: {events: [a], calculation: b}}',
      'kpis.constructor.calculation names "b"',
    ],
    ['kpis: {k: 7}', 'kpis.k must be a map of keys'],
    ['kpis: 7', 'kpis must be a list of entries'],
    ['- a', 'the file must be a map with the keys version, goals'],
    ['hello', 'the file must be a map'],
    ['version: 2', 'version must be one of 1, not 2'],
    [
      'kpi_mapping: {k: {events: [a], calculation: a, window: 7d}}',
      'kpi_mapping.k.window is not known',
    ],
  ])('%s: %s', (text, message) => {
    expect(
      problemsOf({ 'a.yaml': text })
        .map(({ message }) => message)
        .join('\n'),
    ).toContain(message);
  });

  test('of too many definitions are one', () => {
    const text = `goals:\n${Array.from({ length: 5005 }, (_, n) => `  - id: g${n}`).join('\n')}`;
    expect(problemsOf({ 'a.yaml': text }).map(({ message }) => message)).toEqual([
      'goals[5000] is more than the 5000 definitions there may be',
    ]);
  });
});
