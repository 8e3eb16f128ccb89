/** What may leave the process: user hashes, metadata, sizes - against values made to break them. */
import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os, { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { readConfig, type FeatureConfig } from '../settings/config.ts';
import { writeMetadata, type Metadata } from '../facts/metadata.ts';
import { cutUtf8, isExcluded, toUserIdentity } from './privacy.ts';
import { sizeOf } from '../facts/size.ts';

const config: FeatureConfig = readConfig({});

describe('user hash', () => {
  it('is the first 128 bits of HMAC-SHA-256 with the given key', () => {
    const identity = toUserIdentity('ada@example.org', { ...config, hashKey: 'secret' });
    expect(identity).toEqual({
      hash: createHmac('sha256', 'secret').update('ada@example.org').digest('hex').slice(0, 32),
    });
  });

  it('comes with the raw id only when anonymising is off', () => {
    expect(toUserIdentity('ada', { ...config, hashKey: 'k', anonymize: false }).id).toBe('ada');
  });

  it('uses a key of the installation that only its owner can read, the same every time', () => {
    const dataDir = join(mkdtempSync(join(tmpdir(), 'heartwood-')), 'data');
    const first = toUserIdentity('ada', { ...config, dataDir });
    const file = join(dataDir, 'hash-key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const key = readFileSync(file, 'utf8').trim();
    expect(first.hash).toBe(createHmac('sha256', key).update('ada').digest('hex').slice(0, 32));
  });

  it('still gives hashes when the folder cannot be written', () => {
    const identity = toUserIdentity('ada', { ...config, dataDir: '/dev/null/nowhere' });
    expect(identity.hash).toMatch(/^[0-9a-f]{32}$/);
    expect(toUserIdentity('ada', { ...config, dataDir: '/dev/null/nowhere' })).toEqual(identity);
  });

  it('still gives hashes to a process whose user has no home', () => {
    const homeless = vi.spyOn(os, 'homedir').mockImplementation(() => {
      throw new Error('uv_os_homedir returned ENOENT');
    });
    syncBuiltinESMExports();
    try {
      expect(toUserIdentity('ada', { ...config, dataDir: '~/none' }).hash).toMatch(
        /^[0-9a-f]{32}$/,
      );
      const dataDir = mkdtempSync(join(tmpdir(), 'heartwood-'));
      toUserIdentity('ada', { ...config, dataDir });
      expect(existsSync(join(dataDir, 'hash-key'))).toBe(true);
    } finally {
      homeless.mockRestore();
      syncBuiltinESMExports();
    }
  });
});

describe('exclusion', () => {
  it.each([
    ['payment', ['payment'], true],
    ['payments', ['payment'], false],
    ['payment.card', ['payment*'], true],
    ['search', [], false],
  ])('%s is covered by %j: %s', (name, list, covered) => {
    expect(isExcluded(name, list)).toBe(covered);
  });
});

describe('cutting text', () => {
  it('never passes the limit, never tears a character, never cuts what fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(50), (text, limit) => {
        const cut = cutUtf8(text, limit);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(limit);
        expect(text.startsWith(cut)).toBe(true);
        expect(cut === text || Buffer.byteLength(text) > limit).toBe(true);
      }),
    );
  });
});

function written(metadata: Metadata, maxBytes = 10_240): Record<string, unknown> {
  const attributes = {};
  writeMetadata(attributes, metadata, { ...config, maxMetadataBytes: maxBytes });
  return attributes;
}

const circular: Record<string, unknown> = { a: 1 };
circular['self'] = circular;

describe('metadata', () => {
  it.each<[string, Metadata, Record<string, unknown>]>([
    ['nested objects as dotted keys', { a: { b: 1 } }, { 'feature.metadata.a.b': 1 }],
    ['big integers as text', { n: 2n ** 70n }, { 'feature.metadata.n': '1180591620717411303424' }],
    ['symbols as text', { s: Symbol('x') }, { 'feature.metadata.s': 'Symbol(x)' }],
    ['dates in ISO 8601', { d: new Date(0) }, { 'feature.metadata.d': '1970-01-01T00:00:00.000Z' }],
    [
      'errors by name and message',
      { e: new TypeError('no') },
      { 'feature.metadata.e': 'TypeError: no' },
    ],
    ['lists of one type as lists', { l: [1, 2] }, { 'feature.metadata.l': [1, 2] }],
    ['mixed lists as texts', { l: [1, 'a', null] }, { 'feature.metadata.l': ['1', 'a', 'null'] }],
    ['circles once', circular, { 'feature.metadata.a': 1, 'feature.metadata.self': '[circular]' }],
    ['bytes by their number', { b: Buffer.alloc(3) }, { 'feature.metadata.b': '[3 bytes]' }],
    ['nothing for null, undefined and functions', { a: null, b: undefined, c: () => 1 }, {}],
    [
      'a key named __proto__',
      JSON.parse('{"__proto__": 1}') as Metadata,
      { 'feature.metadata.__proto__': 1 },
    ],
  ])('writes %s', (_, metadata, expected) => {
    expect(written(metadata)).toEqual(expected);
  });

  it('calls no getter', () => {
    const metadata = {
      get trap(): never {
        throw new Error('called');
      },
      fine: 1,
    };
    expect(written(metadata)).toEqual({ 'feature.metadata.fine': 1 });
  });

  it('stays within the limit in UTF-8 bytes and says when something was cut', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string(),
          fc.oneof(fc.string({ unit: 'grapheme' }), fc.array(fc.string())),
        ),
        fc.nat(200),
        (metadata, maxBytes) => {
          const { 'feature.truncated': truncated, ...attributes } = written(metadata, maxBytes);
          let bytes = 0;
          for (const [key, value] of Object.entries(attributes)) {
            bytes += Buffer.byteLength(key.slice('feature.metadata.'.length));
            for (const item of [value].flat()) bytes += Buffer.byteLength(String(item));
          }
          expect(bytes).toBeLessThanOrEqual(maxBytes);
          const all = written(metadata, 1e6);
          expect(truncated === true ? all : attributes).toEqual(all);
        },
      ),
    );
  });

  it('keeps at most 64 keys', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, i]));
    const attributes = written(many);
    expect(Object.keys(attributes)).toHaveLength(65);
    expect(attributes['feature.truncated']).toBe(true);
  });
});

describe('sizes', () => {
  it('equals the bytes of JSON for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        if (typeof value !== 'object' || value === null) return;
        expect(sizeOf(value, true)).toBe(Buffer.byteLength(JSON.stringify(value)));
      }),
    );
  });

  it.each([
    ['circular data', circular],
    ['more values than it may visit', Array.from({ length: 20_000 }, () => 1)],
  ])('gives up on %s', (_, value) => {
    expect(sizeOf(value, true)).toBeUndefined();
  });
});

describe('two processes that start together', () => {
  it('agree on one key', () => {
    const dataDir = join(mkdtempSync(join(tmpdir(), 'heartwood-')), 'data');
    const dist = new URL('../../dist/privacy/privacy.js', import.meta.url).href;
    const script = `import('${dist}').then(async (m) => {
      const { readConfig } = await import('${new URL('../../dist/settings/config.js', import.meta.url).href}');
      console.log(m.toUserIdentity('ada', readConfig()).hash);
    })`;
    const env = { ...process.env, HEARTWOOD_DATA_DIR: dataDir };
    const both = execFileSync(
      'sh',
      ['-c', '"$0" -e "$1" & "$0" -e "$1" & wait', process.execPath, script],
      { env, encoding: 'utf8' },
    );
    const hashes = both.trim().split('\n');
    expect(hashes).toHaveLength(2);
    expect(new Set(hashes).size).toBe(1);
  });
});

describe('two copies of the package in one app', () => {
  it('take the id of one user out of what either is told', async () => {
    const identity = toUserIdentity('ada@example.org', { ...config, hashKey: 'secret' });
    vi.resetModules();
    const other = await import('./privacy.ts');
    expect(other.toUserIdentity).not.toBe(toUserIdentity);
    expect(other.rawUserIdOf(identity)).toBe('ada@example.org');
  });
});
