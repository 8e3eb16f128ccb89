/** The command line against servers whose certificate is not believed: what is wrong with it, and what helps. */
import { writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { EXIT } from '../packages/cli/src/exit.ts';
import { runProcess } from '../packages/cli/src/testing/run.ts';
import {
  createCertificate,
  type CertificateOptions,
} from '../packages/receiver/src/testing/certificate.ts';

const AUTHORITY = createCertificate({ name: 'Test authority', isAuthority: true });

/** Asks a server with such a certificate. */
async function ask(
  options: Partial<CertificateOptions>,
  { isTrusted, host = 'localhost' }: { isTrusted: boolean; host?: string },
): ReturnType<typeof runProcess> {
  const { cert, key } = createCertificate({ name: 'localhost', issuer: AUTHORITY, ...options });
  const server = createServer({ cert, key }, (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'heartwood-ca-')), 'ca.pem');
  writeFileSync(file, AUTHORITY.cert);
  const url = `https://${host}:${String((server.address() as AddressInfo).port)}`;
  return await runProcess(
    ['features', 'list', '--url', url],
    isTrusted ? { NODE_EXTRA_CA_CERTS: file } : {},
  );
}

test.each([
  [
    'of an authority that nobody named',
    {},
    { isTrusted: false },
    /not trusted here/u,
    /NODE_EXTRA_CA_CERTS/u,
  ],
  [
    'that is over',
    { fromDays: -9, untilDays: -2 },
    { isTrusted: true },
    /not valid now/u,
    /clocks/u,
  ],
  [
    'of another name',
    {},
    { isTrusted: true, host: '127.0.0.2' },
    /made for other names/u,
    /--url/u,
  ],
])('a certificate %s is said to be that, with a remedy', async (_, options, how, what, helps) => {
  const { code, notes } = await ask(options, how);
  const [first, second] = notes.split('\n');
  expect(first).toMatch(what);
  expect(second).toMatch(helps);
  expect(code).toBe(EXIT.UNREACHABLE);
});

test('a certificate of an authority in NODE_EXTRA_CA_CERTS is believed', async () => {
  const { notes } = await ask({}, { isTrusted: true });
  expect(notes).not.toContain('certificate');
});
