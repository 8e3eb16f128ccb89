/** Finds the command that was asked for, loads that one alone, and turns its end into an exit code. */
import type { Entry } from './catalog/entry.ts';
import { CATALOG } from './catalog.ts';
import { cliError } from './errors.ts';
import { EXIT, exitOf, type Exit } from './exit.ts';
import { parseFlags, type FlagTable } from './flag.ts';
import { GLOBAL_FLAGS } from './global-flags.ts';
import { commandHelp, overview } from './help.ts';
import { isServerCommand, runServerCommand } from './server-command.ts';
import { suggest, suggestion } from './suggest.ts';
import { createTerminal, type Terminal } from './terminal.ts';
import { readVersion } from './version.ts';

/** Runs in this process: its arguments, its terminal, its signals. */
export async function start(): Promise<void> {
  const interruption = new AbortController();
  // Once: a second Ctrl-C ends the process at once.
  process.once('SIGINT', () => {
    interruption.abort();
  });
  const args = process.argv.slice(2);
  const terminal = createTerminal(process);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The reader of the pipe has what it wanted (`| head`).
    if (error.code === 'EPIPE') process.exit(EXIT.OK);
    void endWith(cliError('OUTPUT_FAILED', { reason: error.message }), args, terminal);
  });
  process.stderr.on('error', () => {
    // Nobody reads the notes; the data go on.
  });
  process.exitCode = isServerCommand(args[0])
    ? await forward(args, terminal)
    : await main(args, terminal, interruption.signal);
}

/** What is needed only where something goes wrong is loaded only then: help shall be quick. */
async function complain(
  error: unknown,
  args: readonly string[],
  terminal: Terminal,
): Promise<void> {
  const { complaint } = await import('./complaint.ts');
  terminal.tell(complaint(error, terminal, args));
}

async function endWith(error: Error, args: readonly string[], terminal: Terminal): Promise<void> {
  await complain(error, args, terminal);
  process.exit(EXIT.ERROR);
}

async function forward(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await runServerCommand(args);
  } catch (error) {
    await complain(error, args, terminal);
    return exitOf(error);
  }
}

/** Runs one call of the command line; never rejects. */
export async function main(
  args: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Exit> {
  try {
    const exit = await dispatch(args, terminal, signal);
    return signal.aborted ? EXIT.INTERRUPTED : (exit ?? EXIT.OK);
  } catch (error) {
    if (signal.aborted) return EXIT.INTERRUPTED;
    await complain(error, args, terminal);
    return exitOf(error);
  }
}

async function dispatch(
  args: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Exit | void> {
  const { entry, noun, rest } = findCommand(args);
  if (entry === undefined) {
    const of = noun === undefined ? 'heartwood' : `heartwood ${noun}`;
    const { flags } = parseFlags(rest, GLOBAL_FLAGS, of);
    await terminal.write(
      flags.version
        ? `heartwood ${readVersion()}\n`
        : overview(noun === undefined ? undefined : entriesOf(noun)),
    );
    return;
  }
  const command = await entry.load();
  const name = `heartwood ${entry.words.join(' ')}`;
  const table = { ...GLOBAL_FLAGS, ...command.flags };
  const parsed = parseFlags(rest, table, name);
  const { flags } = parsed;
  if (flags.version) return await terminal.write(`heartwood ${readVersion()}\n`);
  if (flags.help) return await terminal.write(commandHelp(entry, command));
  if (flags.json && flags.format !== undefined && flags.format !== 'json')
    throw cliError('FLAGS_TOGETHER', { first: '--json', second: `--format ${flags.format}` });
  if (flags.force && flags.output === undefined)
    throw cliError('FLAG_ALONE', { flag: '--force', other: '--output' });
  const [argument = command.argument?.preset, surplus, ...others] =
    command.argument === undefined ? ['', ...parsed.rest] : parsed.rest;
  if (argument === undefined || (argument === '' && command.argument !== undefined)) {
    const { noun = '', value = '' } = command.argument ?? {};
    throw cliError('ARGUMENT_MISSING', { command: name, argument: noun, example: `<${value}>` });
  }
  if (surplus !== undefined) throw unexpected(entry, [surplus, ...others]);
  const [{ createConnection, readUrl }, { withOutput }] = await Promise.all([
    import('./connection.ts'),
    import('./output.ts'),
  ]);
  const { env } = terminal;
  const client = createConnection(flags, env);
  return await withOutput(
    parsed.flags,
    { table, formatFlag: command.formatFlag },
    terminal,
    (flags, output) =>
      command.run({
        flags,
        argument,
        client,
        output,
        signal,
        env,
        url: readUrl(flags.url, env['HEARTWOOD_URL']),
        hasTokenFlag: flags.token !== undefined,
        timeoutMs: flags.timeout,
      }),
  );
}

interface Found {
  readonly entry?: Entry | undefined;
  readonly noun?: string | undefined;
  /** What was typed without the words that name the command. */
  readonly rest: readonly string[];
}

/** The command that the first words name; global flags may stand before and between them. */
function findCommand(args: readonly string[]): Found {
  const [first, ...others] = wordPositions(args);
  const word = first === undefined ? undefined : args[first];
  if (first === undefined || word === undefined) return { rest: args };
  if (word === 'help') return findCommand([...args.toSpliced(first, 1), '--help']);
  const verbs = entriesOf(word);
  const [second] = others;
  const verb = second === undefined ? undefined : args[second];
  const named = verbs.find(({ words }) => words[1] === verb);
  if (named !== undefined && second !== undefined)
    return { entry: named, rest: args.toSpliced(second, 1).toSpliced(first, 1) };
  const aliased = CATALOG.find(({ alias }) => alias === word);
  if (aliased !== undefined) return { entry: aliased, rest: args.toSpliced(first, 1) };
  if (verbs.length === 0) throw unknownCommand(word, verb);
  if (second === undefined || verb === undefined)
    return { noun: word, rest: args.toSpliced(first, 1) };
  throw unknownCommand(word, verb);
}

const entriesOf = (noun: string | undefined): Entry[] =>
  CATALOG.filter(({ words }) => words[0] === noun);

/**
 * Where the first two words stand that are neither flags nor the values of global flags. Behind any other flag no second one
 * is looked for: a word there may be its value.
 */
function wordPositions(args: readonly string[]): number[] {
  const found: number[] = [];
  for (let at = 0; at < args.length && found.length < 2; at++) {
    const arg = args[at] ?? '';
    if (arg === '--') break;
    if (!arg.startsWith('-')) found.push(at);
    else if (takesValue(arg)) at++;
    else if (found.length > 0 && !isGlobal(arg)) break;
  }
  return found;
}

const FLAGS: FlagTable = GLOBAL_FLAGS;

function takesValue(arg: string): boolean {
  const name = arg.slice(2);
  return Object.hasOwn(FLAGS, name) && FLAGS[name]?.kind !== 'switch';
}

/** With a value behind it (`--url=…`), or as letters in one (`-qh`), too. */
function isGlobal(arg: string): boolean {
  if (arg.startsWith('--')) return Object.hasOwn(FLAGS, arg.slice(2).replace(/=.*$/su, ''));
  const letters = Object.values(FLAGS).map(({ short = '' }) => short);
  return new RegExp(`^-[${letters.join('')}]+$`, 'u').test(arg);
}

/** After the one word of a command, what is too much may be the verb of another of its noun, mistyped. */
function unexpected({ words }: Entry, given: readonly [string, ...string[]]): Error {
  const verbs = entriesOf(words[0]).map(({ words }) => words[1]);
  const [verb] = suggest(given[0], verbs);
  return cliError('ARGUMENT_UNEXPECTED', {
    command: `heartwood ${words.join(' ')}`,
    given: given.join(' '),
    remedy:
      verb === undefined
        ? 'Quote names that contain spaces.'
        : `Did you mean heartwood ${words[0]} ${verb}?`,
  });
}

function unknownCommand(noun: string, verb: string | undefined): Error {
  const commands = CATALOG.map(({ words }) => words.join(' '));
  const words = CATALOG.flatMap(({ words, alias = words[0] }) => [words[0], alias]);
  const both = `${noun} ${verb ?? ''}`;
  return cliError('COMMAND_UNKNOWN', {
    words: JSON.stringify(entriesOf(noun).length === 0 ? noun : both),
    suggestion: suggestion(both, commands) || suggestion(noun, [...new Set(words)]),
  });
}
