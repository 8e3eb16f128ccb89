/** The help of every command: examples that can be typed, and pages that fit. */
import { expect, test } from 'vitest';
import { CATALOG } from './catalog.ts';
import { parseFlags } from './flag.ts';
import { GLOBAL_FLAGS } from './global-flags.ts';
import { commandHelp, overview } from './help.ts';
import { wordsOf } from './testing/calls.ts';
import { run } from './testing/run.ts';
import { displayWidth } from './render/width.ts';

const COMMANDS = CATALOG.map((entry) => [entry.words.join(' '), entry] as const);

test.each(COMMANDS)('help of %s begins with examples that can be typed', async (name, entry) => {
  const command = await entry.load();
  const page = commandHelp(entry, command);
  expect(page.split('\n\n')[1]).toMatch(/^Examples\n {2}(?:source <\()?heartwood /u);
  for (const [example] of command.examples) {
    expect(example).toMatch(/^(?:source <\()?heartwood /u);
    const own = wordsOf(example);
    const words = own.slice(0, 2).join(' ') === name ? own.slice(2) : own.slice(1);
    expect([name, entry.alias]).toContain(own.length === words.length + 2 ? name : own[0]);
    // Throws where a flag is unknown or a value is none.
    const { rest } = parseFlags(words, { ...GLOBAL_FLAGS, ...command.flags }, name);
    expect(rest.length).toBeLessThanOrEqual(command.argument === undefined ? 0 : 1);
  }
  // An example is one line, to be copied whole.
  const lines = page.split('\n').filter((line) => !/^ *(?:heartwood|source) /u.test(line));
  for (const line of lines) expect(displayWidth(line), line).toBeLessThanOrEqual(COLUMNS);
});

const COLUMNS = 80;

test('the overview names every command, and with a noun those of it alone', () => {
  for (const { words, summary } of CATALOG) {
    expect(overview()).toContain(words.join(' '));
    expect(summary).toMatch(/^[A-Z].*\.$/u);
  }
  expect(overview()).toMatch(/Examples\n +heartwood features list.*\n[^]*backup/u);
  const ofLogs = overview(CATALOG.filter(({ words }) => words[0] === 'logs'));
  expect(ofLogs).toContain('heartwood logs show --help');
  expect(ofLogs).not.toMatch(/kpi|features list|backup/u);
  expect(overview(CATALOG.filter(({ words }) => words[0] === 'operations'))).not.toContain(
    'one word',
  );
});

test('S1-90 S1-91 S1-92: the commands of one word are those of two', async () => {
  for (const [alias, words] of [
    ['list-features', ['features', 'list']],
    ['feature-stats', ['features', 'show']],
    ['list-records', ['records', 'list']],
  ] as const) {
    const [short, long] = [await run([alias, '--help']), await run([...words, '--help'])];
    expect(short).toEqual(long);
    expect(short.data).toContain(`heartwood ${alias}`);
  }
});

test.each(COMMANDS)('a slip in a flag of %s is answered with the flag', async (name, entry) => {
  const names = Object.keys({ ...GLOBAL_FLAGS, ...(await entry.load()).flags });
  const known = names.find((flag) => flag.length > 4) ?? '';
  const slip = `--${known.slice(0, 2)}${known.slice(3)}`;
  const { code, notes } = await run([...name.split(' '), slip]);
  expect(code).toBe(2);
  expect(notes).toContain(`Did you mean --${known}`);
});

test.each(COMMANDS)('--last means --since of %s, where it has one', async (_, entry) => {
  const { since } = (await entry.load()).flags;
  expect(since ?? { also: 'last' }).toMatchObject({ also: 'last' });
});
