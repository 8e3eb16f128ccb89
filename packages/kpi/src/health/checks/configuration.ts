/** Checks of settings, definitions and who may read the files. */
import { sayCount } from '../amount.ts';
import { defineCheck, fail, pass, warn, type HealthCheck } from '../check.ts';

/** Bits of the mode for everybody but the owner. */
const OTHERS = 0o077;

export const CONFIGURATION_CHECKS: readonly HealthCheck[] = [
  defineCheck({
    id: 'config.format',
    group: 'configuration',
    title: 'The settings fit together',
    fact: 'settings',
    judge: ({ given, retentionDays, hotDays }) => {
      const evidence = { given, retentionDays, hotDays };
      // A value that cannot be read, or a name that is none, stops the start.
      return retentionDays > 0 && hotDays > retentionDays
        ? warn(
            `HEARTWOOD_HOT_DAYS (${String(hotDays)}) is more than HEARTWOOD_RETENTION_DAYS (${String(retentionDays)}): nothing gets to the archive`,
            'Give fewer hot days, or keep more.',
            evidence,
          )
        : pass(
            `${sayCount(given.length, 'setting')} given, all read; heartwood config show lists them`,
            evidence,
          );
    },
  }),
  defineCheck({
    id: 'config.permissions',
    group: 'configuration',
    title: 'Only the owner can read the files of the server',
    fact: 'permissions',
    judge: (files) => {
      const open = files.filter(({ mode }) => (mode & OTHERS) !== 0);
      const evidence = {
        files: files.map((file) => ({ ...file, mode: octal(file.mode) })),
      };
      if (open.length === 0) return pass(sayCount(files.length, 'place'), evidence);
      const list = open
        .map(({ what, path, mode }) => `${what} ${path} (${octal(mode)})`)
        .join(', ');
      return warn(
        `others may get at: ${list}`,
        `Run chmod go-rwx ${open.map(({ path }) => path).join(' ')}`,
        evidence,
      );
    },
  }),
  defineCheck({
    id: 'definitions.valid',
    group: 'configuration',
    title: 'The definition files can be used',
    fact: 'definitions',
    judge: ({ folder, definitions, errors }) => {
      const evidence = { folder, definitions, errors: errors.slice(0, 10) };
      const [first] = errors;
      if (first !== undefined)
        return fail(
          `${sayCount(errors.length, 'error')}, the definitions of before stay in force: ${first}`,
          'heartwood definitions check names them all; mend them before the server starts again.',
          evidence,
        );
      return folder === null || definitions === 0
        ? pass('there are none', evidence)
        : pass(`${sayCount(definitions, 'definition')} from ${folder}`, evidence);
    },
  }),
];

const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');
