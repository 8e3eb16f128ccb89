/** Text to take along: a snippet or a command, copied at a click. */
import { type ReactNode, useState } from 'react';
import { toTooltip } from '../format.ts';

interface CopyProps {
  readonly text: string;
  readonly children: ReactNode;
}

/** Copies its text and says so; selects nothing, asks nothing. */
export function CopyButton({ text, children }: CopyProps): ReactNode {
  const [state, setState] = useState<'ready' | 'copied' | 'refused'>('ready');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      // Pages over plain HTTP from another host have no clipboard.
      setState('refused');
    }
  };
  return (
    <>
      <button
        type="button"
        className="quiet"
        title={toTooltip(text)}
        onClick={() => void copy()}
        onBlur={() => setState('ready')}
      >
        {state === 'copied' ? 'Copied' : children}
      </button>
      {state === 'refused' && <code className="code">{text}</code>}
    </>
  );
}

/** Text as typed, with its button. */
export function Snippet({ text }: { readonly text: string }): ReactNode {
  return (
    <div className="snippet">
      <pre tabIndex={0}>{text}</pre>
      <CopyButton text={text}>Copy</CopyButton>
    </div>
  );
}
