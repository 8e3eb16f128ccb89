/** Whether anybody listens at an address, for those who would otherwise wait long for nobody. */
import { connect } from 'node:net';
import { untraced } from './sender.ts';

/** Opens a connection and closes it again; within half a second, never rejects. */
export function isListening(url: URL): Promise<boolean> {
  return untraced(
    () =>
      new Promise((resolve) => {
        const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
        const socket = connect({ port, host: url.hostname.replaceAll(/^\[|\]$/g, '') });
        const settle = (answer: boolean): void => {
          socket.destroy();
          resolve(answer);
        };
        socket.setTimeout(LONGEST_MS, () => settle(false));
        socket.on('connect', () => settle(true));
        socket.on('error', () => settle(false));
      }),
  );
}

const LONGEST_MS = 500;
