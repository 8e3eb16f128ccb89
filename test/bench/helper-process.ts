/** Processes beside the server that is measured: what they do is not on its account. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { bindToCores } from './bench-server.ts';

/** A process that answers what it is asked, one after the other. */
export interface HelperProcess<Ask, Answer> {
  readonly pid: number;
  ask(message: Ask): Promise<Answer>;
  close(): void;
}

/** Starts a file of this folder, which calls {@link answerParent}. */
export async function openHelper<Ask extends object, Answer>(
  file: string,
  cpus: string,
): Promise<HelperProcess<Ask, Answer>> {
  const child = fork(path.join(import.meta.dirname, file), {
    execArgv: ['--import', 'tsx', '--conditions=@heartwood/source'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const pid = child.pid ?? 0;
  const answer = async (): Promise<unknown> => {
    const ended = once(child, 'exit').then(() => [{ failed: 'the process ended' }]);
    const [message] = (await Promise.race([once(child, 'message'), ended])) as unknown[];
    if (typeof message === 'object' && message !== null && 'failed' in message)
      throw new Error(`${file}: ${String(message.failed)}`);
    return message;
  };
  await answer();
  bindToCores(pid, cpus);
  return {
    pid,
    async ask(message) {
      child.send(message);
      return (await answer()) as Answer;
    },
    close: () => void child.kill('SIGKILL'),
  };
}

/** Answers the process that started this one. */
export function answerParent(answer: (message: never) => Promise<unknown>): void {
  process.on('message', (message) => {
    answer(message as never).then(
      (found) => process.send?.(found as object | null),
      (error: unknown) => process.send?.({ failed: String(error) }),
    );
  });
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}
