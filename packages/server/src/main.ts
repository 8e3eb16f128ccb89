/** The server's entry: starts, says when it is ready, and stops on a signal. */
import process from 'node:process';
import { CodedError } from '@heartwood/semconv';
import { compose, type Server } from './compose.ts';
import { parseConfig } from './config.ts';
import { favourMainThread } from './thread-priority.ts';

/** Longest time for landing and closing; what has not landed by then is in the journal. */
const STOP_DEADLINE_MS = 10_000;

// Whoever reads the messages may go; without these the next message would end the server.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

// Needs nothing of the server but the reading of its definitions.
if (process.argv[2] === 'definitions') {
  const { checkDefinitionFolder } = await import('./definition-check.ts');
  const write = (text: string): void => void process.stdout.write(text);
  const code = checkDefinitionFolder(process.argv.slice(3), { write, log });
  await written();
  process.exit(code);
}

// Loaded only when it is asked for: it takes the database into this thread.
if (process.argv.length > 2)
  try {
    const { maintain } = await import('./maintenance.ts');
    const write = (text: string): void => void process.stdout.write(text);
    const code = await maintain(process.argv.slice(2), parseConfig(process.env), { write, log });
    await written();
    process.exit(code);
  } catch (error) {
    log(describe(error));
    process.exit(1);
  }

let server: Server;
try {
  server = await compose(parseConfig(process.env), log);
  favourMainThread();
} catch (error) {
  log(describe(error));
  process.exit(1);
}

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    // The second signal of an impatient user ends at once; the journal carries what has not landed.
    if (stopping) endBy(signal);
    stopping = true;
    void stop();
  });

// Last: whoever has read this line may send a signal at once.
process.stdout.write(
  `heartwood ready  otlp=${server.otlpUrl} grpc=${server.grpcAddress} app=${server.appUrl} data=${server.dataDir}\n`,
);

async function stop(): Promise<void> {
  const { failures, late } = await server.stop(STOP_DEADLINE_MS);
  for (const { part, cause } of failures) log(`${part} did not stop cleanly: ${describe(cause)}`);
  if (late.length > 0) {
    log(
      `still busy after ${STOP_DEADLINE_MS} ms: ${late.join(', ')}; the journal is read at the next start`,
    );
    endBy('SIGKILL');
  }
  process.exit(failures.length > 0 ? 1 : 0);
}

/**
 * Ends the process as it is. `process.exit` would end the thread of the database first, and while DuckDB calls into that
 * thread this aborts the process.
 */
function endBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

/** Waits until a pipe has taken what was written: `process.exit` would drop the rest. */
function written(): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write('', () => resolve());
  });
}

function log(message: string): void {
  process.stderr.write(`heartwood: ${message}\n`);
}

function describe(error: unknown): string {
  if (error instanceof CodedError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
