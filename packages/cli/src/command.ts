/** What a command is, and what it is given when it runs. */
import type { Client } from '@heartwood/api/client';
import type { Exit } from './exit.ts';
import type { FlagTable, FlagValues } from './flag.ts';
import type { Output } from './output.ts';

/** One command: what it takes, how it is used, what it does. */
export interface Command<Flags extends FlagTable = FlagTable> {
  /** Calls that work as they stand, each with what it answers; the first is the plainest. */
  readonly examples: readonly Example[];
  /** The one thing it is about, when it needs one. */
  readonly argument?: Argument;
  readonly flags: Flags;
  /** The flag that says what is written, and that an ending of `--output` stands for. Default: format. */
  readonly formatFlag?: string;
  /** Prints to the output; rejects when it cannot answer. Resolves to an exit code where it is not 0. */
  run(call: Call<Flags>): Promise<Exit | void>;
}

type Example = readonly [call: string, answers: string];

interface Argument {
  /** Noun, as in "needs the name of a feature". */
  readonly noun: string;
  /** What stands for it in the help. */
  readonly value: string;
  /** What is taken when none is given; without it one must be. */
  readonly preset?: string;
}

/** One use of a command. */
interface Call<Flags extends FlagTable> {
  readonly flags: FlagValues<Flags>;
  /** Empty for commands without an argument. */
  readonly argument: string;
  readonly client: Client;
  readonly output: Output;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Address of the server. */
  readonly url: string;
  /** Whether `--token` was given. */
  readonly hasTokenFlag: boolean;
  /** `--timeout`; the client keeps to it by itself. */
  readonly timeoutMs: number | undefined;
}

/** Declares a command; its flags type what it is given. */
export function defineCommand<const Flags extends FlagTable>(command: Command<Flags>): Command {
  return command;
}
