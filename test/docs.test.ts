/** Holds the documents equal to the code. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROUTES } from '@heartwood/api/contract';
import { describe, expect, test } from 'vitest';
import { REFERENCE_FILE, renderReference } from './docs/reference.ts';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>;
  workspaces: string[];
};

test('the reference page is what the tables in code say', () => {
  expect(readFileSync(REFERENCE_FILE, 'utf8')).toBe(renderReference());
});

test('every npm command that a document names exists', () => {
  for (const file of documents()) {
    const text = read(file);
    for (const [, script = ''] of text.matchAll(/`npm run ([\w:]+)/g))
      expect(manifest.scripts, `${file}: npm run ${script}`).toHaveProperty([script]);
    for (const [, script = ''] of text.matchAll(/`npm (start|test)\b/g))
      expect(manifest.scripts, `${file}: npm ${script}`).toHaveProperty([script]);
  }
});

test('every link between documents leads somewhere', () => {
  for (const file of documents())
    for (const [, target = ''] of read(file).matchAll(
      /\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g,
    ))
      expect(existsSync(path.join(root, path.dirname(file), target)), `${file} → ${target}`).toBe(
        true,
      );
});

test('every place that ARCHITECTURE.md names exists', () => {
  const named = read('ARCHITECTURE.md').matchAll(/`((?:packages|test|docs)\/[^`\s…*]+)`/g);
  for (const [, place = ''] of named) expect(existsSync(path.join(root, place)), place).toBe(true);
});

describe('README', () => {
  test('its map names every package', () => {
    const readme = read('README.md');
    for (const workspace of manifest.workspaces)
      expect(readme).toContain(`[${path.basename(workspace)}](${workspace})`);
  });

  test('every route it names is in the route table', () => {
    const paths = new Set(Object.values(ROUTES).map((route) => route.path));
    for (const [, route = ''] of read('README.md').matchAll(
      /`(?:GET )?(\/(?:api|healthz|readyz|openapi)[^`\s]*)`/g,
    ))
      expect(paths).toContain(route.replace(/\?.*$/, ''));
  });
});

function documents(): string[] {
  const packages = manifest.workspaces.map((workspace) => `${workspace}/README.md`);
  const guides = readdirSync(path.join(root, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`);
  return ['README.md', 'ARCHITECTURE.md', ...packages, ...guides].filter((file) =>
    existsSync(path.join(root, file)),
  );
}
