/** Data of a benchmark in a folder, made once by a process of its own, so that the questions are asked with fresh memory. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What the data look like: data of anything else are made anew. */
interface DataShape {
  readonly version: number;
  readonly [size: string]: number;
}

/** Has the script make the data in the folder, unless they are there already; it is given the folder and the sizes. */
export async function ensureData(folder: string, script: string, shape: DataShape): Promise<void> {
  const marker = path.join(folder, MARKER);
  const wanted = JSON.stringify(shape);
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return;
  rmSync(folder, { recursive: true, force: true });
  const { version: _version, ...sizes } = shape;
  const child = fork(script, [folder, ...Object.values(sizes).map(String)]);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error('the data could not be made');
  writeFileSync(marker, wanted);
}

const MARKER = 'bench-queries.json';
