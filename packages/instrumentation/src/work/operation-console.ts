/** Operations on the terminal: a bar that is drawn over, or plain lines where lines stay. */
import { plain } from '../host/plain.ts';
import type { OperationOutput, OperationView } from './operation-view.ts';
import { barLine, endLine, startLine, statusLine } from './progress-text.ts';
import { addPulsed, removePulsed, type Pulsed } from './pulse.ts';
import { canRedraw, styleOf, writeSafely, type TerminalStream } from './terminal.ts';

/** Makes the output for a stream: the bar in a terminal, else lines. */
export function createConsole(
  stream: TerminalStream,
  env: Readonly<Record<string, string | undefined>>,
): OperationOutput {
  const style = styleOf(stream, env);
  return canRedraw(stream, env) ? new Bar(stream, style) : new Lines(stream, style);
}

type Style = ReturnType<typeof styleOf>;

/** One line for the operation that moved last, and a line that stays for each that has ended. */
class Bar implements OperationOutput, Pulsed {
  dueMs = Infinity;
  readonly #stream: TerminalStream;
  readonly #style: Style;
  readonly #live = new Set<OperationView>();
  #shown: OperationView | undefined;
  #drawnMs = -Infinity;
  #turn = 0;

  constructor(stream: TerminalStream, style: Style) {
    this.#stream = stream;
    this.#style = style;
  }

  updated(view: OperationView): void {
    this.#shown = view;
    // Drawn right here as well, because work that never lets go of the thread leaves timers no turn.
    const nowMs = performance.now();
    if (nowMs - this.#drawnMs >= REDRAW_MS) this.#draw(nowMs);
  }

  happened(
    kind: Parameters<NonNullable<OperationOutput['happened']>>[0],
    view: OperationView,
  ): void {
    if (kind === 'start') {
      this.#live.add(view);
      this.#shown = view;
      if (this.#live.size === 1) this.#begin();
    } else if (kind === 'end') {
      this.#live.delete(view);
      writeSafely(this.#stream, `${CLEAR}${endLine(view, this.#style)}\n`);
      if (this.#shown === view) this.#shown = [...this.#live].at(-1);
      if (this.#live.size === 0) removePulsed(this);
      else this.#draw(performance.now());
    }
  }

  pulse(nowMs: number): void {
    this.#draw(nowMs);
    this.dueMs = nowMs + REDRAW_MS;
  }

  #begin(): void {
    this.dueMs = performance.now() + REDRAW_MS;
    addPulsed(this);
    this.#draw(performance.now());
  }

  #draw(nowMs: number): void {
    if (this.#shown === undefined) return;
    this.#drawnMs = nowMs;
    this.#turn += 1;
    const others = this.#live.size - 1;
    const more = others > 0 ? `  (+${others} more)` : '';
    // The last column stays free: some terminals begin a new line when it is filled.
    const columns = Math.max((this.#stream.columns || 80) - 1 - more.length, 20);
    const line = barLine(this.#shown, columns, this.#style, this.#turn);
    writeSafely(this.#stream, `${CLEAR}${line}${more}`);
  }
}

/** A line at the start, at each tenth of the way or half a minute, and at the end. */
class Lines implements OperationOutput {
  readonly #stream: TerminalStream;
  readonly #style: Style;
  readonly #said = new WeakMap<OperationView, { tenth: number; atMs: number }>();
  #secondMs = -Infinity;
  #inSecond = 0;
  #left = 0;

  constructor(stream: TerminalStream, style: Style) {
    this.#stream = stream;
    this.#style = style;
  }

  updated(view: OperationView): void {
    this.#sayIfWorth(view);
  }

  happened(
    kind: Parameters<NonNullable<OperationOutput['happened']>>[0],
    view: OperationView,
  ): void {
    switch (kind) {
      case 'start':
        this.#said.set(view, { tenth: 0, atMs: performance.now() });
        this.#write(startLine(view));
        break;
      case 'end':
        this.#write(endLine(view, this.#style));
        break;
      case 'heartbeat':
      case 'progress':
        this.#sayIfWorth(view);
        break;
      case 'paused':
      case 'resumed':
        this.#write(kind === 'paused' ? statusLine(view) : `${plain(view.name)}: goes on`);
        break;
      default:
        kind satisfies never;
    }
  }

  #sayIfWorth(view: OperationView): void {
    const said = this.#said.get(view);
    if (said === undefined) return;
    const tenth = Math.floor((view.fraction ?? 0) * 10);
    const nowMs = performance.now();
    if (tenth <= said.tenth && nowMs - said.atMs < SAY_AGAIN_MS) return;
    said.tenth = tenth;
    said.atMs = nowMs;
    this.#write(statusLine(view));
  }

  /** A server with thousands of operations would else write of nothing but them. */
  #write(line: string): void {
    const nowMs = performance.now();
    if (nowMs - this.#secondMs >= 1000) {
      const left = this.#left;
      this.#secondMs = nowMs;
      this.#inSecond = 0;
      this.#left = 0;
      if (left > 0) writeSafely(this.#stream, `(${left} lines of progress left out)\n`);
    }
    this.#inSecond += 1;
    if (this.#inSecond > MOST_LINES_PER_S) this.#left += 1;
    else writeSafely(this.#stream, `${line}\n`);
  }
}

const CLEAR = '\r\u001B[2K';
const REDRAW_MS = 100;
const SAY_AGAIN_MS = 30_000;
const MOST_LINES_PER_S = 20;
