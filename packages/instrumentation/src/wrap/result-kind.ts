/** Tells what a call gave back that is not over yet, by its class: no getter of the object itself is called. */
import { types } from 'node:util';
import { isNodeStream } from './node-stream.ts';

/** Things that go on after they were handed out. */
export type LazyKind = 'generator' | 'iterator' | 'node stream' | 'web stream';

/** The kind of a lazy object; undefined for everything else. */
export function lazyKindOf(value: object): LazyKind | undefined {
  const prototype = Reflect.getPrototypeOf(value);
  // Plain data, which is most of what functions give back.
  if (prototype === null || prototype === Object.prototype || prototype === Array.prototype) {
    return undefined;
  }
  if (types.isGeneratorObject(value)) return 'generator';
  let kind = kinds.get(prototype);
  if (kind === undefined) {
    kind = kindOfClass(prototype);
    kinds.set(prototype, kind);
  }
  if (kind === 'iterator' && !('return' in value && typeof value.return === 'function')) {
    // An iterator that cannot be left (of an Array, Map or Set) has no work of its own, and nothing would end its run.
    return undefined;
  }
  if (kind === 'node stream' && !isNodeStream(value)) return undefined;
  return kind === 'none' ? undefined : kind;
}

const kinds = new WeakMap<object, LazyKind | 'none'>();

function kindOfClass(prototype: object): LazyKind | 'none' {
  if (['getReader', 'pipeTo', 'tee', 'cancel'].every((key) => key in prototype))
    return 'web stream';
  if (['read', 'pipe', 'prependListener'].every((key) => key in prototype)) return 'node stream';
  return isIteratorPrototype(prototype) ? 'iterator' : 'none';
}

function isIteratorPrototype(prototype: object): boolean {
  const { iterator, asyncIterator } = iteratorPrototypes();
  return (
    prototype === iterator ||
    prototype === asyncIterator ||
    Object.prototype.isPrototypeOf.call(iterator, prototype) ||
    Object.prototype.isPrototypeOf.call(asyncIterator, prototype)
  );
}

/** %IteratorPrototype% and %AsyncIteratorPrototype%, which have no name in Node 20. */
function iteratorPrototypes(): { readonly iterator: object; readonly asyncIterator: object } {
  const above = (object: object): object => Reflect.getPrototypeOf(object) ?? object;
  const asyncGenerator = async function* (): AsyncGenerator {};
  return {
    iterator: above(above([][Symbol.iterator]())),
    asyncIterator: above(above(asyncGenerator.prototype as object)),
  };
}
