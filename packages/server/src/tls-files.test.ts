import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCertificate } from '../../receiver/src/testing/certificate.ts';
import { TlsFiles } from './tls-files.ts';

const authority = createCertificate({ name: 'authority', isAuthority: true });
const own = createCertificate({ name: 'own', issuer: authority });
const renewed = createCertificate({ name: 'renewed', issuer: authority });
const expired = createCertificate({ name: 'own', fromDays: -9, untilDays: -1 });
const early = createCertificate({ name: 'own', fromDays: 1, untilDays: 9 });

let folder: string;
const opened: TlsFiles[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tls-files-'));
});
afterEach(() => {
  for (const files of opened.splice(0)) files.close();
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

function open(
  { cert = own.cert, key = own.key, ca }: { cert?: string; key?: string; ca?: string },
  log: string[] = [],
): TlsFiles {
  const files = new TlsFiles(
    {
      certificate: write('cert.pem', cert),
      key: write('key.pem', key),
      clientCa: ca === undefined ? undefined : write('ca.pem', ca),
    },
    (message) => log.push(message),
  );
  opened.push(files);
  return files;
}

test('good files are what a listener is made with', () => {
  const files = open({ cert: own.cert + authority.cert, ca: authority.cert });
  expect(files.context.cert.toString()).toBe(own.cert + authority.cert);
  expect(files.asksForCertificate).toBe(true);
  expect(open({}).asksForCertificate).toBe(false);
});

describe('the start is refused with the remedy', () => {
  test.each([
    ['a certificate that is none', { cert: 'hello' }, 'HEARTWOOD_TLS_CERT', 'no certificate'],
    ['a key that is none', { key: 'hello' }, 'HEARTWOOD_TLS_KEY', 'no unencrypted private key'],
    ['the key of another certificate', { key: renewed.key }, 'HEARTWOOD_TLS_KEY', 'is not the key'],
    ['an expired certificate', expired, 'HEARTWOOD_TLS_CERT', 'expired'],
    ['a certificate of tomorrow', early, 'HEARTWOOD_TLS_CERT', 'not in force before'],
    ['authorities that are none', { ca: own.key }, 'HEARTWOOD_TLS_CLIENT_CA', 'no certificates'],
    ['an expired authority', { ca: expired.cert }, 'HEARTWOOD_TLS_CLIENT_CA', 'expired'],
  ])(
    'for %s',
    (_name, { cert, key, ca }: { cert?: string; key?: string; ca?: string }, variable, reason) => {
      const given = { ...(cert && { cert }), ...(key && { key }), ...(ca && { ca }) };
      expect(() => open(given)).toThrow(
        expect.objectContaining({
          code: 'SERVER_TLS_FILE',
          message: expect.stringMatching(new RegExp(`${variable}=.*${reason}`)),
        }),
      );
    },
  );

  test('for files that are not there, all at once', () => {
    const gone = path.join(folder, 'gone.pem');
    const paths = { certificate: gone, key: gone, clientCa: gone };
    expect(() => new TlsFiles(paths, () => undefined)).toThrow(
      /HEARTWOOD_TLS_CERT=.*ENOENT[\s\S]*HEARTWOOD_TLS_KEY=.*ENOENT[\s\S]*HEARTWOOD_TLS_CLIENT_CA=.*ENOENT/,
    );
  });
});

describe('files that change', () => {
  test('are in force when both fit each other', () => {
    const log: string[] = [];
    const files = open({}, log);
    let renewals = 0;
    files.onChange(() => renewals++);
    files.look();
    expect(renewals).toBe(0);
    write('cert.pem', renewed.cert);
    files.look();
    expect(renewals).toBe(0);
    expect(files.context.cert.toString()).toBe(own.cert);
    expect(log.join('\n')).toContain('stays in force');
    write('key.pem', renewed.key);
    files.look();
    expect(renewals).toBe(1);
    expect(files.context.cert.toString()).toBe(renewed.cert);
  });

  test('leave what was in force when they go away', () => {
    const log: string[] = [];
    const files = open({}, log);
    rmSync(path.join(folder, 'key.pem'));
    files.look();
    expect(files.context.key.toString()).toBe(own.key);
    expect(log).toHaveLength(1);
  });

  test('leave what was in force when a link leads to itself', () => {
    const log: string[] = [];
    const files = open({}, log);
    const certificate = path.join(folder, 'cert.pem');
    rmSync(certificate);
    symlinkSync('cert.pem', certificate);
    files.look();
    files.look();
    expect(files.context.cert.toString()).toBe(own.cert);
    expect(log).toEqual([expect.stringMatching(/cannot be read: ELOOP/u)]);
  });
});
