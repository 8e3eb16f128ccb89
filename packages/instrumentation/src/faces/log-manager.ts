/** Log lines of the app: to OpenTelemetry, and where a folder is given to files that rotate. */
import { ATTR_FEATURE_COMPONENT } from '@heartwood/semconv';
import { context } from '@opentelemetry/api';
import { join } from 'node:path';
import { currentActor } from '../context/context.ts';
import type { Metadata } from '../facts/metadata.ts';
import { reportCallbackFailure } from '../host/report.ts';
import type { Severity } from '../otlp/log-record.ts';
import { rawUserIdOf } from '../privacy/privacy.ts';
import { redactText } from '../privacy/redact.ts';
import { currentConfig } from '../settings/config.ts';
import { emitEvent } from '../signals/event-sink.ts';
import { flatFacts } from '../work/flat-facts.ts';
import type { RotationLimits } from '../work/rotating-file.ts';
import { LineFile } from './line-file.ts';

/** Rising; a logger takes lines of its level and above. */
export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** How lines are logged. What a logger does not say is taken from its manager. */
export interface LoggingConfig {
  /** `INFO` when left out. */
  readonly level?: LogLevel;
  /** A line of a file: `%(asctime)s`, `%(name)s`, `%(levelname)s` and `%(message)s` are filled in. */
  readonly format?: string;
  /** Folder of the files, one for each logger. No files when left out. */
  readonly directory?: string;
  readonly rotation?: {
    /** A file is put aside before it gets larger; 1 MiB when left out. */
    readonly maxBytes?: number;
    /** How many are kept beside it; 5 when left out. */
    readonly backupCount?: number;
  };
}

/** How a manager logs. */
export interface LogManagerConfig extends LoggingConfig {
  /** Lines of all loggers go to `main.log` too, those of `ERROR` and above to `errors.log`. Needs a directory. */
  readonly combined?: boolean;
}

/** Takes lines. Facts beside the message become attributes. Nothing here throws or waits. */
export interface Logger {
  readonly name: string;
  readonly level: LogLevel;
  debug(message: string, facts?: Metadata): void;
  info(message: string, facts?: Metadata): void;
  warning(message: string, facts?: Metadata): void;
  error(message: string, facts?: Metadata): void;
  /** FATAL of OpenTelemetry, as `critical` is in the questions for log records. */
  critical(message: string, facts?: Metadata): void;
}

/** Central configuration of loggers. */
export class LogManager {
  readonly #config: LoggingConfig;
  readonly #loggers = new Map<string, NamedLogger>();
  readonly #combined: CombinedFiles | undefined;

  constructor({ combined, ...config }: LogManagerConfig = {}) {
    this.#config = config;
    if (combined !== true || config.directory === undefined) return;
    const limits = limitsOf(config);
    this.#combined = {
      main: new LineFile(join(config.directory, 'main.log'), limits),
      errors: new LineFile(join(config.directory, 'errors.log'), limits),
    };
  }

  /** The logger of this name; `config` makes it anew with what it says. */
  getLogger(name: string, config?: LoggingConfig): Logger {
    const known = this.#loggers.get(name);
    if (known !== undefined && config === undefined) return known;
    known?.close();
    const rotation = { ...this.#config.rotation, ...config?.rotation };
    const own = { ...this.#config, ...config, rotation };
    const logger = new NamedLogger(name, own, this.#combined);
    if (known !== undefined || this.#loggers.size < MOST_LOGGERS) this.#loggers.set(name, logger);
    return logger;
  }

  getAllLoggers(): Readonly<Record<string, Logger>> {
    return Object.fromEntries(this.#loggers);
  }

  /** Puts the present files aside, whatever their size. */
  rotateLogs(): void {
    for (const logger of this.#loggers.values()) logger.rotate();
    this.#combined?.main.rotate();
    this.#combined?.errors.rotate();
  }

  /** Bytes of the present files by logger. */
  getLogSizes(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      [...this.#loggers.values()].map((logger) => [logger.name, logger.sizeBytes]),
    );
  }

  /** Writes what waits and forgets the loggers; files stay. */
  cleanup(): void {
    for (const logger of this.#loggers.values()) logger.close();
    this.#loggers.clear();
    this.#combined?.main.flush();
    this.#combined?.errors.flush();
  }
}

// A name for each request would make a file for each request.
const MOST_LOGGERS = 1000;
const DEFAULT_FORMAT = '%(asctime)s - %(name)s - %(levelname)s - %(message)s';

interface CombinedFiles {
  readonly main: LineFile;
  readonly errors: LineFile;
}

function limitsOf({ rotation }: LoggingConfig): RotationLimits {
  return { maxBytes: rotation?.maxBytes ?? 1_048_576, backups: rotation?.backupCount ?? 5 };
}

class NamedLogger implements Logger {
  readonly name: string;
  readonly level: LogLevel;
  readonly #format: string;
  readonly #file: LineFile | undefined;
  readonly #combined: CombinedFiles | undefined;

  constructor(name: string, config: LoggingConfig, combined: CombinedFiles | undefined) {
    const { level = 'INFO', format, directory } = config;
    this.name = name;
    this.level = LOG_LEVELS.includes(level) ? level : 'INFO';
    this.#format = format ?? DEFAULT_FORMAT;
    this.#combined = combined;
    if (directory === undefined) return;
    this.#file = new LineFile(join(directory, `${fileNameOf(name)}.log`), limitsOf(config));
  }

  debug(message: string, facts?: Metadata): void {
    this.#log('DEBUG', 5, message, facts);
  }

  info(message: string, facts?: Metadata): void {
    this.#log('INFO', 9, message, facts);
  }

  warning(message: string, facts?: Metadata): void {
    this.#log('WARNING', 13, message, facts);
  }

  error(message: string, facts?: Metadata): void {
    this.#log('ERROR', 17, message, facts);
  }

  critical(message: string, facts?: Metadata): void {
    this.#log('CRITICAL', 21, message, facts);
  }

  rotate(): void {
    this.#file?.rotate();
  }

  close(): void {
    this.#file?.flush();
  }

  get sizeBytes(): number {
    return this.#file?.sizeBytes ?? 0;
  }

  #log(level: LogLevel, severity: Severity, message: string, given: Metadata | undefined): void {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(this.level)) return;
    try {
      const facts = given === undefined ? {} : flatFacts(given);
      // A log record without a name is a line, not an event.
      emitEvent('', { [ATTR_FEATURE_COMPONENT]: this.name }, facts, { severity, body: message });
      if (this.#file === undefined && this.#combined === undefined) return;
      const line = this.#line(level, message, facts);
      this.#file?.append(line);
      this.#combined?.main.append(line);
      if (severity >= 17) this.#combined?.errors.append(line);
    } catch (error) {
      reportCallbackFailure(this.name, 'log', error);
    }
  }

  #line(level: LogLevel, message: string, facts: object): string {
    const parts: Readonly<Record<string, string>> = {
      asctime: new Date().toISOString(),
      name: this.name,
      levelname: level,
      message: redactText(
        message,
        currentConfig(),
        rawUserIdOf(currentActor(context.active()).user),
      ),
    };
    const line = this.#format.replaceAll(
      /%\((\w+)\)s/g,
      (whole, part: string) => parts[part] ?? whole,
    );
    const more = Object.keys(facts).length > 0 ? ` ${JSON.stringify(facts)}` : '';
    // One line is one record: who logs text of others must not let them write records of their own.
    return (line + more).replaceAll('\n', String.raw`\n`).replaceAll('\r', String.raw`\r`);
  }
}

/** No folder can be left, and no hidden file made, by the name of a logger. */
function fileNameOf(name: string): string {
  return (
    name
      .replaceAll(/[^\w.-]/g, '_')
      .replace(/^\.+/, '_')
      .slice(0, 100) || '_'
  );
}
