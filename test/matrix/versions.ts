/** The versions of Node and of the SDK that the preload is run on, and whether they are installed here. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeAppFolder } from '../system/app-folder.ts';
import { root } from '../system/app-process.ts';

const installed = join(root, 'test/matrix/node_modules');

/** A Node to run apps with. */
export interface NodeVersion {
  readonly name: string;
  /** The program; undefined when it is not installed. */
  readonly path: string | undefined;
}

/** The Node that runs the tests, and those of `npm run test:processes`. */
export const NODES: readonly NodeVersion[] = [
  { name: `Node ${process.versions.node.split('.')[0]}`, path: process.execPath },
  ...['22', '24', '26'].map((major) => {
    const path = join(installed, `node-${major}/bin/node`);
    return { name: `Node ${major}`, path: existsSync(path) ? path : undefined };
  }),
].filter(({ name }, i, all) => all.findIndex((other) => other.name === name) === i);

/** True when `npm run test:processes` has installed the SDK 3.x. */
export const hasSdk3 = existsSync(join(installed, '@opentelemetry/sdk-node'));

/** A folder with the apps, our packages, and the SDK 3.x. */
export function makeSdk3Folder(): string {
  return makeAppFolder(installed, ['@opentelemetry', 'express']);
}
