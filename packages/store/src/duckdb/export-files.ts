/** Rows as files: the question as a COPY, and the folder where its file lies until it has been given away. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync, rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { storeError } from '../errors.ts';
import type { Statement } from '../statements.ts';
import type { ExportedFile, ExportForm } from '../store.ts';
import { quote } from './partition-view.ts';

/** Where the files of a database lie. */
const exportFolder = (databasePath: string): string => `${databasePath}.exports`;

/** Removes what a process that ended had left in the folder: nobody comes for it. */
export function sweepExports(databasePath: string): string {
  const folder = exportFolder(databasePath);
  rmSync(folder, { recursive: true, force: true });
  return folder;
}

/** A file of one's own, in a folder that nobody else may look into. */
export function newExportFile(databasePath: string, { format }: ExportForm): string {
  const folder = exportFolder(databasePath);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return path.join(folder, `${randomUUID()}.${format}`);
}

/** The statement that writes the rows of another to a file, in the order that is asked for. */
export function toCopy(
  { name, sql, params, row }: Statement,
  { columns, order, format }: ExportForm,
  file: string,
): Statement {
  const unknown = [...columns, ...order].filter((column) => !Object.hasOwn(row, column));
  if (unknown.length > 0 || columns.length === 0)
    throw storeError('STORE_QUERIES_INVALID', {
      problems: `${name} has no columns ${unknown.join(', ')}`,
    });
  const list = (names: readonly string[]): string => names.map((one) => `"${one}"`).join(', ');
  const copy = `COPY (SELECT ${list(columns)} FROM (\n${sql}\n) ORDER BY ${list(order)}) TO ${quote(file)} (${OPTIONS[format]})`;
  return { name: `${name} as ${format}`, sql: copy, params, row: { Count: 'int' } };
}

const OPTIONS: Readonly<Record<ExportForm['format'], string>> = {
  parquet: 'FORMAT parquet, COMPRESSION zstd',
  csv: 'FORMAT csv, HEADER',
  jsonl: 'FORMAT json',
};

/** What a file has that was written. */
export async function describeExport(file: string, rows: number): Promise<ExportedFile> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(file)) hash.update(bytes as Buffer);
  const { size } = await stat(file);
  return { path: file, rows, sizeBytes: size, sha256: hash.digest('hex') };
}
