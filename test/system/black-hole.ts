/** An address at which nobody answers and nobody says so, as behind a firewall. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** The address; whoever connects waits until the end. */
export interface BlackHole extends AsyncDisposable {
  readonly url: string;
}

/** Opens one on a free port of 127.0.0.1: a stopped process that listens, and whose queue of connections is full. */
export async function openBlackHole(): Promise<BlackHole> {
  const script = `
    const server = require('node:net').createServer();
    server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => console.log(server.address().port));`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [text] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  const port = Number(text);
  child.kill('SIGSTOP');
  const sockets: Socket[] = [];
  // Until one is not even taken into the queue.
  for (let isOpen = true; isOpen;) {
    const socket = connect({ host: '127.0.0.1', port }).on('error', () => {});
    sockets.push(socket);
    isOpen = await Promise.race([
      once(socket, 'connect').then(() => true),
      new Promise<false>((resolve) => {
        setTimeout(resolve, 300, false);
      }),
    ]);
  }
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      const ended = once(child, 'close');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
