import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askServer, openControl } from './control.ts';

let dir: string;
let file: string;
let other: Server | undefined;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'heartwood-control-'));
  file = path.join(dir, 'control.json');
});
afterEach(async () => {
  if (other?.listening === true) await new Promise((resolve) => other?.close(resolve));
  rmSync(dir, { recursive: true, force: true });
});

/** A control file that names a port where something else listens. */
async function listenElse(answer: (socket: Socket) => void): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => answer(socket));
  });
  other = server;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  writeFileSync(file, JSON.stringify({ port, token: 'a', pid: process.pid }));
}

test('a running server answers, and its errors come back with their codes', async () => {
  const control = await openControl(file, {
    double: async (ask) => ({ n: (ask as { n: number }).n * 2 }),
    fail: () => Promise.reject(new RangeError('no')),
  });
  try {
    expect(await askServer(file, 'double', { n: 21 })).toEqual({ n: 42 });
    await expect(askServer(file, 'fail', {})).rejects.toMatchObject({
      code: 'SERVER_CONTROL_FAILED',
    });
    await expect(askServer(file, 'unknown', {})).rejects.toMatchObject({
      code: 'SERVER_CONTROL_REFUSED',
    });
  } finally {
    await control.close();
  }
});

test.each<[string, string]>([
  ['speaks HTTP', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello'],
  ['speaks something else', 'SSH-2.0-OpenSSH_9.6\r\n'],
])('a program that has the port of a killed server and %s is no server', async (_name, said) => {
  await listenElse((socket) => socket.end(said));
  expect(await askServer(file, 'backup', {})).toBeUndefined();
});

test('without a file, or with a port that is free, no server runs', async () => {
  expect(await askServer(file, 'backup', {})).toBeUndefined();
  await listenElse(() => undefined);
  await new Promise((resolve) => other?.close(resolve));
  expect(await askServer(file, 'backup', {})).toBeUndefined();
});

test('a server that goes while it works is not taken for none', async () => {
  await listenElse((socket) => socket.destroy());
  await expect(askServer(file, 'backup', {})).rejects.toMatchObject({
    code: 'SERVER_CONTROL_LOST',
  });
});
