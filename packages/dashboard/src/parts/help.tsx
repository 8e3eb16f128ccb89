/** The keys and the words, a key press away. */
import { type ReactNode, useEffect, useRef } from 'react';
import { DEFINITIONS } from '../definitions.ts';

interface HelpProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

const KEYS = [
  ['/', 'Search features'],
  ['r', 'Refresh now'],
  ['p', 'Pause or go on refreshing'],
  ['g f', 'Go to the features'],
  ['g o', 'Go to what is running now'],
  ['?', 'This help'],
] as const;

/** A modal dialog; Escape closes it. */
export function HelpDialog({ open, onClose }: HelpProps): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="help-title">
      <h2 id="help-title">Keys</h2>
      <dl className="keys">
        {KEYS.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <h2>Words</h2>
      <dl className="words">
        {Object.values(DEFINITIONS).map(({ label, meaning }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <p className="note">
        Drag over a chart to look at that time. The address holds the view; send it as a link.
      </p>
      <button type="button" className="primary" onClick={onClose}>
        Close
      </button>
    </dialog>
  );
}
