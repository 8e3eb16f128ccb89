/** Many readers of a stream: what comes to each is read, of some it is said when. */
import { request } from 'node:http';

/** Readers that are there. */
export interface Followers {
  /** Bytes that all of them have read. */
  readonly bytes: number;
  /** Times in ms from the moment that stands in a message (`sent at <ms>`) until some of the readers had it. */
  readonly delaysMs: number[];
  close(): void;
}

/** Of so many readers one tells times. */
const WITNESS_OF = 50;

/** Opens readers of a path; resolves when each has read the begin of its stream. */
export async function openFollowers(
  appUrl: string,
  path: string,
  readers: number,
): Promise<Followers> {
  const followers = { bytes: 0, delaysMs: [] as number[], close: () => undefined as void };
  const ends: (() => void)[] = [];
  followers.close = () => {
    for (const end of ends) end();
  };
  for (let first = 0; first < readers; first += 100)
    await Promise.all(
      Array.from({ length: Math.min(100, readers - first) }, (_, index) =>
        openOne(`${appUrl}${path}`, (first + index) % WITNESS_OF === 0, followers, ends),
      ),
    );
  return followers;
}

function openOne(
  url: string,
  isWitness: boolean,
  followers: { bytes: number; delaysMs: number[] },
  ends: (() => void)[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent: false }, (answer) => {
      if (answer.statusCode !== 200) {
        reject(new Error(`a follower was answered ${String(answer.statusCode)}`));
        return;
      }
      const witness = isWitness ? createWitness(followers.delaysMs) : undefined;
      answer.on('data', (piece: Buffer) => {
        followers.bytes += piece.length;
        resolve();
        witness?.(piece);
      });
      answer.on('error', () => undefined);
    });
    asked.on('error', reject);
    asked.end();
    ends.push(() => void asked.destroy());
  });
}

/** Notes the delay of each message when it is first seen; a message may lie in two pieces. */
function createWitness(delaysMs: number[]): (piece: Buffer) => void {
  const seen = new Set<string>();
  let rest = '';
  return (piece) => {
    const nowMs = performance.timeOrigin + performance.now();
    const text = rest + piece.toString('latin1');
    rest = text.slice(-LONGEST_MESSAGE);
    for (const [, sentMs = ''] of text.matchAll(/sent at (\d+\.\d{3})(?=\D)/gu)) {
      if (seen.has(sentMs)) continue;
      seen.add(sentMs);
      delaysMs.push(nowMs - Number(sentMs));
    }
  };
}

const LONGEST_MESSAGE = 64;
