/** Makes docs/seed-coverage.md: for every wish of the seeds the tests that hold it, or where it belongs. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { table } from './reference.ts';

const root = path.resolve(import.meta.dirname, '../..');

export const COVERAGE_FILE = path.join(root, 'docs/seed-coverage.md');

/** Numbers of ids by document; two numbers are a range. */
type Ids = Readonly<Record<string, readonly (number | readonly [number, number])[]>>;

/** What concerns the app side: each has a test whose title begins with it. */
const APP_SIDE: Ids = {
  S0: [[1, 22], [30, 40], [50, 53], 60, 61],
  S1: [[1, 10], [20, 34], 50, 51, [60, 64], [71, 78], [110, 112], [120, 125], 127],
  S2: [6, [10, 17], [60, 65], [70, 74], [80, 83], 91, 110, 112],
  S3: [[1, 13], 20, 30, [40, 44], [50, 52], [60, 64], 70, [84, 87], 89, 91, 95, [101, 103]],
  S4: [[1, 3], 10, 11, 30, [41, 46], 55, 60, [65, 69]],
};

/** What concerns analytics and the server: each has a test whose title begins with it. */
const SERVER_SIDE: Ids = {
  S0: [
    [54, 56],
    [70, 78],
  ],
  S1: [[90, 92], 130, 131, 142, 144],
  S2: [[1, 5], [20, 34], [40, 44], [50, 52], 90, [100, 105], 111, 113, 114, [120, 124]],
  S3: [71, 72, [80, 83], 88, 90, [92, 94], 100, [110, 114]],
  S4: [[20, 26], [31, 34], 40, 47, 48, [50, 52], [75, 84], [95, 98], [105, 110]],
};

const CHECKED: Readonly<Record<string, Ids>> = {
  'The app side': APP_SIDE,
  'The server side': SERVER_SIDE,
};

/** Where everything else belongs. */
const ELSEWHERE: Readonly<Record<string, Ids>> = {
  'a list of other ids: met where they are': { S1: [126, 132], S4: [90] },
  'store, receiver, API, dashboard': {
    S1: [[40, 43], 70, [80, 84], 100, 101, 128, 129, 140],
  },
  'not decided yet': {
    S1: [141, 143, [145, 149]],
  },
};

/** A test by its file and title. */
interface Proof {
  readonly file: string;
  readonly title: string;
}

export function renderCoverage(): string {
  const proofs = readProofs();
  return `${[
    '# What was asked for first, and where it is held',
    'Made from the titles of tests by `npm run docs`. The ids are those of the five requirement documents that this project began with; a test whose title begins with an id holds it. An id of the app side or of the server side without a test fails the build.',
    ...Object.entries(CHECKED).flatMap(([side, seeds]) => [
      `## ${side}`,
      table(
        ['id', 'test', 'file'],
        idsOf(seeds).flatMap((id) =>
          (proofs.get(id) ?? []).map(({ title, file }) => [id, title, file]),
        ),
      ),
    ]),
    '## Elsewhere',
    table(
      ['where', 'ids'],
      Object.entries(ELSEWHERE).map(([where, seeds]) => [where, idsOf(seeds).join(' ')]),
    ),
  ].join('\n\n')}\n`;
}

/** Ids of the app side and of the server side that no test names. */
export function uncoveredIds(): string[] {
  const proofs = readProofs();
  return checkedIds().filter((id) => !proofs.has(id));
}

/** Ids that stand in more than one place, or in none although a test names them. */
export function misplacedIds(): string[] {
  const all = [...checkedIds(), ...Object.values(ELSEWHERE).flatMap(idsOf)];
  const twice = all.filter((id, i) => all.indexOf(id) !== i);
  const nowhere = [...readProofs().keys()].filter((id) => !all.includes(id));
  return [...twice, ...nowhere];
}

/** How many ids there are in all. */
export const countIds = (): number =>
  checkedIds().length + Object.values(ELSEWHERE).flatMap(idsOf).length;

const checkedIds = (): string[] => Object.values(CHECKED).flatMap(idsOf);

function idsOf(seeds: Ids): string[] {
  return Object.entries(seeds).flatMap(([seed, numbers]) =>
    numbers
      .flatMap((entry) => (typeof entry === 'number' ? [entry] : rangeOf(seed, entry)))
      .map((number) => toId(seed, number)),
  );
}

/** Numbers of a range that the documents have: they leave gaps between their chapters. */
function rangeOf(seed: string, [from, to]: readonly [number, number]): number[] {
  const gaps = GAPS[seed] ?? [];
  return Array.from({ length: to - from + 1 }, (_, i) => from + i).filter((n) => !gaps.includes(n));
}

const GAPS: Readonly<Record<string, readonly number[]>> = { S2: [35], S3: [] };

const toId = (seed: string, number: number): string => `${seed}-${String(number).padStart(2, '0')}`;

function readProofs(): Map<string, Proof[]> {
  const proofs = new Map<string, Proof[]>();
  for (const file of testFiles()) {
    for (const { ids, title } of titlesIn(readFileSync(path.join(root, file), 'utf8'))) {
      for (const id of ids) {
        const known = proofs.get(id) ?? [];
        if (!known.some((proof) => proof.title === title && proof.file === file)) {
          proofs.set(id, [...known, { file, title }]);
        }
      }
    }
  }
  return proofs;
}

function testFiles(): string[] {
  return ['packages', 'test'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(
        (file) =>
          /\.(?:test|fault)\.tsx?$/.test(file) && !/(^|[\\/])(node_modules|dist)[\\/]/.test(file),
      )
      .map((file) => `${folder}/${file.split(path.sep).join('/')}`)
      .toSorted(),
  );
}

/** Texts that begin with ids. What is nothing but ids is a row of a table, and has the title of the table. */
function titlesIn(text: string): { ids: string[]; title: string }[] {
  const begins = /(['"`])((?:%s: )?(?:TRAP )?S[0-4]-\d+(?:(?!\1)[^\n])*)\1/g;
  return [...text.matchAll(begins)].map((match) => {
    const [, , said = ''] = match;
    const head = headOf(said);
    const table = /\]\)\(\s*(['"`])(.+?)\1/.exec(text.slice(match.index))?.[2] ?? said;
    return {
      ids: head.match(/S[0-4]-\d+/g) ?? [],
      title: said === head ? table.slice(headOf(table).length) : said.slice(head.length),
    };
  });
}

/** The ids that a title begins with, as they are written. */
const headOf = (title: string): string =>
  /^(?:%s: )?(?:(?:TRAP )?S\d-\w+[,:]? ?)*/.exec(title)?.[0] ?? '';
