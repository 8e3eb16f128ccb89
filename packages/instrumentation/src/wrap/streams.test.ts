/** Runs of functions that give back streams, iterators and callbacks: when they end, and how. */
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { ATTR_FEATURE_STATUS } from '@heartwood/semconv';
import { currentFeature } from '../context/context.ts';
import type { AnyFunction } from './likeness.ts';
import { tracedFeature } from './traced-feature.ts';
import type { WrapOptions } from './wrap-options.ts';

const memory = registerMemory();

afterEach(() => void memory.take());

const failure = new RangeError('no such thing');

function statuses(): unknown[] {
  return memory.take().map(({ attributes }) => attributes[ATTR_FEATURE_STATUS]);
}

const soon = async (): Promise<void> => {
  for (let i = 0; i < 3; i += 1) await new Promise((resolve) => setImmediate(resolve));
};

function web(chunks = ['a', 'b'], error?: Error): ReadableStream<string> {
  const waiting = [...chunks];
  return new ReadableStream(
    {
      pull(controller) {
        const chunk = waiting.shift();
        if (chunk !== undefined) controller.enqueue(chunk);
        else if (error === undefined) controller.close();
        else controller.error(error);
      },
    },
    { highWaterMark: 0 },
  );
}

const sink = (error?: Error): WritableStream<string> =>
  new WritableStream({
    write() {
      if (error !== undefined) throw error;
    },
  });

describe('a Node stream', () => {
  const readable = (): Readable => Readable.from(['a', 'b']);
  const ways: Record<string, [(stream: Readable) => unknown, string[]]> = {
    'is read by data events': [(stream) => stream.resume(), ['success']],
    'is read by an async loop': [text, ['success']],
    'is piped': [(stream) => stream.pipe(new PassThrough()).resume(), ['success']],
    'is destroyed': [(stream) => stream.destroy(), ['cancelled']],
    'is destroyed with an error': [
      (stream) => stream.on('error', () => {}).destroy(failure),
      ['failed'],
    ],
    'is left by an async loop': [
      async (stream: Readable) => {
        for await (const _ of stream) break;
      },
      ['cancelled'],
    ],
    'is not read': [() => {}, []],
  };

  it.each(Object.entries(ways))('that %s ends its run then', async (_, [use, expected]) => {
    const stream = readable();
    expect(tracedFeature('export', () => stream)()).toBe(stream);
    expect(statuses()).toEqual([]);
    await use(stream);
    await soon();
    expect(statuses()).toEqual(expected);
  });

  it('keeps its listeners and limits once it has ended', async () => {
    const stream = readable();
    const before = [stream.eventNames(), stream.getMaxListeners()];
    tracedFeature('export', () => stream)();
    expect(stream.listenerCount('end')).toBe(1);
    stream.read(0);
    await soon();
    stream.read();
    stream.read();
    await soon();
    expect(statuses()).toEqual(['success']);
    expect([stream.eventNames(), stream.getMaxListeners()]).toEqual(before);
  });

  it('warns of too many listeners of the app as early as without ours', async () => {
    const stream = readable();
    const warnings: unknown[] = [];
    const note = (warning: Error): unknown => warnings.push(warning.name);
    process.on('warning', note);
    tracedFeature('export', () => stream)();
    for (let i = 0; i < 10; i += 1) stream.on('close', () => {});
    await soon();
    expect(warnings).toEqual([]);
    stream.on('close', () => {});
    await soon();
    process.off('warning', note);
    expect(warnings).toEqual(['MaxListenersExceededWarning']);
  });

  it('has its run ended when listeners of the app hear of its end', async () => {
    const seen: unknown[] = [];
    const make = (): Readable => readable().on('end', () => seen.push(...statuses()));
    await text(tracedFeature('export', make)());
    expect(seen).toEqual(['success']);
  });

  it('that fails with nobody listening still ends the process', () => {
    const stream = tracedFeature('export', () => new PassThrough())();
    expect(() => stream.emit('error', failure)).toThrow(failure);
    expect(statuses()).toEqual(['failed']);
  });

  it.each([
    ['had failed', () => new PassThrough().on('error', () => {}).destroy(failure), 'failed'],
    ['was closed', () => new PassThrough().destroy(), 'cancelled'],
    ['had ended', () => new PassThrough().resume().end(), 'success'],
  ])('that %s before the return ends its run there', async (_, make, status) => {
    const stream = make();
    await soon();
    tracedFeature('export', () => stream)();
    expect(statuses()).toEqual([status]);
  });
});

describe('a web stream', () => {
  const ways: Record<string, [(stream: ReadableStream<string>) => unknown, string[]]> = {
    'is read by an async loop': [
      async (stream) => {
        for await (const _ of stream) await soon();
      },
      ['success'],
    ],
    'is left by an async loop': [
      async (stream) => {
        for await (const _ of stream) break;
      },
      ['cancelled'],
    ],
    'is left and kept by a loop, and read by another': [
      async (stream) => {
        for await (const _ of stream.values({ preventCancel: true })) break;
        await soon();
        expect(memory.take()).toEqual([]);
        for await (const _ of stream);
      },
      ['success'],
    ],
    'is read by a reader': [
      async (stream) => {
        const reader = stream.getReader();
        while (!(await reader.read()).done);
      },
      ['success'],
    ],
    'is cancelled by its reader': [async (stream) => stream.getReader().cancel(), ['cancelled']],
    'is released by one reader and read by the next': [
      async (stream) => {
        const reader = stream.getReader();
        await reader.read();
        reader.releaseLock();
        await soon();
        expect(memory.take()).toEqual([]);
        const next = stream.getReader();
        while (!(await next.read()).done);
      },
      ['success'],
    ],
    'is cancelled': [async (stream) => stream.cancel(), ['cancelled']],
    'is locked and refuses to be cancelled': [
      async (stream) => {
        stream.getReader();
        await stream.cancel().catch(() => {});
      },
      [],
    ],
    'is read by a Response': [
      async (stream) => new Response(stream.pipeThrough(new TextEncoderStream())).text(),
      ['success'],
    ],
    'is piped': [async (stream) => stream.pipeTo(sink()), ['success']],
    'is piped to where it cannot be written': [
      async (stream) => stream.pipeTo(sink(failure)).catch(() => {}),
      ['cancelled'],
    ],
    'is piped to where it cannot be written, and kept': [
      async (stream) => stream.pipeTo(sink(failure), { preventCancel: true }).catch(() => {}),
      [],
    ],
    'is read on one branch': [
      async (stream) => {
        const [branch] = stream.tee();
        for await (const _ of branch);
      },
      ['success'],
    ],
    'is cancelled on one branch': [(stream) => void stream.tee()[0].cancel(), []],
    'is cancelled on both branches': [
      async (stream) => Promise.all(stream.tee().map(async (branch) => branch.cancel())),
      ['cancelled'],
    ],
    'becomes a Node stream': [async (stream) => text(Readable.fromWeb(stream)), ['success']],
    'is not read': [() => {}, []],
  };

  it.each(Object.entries(ways))('that %s ends its run then', async (_, [use, expected]) => {
    const stream = web();
    expect(tracedFeature('answer', () => stream)()).toBe(stream);
    expect(statuses()).toEqual([]);
    await use(stream);
    await soon();
    expect(statuses()).toEqual(expected);
  });

  it.each([
    ['a loop', async (stream: ReadableStream) => text(stream as never)],
    ['a pipe', async (stream: ReadableStream) => stream.pipeTo(sink())],
    [
      'a transform',
      async (stream: ReadableStream) => text(stream.pipeThrough(new TransformStream()) as never),
    ],
    ['a branch', async (stream: ReadableStream) => text(stream.tee()[1] as never)],
    [
      'a reader that lets go at once',
      async (stream: ReadableStream) => {
        const reader = stream.getReader();
        await reader.read().catch((error: unknown) => {
          reader.releaseLock();
          throw error;
        });
      },
    ],
  ])('that fails under %s passes its error on and fails the run', async (_, use) => {
    const stream = tracedFeature('answer', () => web([], failure))();
    await expect(use(stream)).rejects.toBe(failure);
    await soon();
    expect(statuses()).toEqual(['failed']);
  });

  it.each([
    ['failed', (controller: ReadableStreamDefaultController) => controller.error(failure)],
    ['success', (controller: ReadableStreamDefaultController) => controller.close()],
  ])('whose reader lets go in the moment of its end is a %s', async (status, end) => {
    let controller: ReadableStreamDefaultController | undefined;
    const make = (): ReadableStream =>
      new ReadableStream({ start: (given) => void (controller = given) });
    const reader = tracedFeature('answer', make)().getReader();
    end(controller!);
    reader.releaseLock();
    await soon();
    expect(statuses()).toEqual([status]);
  });

  it('that fails, and is cancelled in that moment, has failed', async () => {
    let controller: ReadableStreamDefaultController | undefined;
    const make = (): ReadableStream =>
      new ReadableStream({ start: (given) => void (controller = given) });
    const reader = tracedFeature('answer', make)().getReader();
    controller!.error(failure);
    await expect(reader.cancel()).rejects.toBe(failure);
    expect(statuses()).toEqual(['failed']);
  });

  it('that is closed or errored before the return ends its run there', async () => {
    const start = (end: (controller: ReadableStreamDefaultController) => void): ReadableStream =>
      new ReadableStream({ start: end });
    tracedFeature('answer', () => start((controller) => controller.close()))();
    tracedFeature('answer', () => start((controller) => controller.error(failure)))();
    await soon();
    expect(statuses()).toEqual(['success', 'failed']);
  });

  it('that somebody reads already is over at the return', () => {
    const stream = web();
    stream.getReader();
    tracedFeature('answer', () => stream)();
    expect(statuses()).toEqual(['success']);
  });

  it.each([
    ['no transform', (stream: ReadableStream) => stream.pipeThrough(null as never)],
    [
      'a locked one',
      (stream: ReadableStream) => stream.getReader() && stream.pipeThrough(new TransformStream()),
    ],
    [
      'no signal',
      (stream: ReadableStream) => stream.pipeThrough(new TransformStream(), { signal: 1 } as never),
    ],
  ])('refuses %s to pipe through as ever', (_, use) => {
    const refusal = (stream: ReadableStream): unknown => {
      try {
        return use(stream);
      } catch (error) {
        return error;
      }
    };
    const plain = refusal(web());
    expect(plain).toBeInstanceOf(TypeError);
    expect(refusal(tracedFeature('answer', () => web())())).toEqual(plain);
  });
});

it.each([
  [
    'a frozen generator',
    Object.freeze(
      (function* steps() {
        yield 1;
      })(),
    ),
  ],
  ['a frozen web stream', Object.freeze(web())],
  ['an object that only looks like a stream', Object.create(ReadableStream.prototype)],
])('%s is handed out, and over at the return', (_, result) => {
  expect(tracedFeature('odd', () => result as unknown)()).toBe(result);
  expect(statuses()).toEqual(['success']);
});

describe('the stream option', () => {
  const makers: Record<string, AnyFunction> = {
    'a Node stream': () => new PassThrough(),
    'a web stream': () => web(),
    'a promised stream': async () => Promise.resolve(web()),
    'an iterator': () => web()[Symbol.asyncIterator](),
  };

  it.each(Object.entries(makers))(
    'until-return ends the run of %s at the return',
    async (_, make) => {
      const wrapped = tracedFeature('s', { stream: 'until-return' } as WrapOptions, make);
      await wrapped();
      await soon();
      expect(statuses()).toEqual(['success']);
    },
  );

  it('holds for tracedFeature.run as well', async () => {
    const stream = tracedFeature.run('s', () => web());
    expect(statuses()).toEqual([]);
    await stream.cancel();
    expect(statuses()).toEqual(['cancelled']);
    tracedFeature.run('s', { stream: 'until-return' }, () => web());
    expect(statuses()).toEqual(['success']);
  });

  it('takes no other word', () => {
    tracedFeature('s', { stream: 'sometimes' } as never, () => new PassThrough())();
    expect(statuses()).toEqual([]);
  });
});

describe('the callback option', () => {
  type Done = (error: unknown, answer?: unknown) => unknown;

  it('runs the callback in the context of the caller, and hands back what it gives', () => {
    const seen: unknown[] = [];
    const wrapped = tracedFeature('inner', { callback: 'last' }, (done: Done) => {
      seen.push(currentFeature()?.name);
      return done(null);
    });
    tracedFeature('outer', () => {
      seen.push(wrapped(() => (seen.push(currentFeature()?.name), 7)));
    })();
    expect(seen).toEqual(['inner', 'outer', 7]);
  });

  it('ends with the first call, and passes on the others', () => {
    const seen: unknown[] = [];
    const wrapped = tracedFeature('twice', { callback: 0 }, (done: Done) => {
      done(null, 1);
      done(failure);
    });
    wrapped((error, answer) => seen.push(error ?? answer));
    expect(seen).toEqual([1, failure]);
    expect(statuses()).toEqual(['success']);
  });

  it('gives the options what the callback was told', () => {
    const told: unknown[] = [];
    const options = {
      callback: 0,
      resultMetadata: (result: unknown) => void told.push(result),
    } as never;
    const wrapped = tracedFeature(
      'told',
      options,
      (done: (...args: unknown[]) => void, ...args: unknown[]) => done(...args),
    );
    wrapped(() => {}, null, 'second');
    wrapped(() => {}, undefined, 'second');
    wrapped(() => {}, 'first');
    wrapped(() => {});
    expect(told).toEqual(['second', 'second', 'first', undefined]);
  });

  it('keeps the looks of the callback', () => {
    const note = (_a: unknown, _b: unknown, _c: unknown): void => {};
    const wrapped = tracedFeature('looks', { callback: 'last' }, (done: AnyFunction) => [
      done.length,
      done.name,
      Object.getPrototypeOf(done) === Function.prototype,
    ]);
    expect(wrapped(note)).toEqual([3, 'note', true]);
  });

  it('fails the run when the promise of the function rejects instead', async () => {
    const wrapped = tracedFeature('both', { callback: 0 }, async (_done: Done) =>
      Promise.reject(failure),
    );
    await expect(wrapped(() => {})).rejects.toBe(failure);
    expect(statuses()).toEqual(['failed']);
  });

  it('leaves functions among the arguments alone without it', () => {
    const done = (): void => {};
    expect(tracedFeature('plain', (given: AnyFunction) => given)(done)).toBe(done);
  });

  it.each([-1, 1.5, 'first', null])('takes %s for no position, and goes on', (callback) => {
    const wrapped = tracedFeature('wrong', { callback } as never, (done: AnyFunction) => done());
    wrapped(() => {});
    expect(statuses()).toEqual(['success']);
  });
});

describe('what is dropped', () => {
  setFlagsFromString('--expose_gc');
  const gc = runInNewContext('gc') as () => void;
  const collected = async (): Promise<unknown[]> => {
    for (let i = 0; i < 50; i += 1) {
      gc();
      await soon();
      const seen = statuses();
      if (seen.length > 0) return seen;
    }
    return [];
  };
  type Done = () => void;

  // What the tests before have left.
  beforeAll(async () => void (await collected()));

  const kinds: Record<string, () => unknown> = {
    'a generator': () =>
      tracedFeature('dropped', function* steps() {
        yield 1;
        yield 2;
      })().next(),
    'an async generator': async () =>
      tracedFeature('dropped', async function* steps() {
        yield await Promise.resolve(1);
        yield 2;
      })().next(),
    'an iterator': () => tracedFeature('dropped', () => web().values())(),
    'a Node stream': () => tracedFeature('dropped', () => new PassThrough({ emitClose: false }))(),
    'a web stream': () => tracedFeature('dropped', () => web())(),
    'a web stream and its reader': async () =>
      tracedFeature('dropped', () => web())()
        .getReader()
        .read(),
    'a callback': () => tracedFeature('dropped', { callback: 0 }, (_done: Done) => {})(() => {}),
  };

  it.each(Object.entries(kinds))(
    '%s ends its run as cancelled when it is collected',
    async (_, drop) => {
      await drop();
      expect(statuses()).toEqual([]);
      expect(await collected()).toEqual(['cancelled']);
    },
  );

  it.each([
    ['a timer that was begun inside', () => setInterval(() => {}, 1e6).unref()],
    ['a stream that is kept', () => new PassThrough().end().resume()],
  ])('keeps no argument alive: %s', async (_, begin) => {
    const kept: unknown[] = [];
    const argument = (() => {
      const large = { rows: [1] };
      kept.push(tracedFeature('keeping', (_given: object) => begin())(large));
      return new WeakRef(large);
    })();
    for (let i = 0; i < 50 && argument.deref() !== undefined; i += 1) {
      await soon();
      gc();
    }
    expect(argument.deref()).toBe(undefined);
    expect(kept).toHaveLength(1);
    expect(statuses()).toEqual(['success']);
    clearInterval(kept[0] as NodeJS.Timeout);
  });

  it('ends at its last step, not when the garbage is collected', async () => {
    const pause = async (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
    const steps = tracedFeature('dropped', function* steps() {
      yield 1;
      yield 2;
    });
    await (async () => {
      const generator = steps();
      generator.next();
      await pause(20);
      generator.next();
    })();
    await pause(200);
    let [span] = memory.take();
    for (let i = 0; i < 50 && span === undefined; i += 1) {
      gc();
      await soon();
      [span] = memory.take();
    }
    expect(span?.attributes['feature.metadata.cancel_reason']).toBe('abandoned');
    const durationMs = (span?.duration[0] ?? 9) * 1e3 + (span?.duration[1] ?? 0) / 1e6;
    expect(durationMs).toBeGreaterThan(15);
    expect(durationMs).toBeLessThan(200);
  });

  it('does not end a run twice', async () => {
    const wrapped = tracedFeature('done', function* steps() {
      yield 1;
    });
    expect([...wrapped()]).toEqual([1]);
    expect(statuses()).toEqual(['success']);
    expect(await collected()).toEqual([]);
  });
});
