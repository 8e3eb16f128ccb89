/** Brings changes of channels to all who follow them, at a bounded pace and to a bounded number. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RequestError } from '../errors.ts';
import type { Channel, Frame } from './channel.ts';
import { Follower } from './follower.ts';

/** Most of everything, and how often. */
export interface LiveLimits {
  readonly followers: number;
  readonly channels: number;
  /** Followers from one address; loopback ones are not counted: a proxy there stands for many. */
  readonly perAddress: number;
  /** From the first change to the first frame, milliseconds. */
  readonly firstMs: number;
  /** Between frames while changes go on. */
  readonly intervalMs: number;
  /** The same where there are more than 500 followers. */
  readonly crowdedMs: number;
  /** After which a follower hears a comment. */
  readonly silentMs: number;
  /** After which one that does not read is ended. */
  readonly stuckMs: number;
}

const DEFAULT_LIMITS: LiveLimits = {
  followers: 2000,
  channels: 200,
  perAddress: 64,
  firstMs: 20,
  intervalMs: 250,
  crowdedMs: 300,
  silentMs: 15_000,
  stuckMs: 30_000,
};

/** From how many followers on frames come less often. */
const CROWD = 500;

/** All streams of a server. */
export class LiveHub {
  readonly #limits: LiveLimits;
  readonly #groups = new Map<string, Group>();
  readonly #addresses = new Map<string, number>();
  #followers = 0;
  #look: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(limits: Partial<LiveLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  /** Followers at the moment. */
  get followers(): number {
    return this.#followers;
  }

  /** Throws `STREAM_FULL` where one more from there would be too many. */
  admit(request: IncomingMessage): void {
    const { followers, perAddress } = this.#limits;
    if (this.#isClosed) throw new RequestError('NOT_READY', { reasons: 'the server is stopping' });
    if (this.#followers >= followers) throw full(`${String(followers)} in all`);
    const address = addressOf(request);
    if (!isLoopback(address) && (this.#addresses.get(address) ?? 0) >= perAddress)
      throw full(`${String(perAddress)} from one address`);
  }

  /** Sends what the channel has, from behind `resume`, until the reader leaves. Throws as {@link admit} does. */
  follow(
    channel: Channel,
    resume: string | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    this.admit(request);
    const { channels } = this.#limits;
    let group = this.#groups.get(channel.key);
    if (group === undefined) {
      if (this.#groups.size >= channels) throw full(`${String(channels)} different questions`);
      group = new Group(channel, this.#limits, () => this.#followers > CROWD);
      this.#groups.set(channel.key, group);
    }
    const leave = group.join(response, resume);
    const address = addressOf(request);
    this.#followers++;
    this.#addresses.set(address, (this.#addresses.get(address) ?? 0) + 1);
    this.#look ??= setInterval(() => this.#lookAtAll(), 1000).unref();
    response.once('close', () => {
      leave();
      if (group.size === 0) this.#drop(group);
      this.#followers--;
      const others = (this.#addresses.get(address) ?? 1) - 1;
      if (others === 0) this.#addresses.delete(address);
      else this.#addresses.set(address, others);
      if (this.#followers > 0) return;
      clearInterval(this.#look);
      this.#look = undefined;
    });
  }

  /** Ends all streams and takes no more; their readers come back to the next server. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#look);
    for (const group of this.#groups.values()) group.end();
  }

  #drop(group: Group): void {
    group.close();
    if (this.#groups.get(group.key) === group) this.#groups.delete(group.key);
  }

  #lookAtAll(): void {
    for (const group of this.#groups.values()) group.look();
  }
}

/** One channel and who follows it. */
class Group {
  readonly key: string;
  readonly #channel: Channel;
  readonly #limits: LiveLimits;
  readonly #isCrowded: () => boolean;
  readonly #followers = new Set<Follower>();
  readonly #listening: Disposable;
  #timer: NodeJS.Timeout | undefined;
  #tickMs = Number.NEGATIVE_INFINITY;
  #joinedMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(channel: Channel, limits: LiveLimits, isCrowded: () => boolean) {
    this.key = channel.key;
    this.#channel = channel;
    this.#limits = limits;
    this.#isCrowded = isCrowded;
    this.#listening = channel.onChange(() => this.#wake());
  }

  get size(): number {
    return this.#followers.size;
  }

  join(response: ServerResponse, resume: string | undefined): () => void {
    const nowMs = performance.now();
    const follower = new Follower(response, resume, nowMs, () => this.#wake());
    this.#followers.add(follower);
    // Of many who come at once the first is served; the others share what is made for all at the next tick.
    if (this.#channel.isWhole !== true || nowMs - this.#joinedMs >= this.#pauseMs()) {
      this.#joinedMs = nowMs;
      follower.give(this.#channel.read.bind(this.#channel), nowMs);
    }
    this.#wake();
    return () => this.#leave(follower);
  }

  look(): void {
    const nowMs = performance.now();
    for (const follower of this.#followers) follower.look(nowMs, this.#limits);
  }

  end(): void {
    this.close();
    for (const follower of this.#followers) follower.end();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#listening[Symbol.dispose]();
  }

  #leave(follower: Follower): void {
    this.#followers.delete(follower);
    const { since } = follower;
    if (since === undefined) return;
    for (const other of this.#followers) if (other.since === since) return;
    this.#channel.left?.(since);
  }

  #wake(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    const waitMs = Math.max(
      this.#limits.firstMs,
      this.#tickMs + this.#pauseMs() - performance.now(),
    );
    this.#timer = setTimeout(() => this.#tick(), waitMs);
  }

  #pauseMs(): number {
    const { intervalMs, crowdedMs } = this.#limits;
    return this.#isCrowded() ? crowdedMs : intervalMs;
  }

  #tick(): void {
    this.#timer = undefined;
    const nowMs = performance.now();
    this.#tickMs = nowMs;
    // Most stand at the same place: their frame is made once.
    const made = new Map<string, Frame | undefined>();
    const read = (since: string | undefined, isFirst: boolean): Frame | undefined => {
      const place = `${String(isFirst)} ${since ?? ''}`;
      if (!made.has(place)) made.set(place, this.#channel.read(since, isFirst));
      return made.get(place);
    };
    let hasGiven = false;
    for (const follower of this.#followers) if (follower.give(read, nowMs)) hasGiven = true;
    // A frame need not be all that there is.
    if (hasGiven) this.#wake();
  }
}

const addressOf = ({ socket }: IncomingMessage): string => socket.remoteAddress ?? '';

const isLoopback = (address: string): boolean => /^(?:::1|(?:::ffff:)?127\..*)$/u.test(address);

const full = (limit: string): RequestError => new RequestError('STREAM_FULL', { limit });
