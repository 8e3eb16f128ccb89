/** A command that imports files and shows how far it is; the first argument says how it ends. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOperation } from '@heartwood/instrumentation';

const [way = 'natural'] = process.argv.slice(2);
const FILES = 20;

const operation = startOperation('import_files', {
  description: 'Imports a folder',
  estimatedItems: FILES,
  unit: 'files',
  category: 'file_operation',
  component: 'importer',
});

if (way === 'wait') {
  await once(process.stdin, 'data');
  process.stdin.unref();
}

for (let done = 1; done <= FILES; done += 1) {
  await sleep(10);
  operation.update({ message: `file-${done}.txt`, current: done, total: FILES });
  if (done === FILES / 2 && way === 'exit') process.exit(3);
  if (done === FILES / 2 && way === 'throw') throw new Error('uncaught on purpose');
}

if (way === 'fail') operation.fail(new RangeError('too many files'));
else operation.complete('all imported', { bytes: 4096 });
console.log(`${FILES} files`);
