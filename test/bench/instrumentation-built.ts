/** The instrumentation as it is built: run from source it carries what the loader adds. */
import type * as directEngine from '../../packages/instrumentation/src/engine/direct.ts';
import type * as sdkEngine from '../../packages/instrumentation/src/engine/sdk.ts';
import type * as context from '../../packages/instrumentation/src/context/context.ts';
import type * as processor from '../../packages/instrumentation/src/delivery/processor.ts';
import type * as queue from '../../packages/instrumentation/src/delivery/queue.ts';
import type * as config from '../../packages/instrumentation/src/settings/config.ts';
import type * as runtime from '../../packages/instrumentation/src/runtime.ts';
import type * as wrap from '../../packages/instrumentation/src/wrap/traced-feature.ts';

type Built = typeof directEngine &
  typeof sdkEngine &
  typeof context &
  typeof processor &
  typeof queue &
  typeof config &
  typeof runtime &
  typeof wrap;

const FILES = [
  'engine/direct.js',
  'engine/sdk.js',
  'context/context.js',
  'delivery/processor.js',
  'delivery/queue.js',
  'settings/config.js',
  'runtime.js',
  'wrap/traced-feature.js',
];

/** The exports of these modules together. */
export async function loadInstrumentation(): Promise<Built> {
  const modules = await Promise.all(
    FILES.map(
      (file) =>
        import(new URL(`../../packages/instrumentation/dist/${file}`, import.meta.url).href),
    ),
  );
  return Object.assign({}, ...modules) as Built;
}
