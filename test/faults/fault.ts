/** Faults at named places of a server: where it meets the system or the database, so that the server needs no word about them. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ServerProcess, startServer } from '../system/server-process.ts';

export interface Point {
  /**
   * The call that marks the place: of an open file, or of the writing connection (`run`) or a reading one (`prepare`) with a
   * statement that `text` matches.
   */
  readonly on: 'writev' | 'datasync' | 'run' | 'prepare';
  readonly text?: string;
  /** What the transaction must have said before. */
  readonly behind?: string;
  /** Before the call, after it has succeeded, or in the middle of it. */
  readonly when: 'before' | 'after' | 'during';
  /** Longest time from the beginning of the call to its middle, milliseconds. Default 5. */
  readonly withinMs?: number;
  /** What the server has to be told to get there. */
  readonly by?: 'stop' | 'backup';
  /** Settings that lead there. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Days that are older than yesterday leave the database file, and that is looked at every second. */
const ARCHIVING = { HEARTWOOD_HOT_DAYS: '1', HEARTWOOD_UPKEEP_INTERVAL: '1s' };

const LANDING_COMMIT = { on: 'run', text: '^COMMIT', behind: '^UPDATE landed_position' } as const;

/** Places at which a kill must cost nothing. */
export const POINTS: Readonly<Record<string, Point>> = {
  'after decode': { on: 'writev', when: 'before' },
  'after journal write': { on: 'datasync', when: 'after' },
  'before commit': { on: 'run', text: '^UPDATE landed_position', when: 'after' },
  'after commit': { ...LANDING_COMMIT, when: 'after' },
  'during commit': { ...LANDING_COMMIT, when: 'during' },
  'during the landing of roll-ups': { on: 'run', text: 'INSERT INTO feature_hour', when: 'during' },
  'during the copy of a day to the archive': {
    on: 'run',
    text: '^COPY',
    when: 'during',
    withinMs: 50,
    env: ARCHIVING,
  },
  'before the commit of an archived day': {
    on: 'run',
    text: '^INSERT INTO archive_files',
    when: 'after',
    env: ARCHIVING,
  },
  'during checkpoint': { on: 'run', text: '^CHECKPOINT', when: 'during', by: 'stop' },
  'during a backup': {
    on: 'run',
    text: '^SET GLOBAL checkpoint_threshold',
    when: 'after',
    by: 'backup',
  },
};

export interface Fault extends Point {
  /** Kill the process, let the call fail, or end the thread. */
  readonly action: 'kill' | 'fail' | 'end';
  /** Of the failure. */
  readonly message?: string;
  /** How many times the place is passed before. Default 0. */
  readonly passes?: number;
}

const PRELOAD = pathToFileURL(path.join(import.meta.dirname, 'preload.mjs')).href;

/** Starts a server to which this happens once. */
export const startWithFault = (dataDir: string, fault: Fault): Promise<ServerProcess> =>
  startServer({
    dataDir,
    env: { ...fault.env, NODE_OPTIONS: `--import=${PRELOAD}`, FAULT: JSON.stringify(fault) },
  });
