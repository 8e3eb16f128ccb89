/** The definitions in force: read at the start, looked at every two seconds, and replaced as a whole when they are valid. */
import {
  type DefinitionSet,
  type DefinitionState,
  findUnrevised,
  type Loaded,
  parseDefinitions,
  type Problem,
} from '@heartwood/kpi';
import { type DefinitionFolder, readFolder, stampOf } from './definition-folder.ts';
import { serverError } from './errors.ts';

export interface DefinitionFilesOptions {
  readonly folder: string;
  /** Whether somebody named the folder; one that nobody named need not exist. */
  readonly isNamed: boolean;
  readonly log: (message: string) => void;
  /** Time between two looks. Default 2000. */
  readonly lookMs?: number | undefined;
  /** Time without a change after which changed files are read, so that none is read half. Default 300. */
  readonly quietMs?: number | undefined;
}

/** Follows a folder of definitions from its creation until {@link close}. */
export class DefinitionFiles {
  readonly #options: DefinitionFilesOptions;
  readonly #quietMs: number;
  readonly #timer: NodeJS.Timeout;
  #again: NodeJS.Timeout | undefined;
  #stamp: string | undefined;
  /** Names of the files in force. */
  #files: readonly string[] = [];
  /** What was seen at the last look, if it was not read yet. */
  #seen: { readonly stamp: string | undefined } | undefined;
  #state: DefinitionState;
  #onTaken: (set: DefinitionSet) => void = () => undefined;

  /** Throws `SERVER_DEFINITIONS` with everything that is wrong. */
  constructor(options: DefinitionFilesOptions) {
    const { folder, isNamed, lookMs = LOOK_MS, quietMs = QUIET_MS } = options;
    this.#options = options;
    this.#quietMs = quietMs;
    this.#stamp = stampOf(folder);
    if (isNamed && this.#stamp === undefined)
      throw serverError('SERVER_NO_DEFINITIONS', { folder });
    const loaded = this.#load();
    if (!loaded.ok)
      throw serverError('SERVER_DEFINITIONS', { folder, problems: toLines(loaded.problems) });
    this.#state = stateOf(folder, loaded.set);
    this.#tell();
    this.#timer = setInterval(() => this.look(), lookMs);
    this.#timer.unref();
  }

  /** The set in force, and what is wrong with the files if they are not in force. */
  get state(): DefinitionState {
    return this.#state;
  }

  /** Tells a listener of each set from now on, when it has come in force. */
  onTaken(listener: (set: DefinitionSet) => void): void {
    this.#onTaken = listener;
  }

  /** Takes changed files when they have been quiet for a while; bad ones are told, and what was in force stays. */
  look(): void {
    const stamp = stampOf(this.#options.folder);
    if (stamp === this.#stamp) {
      this.#seen = undefined;
      return;
    }
    const isQuiet = this.#seen !== undefined && this.#seen.stamp === stamp;
    if (!isQuiet) {
      this.#seen = { stamp };
      clearTimeout(this.#again);
      this.#again = setTimeout(() => this.look(), this.#quietMs);
      this.#again.unref();
      return;
    }
    this.#seen = undefined;
    this.#stamp = stamp;
    this.#take();
  }

  close(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#again);
  }

  #take(): void {
    const { folder, isNamed, log } = this.#options;
    const loaded = isNamed && this.#stamp === undefined ? gone(folder) : this.#load();
    if (loaded.ok) {
      const state = stateOf(folder, loaded.set);
      const unrevised = findUnrevised(this.#state.set, loaded.set);
      this.#state = { ...state, problems: [...state.problems, ...unrevised] };
      this.#onTaken(loaded.set);
      this.#tell();
      return;
    }
    const { problems } = loaded;
    this.#state = { ...this.#state, problems, readAtMs: Date.now() };
    log(`the definitions in ${folder} cannot be used, those of before stay in force:
${toLines(problems)}`);
  }

  #load(): Loaded {
    const { folder } = this.#options;
    const found = readFolder(folder, this.#files);
    const loaded = loadFolder(found);
    if (loaded.ok) this.#files = found.texts.map(({ name }) => name);
    return loaded;
  }

  #tell(): void {
    const { folder, set, problems } = this.#state;
    if (this.#stamp === undefined) return;
    const count = set.all.length;
    this.#options.log(`${count} definition${count === 1 ? '' : 's'} in force from ${folder}`);
    if (problems.length > 0) this.#options.log(`to be looked at:\n${toLines(problems)}`);
  }
}

const LOOK_MS = 2000;
const QUIET_MS = 300;

const stateOf = (folder: string, set: DefinitionState['set']): DefinitionState => ({
  folder,
  set,
  problems: set.warnings,
  readAtMs: set.loadedAtMs,
});

/** All definitions of a folder together, or everything that is wrong. */
export function loadFolder({ texts, problems }: DefinitionFolder): Loaded {
  const loaded = parseDefinitions(texts, Date.now());
  if (!loaded.ok) return { ok: false, problems: [...problems, ...loaded.problems] };
  if (problems.some(({ severity }) => severity === 'error')) return { ok: false, problems };
  const { set } = loaded;
  return { ok: true, set: { ...set, warnings: [...problems, ...set.warnings] } };
}

function gone(folder: string): Loaded {
  const place = { file: folder, line: 0, path: '' };
  const message = 'the folder is gone';
  const code = 'DEFINITION_FILE';
  return { ok: false, problems: [{ place, severity: 'error', code, message, suggestions: [] }] };
}

const MOST_LINES = 100;

/** A line each problem, the first hundred of them. */
export function toLines(problems: readonly Problem[]): string {
  const lines = problems.slice(0, MOST_LINES).map(({ place, message, suggestions }) => {
    const meant = suggestions.length === 0 ? '' : `; did you mean ${suggestions.join(' or ')}?`;
    return `  - ${place.file}:${place.line} ${message}${meant}`;
  });
  const more = problems.length - lines.length;
  return [...lines, ...(more > 0 ? [`  - and ${more} more`] : [])].join('\n');
}
