/** Checks of the folder where apps write their files (`HEARTWOOD_LOG_DIR`): how large, put aside in time, whose, and whether errors were written. */
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { showAmount, showCount } from '../render/number.ts';
import { judgeErrors, type LogFile } from './log-errors.ts';
import { pass, toRow, trouble, type Finding, type HealthRow, type HereCheck } from './row.ts';

const SIZE = { id: 'logs.size', title: 'The log files of apps are small' };
const ROTATION = { id: 'logs.rotation', title: 'Full log files are put aside' };
const ERRORS = { id: 'logs.errors', title: 'No error was written in the last hour' };
const PERMISSIONS = { id: 'logs.permissions', title: 'The log folder is ours alone' };

export const LOG_FOLDER_CHECKS: readonly HereCheck[] = [SIZE, ROTATION, ERRORS, PERMISSIONS];

const MEBIBYTE = 2 ** 20;
/** Of all files together. */
const SIZE_WARN_BYTES = 1024 * MEBIBYTE;
/** Files are put aside at 1 MiB unless an app says otherwise; ten times that says that nobody does. */
const FULL_BYTES = 10 * MEBIBYTE;
/** Bits of the mode for everybody but the owner. */
const OTHERS = 0o077;

export function checkLogFolder(
  env: Readonly<Record<string, string | undefined>>,
  nowMs: number = Date.now(),
): HealthRow[] {
  const folder = [env['HEARTWOOD_LOG_DIR'], env['FASTINTERCOM_LOG_DIR']].find(
    (text) => (text ?? '').trim() !== '',
  );
  if (folder === undefined)
    return LOG_FOLDER_CHECKS.map((check) =>
      toRow(check, pass('apps write no files (HEARTWOOD_LOG_DIR is not set here)')),
    );
  const began = performance.now();
  const files = readFiles(folder);
  const tookMs = performance.now() - began;
  const judge = (read: (files: readonly LogFile[]) => Finding): Finding =>
    files instanceof Error
      ? trouble('unknown', `cannot be told: ${files.message}`, null, { folder })
      : read(files);
  return [
    toRow(
      SIZE,
      judge((found) => judgeSize(folder, found, nowMs)),
      tookMs,
    ),
    toRow(
      ROTATION,
      judge((found) => judgeRotation(folder, found)),
      tookMs,
    ),
    toRow(
      ERRORS,
      judge((found) => judgeErrors(folder, found, nowMs)),
      tookMs,
    ),
    toRow(PERMISSIONS, judgePermissions(folder), tookMs),
  ];
}

function readFiles(folder: string): readonly LogFile[] | Error {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .flatMap(({ name }) => {
        const found = statSync(path.join(folder, name), { throwIfNoEntry: false });
        return found === undefined ? [] : [{ name, bytes: found.size, changedMs: found.mtimeMs }];
      });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function judgeSize(folder: string, files: readonly LogFile[], nowMs: number): Finding {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const newest = files.reduce<LogFile | undefined>(
    (last, file) => (last === undefined || file.changedMs > last.changedMs ? file : last),
    undefined,
  );
  const evidence = {
    folder,
    files: files.length,
    bytes,
    newest: newest?.name ?? null,
    newestAgeS: newest === undefined ? null : Math.max(0, (nowMs - newest.changedMs) / 1000),
  };
  const message = `${showAmount(files.length, 'file')}, ${mebibytes(bytes)} in ${folder}`;
  return bytes > SIZE_WARN_BYTES
    ? trouble('warn', message, `Delete old files in ${folder}, or keep fewer put aside.`, evidence)
    : pass(message, evidence);
}

function judgeRotation(folder: string, files: readonly LogFile[]): Finding {
  const names = new Set(files.map(({ name }) => name));
  const isAside = ({ name }: LogFile): boolean => /\.\d+$/u.test(name);
  const written = files.filter((file) => !isAside(file));
  const full = written.filter(({ name, bytes }) => bytes > FULL_BYTES && !names.has(`${name}.1`));
  const aside = files.length - written.length;
  const evidence = {
    folder,
    written: written.length,
    aside,
    full: full.map(({ name, bytes }) => ({ name, bytes })),
  };
  const [first] = full;
  return first === undefined
    ? pass(`${showAmount(written.length, 'file')}, ${showCount(aside)} put aside`, evidence)
    : trouble(
        'warn',
        `${first.name} has ${mebibytes(first.bytes)}, and none of it was put aside`,
        'Set maxBytes and backupCount of the LogManager, or let logrotate do it.',
        evidence,
      );
}

function judgePermissions(folder: string): Finding {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    const mode = statSync(folder).mode & 0o777;
    const octal = mode.toString(8).padStart(4, '0');
    return process.platform !== 'win32' && (mode & OTHERS) !== 0
      ? trouble('warn', `others may get at ${folder} (${octal})`, `Run chmod 700 ${folder}`, {
          folder,
          mode: octal,
        })
      : pass(`${folder} (${octal})`, { folder, mode: octal });
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return trouble(
      'fail',
      code === 'ENOENT' ? `there is no folder ${folder}` : `${folder} cannot be used (${code})`,
      code === 'ENOENT'
        ? `Make it with mkdir -m 700 ${folder}, or set HEARTWOOD_LOG_DIR to one that exists.`
        : `Give it to the user who runs the apps: chown "$USER" ${folder} && chmod 700 ${folder}`,
      { folder, code },
    );
  }
}

const mebibytes = (bytes: number): string => `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
