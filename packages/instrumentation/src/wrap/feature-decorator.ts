/** The `Feature` decorator: as the standard has decorators, and as TypeScript's `experimentalDecorators` has them. */
import { warnOnce } from '../host/report.ts';
import type { AnyFunction } from './likeness.ts';
import { wrapInitial, wrapMember, type Member } from './member-feature.ts';
import type { AnyWrapOptions, WrapOptions } from './wrap-options.ts';

/** Functions whose first parameters are `Args` - callbacks of options may take fewer - and whose calls give `Result`. */
type Taking<Args extends readonly unknown[], Result> = (
  ...args: [...Args, ...never[]]
) => Result | PromiseLike<Result> | Generator<unknown, Result> | AsyncGenerator<unknown, Result>;

/** What stands behind the `@`: on methods, getters and setters, and on fields and accessors that hold functions. */
export interface FeatureDecoration<Args extends readonly unknown[], Result> {
  <This, F extends Taking<Args, Result>>(
    method: F,
    context: ClassMethodDecoratorContext<This, F>,
  ): F;
  <This, Value>(
    getter: (this: This) => Value,
    context: ClassGetterDecoratorContext<This, Value>,
  ): (this: This) => Value;
  <This, Value>(
    setter: (this: This, value: Value) => void,
    context: ClassSetterDecoratorContext<This, Value>,
  ): (this: This, value: Value) => void;
  <This, F extends Taking<Args, Result>>(
    target: ClassAccessorDecoratorTarget<This, F>,
    context: ClassAccessorDecoratorContext<This, F>,
  ): ClassAccessorDecoratorResult<This, F>;
  <This, F extends Taking<Args, Result>>(
    target: undefined,
    context: ClassFieldDecoratorContext<This, F>,
  ): (this: This, initial: F) => F;
  /** `experimentalDecorators`: a method. */
  <F extends Taking<Args, Result>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<F>,
  ): TypedPropertyDescriptor<F>;
  /** `experimentalDecorators`: a getter or setter of anything but functions. */
  <Value>(
    target: object,
    key: string | symbol,
    descriptor: Value extends AnyFunction ? never : TypedPropertyDescriptor<Value>,
  ): TypedPropertyDescriptor<Value>;
}

/** The `Feature` decorator, with and without arguments. */
export interface FeatureDecorator extends FeatureDecoration<never[], unknown> {
  /** Without a name the feature is named `Class.member`, by the class that declares the member. */
  <Args extends readonly unknown[] = never[], Result = unknown>(
    name?: string,
    options?: WrapOptions<Args, Result>,
  ): FeatureDecoration<Args, Result>;
  <Args extends readonly unknown[] = never[], Result = unknown>(
    options: WrapOptions<Args, Result> & { readonly name?: string },
  ): FeatureDecoration<Args, Result>;
}

/** See {@link FeatureDecorator}. */
export const Feature = ((...given: readonly unknown[]): unknown => {
  if (isStandard(given) || isLegacy(given)) return decorate(given, undefined, null);
  const [first, second] = given;
  const combined = typeof first === 'object' && first !== null;
  const options = combined ? first : (second ?? null);
  const name = combined ? (first as { name?: unknown }).name : first;
  return (...target: readonly unknown[]) =>
    decorate(target, typeof name === 'string' ? name : undefined, options);
}) as FeatureDecorator;

/** The part that is used of the context a standard decorator gets. */
interface StandardContext {
  readonly kind: string;
  readonly name: string | symbol;
}

function isStandard(given: readonly unknown[]): given is readonly [unknown, StandardContext] {
  const [target, context] = given;
  // Options have a number for `kind`, and the name of the feature before them.
  return (
    typeof target !== 'string' &&
    typeof context === 'object' &&
    context !== null &&
    typeof (context as { kind?: unknown }).kind === 'string'
  );
}

function isLegacy(
  given: readonly unknown[],
): given is readonly [object, string | symbol, PropertyDescriptor | undefined] {
  const [target, key] = given;
  const isObject = (typeof target === 'object' && target !== null) || typeof target === 'function';
  return isObject && (typeof key === 'string' || typeof key === 'symbol');
}

function decorate(
  target: readonly unknown[],
  name: string | undefined,
  options: AnyWrapOptions | null,
): unknown {
  if (isStandard(target)) return decorateStandard(target[0], target[1], name, options);
  if (isLegacy(target)) return decorateLegacy(target[2], { key: target[1], name, options });
  warnOnce('Feature', '@Feature is for members of classes; a class takes @FeatureClass');
  return undefined;
}

function decorateStandard(
  value: unknown,
  { kind, name: key }: StandardContext,
  name: string | undefined,
  options: AnyWrapOptions | null,
): unknown {
  const member: Member = { key, name, options };
  if (kind === 'field') return wrapInitial(member);
  if (kind === 'accessor') return { init: wrapInitial(member) };
  if (typeof value === 'function' && kind !== 'class') {
    return wrapMember(value as AnyFunction, member);
  }
  warnOnce('Feature', '@Feature is for members of classes; a class takes @FeatureClass');
  return undefined;
}

function decorateLegacy(descriptor: PropertyDescriptor | undefined, member: Member): unknown {
  const parts = (['value', 'get', 'set'] as const).filter(
    (part) => typeof descriptor?.[part] === 'function',
  );
  if (parts.length > 0) {
    const wrapped = parts.map((part) => [
      part,
      wrapMember(descriptor?.[part] as AnyFunction, member),
    ]);
    return { ...descriptor, ...(Object.fromEntries(wrapped) as PropertyDescriptor) };
  }
  warnOnce(
    'Feature field',
    `experimentalDecorators cannot wrap the field ${String(member.key)}; use tracedFeature() for its value`,
  );
  return descriptor;
}
