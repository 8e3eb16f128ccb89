/** Whether a child process may go on when this process has ended. */
import { existsSync } from 'node:fs';

/**
 * False where the end of this process, or of one that waits for it, ends all others: as the first process of a
 * container or its child, in any container (what runs there is mostly all there is), as a service of systemd, which
 * kills what a service leaves behind, and in a function of AWS Lambda, which is frozen.
 */
export function mayOutlive(
  env: Readonly<Record<string, string | undefined>> = process.env,
  { pid, ppid }: { readonly pid: number; readonly ppid: number } = process,
  exists: (path: string) => boolean = existsSync,
): boolean {
  if (pid === 1 || ppid === 1) return false;
  if (KILLERS.some((name) => env[name] !== undefined)) return false;
  return !MARKS.some((path) => exists(path));
}

const KILLERS = [
  'KUBERNETES_SERVICE_HOST',
  'INVOCATION_ID',
  'AWS_LAMBDA_FUNCTION_NAME',
  'container',
  'ECS_CONTAINER_METADATA_URI_V4',
];
const MARKS = ['/.dockerenv', '/run/.containerenv'];
