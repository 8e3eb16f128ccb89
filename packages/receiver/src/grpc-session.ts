/** Looks after one HTTP/2 connection: signs of life in both directions, its age, and peers that ask too often. */
import { constants, type ServerHttp2Session } from 'node:http2';
import type { KeepAlive } from './timeouts.ts';

export interface SessionWatch {
  /** A call has come. */
  onCall(): void;
  /** A call has been answered: pings that clients send about it are not held against them. */
  onAnswered(): void;
}

/** Pings that may come too early before the connection is ended, as in other implementations of gRPC. */
const STRIKES = 2;

/** The peer must greet within `greetingMs`. */
export function watchSession(
  session: ServerHttp2Session,
  keepAlive: KeepAlive,
  greetingMs: number,
): SessionWatch {
  const { timeMs, timeoutMs, maxAgeMs, maxAgeGraceMs } = keepAlive;
  const timers = new Set<NodeJS.Timeout>();
  const later = (ms: number, act: () => void): NodeJS.Timeout => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
    return timer.unref();
  };
  const cancel = (timer: NodeJS.Timeout): void => {
    clearTimeout(timer);
    timers.delete(timer);
  };
  session.once('close', () => {
    for (const timer of timers) clearTimeout(timer);
  });
  // Errors end the session, which is all there is to do.
  session.on('error', () => undefined);

  const greeting = later(greetingMs, () => session.destroy());
  session.once('remoteSettings', () => cancel(greeting));

  const hasSent = watchBytes(session);
  const askLater = (): void => void later(timeMs, ask);
  const ask = (): void => {
    if (session.destroyed) return;
    // Whatever comes is a sign of life.
    if (hasSent()) {
      askLater();
      return;
    }
    // The answer may be behind a body that is still coming.
    const wait = (): NodeJS.Timeout =>
      later(timeoutMs, () => {
        if (session.destroyed) return;
        if (hasSent()) end = wait();
        else session.destroy();
      });
    let end = wait();
    const isAsked = session.ping((error) => {
      cancel(end);
      if (error !== null) {
        session.destroy();
        return;
      }
      // The answer is no reason not to ask the next time.
      hasSent();
      askLater();
    });
    if (!isAsked) session.destroy();
  };
  if (timeMs > 0) askLater();

  if (maxAgeMs > 0)
    later(maxAgeMs * (0.9 + Math.random() * 0.2), () => {
      if (session.destroyed) return;
      session.goaway(constants.NGHTTP2_NO_ERROR, LAST_STREAM_ID, Buffer.from('max_age'));
      session.close();
      if (maxAgeGraceMs > 0) later(maxAgeGraceMs, () => session.destroy());
    });

  return enforce(session, keepAlive);
}

/** Tells whether anything has come since it was asked last. */
function watchBytes(session: ServerHttp2Session): () => boolean {
  let known = session.socket.bytesRead;
  return () => {
    const { bytesRead } = session.socket;
    const hasMoved = bytesRead !== known;
    known = bytesRead;
    return hasMoved;
  };
}

/** Sends peers away that ask for signs of life too often. */
function enforce(
  session: ServerHttp2Session,
  { minTimeMs, permitWithoutStream }: KeepAlive,
): SessionWatch {
  let strikes = 0;
  let lastPingAt = Number.NEGATIVE_INFINITY;
  let calls = 0;
  session.on('ping', () => {
    const now = performance.now();
    const isAllowed = permitWithoutStream || calls > 0;
    if (isAllowed && now - lastPingAt >= minTimeMs) {
      lastPingAt = now;
      return;
    }
    lastPingAt = now;
    if (++strikes <= STRIKES) return;
    session.goaway(
      constants.NGHTTP2_ENHANCE_YOUR_CALM,
      LAST_STREAM_ID,
      Buffer.from('too_many_pings'),
    );
    session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM);
  });
  return {
    onCall: () => void calls++,
    onAnswered() {
      calls--;
      strikes = 0;
      lastPingAt = Number.NEGATIVE_INFINITY;
    },
  };
}

/** Of a GOAWAY that lets every stream end that has begun. */
const LAST_STREAM_ID = 2 ** 31 - 1;
