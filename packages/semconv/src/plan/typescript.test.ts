/** TypeScript of plans: it compiles, takes what fits, and refuses what does not. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseTrackingPlan } from '../plan.ts';
import { toTypeScript } from './typescript.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'track-'));
afterAll(() => rmSync(folder, { recursive: true }));
const tsc = path.join(
  path.dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin/tsc',
);

/** What the compiler says of files; empty when nothing. */
function compile(files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  const compilerOptions = {
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUnusedLocals: true,
    target: 'es2022',
    module: 'nodenext',
    allowImportingTsExtensions: true,
    types: [],
  };
  const project = path.join(folder, 'tsconfig.json');
  writeFileSync(project, JSON.stringify({ compilerOptions, files: Object.keys(files) }));
  try {
    execFileSync(process.execPath, [tsc, '-p', project], { encoding: 'utf8' });
    return '';
  } catch (error) {
    return String((error as { stdout: unknown }).stdout);
  }
}

const send =
  'export function trackEvent(name: string, attributes: Readonly<Record<string, unknown>> = {}): void { void [name, attributes]; }\n';
const plan = parseTrackingPlan({
  plan: { id: 'shop */ evil', revision: 4 },
  events: {
    file_upload_started: {
      description: 'An upload begins */ process.exit()',
      trigger: 'User\nselects file',
      pii: { file_name: 'redact' },
      schema: {
        type: 'object',
        required: ['file_type', 'file_size', 'odd key'],
        additionalProperties: false,
        properties: {
          file_type: { enum: ['pdf', 'docx', 'it"s'] },
          file_size: { type: 'integer', minimum: 0, unit: 'By' },
          file_name: { type: ['string', 'null'] },
          'odd key': { type: 'boolean' },
          tags: { type: 'array', items: { type: 'string' } },
          pair: { type: 'array', prefixItems: [{ type: 'string' }], items: { type: 'number' } },
          owner: { $ref: '#/$defs/owner' },
          either: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'number' } }] },
          prices: { type: 'object', additionalProperties: { type: 'number' } },
          never: false,
          any: {},
        },
        $defs: {
          owner: {
            type: 'object',
            required: ['name'],
            additionalProperties: false,
            properties: { name: { type: 'string' }, boss: { $ref: '#/$defs/owner' } },
          },
        },
      },
    },
    order_paid: {
      status: 'deprecated',
      replacedBy: 'file_upload_started',
      schema: { properties: { total: { type: 'number' } } },
    },
    '3d view"opened': { status: 'draft' },
    orderPaid: {
      required_properties: ['id'],
      property_types: { id: 'array<array<string>>', other: 'uuid' },
    },
    class: {},
  },
});

test('the text says each event once, as a type, as an overload and as a function', () => {
  const text = toTypeScript(plan, { module: './send.ts' });
  expect(text).toContain('import { trackEvent as send } from "./send.ts";');
  expect(text).toContain('export type FileUploadStartedProperties = {');
  expect(text).toContain(
    'export function trackEvent(name: "file_upload_started", properties: FileUploadStartedProperties): void;',
  );
  expect(text).toContain('fileUploadStarted(properties: FileUploadStartedProperties): void {');
  expect(text).toContain('@deprecated Send `file_upload_started`.');
  expect(toTypeScript(plan)).toContain('from "@heartwood/instrumentation"');
});

describe('compiled', () => {
  const good = `
    import { track, trackEvent } from './track.ts';
    const upload = { file_type: 'pdf', file_size: 3, 'odd key': true } as const;
    track.fileUploadStarted(upload);
    track.fileUploadStarted({ ...upload, file_name: null, tags: ['a'], owner: { name: 'a', boss: { name: 'b' } }, prices: { a: 1 }, either: [1], any: Symbol(), pair: ['a', 1, 2] });
    trackEvent('file_upload_started', upload);
    trackEvent('order_paid', { total: 1.5, more: 'x' });
    trackEvent('order_paid');
    trackEvent('3d view"opened');
    track.orderPaid();
    track.orderPaid2({ id: [['a']] });
    track.class();
  `;
  const bad = [
    "track.fileUploadStarted({ file_type: 'exe', file_size: 3, 'odd key': true });",
    "track.fileUploadStarted({ file_type: 'pdf', 'odd key': true });",
    "track.fileUploadStarted({ file_type: 'pdf', file_size: '3', 'odd key': true });",
    "track.fileUploadStarted({ file_type: 'pdf', file_size: 3, 'odd key': true, colour: 1 });",
    "track.fileUploadStarted({ file_type: 'pdf', file_size: 3, 'odd key': true, owner: {} });",
    "track.fileUploadStarted({ file_type: 'pdf', file_size: 3, 'odd key': true, never: 1 });",
    "trackEvent('file_lost', {});",
    "trackEvent('file_upload_started');",
    "trackEvent('order_paid', { total: 'x' });",
    'track.orderPaid2({ id: [[1]] });',
  ];

  test('what fits is taken and what does not is refused, and a plan may be empty', () => {
    const wrong = bad.map((line) => `// @ts-expect-error\n${line}`).join('\n');
    const files = {
      'send.ts': send,
      'track.ts': toTypeScript(plan, { module: './send.ts' }),
      'use.ts': `${good}\n${wrong}\n`,
      'none.ts': toTypeScript(parseTrackingPlan({ events: {} }), { module: './send.ts' }),
    };
    expect(compile(files)).toBe('');
  });
});
