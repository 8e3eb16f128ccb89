/** The runs that end with one object: it is hooked once, however many wrapped functions hand it on. */
import { readMoment } from '../host/clock.ts';
import type { Run } from '../run/run.ts';

/**
 * Runs that wait for the end of a generator, iterator, stream, thenable or callback. Is it garbage-collected before, then
 * nobody will ever end them: they end as cancelled, with the time of the last sign of life.
 */
export class Followers {
  readonly #followers: Follower[] = [];
  /** The same runs, for the registry: nothing in it may lead to the object, or neither is ever freed. */
  readonly #runs: Run[] = [];
  readonly #since = readMoment();
  #isOver = false;

  /** The run that has waited longest, which is that of the innermost function. */
  get first(): Run | undefined {
    return this.#runs[0];
  }

  /** Notes that the object is hooked: {@link followersOf} finds it. */
  attach(object: object): void {
    known.set(object, this);
  }

  /** Notes that it is not any more, because its end is under way and comes even when the object is dropped. */
  detach(object: object): void {
    known.delete(object);
    droppedObjects().unregister(this.#runs);
  }

  /** Has `run` wait for the end of the object. `succeed` is told what that came to; it ends the run when left out. */
  add(
    object: object,
    run: Run,
    succeed: (value: unknown) => void = (value) => run.succeed(value),
  ): void {
    run.noteLife();
    if (this.#runs.length === 0) droppedObjects().register(object, this.#runs, this.#runs);
    this.#runs.push(run);
    // The arguments of a call may lead to what it gave back: they wait where only that leads to.
    this.#followers.push({ run, args: run.lendArguments(), succeed });
  }

  /**
   * As `add`, for a call around the one that handed the object out. False for a call that began later: what is handed out
   * again and again may last as long as the process, and the runs that wait for it would be ever more.
   */
  join(object: object, run: Run, succeed?: (value: unknown) => void): boolean {
    if (this.#isOver || !run.hasBegunBy(this.#since)) return false;
    this.add(object, run, succeed);
    return true;
  }

  noteLife(): void {
    for (const run of this.#runs) run.noteLife();
  }

  succeed(value: unknown): void {
    this.#end((follower) => follower.succeed(value));
  }

  failWith(error: unknown): void {
    this.#end(({ run }) => run.failWith(error));
  }

  cancel(reason: string): void {
    this.#end(({ run }) => run.cancel(reason));
  }

  #end(end: (follower: Follower) => void): void {
    this.#isOver = true;
    this.#runs.length = 0;
    for (const follower of this.#followers.splice(0)) {
      follower.run.takeBackArguments(follower.args);
      end(follower);
    }
  }
}

/** Who waits for the end of an object that a wrapped function has handed out; undefined for one that is new. */
export function followersOf(object: object): Followers | undefined {
  return known.get(object);
}

interface Follower {
  readonly run: Run;
  readonly args: readonly unknown[];
  readonly succeed: (value: unknown) => void;
}

const known = new WeakMap<object, Followers>();

let registry: FinalizationRegistry<readonly Run[]> | undefined;

function droppedObjects(): FinalizationRegistry<readonly Run[]> {
  registry ??= new FinalizationRegistry((runs) => {
    for (const run of runs) run.abandon();
  });
  return registry;
}
