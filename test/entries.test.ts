/** Entries of a database logger end to end: what a program writes as JSON lines is what the server gives back. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { clientOf } from './system/api.ts';
import { eventually, withServer } from './system/server-process.ts';

const root = path.resolve(import.meta.dirname, '..');
const app = path.join(root, 'test/apps/entries.mjs');

type Entry = Readonly<Record<string, unknown>>;

function linesIn(folder: string): Entry[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.jsonl'))
    .flatMap((file) => readFileSync(path.join(folder, file), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line) as Entry);
}

/** The key of an address is kept back, whatever stands under it. */
function withoutAddress(entry: Entry): Entry {
  const { lead_identifier: lead, ...rest } = entry;
  if (lead === undefined) return rest;
  const { email: _email, ...others } = lead as Entry;
  return { ...rest, lead_identifier: others };
}

const byType = (a: Entry, b: Entry): number =>
  String(a['log_type']) < String(b['log_type']) ? -1 : 1;

test('S3-71 S3-02 S3-03 S3-04 S3-05 S3-06 S3-07 S3-40 S3-50 entries come back as the app wrote them, key by key', async () => {
  await withServer(async (server) => {
    const folder = path.join(server.dataDir, 'database_logs');
    const child = spawn(
      process.execPath,
      ['--import', '@heartwood/instrumentation/register', app, folder],
      {
        cwd: root,
        env: {
          PATH: process.env['PATH'],
          HOME: server.dataDir,
          OTEL_SERVICE_NAME: 'crm',
          OTEL_EXPORTER_OTLP_ENDPOINT: server.otlpUrl,
        },
      },
    );
    expect(await once(child, 'exit')).toEqual([0, null]);
    const written = linesIn(folder).toSorted(byType);
    expect(written).toHaveLength(6);
    const client = clientOf(server);
    const rows = await eventually(
      async () => (await client.get('/api/v1/entries')).data,
      (found) => found.length === 6,
    );
    const given = rows.map(({ entry }) => entry).toSorted(byType);
    // As text, so that the order of the keys counts.
    expect(given.map((entry) => JSON.stringify(entry, undefined, 1))).toEqual(
      written.map((entry) => JSON.stringify(withoutAddress(entry), undefined, 1)),
    );
    expect(JSON.stringify(rows)).not.toMatch(/Lovelace|example\.com/u);
    expect(rows.map(({ type, status, session }) => [type, status, session])).toEqual(
      expect.arrayContaining([
        ['database_operation', 'success', 'a1b2c3d4'],
        ['sync_operation', 'partial', 'a1b2c3d4'],
        ['migration_operation', 'failed', 'a1b2c3d4'],
        ['error_log', null, 'a1b2c3d4'],
      ]),
    );
    const { data: duplicates } = await client.get('/api/v1/entries/duplicates');
    expect(duplicates).toMatchObject({ operations: 1, duplicates: 1, share: 1 });
    const { data: batches } = await client.get('/api/v1/entries/batches');
    expect(batches.sizes).toMatchObject([{ batchSize: 8, syncs: 1, records: 8 }]);
  });
});
