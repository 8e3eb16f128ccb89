/** What checks of health are made of: facts about the process and its data at one moment, each known or with the reason why not. */

/** Something that was looked at. */
export type Fact<Value> =
  | { readonly isKnown: true; readonly value: Value; readonly tookMs: number }
  | { readonly isKnown: false; readonly reason: string; readonly tookMs: number };

/** How long something took, since the start of the process. */
export interface Timings {
  readonly count: number;
  readonly meanS: number;
  /** 95 of 100 took at most that long; null where they took longer than is told apart. */
  readonly p95S: number | null;
}

interface StorageFacts {
  readonly dataBytes: number;
  readonly walBytes: number;
  readonly archiveBytes: number;
  readonly journalBytes: number;
  /** `HEARTWOOD_MAX_DATA_MB` in bytes; 0 is no limit. */
  readonly limitBytes: number;
}

export interface ArchiveFacts {
  /** Files that the database counts as its own. */
  readonly listed: number;
  /** Those of them that are not there, or not as long as they should be. */
  readonly wrong: readonly string[];
}

export interface ReceiverFacts {
  /** Why nothing is taken now; empty while data is taken. */
  readonly refusals: readonly string[];
  readonly received: number;
  readonly waiting: number;
  /** When the oldest request that waits was received, epoch milliseconds. */
  readonly waitingSinceMs: number | null;
  readonly rejected: Readonly<Record<string, number>>;
  readonly refused: Readonly<Record<string, number>>;
  readonly landings: Timings;
  readonly freshness: Timings;
  readonly failedLandings: number;
  readonly deadLetters: {
    readonly files: number;
    readonly bytes: number;
    readonly deleted: number;
  };
  readonly damagedJournalBytes: number;
}

/** A sender whose records are dated later than they came. */
export interface ClockFacts {
  readonly service: string | null;
  readonly records: number;
  readonly aheadMs: number;
}

export interface BackupFacts {
  readonly atMs: number;
  readonly folder: string;
  /** Whether there still is a backup. */
  readonly isThere: boolean;
}

export interface DiskFacts {
  readonly folder: string;
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** `HEARTWOOD_MIN_FREE_DISK_MB` in bytes. */
  readonly leastBytes: number;
}

interface MemoryFacts {
  /** Of the whole process. */
  readonly residentBytes: number;
  /** What the machine, or the container, has. */
  readonly totalBytes: number;
  /** `HEARTWOOD_MEMORY_MB` in bytes: what the database may use of it. */
  readonly databaseLimitBytes: number;
}

interface CpuFacts {
  /** Of all cores, in the latest window of ten seconds. */
  readonly share: number;
  readonly cores: number;
  /** Processes that ran or waited for a core in the last minute; of the whole machine. */
  readonly load: number;
}

export interface LoopFacts {
  readonly p50S: number;
  readonly p99S: number;
  readonly maxS: number;
}

/** Work sessions that began in the last day. */
export interface SessionFacts {
  readonly started: number;
  readonly ended: number;
  /** Those that have not ended and that nothing has been heard of for half an hour. */
  readonly abandoned: number;
  readonly samples: readonly string[];
}

/** Operations that have not ended. */
interface OperationFacts {
  readonly counts: Readonly<Record<string, number>>;
  /** Those that are slow, stalled or lost, some of them. */
  readonly unhealthy: readonly {
    readonly id: string;
    readonly feature: string;
    readonly health: string | null;
    readonly reason: string | null;
  }[];
}

/** Runs and errors of the last hour. */
export interface TroubleFacts {
  readonly runs: number;
  /** Of them, failed or out of time. */
  readonly failed: number;
  readonly errors: number;
  /** How many kinds were never seen before. */
  readonly freshKinds: number;
  /** Some of those, the most frequent first. */
  readonly fresh: readonly TroubleKind[];
  /** Kinds that are three times as many as in the hour before, and at least ten; some of them. */
  readonly rising: readonly TroubleKind[];
}

interface TroubleKind {
  readonly title: string;
  readonly occurrences: number;
}

/** Events of the last day that the tracking plan does not say. */
export interface PlanFacts {
  readonly isPlanned: boolean;
  readonly records: number;
  readonly blocked: number;
  readonly events: readonly string[];
}

export interface DefinitionFacts {
  readonly folder: string | null;
  readonly definitions: number;
  /** In words, with file and line. */
  readonly errors: readonly string[];
}

export interface SettingFacts {
  /** Variables that were given. */
  readonly given: readonly string[];
  readonly retentionDays: number;
  readonly hotDays: number;
  readonly limitBytes: number;
  /** Of the oldest record; null where there is none. */
  readonly oldestMs: number | null;
}

/** A file or folder that others should not read. */
export interface PermissionFacts {
  readonly what: string;
  readonly path: string;
  /** Of the file system, such as 0o700. */
  readonly mode: number;
}

/** Everything that was looked at. */
export interface HealthFacts {
  readonly atMs: number;
  readonly startedAtMs: number;
  readonly database: Fact<{ readonly memoryBytes: number; readonly sizeBytes: number }>;
  readonly storage: Fact<StorageFacts>;
  readonly archive: Fact<ArchiveFacts>;
  readonly checkpoints: Fact<Timings>;
  readonly backup: Fact<BackupFacts | null>;
  readonly receiver: Fact<ReceiverFacts>;
  /** When the last record of a sender came, epoch milliseconds; null when none ever did. */
  readonly arrival: Fact<number | null>;
  readonly clocks: Fact<readonly ClockFacts[]>;
  readonly disk: Fact<DiskFacts>;
  readonly memory: Fact<MemoryFacts>;
  readonly cpu: Fact<CpuFacts>;
  readonly eventLoop: Fact<LoopFacts>;
  readonly sessions: Fact<SessionFacts>;
  readonly operations: Fact<OperationFacts>;
  readonly trouble: Fact<TroubleFacts>;
  /** What failed when each check of data quality last ran; empty when none ever did. */
  readonly quality: Fact<Readonly<Record<string, number>>>;
  readonly plan: Fact<PlanFacts>;
  readonly definitions: Fact<DefinitionFacts>;
  readonly settings: Fact<SettingFacts>;
  readonly permissions: Fact<readonly PermissionFacts[]>;
}

/** Names of the facts. */
export type FactName = Exclude<keyof HealthFacts, 'atMs' | 'startedAtMs'>;

/** Facts of a process that can look at nothing, with the reason. */
export function createUnknownFacts(atMs: number, startedAtMs: number, reason: string): HealthFacts {
  const fact = { isKnown: false, reason, tookMs: 0 } as const;
  const names = Object.fromEntries(FACT_NAMES.map((name) => [name, fact])) as Record<
    FactName,
    typeof fact
  >;
  return { atMs, startedAtMs, ...names };
}

const FACT_NAMES = [
  'database',
  'storage',
  'archive',
  'checkpoints',
  'backup',
  'receiver',
  'arrival',
  'clocks',
  'disk',
  'memory',
  'cpu',
  'eventLoop',
  'sessions',
  'operations',
  'trouble',
  'quality',
  'plan',
  'definitions',
  'settings',
  'permissions',
] as const satisfies readonly FactName[];
