/** How the values of settings are written, and what the server makes of them. */
import { homedir } from 'node:os';
import path from 'node:path';
import { WEEK_STARTS } from '@heartwood/kpi';
import { z } from 'zod';
import { isZone, processZone } from './process-zone.ts';

export const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port number from 0 to 65535')
  .transform(Number)
  .refine((value) => value <= 65_535, 'must be a port number from 0 to 65535');

export const token = z
  .string()
  .transform((value) => (value === '' ? undefined : value))
  .refine((value) => value === undefined || value.length >= 16, 'must have at least 16 characters')
  .refine(
    (value) => value === undefined || /^[\x21-\x7e]+$/.test(value),
    'must be printable ASCII without spaces',
  );

export const folder = z
  .string()
  .min(1, 'must not be empty')
  .transform((value) => path.resolve(withHome(value)));

export const file = z
  .string()
  .transform((value) => (value === '' ? undefined : path.resolve(withHome(value))));

export const zone = z
  .string()
  .transform((value) => (value === '' ? processZone() : value))
  .refine(isZone, 'must be the IANA name of a time zone such as Europe/Berlin');

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds; longer ones would be more than a timer can wait. */
export const duration = z
  .string()
  .regex(/^(?:0|\d{1,7}(?:ms|s|m|h))$/, 'must be 0 or a time such as 500ms, 20s, 5m, 1h')
  .transform((value) => {
    const [, digits, unit = ''] = /^(\d+)(\w*)$/.exec(value) ?? [];
    return Number(digits) * (UNITS_MS[unit] ?? 0);
  })
  .refine((value) => value <= 24 * 3_600_000, 'must be at most 24h');

export const flag = z
  .enum(['true', 'false'], 'must be true or false')
  .transform((value) => value === 'true');

export const weekStart = z.enum(WEEK_STARTS, 'must be monday or sunday');

export const days: z.ZodType<number> = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a whole number of days')
  .transform(Number);

export const megabytes = (least: number, most: number = 9_999_999): z.ZodType<number> =>
  z
    .string()
    .regex(/^\d{1,7}$/, 'must be a whole number of MiB')
    .transform(Number)
    .refine((value) => value >= least, `must be at least ${least} (MiB)`)
    .refine((value) => value <= most, `must be at most ${most} (MiB)`);

const withHome = (value: string): string =>
  value === '~' || value.startsWith('~/') ? path.join(homedir(), value.slice(1)) : value;
