/** The command line of the process, which resource detectors note: people give passwords on it. */
import type { FeatureConfig } from '../settings/config.ts';
import { isWordAllowed, redactText } from './redact.ts';
import { MASK } from './value-rules.ts';

/** The arguments as they may leave: `--token=x` and `--token x` lose the value, any other is a text like all texts. */
export function redactArguments(args: readonly string[], config: FeatureConfig): string[] {
  return args.map((arg, i) => {
    const flag = FLAG.exec(args[i - 1] ?? '')?.[1];
    const isSecret = flag !== undefined && !isWordAllowed(flag, config) && !arg.startsWith('-');
    return isSecret ? MASK : redactText(arg, config);
  });
}

const FLAG = /^--?([A-Za-z][\w.-]*)$/;
