/** Progress on a terminal and elsewhere: what a person sees, told by a terminal that remembers. */
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveOperation } from './live-operation.ts';
import { createConsole } from './operation-console.ts';
import type { Operation, OperationOptions } from './operation-handle.ts';
import { plain } from '../host/plain.ts';
import { cutColumns } from './progress-text.ts';
import { writeSafely } from './terminal.ts';
import { ROOT_CONTEXT } from '@opentelemetry/api';

const UTF8 = { LANG: 'C.UTF-8', TERM: 'xterm' };

// oxlint-disable-next-line no-control-regex -- the order that clears a line
const PARTS = /(\n|\r\u001B\[2K)/;

/** A stream that keeps what a person would see: lines that stay, and the one the cursor is in. */
class Screen extends EventEmitter {
  readonly isTTY: boolean;
  columns = 120;
  writes = 0;
  #lines: string[] = [''];

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }

  get lines(): string[] {
    return this.#lines;
  }

  get last(): string {
    return this.#lines.at(-1) ?? '';
  }

  write(text: string): void {
    this.writes += 1;
    for (const part of text.split(PARTS)) {
      if (part === '\n') this.#lines.push('');
      else if (part === '\r\u001B[2K') this.#lines[this.#lines.length - 1] = '';
      else this.#lines[this.#lines.length - 1] += part;
    }
  }
}

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['Date', 'hrtime', 'performance', 'setTimeout', 'clearTimeout', 'setImmediate'],
  });
});

const open: Operation[] = [];

afterEach(() => {
  for (const operation of open.splice(0)) operation.complete();
  if (vi.isFakeTimers()) vi.advanceTimersByTime(1);
  vi.useRealTimers();
});

function on(screen: Screen, env: Record<string, string> = UTF8) {
  const outputs = [createConsole(screen, env)];
  return (name: string, options: OperationOptions = {}): Operation => {
    const operation = new LiveOperation(name, options, {
      run: undefined,
      context: ROOT_CONTEXT,
      heartbeatMs: 10_000,
      isSent: false,
      isGuarded: false,
      outputs,
    });
    open.push(operation);
    return operation;
  };
}

/** 10 steps of a tenth, one a second, looked at after the fourth. */
function work(screen: Screen, env?: Record<string, string>): string {
  const operation = on(screen, env)('sync_conversations', {
    estimatedItems: 1000,
    unit: 'conversations',
  });
  let seen = '';
  for (let i = 1; i <= 10; i++) {
    vi.advanceTimersByTime(1000);
    operation.update({ current: i * 100, total: 1000, message: `batch ${i}` });
    if (i !== 4) continue;
    vi.advanceTimersByTime(100);
    seen = screen.last;
  }
  operation.complete('all there');
  return seen;
}

describe('in a terminal', () => {
  it('S2-14: is a bar with percent, count, rate and time left, and at the end one line that stays', () => {
    const screen = new Screen(true);
    expect(work(screen)).toMatchInlineSnapshot(
      `"⠙ sync_conversations [█████████░░░░░░░░░░░░░░░] 40%  400/1,000 conversations  100/s  eta 6 s  batch 4"`,
    );
    expect(screen.lines).toMatchInlineSnapshot(`
      [
        "[32m✓[39m sync_conversations: 1,000 conversations in 10 s, 99/s: all there",
        "",
      ]
    `);
  });

  it('is ASCII without colours where the terminal asks for it', () => {
    const screen = new Screen(true);
    expect(work(screen, { LANG: 'C', TERM: 'xterm', NO_COLOR: '1' })).toMatchInlineSnapshot(
      `"/ sync_conversations [#########...............] 40%  400/1,000 conversations  100/s  eta 6 s  batch 4"`,
    );
    expect(screen.lines).toMatchInlineSnapshot(`
      [
        "ok sync_conversations: 1,000 conversations in 10 s, 99/s: all there",
        "",
      ]
    `);
  });

  it('TRAP S2-a: has a spinner, the count and the time when no total is known', () => {
    const screen = new Screen(true);
    const operation = on(screen)('index_files', { unit: 'files' });
    vi.advanceTimersByTime(500);
    const first = screen.last;
    vi.advanceTimersByTime(1000);
    operation.update({ current: 1234 });
    vi.advanceTimersByTime(71_000);
    expect([first, screen.last]).toMatchInlineSnapshot(`
      [
        "⠴ index_files  0.4 s",
        "⠴ index_files  1,234 files  17.4/s  1:12",
      ]
    `);
  });

  it('TRAP S2-a: never shows more than 99 % of a total that was too small', () => {
    const screen = new Screen(true);
    const operation = on(screen)('f');
    vi.advanceTimersByTime(1000);
    operation.update({ current: 12, total: 10 });
    vi.advanceTimersByTime(200);
    expect(screen.last).toMatchInlineSnapshot(`"⠹ f [███████████████████████░] 99%  12/~10  12/s"`);
  });

  it('shows the one that moved last, how many more there are, and what ended', () => {
    const screen = new Screen(true);
    const start = on(screen);
    const [a, b] = [start('first'), start('second')];
    vi.advanceTimersByTime(200);
    expect(screen.last).toContain('second');
    a.update({ message: 'moved' });
    vi.advanceTimersByTime(200);
    expect(screen.last).toMatch(/first .*moved {2}\(\+1 more\)$/);
    a.fail(new Error('disk full'));
    vi.advanceTimersByTime(200);
    expect(screen.lines[0]).toMatch(/✗.* first: failed after .*: disk full$/);
    expect(screen.last).toMatch(/^. second/);
    b.cancel('enough');
    expect(screen.lines[1]).toMatch(/■.* second: cancelled \(enough\) after/);
    expect(screen.last).toBe('');
  });

  it('never fills a line, however narrow the terminal and wide the words', () => {
    const screen = new Screen(true);
    screen.columns = 40;
    const operation = on(screen)('名前'.repeat(30), { estimatedItems: 10 });
    operation.update({ current: 5, message: 'm'.repeat(300) });
    vi.advanceTimersByTime(200);
    expect(screen.last.length).toBeLessThan(40);
    expect(screen.lines).toHaveLength(1);
  });

  it('is drawn ten times a second at most, also by work that never lets go of the thread', () => {
    const screen = new Screen(true);
    const operation = on(screen)('f');
    const before = screen.writes;
    for (let i = 0; i < 10_000; i++) {
      vi.setSystemTime(Date.now());
      operation.update({ current: i });
    }
    expect(screen.writes - before).toBeLessThanOrEqual(1);
    vi.advanceTimersByTime(10_000);
    expect(screen.writes - before).toBeLessThanOrEqual(102);
    expect(screen.writes - before).toBeGreaterThan(40);
  });
});

describe('where lines stay', () => {
  it('says start, each tenth and end', () => {
    const screen = new Screen(false);
    work(screen);
    expect(screen.lines).toMatchInlineSnapshot(`
      [
        "sync_conversations: started (about 1,000 conversations)",
        "sync_conversations: 10% (100/1,000 conversations, 100/s, eta 9 s): batch 1",
        "sync_conversations: 20% (200/1,000 conversations, 100/s, eta 8 s): batch 2",
        "sync_conversations: 30% (300/1,000 conversations, 100/s, eta 7 s): batch 3",
        "sync_conversations: 40% (400/1,000 conversations, 100/s, eta 6 s): batch 4",
        "sync_conversations: 50% (500/1,000 conversations, 97.8/s, eta 6 s): batch 5",
        "sync_conversations: 60% (600/1,000 conversations, 98.2/s, eta 5 s): batch 6",
        "sync_conversations: 70% (700/1,000 conversations, 98.5/s, eta 4 s): batch 7",
        "sync_conversations: 80% (800/1,000 conversations, 98.7/s, eta 3 s): batch 8",
        "sync_conversations: 90% (900/1,000 conversations, 98.9/s, eta 2 s): batch 9",
        "sync_conversations: 100% (1,000/1,000 conversations, 99.1/s): batch 10",
        "✓ sync_conversations: 1,000 conversations in 10 s, 99/s: all there",
        "",
      ]
    `);
  });

  it.each([true, false])('says no name or message that acts on a terminal (bar: %s)', (isTty) => {
    const screen = new Screen(isTty);
    const hostile = '\u001B]0;evil\u0007\u202E';
    const operation = on(screen)(`a${hostile}`, { description: hostile, unit: hostile });
    operation.update({ current: 1, message: hostile });
    vi.advanceTimersByTime(31_000);
    operation.update({ current: 2, message: hostile });
    operation.pause(hostile);
    operation.resume();
    operation.cancel(hostile);
    const written = screen.lines.join('\n');
    expect(written).toContain('evil');
    expect(written).toContain(isTty ? 'cancelled' : 'goes on');
    // Colours are ours.
    for (const order of ['\u001B]', '\u0007', '\u202E']) expect(written).not.toContain(order);
  });

  it('says something at least every half minute', () => {
    const screen = new Screen(false);
    const operation = on(screen)('index_files', { unit: 'files' });
    for (let i = 1; i <= 70; i++) {
      vi.advanceTimersByTime(1000);
      operation.update({ current: i });
    }
    operation.pause('quota');
    operation.resume();
    expect(screen.lines).toMatchInlineSnapshot(`
      [
        "index_files: started",
        "index_files: (30 files, 1/s, 30 s)",
        "index_files: (60 files, 1/s, 1:00)",
        "index_files: paused (quota) (70 files, 1:10)",
        "index_files: goes on",
        "",
      ]
    `);
  });

  it.each([
    ['a build server', true, { ...UTF8, CI: 'true' }],
    ['a dumb terminal', true, { ...UTF8, TERM: 'dumb' }],
    ['a pipe', false, UTF8],
  ])('that is so for %s', (_, isTTY, env) => {
    const screen = new Screen(isTTY);
    const operation = on(screen, env)('f');
    vi.advanceTimersByTime(5000);
    operation.update({ current: 1 });
    expect(screen.lines).toEqual(['f: started', '']);
  });

  it('does not flood the log', () => {
    const screen = new Screen(false);
    const start = on(screen);
    for (let i = 0; i < 500; i++) start(`f${i}`).complete();
    expect(screen.lines).toHaveLength(21);
    vi.advanceTimersByTime(1000);
    start('late');
    expect(screen.lines.slice(-3)).toEqual([
      '(980 lines of progress left out)',
      'late: started',
      '',
    ]);
  });
});

describe('texts', () => {
  it('have nothing left that a terminal would obey', () => {
    expect(plain('a\u001B[2Jb\nc\rd\u0007e\u202Ef\u009Bg')).toBe('a [2Jb c d e f g');
  });

  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['名前', 4, '名前'],
    ['名前x', 4, '名…'],
    ['', 0, ''],
    ['abcdef', 5, 'ab...', '...'],
  ])('%j in %i columns is %j', (text, columns, cut, dots = '…') => {
    expect(cutColumns(text, columns, dots)).toBe(cut);
  });
});

describe('a stream that fails', () => {
  it('harms nobody: neither by throwing, nor by its error event, and is left alone', async () => {
    vi.useRealTimers();
    const screen = new Screen(true);
    let tries = 0;
    screen.write = () => {
      tries += 1;
      throw new Error('EIO');
    };
    writeSafely(screen, 'x');
    writeSafely(screen, 'x');
    expect(tries).toBe(1);
    const dones: ((error: Error) => void)[] = [];
    const pipe = Object.assign(new EventEmitter(), {
      write: (_: string, done: (error: Error) => void) => dones.push(done),
    });
    for (let i = 0; i < 3; i++) writeSafely(pipe, 'x');
    for (const done of dones) {
      done(new Error('EPIPE'));
      process.nextTick(() => pipe.emit('error', new Error('EPIPE')));
    }
    await vi.waitFor(() => expect(pipe.listenerCount('error')).toBe(0));
    writeSafely(pipe, 'x');
    expect(dones).toHaveLength(3);
  });

  it('is not kept from failing for the app itself', () => {
    const pipe = Object.assign(new EventEmitter(), { write: () => true });
    writeSafely(pipe, 'x');
    expect(() => pipe.emit('error', new Error('of the app'))).toThrow('of the app');
  });
});
