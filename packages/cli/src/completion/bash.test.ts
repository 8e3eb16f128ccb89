/** Completion as bash does it, with the script that the command line prints; those of other shells as far as these are here. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CATALOG } from '../catalog.ts';
import { run } from '../testing/run.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'heartwood-completion-'));
const scripts = new Map<string, string>();

beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const file = path.join(folder, `heartwood.${shell}`);
    await run(['completion', shell, '--output', file]);
    scripts.set(shell, file);
  }
  writeFileSync(path.join(folder, 'plan.yaml'), '');
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What bash offers for the last of the words. */
function complete(words: readonly string[]): string[] {
  const script = `source "$1"; shift; COMP_WORDS=(heartwood "$@"); COMP_CWORD=$#; _heartwood; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--norc', '-c', script, 'bash', scripts.get('bash') ?? '', ...words],
    { encoding: 'utf8', cwd: folder },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.split('\n').filter((line) => line !== '');
}

describe('bash completes', () => {
  test.each([
    ['flags of a command', ['logs', 'show', '--fil'], ['--filter']],
    ['flags of one word for it', ['logs', '--fil'], ['--filter']],
    ['flags of another', ['list-features', '--so'], ['--sort']],
    ['flags behind values', ['logs', 'show', '--component', 'a b', '--fil'], ['--filter']],
    ['flags of every command', ['features', 'show', 'x', '--no'], ['--no-color']],
    ['nouns', ['feat'], ['features', 'feature-stats']],
    ['verbs', ['logs', 'e'], ['errors', 'export']],
    ['verbs behind flags', ['--url', 'http://x', 'logs', 's'], ['show']],
    ['verbs after help', ['help', 'logs', 'sh'], ['show']],
    ['words of a flag', ['features', 'list', '--sort', 'p'], ['p95Ms']],
    ['words behind =', ['features', 'list', '--format', '=', 'nd'], ['ndjson']],
    ['shells', ['completion', ''], ['bash', 'zsh', 'fish']],
    ['files of a flag', ['features', 'list', '--output', 'pl'], ['plan.yaml']],
    ['files as argument', ['plan', 'lint', 'pl'], ['plan.yaml']],
    ['files of commands of the server', ['restore', 'pl'], ['plan.yaml']],
    ['no text that it cannot know', ['logs', 'show', '--component', 'pl'], []],
    ['nothing of what is no command', ['banana', ''], []],
  ])('%s', (_name, words, offered) => {
    expect(complete(words)).toEqual(offered);
  });

  test('every command by its words', () => {
    const nouns = [...new Set(CATALOG.map(({ words: [noun] }) => noun))];
    expect(complete([''])).toEqual(expect.arrayContaining(nouns));
    const verbs = CATALOG.flatMap(({ words: [noun, verb] }) => (noun === 'plan' ? [verb] : []));
    expect(complete(['plan', ''])).toEqual(verbs);
  });
});

// Where zsh or fish are not installed, nothing can say whether they read it.
const installed = ['bash', 'zsh', 'fish'].filter(
  (shell) => spawnSync(shell, ['--version']).status === 0,
);

test.each(installed)('%s reads its script', (shell) => {
  const { status, stderr } = spawnSync(shell, ['-n', scripts.get(shell) ?? ''], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
