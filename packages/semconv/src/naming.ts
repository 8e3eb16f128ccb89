/** The two naming rules: what is wrong with the name of a component or of an event. */

/** One thing that a name does not keep to. */
export interface NameProblem {
  readonly rule: 'empty' | 'length' | 'characters' | 'words' | 'state';
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

/**
 * Checks the last word of an event's name as well: past tense for what is over (`file_upload_completed`), the
 * `ing` form or `in_progress` for what goes on (`file_upload_running`). English words only.
 */
export function checkEventState(name: string): NameProblem[] {
  const problems = checkEventName(name);
  if (problems.length > 0 || name.endsWith('_in_progress')) return problems;
  const last = name.slice(name.lastIndexOf('_') + 1);
  const isRegular = /(?:[^e]ed|ing)$/.test(last) && !NO_VERBS.has(last);
  if (isRegular || IRREGULAR_PAST.has(last) || IRREGULAR_PAST.has(last.replace(UNDOING, '')))
    return [];
  const message = `"${name}" ends with "${last}"; end with what happened (_completed, _sent) or goes on (_running)`;
  return [{ rule: 'state', message }];
}

const UNDOING = /^(?:un|re|over|under|mis|out|with)/;
const NO_VERBS = new Set(
  'bring evening king morning nothing ping ring sing something spring sting string swing thing wing'.split(
    ' ',
  ),
);
const IRREGULAR_PAST = new Set(
  [
    'agreed beaten become been begun bent bet bidden bitten blown born bought bound bred broken brought built burnt',
    'cast caught chosen come cut dealt decreed done drawn driven dug eaten fallen fed felt fled found forgotten',
    'forgiven freed frozen given gone got gotten ground grown guaranteed had heard held hidden hit hung hurt kept',
    'known laid learnt led left lent let lit lost made meant met paid proven put quit read ridden risen run said sat',
    'seen sent set shared shown shut slept sold sought spent split spoken spread spun stolen stood stuck swept swum',
    'taken taught thought thrown told torn understood went woken won worn wound written',
  ].flatMap((line) => line.split(' ')),
);

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
