/** The commands beside the running of the server: backup, verify, restore, recover, rebuild-rollups, dead-letters. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { checkJournal } from '@heartwood/receiver';
import {
  type BackupManifest,
  type Check,
  readPosition,
  recoverDatabase,
  restoreBackup,
  type Verified,
  verifyBackup,
  verifyDatabase,
} from '@heartwood/store/offline';
import { noteBackup } from './backup-note.ts';
import type { Config } from './config.ts';
import { askServer } from './control.ts';
import { listDeadLetters } from './dead-letter-list.ts';
import { serverError } from './errors.ts';
import { type Folders, foldersOf } from './folders.ts';
import { journalChecks, missingRecords } from './journal-checks.ts';
import { withDatabase, withStore } from './sole-use.ts';

/** Exit codes of the command line. */
const EXIT = { OK: 0, USAGE: 2, CHECK_FAILED: 3 } as const;

const USAGE = `heartwood-server                     runs the server
heartwood-server backup <folder>     copies all data to a new folder, from a running server as well
heartwood-server verify [<backup>]   looks at a backup, or at the data of a server that does not run
heartwood-server restore <backup>    makes the data folder of a backup
heartwood-server recover             saves what can be read of damaged data
heartwood-server rebuild-rollups     counts the roll-ups anew from the spans, in a running server as well
heartwood-server dead-letters        lists requests that were acknowledged and cannot be stored
heartwood-server definitions check <folder or file> [--json]   tells whether the server would start with these definitions

The data folder is HEARTWOOD_DATA_DIR. Exit codes: 0 done, 1 failed, 2 wrong call, 3 a check failed.
`;

interface Terminal {
  /** Data, for stdout. */
  readonly write: (text: string) => void;
  /** Notes, for stderr. */
  readonly log: (message: string) => void;
}

type Run = (
  target: string,
  folders: Folders,
  config: Config,
  terminal: Terminal,
) => Promise<number>;

/** Each command, and how many folders it takes. */
const COMMANDS: Readonly<Record<string, { run: Run; least: number; most: number }>> = {
  backup: { run: backUp, least: 1, most: 1 },
  verify: { run: verify, least: 0, most: 1 },
  restore: { run: restore, least: 1, most: 1 },
  recover: { run: recover, least: 0, most: 0 },
  'rebuild-rollups': { run: rebuildRollups, least: 0, most: 0 },
  'dead-letters': {
    run: (_target, folders, _config, terminal) => listDeadLetters(folders.journalDir, terminal),
    least: 0,
    most: 0,
  },
};

/** Runs one command; resolves with the exit code, rejects with a `CodedError`. */
export async function maintain(
  [name = '', ...targets]: readonly string[],
  config: Config,
  terminal: Terminal,
): Promise<number> {
  if (name === '--help' || name === '-h') {
    terminal.write(USAGE);
    return EXIT.OK;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  const { length } = targets.filter((target) => target !== '' && !target.startsWith('-'));
  const isWrong = length !== targets.length || length < (command?.least ?? 0);
  if (command === undefined || isWrong || length > command.most) {
    terminal.log(
      `this is no command: heartwood-server ${[name, ...targets].join(' ')}\n\n${USAGE}`,
    );
    return EXIT.USAGE;
  }
  return command.run(targets[0] ?? '', foldersOf(config), config, terminal);
}

async function backUp(
  target: string,
  folders: Folders,
  config: Config,
  { write, log }: Terminal,
): Promise<number> {
  const to = path.resolve(target);
  const answer = (await askServer(folders.controlFile, 'backup', { to })) as
    | BackupManifest
    | undefined;
  const manifest = answer ?? (await withStore(folders, config, log, (store) => store.backUp(to)));
  if (answer === undefined) noteBackup(folders.dataDir, to, Date.now());
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  write(
    `backup ${to}\n${manifest.files.length} files, ${bytes} bytes, ${manifest.rows['spans'] ?? 0} spans, journal record ${manifest.position.record}\n`,
  );
  return EXIT.OK;
}

/** Looks at a backup; without one, at the data folder, which no server may have open meanwhile. */
async function verify(
  backup: string,
  folders: Folders,
  _config: Config,
  { write }: Terminal,
): Promise<number> {
  const checks =
    backup === ''
      ? await withDatabase(folders, (database) => verifyData(database, folders))
      : (await verifyBackup(path.resolve(backup))).checks;
  for (const { name, ok, detail, remedy } of checks)
    write(`${ok ? 'ok    ' : 'WRONG '} ${name}: ${detail}${remedy ? `\n       ${remedy}` : ''}\n`);
  const wrong = checks.filter(({ ok }) => !ok).length;
  write(
    wrong === 0
      ? `${checks.length} checks, all well\n`
      : `${wrong} of ${checks.length} checks failed\n`,
  );
  return wrong === 0 ? EXIT.OK : EXIT.CHECK_FAILED;
}

async function verifyData(database: string, { journalDir }: Folders): Promise<Check[]> {
  const verified = await verifyDatabase(database);
  return [...verified.checks, ...journalChecks(await checkJournal(journalDir), verified)];
}

async function restore(
  backup: string,
  folders: Folders,
  _config: Config,
  { write }: Terminal,
): Promise<number> {
  const { dataDir, database } = folders;
  if (path.dirname(database) !== dataDir) throw serverError('SERVER_RESTORE_PLACE', { database });
  const manifest = await restoreBackup(path.resolve(backup), dataDir);
  write(
    `restored ${dataDir}\n${manifest.rows['spans'] ?? 0} spans, journal record ${manifest.position.record}, from the backup of ${manifest.created}\n`,
  );
  return EXIT.OK;
}

async function recover(
  _target: string,
  folders: Folders,
  config: Config,
  { write, log }: Terminal,
): Promise<number> {
  const { journalDir } = folders;
  const { lines, before } = await withDatabase(folders, async (database) => {
    const journal = await checkJournal(journalDir);
    const recovery = await recoverDatabase(database, journal.owner);
    const said: string[] = [OUTCOMES[recovery.outcome]];
    if (recovery.aside !== undefined)
      said.push(`the damaged files lie untouched in ${recovery.aside}`);
    if (recovery.cutWalBytes > 0)
      said.push(`${recovery.cutWalBytes} bytes of the WAL were given up`);
    for (const table of recovery.remade ?? [])
      said.push(`${table} could not be read and was made anew from what else was there`);
    for (const { table, lostRows } of recovery.lost)
      said.push(`lost: up to ${lostRows} rows of ${table}`);
    for (const { file, rows } of recovery.lostFiles) said.push(`lost: ${rows} rows in ${file}`);
    const position = await readPosition(database);
    const gap = recovery.outcome === 'empty' ? undefined : missingRecords(journal, position);
    if (gap !== undefined && gap > 0n)
      said.push(
        `lost: up to ${gap} requests from before ${journal.first === undefined ? 'now' : iso(journal.first.receivedNs)}, which are in neither database nor journal`,
      );
    return { lines: said, before: recordOf(position) };
  });
  await withStore(folders, config, log, async () => undefined);
  const after = await withDatabase(folders, async (file) => recordOf(await readPosition(file)));
  lines.push(
    after === before
      ? 'the journal held nothing further'
      : `the journal was read from record ${before} to ${after}`,
  );
  write(`${lines.join('\n')}\n`);
  return lines.some((line) => line.startsWith('lost')) ? EXIT.CHECK_FAILED : EXIT.OK;
}

const OUTCOMES = {
  sound: 'nothing is damaged, nothing was changed',
  cut: 'the WAL was damaged; the database is whole up to there',
  salvaged: 'parts of the database were damaged; what can be read was saved',
  empty:
    'lost: of the database nothing could be read, or not how far it had come; a new one was begun. Restore a backup if there is one',
} as const;

const iso = (ns: bigint): string => new Date(Number(ns / 1_000_000n)).toISOString();

const recordOf = (position: Verified['position']): string => String(position?.record ?? 0n);

async function rebuildRollups(
  _target: string,
  folders: Folders,
  config: Config,
  { write, log }: Terminal,
): Promise<number> {
  if (!existsSync(folders.database))
    throw serverError('SERVER_NO_DATA', { path: folders.database });
  const answer = await askServer(folders.controlFile, 'rebuild-rollups', {});
  if (answer === undefined)
    await withStore(folders, config, log, (store) => store.rebuildRollups());
  write('the roll-ups are counted anew from the spans that are there\n');
  return EXIT.OK;
}
