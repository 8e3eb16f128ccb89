import {
  mkdirSync,
  mkdtempSync,
  type readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { checkDefinitionFolder } from './definition-check.ts';
import { DefinitionFiles } from './definition-files.ts';

/** Folders that refuse to be read: where tests run as root, rights of a real one would not. */
const closed: Set<string> = vi.hoisted(() => new Set());
vi.mock('node:fs', async (load) => {
  const original = await load<{ readonly readdirSync: typeof readdirSync }>();
  const readUnlessClosed = (at: string, options: { withFileTypes: true }): unknown => {
    if (!closed.has(at)) return original.readdirSync(at, options);
    const message = `EACCES: permission denied, scandir '${at}'`;
    throw Object.assign(new Error(message), { code: 'EACCES' });
  };
  return { ...original, readdirSync: readUnlessClosed };
});

let root: string;
let folder: string;
let log: string[];
const opened: DefinitionFiles[] = [];

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'definitions-'));
  folder = path.join(root, 'heartwood');
  mkdirSync(folder);
  log = [];
});
afterEach(() => {
  for (const files of opened.splice(0)) files.close();
  closed.clear();
  rmSync(root, { recursive: true, force: true });
});

function write(name: string, text: string): void {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Looks only when a test says so, unless it gives times. */
function open(times: { lookMs?: number; quietMs?: number } = {}, isNamed = true): DefinitionFiles {
  const files = new DefinitionFiles({
    folder,
    isNamed,
    log: (message) => log.push(message),
    lookMs: 3_600_000,
    quietMs: 3_600_000,
    ...times,
  });
  opened.push(files);
  return files;
}

const goals = (files: DefinitionFiles): string[] => [...files.state.set.goals.keys()];

describe('a folder', () => {
  test('is read with its folders, in YAML and JSON, without what begins with a dot', () => {
    write('a.yaml', 'goals: [{id: a}]');
    write('deep/er/b.YML', 'goals: [{id: b}]');
    write('c.json', '\uFEFF{"goals": [{"id": "c"}]}');
    write('kinds.yaml', 'retention: {r: {start: feature:a, return: feature:a}}\nadoption: {d: {}}');
    write('.git/d.yaml', 'goals: [{id: d}]');
    write('.e.yaml', 'goals: [{id: e}]');
    write('README.md', '# goals');
    symlinkSync(folder, path.join(folder, 'loop'));
    writeFileSync(path.join(root, 'elsewhere.yaml'), 'goals: [{id: f}]');
    symlinkSync(path.join(root, 'elsewhere.yaml'), path.join(folder, 'f.yaml'));
    const files = open();
    expect(goals(files)).toEqual(['a', 'c', 'b', 'f']);
    expect(files.state).toMatchObject({ folder, problems: [] });
    expect(log).toEqual([`6 definitions in force from ${folder}`]);
  });

  test('that nobody named need not be there, and is taken when it comes', () => {
    rmSync(folder, { recursive: true });
    const files = open({}, false);
    expect(goals(files)).toEqual([]);
    expect(log).toEqual([]);
    write('a.yaml', 'goals: [{id: a}]');
    files.look();
    files.look();
    expect(goals(files)).toEqual(['a']);
  });
});

describe('the start is refused', () => {
  test('for a named folder that is not there', () => {
    rmSync(folder, { recursive: true });
    expect(() => open()).toThrow(expect.objectContaining({ code: 'SERVER_NO_DEFINITIONS' }));
  });

  test('with every problem of every file, and what was meant', () => {
    write('a.yaml', 'goals:\n  - id: a\n    titel: A\n');
    write('b.yaml', 'goal: []\n');
    write('c.yaml', `# ${'x'.repeat(2 * 1024 * 1024)}`);
    writeFileSync(path.join(folder, 'd.yaml'), Buffer.from([0x61, 0xff]));
    expect(() => open()).toThrow(
      expect.objectContaining({
        code: 'SERVER_DEFINITIONS',
        message: expect.stringMatching(
          /c\.yaml:1 the file has 2097154 bytes.*\n.*d\.yaml:1 the file cannot be read: is not UTF-8\n.*a\.yaml:3 goals\[0\]\.titel is not known; there are title, owner, revision; did you mean title\?\n.*b\.yaml:1 goal is not known.*did you mean goals\?/u,
        ),
      }),
    );
  });

  test('for more files than there may be, once', () => {
    for (let n = 0; n < 203; n++) write(`${n}.yaml`, '');
    expect(() => open()).toThrow(/97\.yaml:1 the file is one more than the 200 there may be$/m);
  });
});

describe('a folder in it that cannot be read', () => {
  const inner = (): string => path.join(folder, 'lost+found');
  const warning = {
    severity: 'warning',
    place: { file: 'lost+found' },
    message: expect.stringMatching(/^the folder is left out, as it cannot be read: EACCES/u),
  };

  test('is told and left out where no definition in force stands in it', () => {
    write('a.yaml', 'goals: [{id: a}]');
    mkdirSync(inner());
    closed.add(inner());
    const files = open();
    expect(goals(files)).toEqual(['a']);
    expect(files.state.problems).toMatchObject([warning]);
    expect(log.join('\n')).toContain('to be looked at:\n  - lost+found:1 the folder is left out');
    write('a.yaml', 'goals: [{id: a}, {id: b}]');
    for (let n = 0; n < 2; n++) files.look();
    expect(goals(files)).toEqual(['a', 'b']);
    expect(files.state.problems).toMatchObject([warning]);
  });

  test('leaves what was in force where some of that stands in it', () => {
    write('a.yaml', 'goals: [{id: a}]');
    write('lost+found/deep/b.yaml', 'goals: [{id: b}]');
    const files = open();
    closed.add(inner());
    for (let n = 0; n < 2; n++) files.look();
    expect(goals(files)).toEqual(['a', 'b']);
    expect(files.state.problems).toMatchObject([{ severity: 'error', place: warning.place }]);
    write('a.yaml', 'goals: [{id: c}]');
    for (let n = 0; n < 2; n++) files.look();
    expect(goals(files)).toEqual(['a', 'b']);
    closed.clear();
    for (let n = 0; n < 2; n++) files.look();
    expect(goals(files)).toEqual(['c', 'b']);
    expect(files.state.problems).toEqual([]);
  });

  test('is told by a check offline, beside definitions and alone', () => {
    mkdirSync(inner());
    closed.add(inner());
    const data: string[] = [];
    const notes: string[] = [];
    const terminal = {
      write: (text: string) => data.push(text),
      log: (text: string) => notes.push(text),
    };
    expect(checkDefinitionFolder(['check', folder], terminal)).toBe(1);
    expect(notes).toEqual([
      expect.stringContaining('lost+found:1 the folder is left out'),
      expect.stringContaining('there is no *.yaml, *.yml or *.json file'),
    ]);
    expect(data).toEqual([]);
    write('a.yaml', 'goals: [{id: a}]');
    expect(checkDefinitionFolder(['check', folder], terminal)).toBe(0);
    expect(data.join('')).toMatch(/lost\+found:1 the folder is left out.*\nvalid: 1 definitions/u);
  });

  test('refuses the start where it is the folder itself', () => {
    closed.add(folder);
    expect(() => open()).toThrow(/\.:1 cannot be read: EACCES/u);
  });
});

describe('files that change', () => {
  test('are taken as a whole, when they have been quiet', () => {
    write('a.yaml', 'goals: [{id: a}]');
    const files = open();
    const before = files.state;
    write('a.yaml', 'goals: [{id: a}, {id: b}]');
    files.look();
    expect(files.state).toBe(before);
    write('a.yaml', 'goals: [{id: a}, {id: b}, {id: c}]');
    files.look();
    expect(files.state).toBe(before);
    files.look();
    expect(goals(files)).toEqual(['a', 'b', 'c']);
    expect(files.state.set.digest).not.toBe(before.set.digest);
    expect(log.at(-1)).toBe(`3 definitions in force from ${folder}`);
  });

  test('leave what was in force when they are wrong, say so once, and are taken when mended', () => {
    write('a.yaml', 'goals: [{id: a}]');
    const files = open();
    const { set } = files.state;
    write('b.yaml', 'goals: [{id: a}]');
    for (let n = 0; n < 5; n++) files.look();
    expect(files.state.set).toBe(set);
    expect(files.state.problems).toMatchObject([
      { code: 'DEFINITION_DUPLICATE', place: { file: 'b.yaml', line: 1 } },
    ]);
    expect(log).toHaveLength(2);
    expect(log[1]).toMatch(
      /those of before stay in force:\n {2}- b\.yaml:1 goals\[0\] has the id "a"/,
    );
    rmSync(path.join(folder, 'b.yaml'));
    files.look();
    files.look();
    expect(files.state.problems).toEqual([]);
    expect(files.state.set.goals.size).toBe(1);
  });

  test('are taken with a warning where a KPI means other numbers under the same revision', () => {
    write('a.yaml', 'kpis: {k: {events: [a], calculation: a * 2}}');
    const files = open();
    write('a.yaml', 'kpis: {k: {events: [a], calculation: a * 30}}');
    files.look();
    files.look();
    expect(files.state.problems).toMatchObject([
      { code: 'DEFINITION_REVISION', severity: 'warning' },
    ]);
    expect(log.at(-1)).toContain('a.yaml:1 kpis.k means other numbers than before');
  });

  test('that change back before they are read are not read', () => {
    write('a.yaml', 'goals: [{id: a}]');
    const files = open();
    write('b.yaml', 'goals: [{id: b}]');
    files.look();
    rmSync(path.join(folder, 'b.yaml'));
    files.look();
    files.look();
    expect(log).toHaveLength(1);
  });

  test('leave what was in force when a named folder goes away', () => {
    write('a.yaml', 'goals: [{id: a}]');
    const files = open();
    renameSync(folder, `${folder}-away`);
    files.look();
    files.look();
    expect(goals(files)).toEqual(['a']);
    expect(files.state.problems).toMatchObject([{ message: 'the folder is gone' }]);
    renameSync(`${folder}-away`, folder);
    files.look();
    files.look();
    expect(files.state.problems).toEqual([]);
  });

  test('leave what was in force when a link leads nowhere or to itself, and say which', () => {
    const elsewhere = path.join(root, 'elsewhere.yaml');
    writeFileSync(elsewhere, 'goals: [{id: a}]');
    symlinkSync(elsewhere, path.join(folder, 'a.yaml'));
    const files = open();
    rmSync(elsewhere);
    symlinkSync('self.yaml', path.join(folder, 'self.yaml'));
    for (let n = 0; n < 3; n++) files.look();
    expect(goals(files)).toEqual(['a']);
    expect(files.state.problems).toMatchObject([
      {
        place: { file: 'a.yaml' },
        message: expect.stringMatching(/^cannot be read: ENOENT/u),
      },
      {
        place: { file: 'self.yaml' },
        message: expect.stringMatching(/^cannot be read: ELOOP/u),
      },
    ]);
    rmSync(path.join(folder, 'self.yaml'));
    writeFileSync(elsewhere, 'goals: [{id: b}]');
    for (let n = 0; n < 2; n++) files.look();
    expect(goals(files)).toEqual(['b']);
    expect(files.state.problems).toEqual([]);
  });

  test('leave what was in force while the folder cannot be looked at', () => {
    write('a.yaml', 'goals: [{id: a}]');
    const files = open();
    renameSync(folder, `${folder}-away`);
    symlinkSync('heartwood', folder);
    for (let n = 0; n < 2; n++) files.look();
    expect(goals(files)).toEqual(['a']);
    expect(files.state.problems).toMatchObject([
      { place: { file: '.' }, message: expect.stringMatching(/^cannot be read: ELOOP/u) },
    ]);
  });

  test('are seen without being asked', async () => {
    write('a.yaml', 'goals: [{id: a}]');
    const files = open({ lookMs: 20, quietMs: 20 });
    write('a.yaml', 'goals: [{id: later}]');
    await vi.waitFor(() => expect(goals(files)).toEqual(['later']), 10_000);
  });
});
