import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkDefinitionFolder } from './definition-check.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'definitions-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function check(...args: string[]): { code: number; data: string; notes: string } {
  const [data, notes]: [string[], string[]] = [[], []];
  const code = checkDefinitionFolder(args, {
    write: (text) => data.push(text),
    log: (message) => notes.push(message),
  });
  return { code, data: data.join(''), notes: notes.join('') };
}

const put = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);

describe('definitions check', () => {
  test('of all kinds together, as at the start', () => {
    put('goals.yaml', 'goals: [{id: growth}]');
    put('kpis.yaml', 'kpis: [{id: views, goal: growth, measure: views}]');
    put('measures.yaml', 'measures: [{id: views, agg: count, of: event:viewed}]');
    put('funnels.json', '{"funnels": [{"id": "way", "steps": ["event:a", "event:b"]}]}');
    const { code, data } = check('check', folder, '--json');
    expect(JSON.parse(data)).toEqual({ valid: true, definitions: 4, files: 4, problems: [] });
    expect(code).toBe(0);
    expect(check('check', folder).data).toBe('valid: 4 definitions, 4 files\n');
  });

  test('tells of a link to itself, in the folder and as the one file', () => {
    const link = path.join(folder, 'self.yaml');
    symlinkSync('self.yaml', link);
    for (const given of [folder, link]) {
      const { code, data } = check('check', given);
      expect(data).toMatch(/^ {2}- .*:1 cannot be read: ELOOP/u);
      expect(code).toBe(3);
    }
  });

  test('tells file, line, what and what was meant, and ends with 3', () => {
    put('goals.yaml', 'goals: [{id: growth}]');
    put('measures.yaml', 'measures: [{id: views, agg: count, of: event:viewed}]');
    put('kpis.yaml', 'kpis:\n  - id: views\n    goal: grwth\n    measure: views\n');
    const { code, data } = check('check', folder, '--json');
    expect(JSON.parse(data)).toMatchObject({
      valid: false,
      definitions: 0,
      files: 3,
      problems: [
        {
          place: { file: 'kpis.yaml', line: 3 },
          severity: 'error',
          code: 'DEFINITION_REFERENCE',
          suggestions: ['growth'],
        },
      ],
    });
    expect(code).toBe(3);
    const text = check('check', folder);
    expect(text.data).toMatch(
      /^ {2}- kpis\.yaml:3 .*did you mean growth\?\nnot valid, 3 files\n$/u,
    );
    expect(text.code).toBe(3);
  });

  test('files that cannot be read are problems of their own', () => {
    put('big.yaml', ' '.repeat(1024 * 1024 + 1));
    expect(check('check', folder)).toMatchObject({
      code: 3,
      data: expect.stringContaining('big.yaml:1 the file has 1048577 bytes'),
    });
  });

  test.each([[[]], [['check']], [['list', 'x']], [['check', '--jsn']], [['check', 'a', 'b']]])(
    '%j is no call of it',
    (args) => {
      expect(check(...args)).toMatchObject({
        code: 2,
        data: '',
        notes: expect.stringMatching(/^usage/u),
      });
    },
  );

  test('of one file, as if its folder held no other', () => {
    put('goals.yaml', 'goals: [{id: growth}]');
    put('broken.yaml', 'goals: [');
    expect(check('check', path.join(folder, 'goals.yaml'))).toMatchObject({
      code: 0,
      data: 'valid: 1 definitions, 1 files\n',
    });
    expect(check('check', path.join(folder, 'broken.yaml'))).toMatchObject({
      code: 3,
      data: expect.stringContaining('broken.yaml:1'),
    });
  });

  test('a folder without definition files is told', () => {
    put('readme.md', 'no');
    expect(check('check', folder)).toMatchObject({
      code: 1,
      data: '',
      notes: expect.stringContaining('there is no *.yaml, *.yml or *.json file'),
    });
  });

  test('a folder that is not there is told', () => {
    expect(check('check', path.join(folder, 'none'))).toMatchObject({
      code: 1,
      data: '',
      notes: expect.stringContaining('there is no folder'),
    });
  });
});
