/** Checks names and events against the rules and the tracking plan, in development only, and says each finding once. */
import {
  checkEventName,
  isOwnEvent,
  type NameProblem,
  type PlanDocument,
} from '@heartwood/semconv';
import { readFileSync } from 'node:fs';
import { warn } from '../host/report.ts';
import { currentConfig } from '../settings/config.ts';
import { AppPlan, type EventValidator } from './app-plan.ts';

/** Sets what events are checked by; it goes before the file of the settings. Undefined: the file again. */
export function setTrackingPlan(plan: PlanDocument | EventValidator | undefined): void {
  given = typeof plan === 'object' ? toPlan(plan, 'the plan of setTrackingPlan()') : plan;
}

/** Checks an event and says what is wrong. In production nothing is checked. */
export function checkEvent(name: string, properties: Readonly<Record<string, unknown>>): void {
  if (!isDevelopment()) return;
  // Names of our own are no objects of the app.
  if (!isOwnEvent(name)) sayNameProblems(checkEventName(name));
  try {
    const plan = given ?? planOfFile();
    if (typeof plan === 'function') sayFindings(name, properties, plan);
    else plan?.check(name, properties);
  } catch (error) {
    sayFailure(name, error);
  }
}

/** Says what is wrong with a name. In production nothing is said. */
export function sayNameProblems(problems: readonly NameProblem[]): void {
  if (!isDevelopment()) return;
  for (const { message } of problems) say(message);
}

let given: AppPlan | EventValidator | undefined;
let file: { readonly path: string; readonly plan: AppPlan | undefined } | undefined;

const LONGEST_SAID = 100;
// An app that makes up its names would fill the terminal and the memory of what was said.
const MOST_SAID = 200;
const said = new Set<string>();

function say(message: string): void {
  if (said.has(message) || said.size > MOST_SAID) return;
  said.add(message);
  const isLast = said.size > MOST_SAID;
  warn(
    `plan:${message}`,
    isLast
      ? `more than ${MOST_SAID} findings about names and events: the others are left out`
      : message,
  );
}

function isDevelopment(): boolean {
  return process.env['NODE_ENV'] !== 'production';
}

function sayFindings(
  name: string,
  properties: Readonly<Record<string, unknown>>,
  validator: EventValidator,
): void {
  try {
    const findings = validator(name, properties);
    for (const finding of [...findings.errors, ...findings.warnings]) {
      say(`event "${name.slice(0, LONGEST_SAID)}": ${finding}`);
    }
  } catch (error) {
    sayFailure(name, error);
  }
}

function sayFailure(name: string, error: unknown): void {
  say(`the check of event "${name.slice(0, LONGEST_SAID)}" failed: ${String(error)}`);
}

/** The plan of the file in the settings, read once. A file that is not there is an empty plan without checks. */
function planOfFile(): AppPlan | undefined {
  const path = currentConfig().trackingPlan;
  if (file?.path !== path) file = { path, plan: path === '' ? undefined : readPlan(path) };
  return file.plan;
}

function readPlan(path: string): AppPlan | undefined {
  try {
    return toPlan(readFileSync(path, 'utf8'), 'HEARTWOOD_TRACKING_PLAN');
  } catch (error) {
    sayUnusable('HEARTWOOD_TRACKING_PLAN', error);
    return undefined;
  }
}

function toPlan(plan: PlanDocument | string, origin: string): AppPlan {
  return new AppPlan(plan, sayFindings, (error) => sayUnusable(origin, error));
}

function sayUnusable(origin: string, error: unknown): void {
  if (isDevelopment()) say(`${origin} cannot be used, events are not checked: ${String(error)}`);
}
