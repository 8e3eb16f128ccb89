/** docs/exit-matrix.md: what was measured, side by side. */
import { join } from 'node:path';
import { root } from '../system/app-process.ts';
import { PATIENCE_MS, type Outcome } from './measure.ts';
import { WAYS, type Way } from './ways.ts';

export const EXIT_MATRIX_FILE = join(root, 'docs/exit-matrix.md');

/** What was measured of a way: without a preload, under ours twice, under OpenTelemetry's. */
export interface Row {
  readonly way: Way;
  readonly plain: Outcome;
  /** With the last upload by a process of its own, and by waiting for the answer. */
  readonly ours: Outcome;
  readonly waiting: Outcome;
  readonly theirs: Outcome;
}

/** The page. */
export function renderExitMatrix(rows: readonly Row[], versions: string): string {
  const lines = rows.map(
    ({ way, plain, ours, waiting, theirs }) =>
      `| ${way.name} | ${endOf(plain)} | ${ownCells(way, worseOf(ours, waiting))} | ` +
      `${delayOf(ours, plain)} | ${delayOf(waiting, plain)} | ` +
      `${theirs.delivered} | ${endOf(theirs)} | ${delayOf(theirs, plain)} |`,
  );
  return `# Ways out of a process

What arrives when a process ends, under the preload of Heartwood and under
\`@opentelemetry/auto-instrumentations-node/register\`: the same apps, the same wrapped functions, the same receiver, the
settings of both as they come. Written by \`npm run docs:exits\` (${versions}); a test runs our column and holds this
page to it.

Runs delivered of those recorded; the exit code or signal; and the delay, which is what the end takes longer than
without a preload, in milliseconds, the middle of three. "never" had to be killed after ${PATIENCE_MS / 1000} s. Of
Heartwood first where a process of its own sends what is left (\`HEARTWOOD_EXIT_UPLOAD=detach\`), then where the end waits
for the answer (\`wait\`, as in containers).

| the process | ends with | Heartwood: delivered | exit | delay | delay, waiting | OpenTelemetry: delivered | exit | delay |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${lines.join('\n')}

What is lost nevertheless, and said on stderr where a process still can:

- what a receiver does not take within 10 s of the end, without \`HEARTWOOD_SPOOL_DIR\`; in containers and services within
  2 s, because there the end waits for it (\`HEARTWOOD_EXIT_UPLOAD\`): requests of up to 512 spans go one after the other,
  so that of a burst of 10,000 runs all arrive where an answer takes less than about 60 ms. Where the receiver was
  known not to take them, the app's last line says how many are handed over; what is lost after its end the process that took
  over says on the same stderr, where that is a file or a terminal. Behind a pipe nobody would hear it, as whoever reads
  the pipe to its end would wait for that process: there \`HEARTWOOD_EXIT_UPLOAD=wait\` says at the end what is lost
- with SIGKILL, a crash of Node itself or a loss of power: what had not been sent, which is at most one second
  (\`OTEL_BSP_SCHEDULE_DELAY\`), or, while no receiver answers, what had not yet been put into the spool
- with SIGTERM or SIGINT in a calculation that the app begins with: what it had recorded until then, because the signal ends
  it at once, as it does without a preload. Later on a signal waits for the end of the calculation that it finds under way
  and then loses nothing; \`HEARTWOOD_SIGNALS=off\` leaves signals to Node
- when a worker thread is terminated: its last quarter of a second; when the process ends while a worker calculates
  without a pause: what that worker holds
- with \`OTEL_CONFIG_FILE\`, or an exporter other than OTLP over HTTP with protobuf: what the processors of the SDK lose
`;
}

/** Whether a page has the rows of the table of ways, and in our columns what is promised. */
export function isUpToDate(page: string): boolean {
  const cells = (line: string): string => line.replaceAll(/\s+/g, ' ');
  const lines = page.split('\n').map(cells);
  return WAYS.every((way) => {
    const expected = new RegExp(
      `^\\| ${escape(way.name)} \\| ${way.end} \\| ${escape(ownCells(way, way))} \\|`,
    );
    return lines.some((line) => expected.test(line));
  });
}

function ownCells(way: Way, { delivered, end }: Pick<Outcome, 'delivered' | 'end'>): string {
  return `${delivered} of ${way.produced} | ${String(end)}`;
}

function worseOf(a: Outcome, b: Outcome): Outcome {
  return a.delivered < b.delivered ? a : b;
}

function endOf({ end }: Outcome): string {
  return String(end);
}

function delayOf({ endMs, end }: Outcome, plain: Outcome): string {
  if (endMs === undefined || plain.endMs === undefined || end === 'never') return '';
  return String(Math.max(0, endMs - plain.endMs));
}

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
