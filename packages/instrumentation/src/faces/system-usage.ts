/** What the machine is busy with: processors, memory, disk. */
import { statfs } from 'node:fs/promises';
import { cpus, freemem, totalmem } from 'node:os';

/** Use of the machine. Percent of all of it, 0 to 100; MiB and GiB. What cannot be read is left out. */
export interface SystemUsage {
  readonly cpu?: { readonly percent: number };
  readonly memory: { readonly percent: number; readonly used_mb: number };
  readonly disk?: { readonly percent: number; readonly used_gb: number };
}

/** Time that the processors have spent since the machine started, milliseconds. */
export interface CpuTimes {
  readonly busyMs: number;
  readonly totalMs: number;
}

/** Reads the processors' times. */
export function readCpuTimes(): CpuTimes {
  let totalMs = 0;
  let idleMs = 0;
  for (const { times } of cpus()) {
    totalMs += times.user + times.nice + times.sys + times.idle + times.irq;
    idleMs += times.idle;
  }
  return { busyMs: totalMs - idleMs, totalMs };
}

/** Reads the use of the machine; the processors' over the time since `before`. `path` lies on the disk that is meant. */
export async function readSystemUsage(before: CpuTimes, path: string): Promise<SystemUsage> {
  const now = readCpuTimes();
  const totalMs = now.totalMs - before.totalMs;
  const usedBytes = totalmem() - freemem();
  const disk = await readDisk(path);
  return {
    ...(totalMs > 0 && {
      cpu: { percent: rounded((100 * (now.busyMs - before.busyMs)) / totalMs) },
    }),
    memory: { percent: rounded((100 * usedBytes) / totalmem()), used_mb: rounded(usedBytes / MIB) },
    ...(disk !== undefined && { disk }),
  };
}

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

async function readDisk(path: string): Promise<SystemUsage['disk']> {
  try {
    const { blocks, bfree, bavail, bsize } = await statfs(path);
    const used = blocks - bfree;
    // As df has it: what only root may use is neither used nor free.
    const percent = used + bavail > 0 ? (100 * used) / (used + bavail) : 0;
    return { percent: rounded(percent), used_gb: rounded((used * bsize) / GIB) };
  } catch {
    return undefined;
  }
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
