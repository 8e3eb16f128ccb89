/** What may leave the process about people: keyed user hashes, excluded features, bounded text. */
import { createHmac, randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { currentConfig, type FeatureConfig } from '../settings/config.ts';
import { warnOnce } from '../host/report.ts';
import { covers, readEntries, type ListEntry } from './name-list.ts';
import type { RawUserId } from './user-ids.ts';

/** A user as telemetry may name them; only {@link toUserIdentity} makes one. */
export interface UserIdentity {
  readonly hash?: AnonymousUserId;
  /** Only with `FEATURE_TRACKING_ANONYMIZE=false`. */
  readonly id?: string;
}

/** 32 hexadecimal digits of a keyed hash, the same for the same user and key. */
export type AnonymousUserId = string & { readonly __anonymous: unique symbol };

/**
 * The identity to send for a user id: HMAC-SHA-256 with the key of this installation, cut to 128 bits. The raw id is
 * added only when anonymising is switched off.
 */
export function toUserIdentity(
  userId: string,
  config: FeatureConfig = currentConfig(),
): UserIdentity {
  const hash = createHmac('sha256', hashKey(config))
    .update(userId)
    .digest('hex')
    .slice(0, 32) as AnonymousUserId;
  const identity = config.anonymize ? { hash } : { hash, id: cutUtf8(userId, LONGEST_USER_ID) };
  rawIds().set(identity, userId);
  return identity;
}

/** The id behind an identity that was made here: for taking it out of texts, never to be sent. */
export function rawUserIdOf(user: UserIdentity | undefined): string | undefined {
  return user === undefined ? undefined : rawIds().get(user);
}

/** The ids of two users who may be one, such as that of an event and that of its surroundings. */
export function rawUserIdsOf(
  user: UserIdentity | undefined,
  other: UserIdentity | undefined,
): RawUserId {
  const id = rawUserIdOf(user);
  const otherId = rawUserIdOf(other);
  if (otherId === undefined || otherId === id) return id;
  if (id === undefined) return otherId;
  // The longer first: the shorter may be a part of it.
  return id.length < otherId.length ? [otherId, id] : [id, otherId];
}

/** Says whether the list of excluded names covers a feature: by its name, a beginning (`name*`) or a `/pattern/`. */
export function isExcluded(name: string, exclude: readonly string[]): boolean {
  let entries = exclusions.get(exclude);
  if (entries === undefined) {
    entries = readEntries(exclude, 'everything');
    exclusions.set(exclude, entries);
  }
  return covers(entries, name);
}

/** The beginning of a text in at most `maxBytes` UTF-8 bytes, never half a character. */
export function cutUtf8(text: string, maxBytes: number): string {
  // A UTF-16 unit takes at most 3 bytes, so most texts need no count.
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text;
  const bytes = Buffer.from(text.slice(0, maxBytes));
  let end = Math.min(maxBytes, bytes.length);
  while (end > 0 && end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}

const LONGEST_USER_ID = 256;
const KEY_FILE = 'hash-key';

// One for all copies of this package in the thread, as they see each other's users; found once.
const RAW_IDS_KEY = Symbol.for('heartwood raw user ids 1');
const shared = globalThis as unknown as Record<
  typeof RAW_IDS_KEY,
  WeakMap<UserIdentity, string> | undefined
>;
let rawIdsFound: WeakMap<UserIdentity, string> | undefined;

const exclusions = new WeakMap<readonly string[], readonly ListEntry[]>();
const keys = new Map<string, string>();

function rawIds(): WeakMap<UserIdentity, string> {
  return (rawIdsFound ??= shared[RAW_IDS_KEY] ??= new WeakMap());
}

function hashKey(config: FeatureConfig): string {
  if (config.hashKey !== '') return config.hashKey;
  let key = keys.get(config.dataDir);
  if (key === undefined) {
    key = installationKey(config.dataDir);
    keys.set(config.dataDir, key);
  }
  return key;
}

/** The key of this installation: read from its file, which is made when missing. */
function installationKey(dataDir: string): string {
  const fresh = randomBytes(32).toString('hex');
  let path = join(dataDir, KEY_FILE);
  try {
    // Throws for a user without a home, as containers run under any number. No shared folder instead: who can write
    // the file knows the key.
    path = path.replace(/^~(?=[\\/])/, () => homedir());
    return readKey(path) ?? keepKey(path, fresh);
  } catch {
    const other = readKey(path);
    if (other !== undefined) return other;
    warnOnce(
      'hash-key',
      `cannot keep a key in ${path}; user hashes change with each start. ` +
        'Set FEATURE_TRACKING_HASH_KEY or make the folder writable',
    );
    return fresh;
  }
}

/** Writes the file and gives its key back. Throws when it cannot be written or is there already. */
function keepKey(path: string, fresh: string): string {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(draft, `${fresh}\n`, { mode: 0o600, flag: 'wx' });
  try {
    chmodSync(draft, 0o600);
    // link() fails when the file exists: of two processes that start together, one key wins and both use it.
    linkSync(draft, path);
  } finally {
    unlinkSync(draft);
  }
  return fresh;
}

function readKey(path: string): string | undefined {
  try {
    const key = readFileSync(path, 'utf8').trim();
    return key.length >= 32 ? key : undefined;
  } catch {
    return undefined;
  }
}
