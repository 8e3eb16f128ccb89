/** A file that data go to: whole or not at all, and never over another one unless that is wanted. */
import { constants, rmSync } from 'node:fs';
import { type FileHandle, link, open, realpath, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { cliError } from './errors.ts';

/** A file under way. */
export interface OutputFile {
  /** Rejects with `FILE_UNWRITABLE`, such as on a full disk. */
  write(data: string | Uint8Array): Promise<void>;
  /** Gives the file its name; until then nobody sees it. */
  keep(): Promise<void>;
  /** Leaves nothing behind. */
  drop(): Promise<void>;
}

/**
 * Opens a file beside the one that it becomes. Rejects with `FILE_EXISTS` where one is and `isForced` is not given, and
 * with `FILE_UNWRITABLE` where none can be. What is no file, such as a device or a named pipe, is written to at once.
 */
export async function openOutputFile(given: string, isForced: boolean): Promise<OutputFile> {
  return await explained(given, async () => {
    const before = await stat(given).catch(absent);
    if (before?.isDirectory() === true) throw unwritable(given, 'it is a folder');
    if (before !== undefined && !before.isFile()) return openDevice(given);
    if (before !== undefined && !isForced) throw cliError('FILE_EXISTS', { file: given });
    // Through a link to the file that it names: the link stays one.
    const target = before === undefined ? given : await realpath(given);
    const beside = `${target}.${String(process.pid)}.tmp`;
    const handle = await open(beside, 'wx', before === undefined ? 0o666 : before.mode & 0o777);
    const watching = removeWhenEnded(beside);
    const end = async (): Promise<void> => {
      watching[Symbol.dispose]();
      await handle.close();
      await unlink(beside);
    };
    return {
      write: createWriter(given, handle),
      keep: () =>
        explained(given, async () => {
          try {
            await handle.sync();
            if (isForced) await rename(beside, target);
            else await nameOnce(given, beside, target);
          } catch (error) {
            await end().catch(() => {});
            throw error;
          }
          watching[Symbol.dispose]();
          await handle.close();
        }),
      drop: () => end().catch(() => {}),
    };
  });
}

async function openDevice(given: string): Promise<OutputFile> {
  const handle = await open(given, constants.O_WRONLY);
  return {
    write: createWriter(given, handle),
    keep: () => explained(given, () => handle.close()),
    drop: () => handle.close().catch(() => {}),
  };
}

const createWriter =
  (given: string, handle: FileHandle): OutputFile['write'] =>
  (data) =>
    explained(given, () => handle.appendFile(data));

/** Gives a name that nobody has taken meanwhile. */
async function nameOnce(given: string, beside: string, target: string): Promise<void> {
  const refuse = (error: unknown): never => {
    throw codeOf(error) === 'EEXIST' ? cliError('FILE_EXISTS', { file: given }, error) : error;
  };
  try {
    await link(beside, target);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') refuse(error);
    // A file system without links, such as FAT: an empty file takes the name, then gives it to the whole one.
    const taken = await open(target, 'wx').catch(refuse);
    await taken.close();
    await rename(beside, target).catch(async (cause: unknown) => {
      await unlink(target).catch(() => {});
      throw cause;
    });
    return;
  }
  await unlink(beside);
}

/** Leaves no file behind where the process is ended from outside; to be disposed of once the file is named or dropped. */
function removeWhenEnded(beside: string): Disposable {
  const end = (signal: NodeJS.Signals): void => {
    rmSync(beside, { force: true });
    watching[Symbol.dispose]();
    process.kill(process.pid, signal);
  };
  const watching = {
    [Symbol.dispose]() {
      process.off('SIGTERM', end).off('SIGHUP', end);
    },
  };
  process.on('SIGTERM', end).on('SIGHUP', end);
  return watching;
}

const absent = (error: unknown): undefined => {
  if (codeOf(error) !== 'ENOENT') throw error;
};

/** Passes our own errors on and says what those of the system mean. */
async function explained<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined || OURS.has(code)) throw error;
    const folder = path.dirname(file);
    const reason =
      code === 'ENOENT' ? `there is no folder ${folder}` : (REASONS[code] ?? String(error));
    throw unwritable(file, reason, error);
  }
}

const OURS: ReadonlySet<string> = new Set(['FILE_EXISTS', 'FILE_UNWRITABLE']);

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'your share of the disk is used up',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links go in circles',
};

const unwritable = (file: string, reason: string, cause?: unknown): Error =>
  cliError('FILE_UNWRITABLE', { file, reason }, cause);

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
