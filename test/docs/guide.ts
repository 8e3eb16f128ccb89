/** Reads a guide as the steps it asks a person to take: files to save, commands to run, answers to expect. */

export type Step =
  /** A block such as `js app.mjs`: a file to save. */
  | { readonly kind: 'file'; readonly name: string; readonly text: string }
  /**
   * `sh run` is run once, `sh ask` until it answers what the `text` block behind it says, because data lands within a
   * second or two. Without such a block any answer will do.
   */
  | {
      readonly kind: 'run' | 'ask';
      readonly command: string;
      readonly answer: string;
      readonly line: number;
    };

/** The steps of a guide in their order; blocks that are only to be read are left out. */
export function parseGuide(markdown: string): Step[] {
  const blocks = [...markdown.matchAll(/^```(\w*) ?([^\n]*)\n([\s\S]*?)^```$/gm)].map(
    ({ 1: language = '', 2: word = '', 3: text = '', index }) => ({
      language,
      word,
      text,
      line: markdown.slice(0, index).split('\n').length,
    }),
  );
  return blocks.flatMap(({ language, word, text, line }, index): Step[] => {
    if (/^[\w-]+\.\w+$/.test(word)) return [{ kind: 'file', name: word, text }];
    if (language !== 'sh' || (word !== 'run' && word !== 'ask')) return [];
    const next = blocks[index + 1];
    const answer = next?.language === 'text' ? next.text : '';
    return [{ kind: word, command: text, answer, line }];
  });
}

/**
 * True when every word of every expected line stands in one line of the output, in this order; what lies between,
 * such as times and columns that the guide leaves out, does not matter.
 */
export function holdsAnswer(output: string, answer: string): boolean {
  const lines = output.split('\n').map((line) => line.split(/\s+/));
  return answer
    .split('\n')
    .filter((line) => line.trim() !== '')
    .every((line) => lines.some((words) => holdsInOrder(words, line.trim().split(/\s+/))));
}

function holdsInOrder(words: readonly string[], wanted: readonly string[]): boolean {
  let at = 0;
  for (const word of words) if (word === wanted[at]) at++;
  return at === wanted.length;
}
