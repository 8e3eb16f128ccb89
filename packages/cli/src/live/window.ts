/** The window of this process: its size, its keys, and the signals that touch what it shows. */
import type { Size } from './frame.ts';

/** A window in which a person looks at a page that changes. */
export interface Window {
  readonly size: Size;
  write(text: string): void;
  /** Until disposed of, nothing that is typed appears, and what happens to the window is told. */
  watch(events: WindowEvents): Disposable;
}

interface WindowEvents {
  /** The window has another size. */
  readonly onResize: () => void;
  /** The process is about to be stopped (Ctrl-Z), and whoever stops it needs the window. */
  readonly onStop: () => void;
  /** The process goes on, below whatever the window shows by now. */
  readonly onContinue: () => void;
  /** The process ends. */
  readonly onEnd: () => void;
}

/** The window of a process; none where output goes elsewhere, or where a terminal cannot move its cursor. */
export function createWindow(process: NodeJS.Process): Window | undefined {
  const { stdout, env } = process;
  if (!stdout.isTTY || env['TERM'] === 'dumb') return undefined;
  return {
    get size() {
      // A pseudo-terminal that nobody has given a size says 0.
      return { columns: stdout.columns || 80, rows: stdout.rows || 24 };
    },
    write: (text) => {
      stdout.write(text);
    },
    watch: (events) => watch(process, events),
  };
}

function watch(process: NodeJS.Process, events: WindowEvents): Disposable {
  const { stdout } = process;
  const stop = (): void => {
    events.onStop();
    keys[Symbol.dispose]();
    process.off('SIGTSTP', stop);
    process.kill(process.pid, 'SIGTSTP');
    setImmediate(() => {
      if (!isOver) process.on('SIGTSTP', stop);
    });
  };
  const goOn = (): void => {
    // After SIGSTOP, of which nobody is told, they are still taken: a key would else be two.
    keys[Symbol.dispose]();
    keys = takeKeys(process, stop);
    // The size may have changed meanwhile; Node reads it when it is told so.
    process.emit('SIGWINCH', 'SIGWINCH');
    events.onContinue();
  };
  const end = (signal: NodeJS.Signals): void => {
    watching[Symbol.dispose]();
    events.onEnd();
    process.kill(process.pid, signal);
  };
  let isOver = false;
  let keys = takeKeys(process, stop);
  const watching = {
    [Symbol.dispose]() {
      isOver = true;
      keys[Symbol.dispose]();
      stdout.off('resize', events.onResize);
      process.off('SIGTSTP', stop).off('SIGCONT', goOn);
      process.off('SIGTERM', end).off('SIGHUP', end).off('exit', events.onEnd);
    },
  };
  stdout.on('resize', events.onResize);
  process.on('SIGTSTP', stop).on('SIGCONT', goOn);
  process.on('SIGTERM', end).on('SIGHUP', end).on('exit', events.onEnd);
  return watching;
}

/**
 * Takes what is typed, so that no letter of it and no line feed moves the page. The keys that are signals remain so.
 */
function takeKeys(process: NodeJS.Process, stop: () => void): Disposable {
  const { stdin } = process;
  if (!stdin.isTTY) return { [Symbol.dispose]: () => {} };
  const onData = (typed: Buffer): void => {
    for (const key of typed) {
      if (key === CTRL_C) process.kill(process.pid, 'SIGINT');
      if (key === CTRL_BACKSLASH) process.kill(process.pid, 'SIGQUIT');
      if (key === CTRL_Z) stop();
    }
  };
  stdin.setRawMode(true);
  stdin.on('data', onData);
  // What was paused once is not read for a listener alone.
  stdin.resume();
  return {
    [Symbol.dispose]() {
      stdin.off('data', onData);
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
}

const CTRL_C = 0x03;
const CTRL_Z = 0x1a;
const CTRL_BACKSLASH = 0x1c;
