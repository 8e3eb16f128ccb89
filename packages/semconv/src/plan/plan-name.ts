/** Names as the naming rule of a plan wants them. */
import { checkEventState } from '../naming.ts';
import type { PlanNaming } from './tracking-plan.ts';

const SNAKE = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*(?:\.[a-z][a-z0-9]*(?:_[a-z0-9]+)*)*$/;
const CAMEL = /^[a-z][A-Za-z0-9]*(?:\.[a-z][A-Za-z0-9]*)*$/;

/** What the rule wants instead of a name; null for a name that keeps to it. Dots put a namespace in front. */
export function checkName({ case: words, pattern }: PlanNaming, name: string): string | null {
  const isRight = name.length <= 200 && (words === 'snake' ? SNAKE : CAMEL).test(name);
  if (!isRight) return words === 'snake' ? 'lower_case_words' : 'camelCaseWords';
  if (pattern === null) return null;
  const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return checkEventState(snake).length === 0
    ? null
    : 'object_action_state, as file_upload_completed';
}
