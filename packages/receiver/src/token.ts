/** Compares bearer tokens without telling by its time how much of one was right. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** Makes the check of an `Authorization` header; without a token everybody passes. */
export function createTokenCheck(
  token: string | undefined,
): (authorization: string | undefined) => boolean {
  if (token === undefined) return () => true;
  const expected = digest(`Bearer ${token}`);
  // Digests have one length whatever was sent, which is what timingSafeEqual needs.
  return (authorization = '') =>
    timingSafeEqual(digest(authorization.replace(/^bearer /i, 'Bearer ')), expected);
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
