/** The words that ask a plain answer again: of a command that can say all of it, else of its path. */
import { expect, test } from 'vitest';
import { ROUTES } from '../contract/routes.ts';
import { PLAIN_ANSWERS, wordsOf, type PlainAnswer, type PlainName } from './plain-answers.ts';

const BOUNDS = { from: 'F', to: 'T', timeZone: 'Z' };

test.each<[PlainName, Record<string, unknown>, string]>([
  [
    'countLogs',
    { filter: '-x', withoutProgress: 'true', interval: '1h' },
    'logs show --histogram --filter=-x --interval=1h --from F --to T --time-zone Z',
  ],
  [
    'countLogs',
    { event: 'paid', withoutProgress: 'false' },
    'logs show --histogram --event=paid --from F --to T --time-zone Z',
  ],
  [
    'countLogs',
    { attribute: ['a=1', 'b=2'], withoutProgress: 'false' },
    'logs show --histogram --attribute=a=1 --attribute=b=2 --all --from F --to T --time-zone Z',
  ],
  [
    'countLogs',
    { event: 'paid', withoutProgress: 'true' },
    'api get /api/v1/logs/histogram?event=paid&withoutProgress=true&from=F&to=T&timeZone=Z',
  ],
  [
    'countLogs',
    { text: 'paid', attribute: ['a=1', 'b=2'], withoutProgress: 'false' },
    'api get /api/v1/logs/histogram?text=paid&attribute=a%3D1&attribute=b%3D2&withoutProgress=false&from=F&to=T&timeZone=Z',
  ],
  ['readUsage', { by: 'status' }, 'api get /api/v1/usage?by=status&from=F&to=T&timeZone=Z'],
  ['readFeature', { name: '-a' }, 'features show --from F --to T --time-zone Z -- -a'],
  ['listResources', { interval: 'auto' }, 'resources list --from F --to T --time-zone Z'],
  [
    'readFeatureResources',
    { name: 'a/b', nowhere: 1 },
    'api get /api/v1/features/a%2Fb/resources?nowhere=1&from=F&to=T&timeZone=Z',
  ],
  ['listQuality', { limit: 1000, check: 'gap' }, 'quality list --check=gap --to T'],
  ['listQuality', { limit: 5 }, 'api get /api/v1/quality?limit=5&to=T'],
  ['listSummaries', { limit: 31 }, 'api get /api/v1/summaries?limit=31'],
])('%s %j', (name, asked, words) => {
  expect(wordsOf(name, ROUTES[name].path, asked, BOUNDS).join(' ')).toBe(words);
});

test('what may be typed are parameters of the route', () => {
  for (const [name, answer] of Object.entries(PLAIN_ANSWERS) as [PlainName, PlainAnswer][]) {
    const { query, params } = ROUTES[name];
    const known = ['all', ...Object.keys(query.shape), ...Object.keys(params.shape)];
    const { flags = {}, presets = {}, argument = [] } = answer.command ?? {};
    const typed = [...Object.keys(flags), ...Object.keys(presets), argument].flat();
    expect(known, name).toEqual(expect.arrayContaining(typed));
  }
});
