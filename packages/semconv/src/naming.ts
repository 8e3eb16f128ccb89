/** The two naming rules: what is wrong with the name of a component or of an event. */

/** One thing that a name does not keep to. */
export interface NameProblem {
  readonly rule: 'empty' | 'length' | 'characters' | 'words';
  /** What to do, as a sentence. */
  readonly message: string;
}

/** Checks the name of a component: `module_component_subcomponent`, lower-case words with underscores. */
export function checkComponentName(name: string): NameProblem[] {
  return checkName(name, 'a component is named as in module_component_subcomponent');
}

/**
 * Checks the name of an event: `object_action_state`, lower-case words with underscores, at least two of them; dots may
 * put a namespace in front.
 */
export function checkEventName(name: string): NameProblem[] {
  const problems = checkName(name, 'an event is named as in file_upload_completed');
  const last = name.slice(name.lastIndexOf('.') + 1);
  if (problems.length === 0 && !last.includes('_')) {
    problems.push({
      rule: 'words',
      message: `"${name}" is one word; say what happened to what, as in file_upload_completed`,
    });
  }
  return problems;
}

const LONGEST_NAME = 200;
const WORDS = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*(?:\.[a-z][a-z0-9]*(?:_[a-z0-9]+)*)*$/;

function checkName(name: string, example: string): NameProblem[] {
  if (name.trim() === '') return [{ rule: 'empty', message: `a name is empty; ${example}` }];
  if (name.length > LONGEST_NAME) {
    const message = `"${name.slice(0, 40)}…" has ${name.length} characters; at most ${LONGEST_NAME}`;
    return [{ rule: 'length', message }];
  }
  if (WORDS.test(name)) return [];
  const message = `"${name}" is not made of lower-case words with underscores; ${example}`;
  return [{ rule: 'characters', message }];
}
