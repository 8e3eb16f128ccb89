import type { AnswerOf } from '@heartwood/api/client';
import { ROUTES } from '@heartwood/api/contract';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../exit.ts';
import { HOSTILE, HOSTILE_SHOWN } from '../testing/canned.ts';
import { run } from '../testing/run.ts';
import { openTestServer, type Asked, type Reply } from '../testing/server.ts';
import { KPI_STATUSES } from './list-kpis.ts';

type Answer = AnswerOf<'/api/v1/kpis'>;
type Row = Answer['data'][number];

const PART: Row['parts'][number] = {
  part: null,
  status: 'at_risk',
  value: 0.575,
  sample: 1240,
  target: 0.6,
  warn: 0.5,
  progress: 0.9583,
  progressBar: 0.9583,
  previous: 0.5,
  previousSample: 1000,
  change: 0.075,
  changeShare: 0.15,
  trend: 'better',
};

const KPI: Row = {
  id: 'search',
  title: 'Searches that end with a choice',
  goal: 'knowledge',
  owner: null,
  revision: 2,
  format: 'percent',
  direction: 'up',
  unit: 'events',
  minSample: 30,
  breakdowns: ['source', 'service'],
  status: 'at_risk',
  from: '2026-11-13T18:15:00.000Z',
  to: '2026-11-20T18:15:00.000Z',
  previousFrom: '2026-11-06T18:15:00.000Z',
  approximate: null,
  complete: true,
  parts: [PART],
  measures: [{ measure: 'searches', value: 1240, previous: 1000, approximate: false }],
  warnings: [],
};

const EMPTY = {
  ...PART,
  status: 'insufficient_data',
  value: null,
  sample: 0,
  target: null,
  progress: null,
  changeShare: null,
  trend: null,
} as const;

const SPEED: Row = {
  ...KPI,
  id: 'speed',
  format: 'duration',
  status: 'off_track',
  parts: [
    { ...PART, part: 'p95', status: 'off_track', value: 412.4, target: 250, trend: 'worse' },
    { ...EMPTY, part: HOSTILE },
  ],
  warnings: ['half of it is missing'],
};

const META = {
  from: KPI.from,
  to: KPI.to,
  timeZone: 'Asia/Kathmandu',
  unit: 'kpis',
  complete: true,
  truncated: false,
  warnings: [],
  total: 2,
};
const ANSWER: Answer = { data: [KPI, SPEED], meta: META };
const UNKNOWN: Reply = {
  status: 404,
  body: {
    type: 'urn:heartwood:problem:KPI_UNKNOWN',
    title: 'No such KPI.',
    status: 404,
    code: 'KPI_UNKNOWN',
    detail: 'There is no KPI "serch" in the definitions.',
    remedy: 'Check the id.',
    parameter: 'id',
    suggestions: ['search'],
  },
};

const ask = async (args: string, answer: Answer = ANSWER) => {
  const { url, asked } = await openTestServer((one) =>
    one.url.pathname === '/api/v1/kpis' ? { body: answer } : UNKNOWN,
  );
  return { ...(await run(['kpi', ...args.split(' '), '--url', url])), asked };
};
const searchOf = (asked: Asked | undefined): Record<string, string> =>
  Object.fromEntries(asked?.url.searchParams ?? []);

describe('kpi list', () => {
  test('shows values as people write them, a line a part, in the zone of the server', async () => {
    const { code, data, notes, asked } = await ask('list');
    expect(code).toBe(EXIT.OK);
    expect(searchOf(asked[0])).toEqual({ explain: 'false' });
    expect(`\n${data}`).toMatchInlineSnapshot(`
      "
      kpi                     status             value   target  progress  change   sample  goal       up to
      search                  at_risk            57.5 %  60.0 %    95.8 %  +15.0 %   1,240  knowledge  2026-11-21 00:00
      speed.p95               off_track          412 ms  250 ms    95.8 %  +15.0 %   1,240  knowledge  2026-11-21 00:00
      speed.redxtxt.exe link  insufficient_data  –       –              –  –             0  knowledge  2026-11-21 00:00
      "
    `);
    expect(data).toContain(HOSTILE_SHOWN.slice(0, 6));
    expect(notes).toContain('speed: half of it is missing');
    expect(notes).toContain('2 KPIs, days in Asia/Kathmandu.');
  });

  test('what is said of several KPIs is said once, of all of them', async () => {
    const warnings = [...SPEED.warnings, 'it is slow'];
    const answer = { data: [SPEED, { ...KPI, warnings }], meta: META };
    const { notes } = await ask('list', answer);
    expect(notes).toContain('speed, search: half of it is missing\n');
    expect(notes).toContain('search: it is slow\n');
    // Of what is not shown nothing is said.
    expect((await ask('check speed --fail-on off_track', answer)).notes).toContain(
      ' speed: half of it is missing\n',
    );
  });

  test('sends what was typed', async () => {
    const { asked } = await ask(
      'list --goal g --status no_target --to yesterday --time-zone Europe/Berlin',
    );
    expect(searchOf(asked[0])).toEqual({
      goal: 'g',
      status: 'no_target',
      to: 'yesterday',
      timeZone: 'Europe/Berlin',
      explain: 'false',
    });
  });

  test('is raw for machines', async () => {
    const csv = await ask('list --format csv');
    expect(csv.data.split('\n')[1]).toBe(
      'search,,Searches that end with a choice,knowledge,,2,percent,up,at_risk,0.575,0.6,0.5,0.9583,0.9583,0.5,0.075,0.15,better,events,1240,1000,30,2026-11-13T18:15:00.000Z,2026-11-20T18:15:00.000Z,2026-11-06T18:15:00.000Z,true,',
    );
    const json = await ask('list --json');
    expect(JSON.parse(json.data)).toEqual({
      ...ANSWER,
      warnings: ['speed: half of it is missing'],
    });
    const lines = await ask('list --format ndjson');
    expect(lines.data.trim().split('\n')).toHaveLength(2);
  });

  test('says where definitions would stand when there are none', async () => {
    const { code, notes } = await ask('list', { data: [], meta: META });
    expect(code).toBe(EXIT.OK);
    expect(notes).toContain('HEARTWOOD_DEFINITIONS');
  });
});

describe('kpi check', () => {
  test.each([
    ['check', EXIT.CHECK_FAILED, '2 KPIs checked, 1 is off_track: speed.'],
    [
      'check --fail-on off_track,at_risk',
      EXIT.CHECK_FAILED,
      '2 KPIs checked, 2 are off_track or at_risk: search, speed.',
    ],
    ['check --fail-on insufficient_data', EXIT.CHECK_FAILED, '1 is insufficient_data: speed.'],
    ['check --fail-on no_target', EXIT.OK, '2 KPIs checked, none is no_target.'],
    ['check search', EXIT.OK, '1 KPI checked, none is off_track.'],
    ['check search,speed', EXIT.CHECK_FAILED, '2 KPIs checked, 1 is off_track: speed.'],
  ])('%s ends with %d', async (args, exit, note) => {
    const { code, notes } = await ask(args);
    expect({ code, notes }).toEqual({ code: exit, notes: expect.stringContaining(note) });
  });

  test('lists those that fail, for people and machines', async () => {
    expect((await ask('check')).data).toMatch(/^kpi .*\nspeed\.p95 +off_track/u);
    const { code, data } = await ask('check --json');
    expect(code).toBe(EXIT.CHECK_FAILED);
    expect((JSON.parse(data) as Answer).data.map(({ id }) => id)).toEqual(['speed']);
  });

  test('of nothing is said to be that', async () => {
    const { code, notes } = await ask('check', { data: [], meta: META });
    expect(code).toBe(EXIT.OK);
    expect(notes).toContain('No KPI is defined, so none was checked.');
  });

  test('of an id that is none is an error with the right one, never a pass', async () => {
    const { code, notes } = await ask('check serch');
    expect(code).toBe(EXIT.ERROR);
    expect(notes).toMatch(/There is no KPI "serch"[^]*search/u);
  });

  test('on a status that there is not is a wrong call', async () => {
    const { code, notes, asked } = await ask('check --fail-on of_track');
    expect(code).toBe(EXIT.USAGE);
    expect(notes).toContain('Did you mean off_track');
    expect(asked).toEqual([]);
  });
});

test('kpi show tells how it stands, over time and by group', async () => {
  const point = {
    start: KPI.from,
    end: KPI.to,
    complete: true,
    value: 0.5,
    sample: 4,
    target: 0.6,
  };
  const detail: AnswerOf<'/api/v1/kpis/{id}'> = {
    data: {
      ...KPI,
      parts: [{ ...PART, sample: 12 }],
      interval: '1d',
      series: [{ part: null, points: [point, { ...point, complete: false, value: null }] }],
      groups: [{ group: HOSTILE, parts: [{ part: null, value: 0.7, sample: 30 }] }],
    },
    meta: {
      ...META,
      sampleSize: { unit: 'events', n: 12 },
      approximate: null,
      sampling: null,
      asOf: '7',
      definition: { kind: 'kpi', id: 'search', revision: 2 },
    },
  };
  const { url, asked } = await openTestServer(() => ({ body: detail }));
  const args = ['show', 'search', '--by', 'source', '--interval', '1d', '--url', url];
  const { code, data, notes } = await run(['kpi', ...args]);
  expect(code).toBe(EXIT.OK);
  expect(searchOf(asked[0])).toEqual({ by: 'source', interval: '1d', explain: 'false' });
  expect(`\n${data}`).toMatchInlineSnapshot(`
    "
    Searches that end with a choice

    search
      status    at_risk
      value     57.5 %
      target    60.0 %
      warning   50.0 %
      better    up
      progress  95.8 %
      before    50.0 %
      change    +15.0 %
      sample    12 events, of 30 that are needed
      trend     █–

    Over time
      from              value   target  sample  whole
      2026-11-14 00:00  50.0 %  60.0 %       4  yes
      2026-11-14 00:00  –       60.0 %       4  not yet

    By group
      group             value   sample
      redxtxt.exe link  70.0 %      30
    "
  `);
  expect(notes).toContain('Asia/Kathmandu');
  const csv = await run(['kpi', ...args, '--format', 'csv']);
  expect(csv.data.split('\n')[1]).toMatch(/^search,,/u);
  const md = await run(['kpi', ...args, '--format', 'md']);
  expect(md.data).toContain('# Searches that end with a choice');
  const whole = await openTestServer(() => ({
    body: { ...detail, data: { ...detail.data, groups: null } },
  }));
  const unsplit = await run(['kpi', 'show', 'search', '--url', whole.url]);
  expect(unsplit.notes).toContain('Worth a look: --by source, --by service.');
});

test('the statuses are those of the contract', () => {
  const { status } = ROUTES.listKpis.answer.shape.data.element.shape;
  expect(status.options).toEqual([...KPI_STATUSES]);
});
