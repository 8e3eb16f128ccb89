/** Checks of the machine that the server runs on. */
import { sayBytes, sayLength, sayShare } from '../amount.ts';
import { defineCheck, fail, pass, warn, type HealthCheck } from '../check.ts';

/** A twentieth of the disk, but no more than that. */
const DISK_WARN_SHARE = 0.05;
const DISK_WARN_BYTES = 10 * 2 ** 30;
/** Times the room below which data are refused. */
const DISK_WARN_TIMES = 4;
const MEMORY_WARN = 0.8;
const MEMORY_FAIL = 0.95;
/** What the server takes beside its database. */
const REST_BYTES = 250 * 2 ** 20;
const CPU_WARN = 0.8;
const LOOP_WARN_S = 0.1;
const LOOP_FAIL_S = 1;

export const MACHINE_CHECKS: readonly HealthCheck[] = [
  defineCheck({
    id: 'disk.free',
    group: 'machine',
    title: 'The disk has room',
    fact: 'disk',
    judge: (disk) => {
      const { freeBytes, totalBytes, leastBytes } = disk;
      const message = `${sayBytes(freeBytes)} of ${sayBytes(totalBytes)} free`;
      const remedy =
        'Make room on that disk, keep fewer days (HEARTWOOD_RETENTION_DAYS), or set HEARTWOOD_MAX_DATA_MB.';
      if (freeBytes < leastBytes)
        return fail(`${message}, below ${sayBytes(leastBytes)}: new data are refused`, remedy, {
          ...disk,
        });
      const enough = Math.max(
        leastBytes * DISK_WARN_TIMES,
        Math.min(totalBytes * DISK_WARN_SHARE, DISK_WARN_BYTES),
      );
      return freeBytes < enough ? warn(message, remedy, { ...disk }) : pass(message, { ...disk });
    },
  }),
  defineCheck({
    id: 'memory.use',
    group: 'machine',
    title: 'The server has memory',
    fact: 'memory',
    judge: (memory) => {
      const { residentBytes, totalBytes, databaseLimitBytes } = memory;
      const share = residentBytes / totalBytes;
      const evidence = { ...memory, share };
      const message = `${sayBytes(residentBytes)} of ${sayBytes(totalBytes)} (${sayShare(share)})`;
      const remedy = 'Lower HEARTWOOD_MEMORY_MB, or give the machine or container more.';
      if (share > MEMORY_FAIL) return fail(message, remedy, evidence);
      if (share > MEMORY_WARN) return warn(message, remedy, evidence);
      return databaseLimitBytes + REST_BYTES > totalBytes
        ? warn(
            `the database may use ${sayBytes(databaseLimitBytes)} and the rest of the server ${sayBytes(REST_BYTES)}, more than there is (${sayBytes(totalBytes)})`,
            'Lower HEARTWOOD_MEMORY_MB: beyond what there is, the system ends the process.',
            evidence,
          )
        : pass(message, evidence);
    },
  }),
  defineCheck({
    id: 'cpu.use',
    group: 'machine',
    title: 'The server has CPU time',
    fact: 'cpu',
    judge: (cpu) => {
      const { share, cores, load } = cpu;
      const message = `${sayShare(share)} of ${String(cores)} cores in the last seconds, load of the machine ${load.toFixed(1)}`;
      const remedy =
        share > CPU_WARN
          ? 'Send less or sample, ask for shorter ranges, or give the machine more cores.'
          : 'Other programs keep the machine busy: look which (top), or give it more cores.';
      return share > CPU_WARN || load > cores * 2
        ? warn(message, remedy, { ...cpu })
        : pass(message, { ...cpu });
    },
  }),
  defineCheck({
    id: 'eventloop.delay',
    group: 'machine',
    title: 'The server answers without delay',
    fact: 'eventLoop',
    judge: (loop) => {
      const message = `99 of 100 turns within ${sayLength(loop.p99S)}, the longest ${sayLength(loop.maxS)}`;
      const remedy = 'The machine is too busy: look at cpu.use and at what else runs there.';
      if (loop.p99S > LOOP_FAIL_S) return fail(message, remedy, { ...loop });
      return loop.p99S > LOOP_WARN_S
        ? warn(message, remedy, { ...loop })
        : pass(message, { ...loop });
    },
  }),
];
