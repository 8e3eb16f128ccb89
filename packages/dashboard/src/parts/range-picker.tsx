/** Chooses the range: presets, or two moments. */
import { type FormEvent, type ReactNode, useState } from 'react';
import type { Navigation } from '../navigation.ts';
import { PRESETS, type Range, lengthMsOf } from '../range.ts';

interface RangePickerProps {
  readonly navigation: Navigation;
  readonly timeZone: string;
}

/** Buttons for the presets, a form for the rest. */
export function RangePicker({ navigation, timeZone }: RangePickerProps): ReactNode {
  const { view, go } = navigation;
  const [open, setOpen] = useState(false);
  const choose = (range: Range): void => {
    setOpen(false);
    go({ range, interval: 'auto' });
  };
  return (
    <div className="range">
      <div className="segments" role="group" aria-label="Time range">
        {PRESETS.map(({ since, label, title }) => (
          <button
            key={since}
            type="button"
            title={title}
            aria-pressed={view.range.kind === 'since' && view.range.since === since}
            onClick={() => choose({ kind: 'since', since })}
          >
            {label}
          </button>
        ))}
        <button
          type="button"
          aria-pressed={view.range.kind === 'between' || !isPreset(view.range)}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {labelOf(view.range)}
        </button>
      </div>
      <span className="zone" title="Days and buckets are those of this time zone">
        {timeZone}
      </span>
      {open && (
        <CustomRange
          key={JSON.stringify(view.range)}
          range={view.range}
          onChoose={choose}
          onClose={() => setOpen(false)}
        />
      )}
    </div>
  );
}

interface CustomRangeProps {
  readonly range: Range;
  readonly onChoose: (range: Range) => void;
  readonly onClose: () => void;
}

function CustomRange({ range, onChoose, onClose }: CustomRangeProps): ReactNode {
  const [initial] = useState(() => boundsOf(range, Date.now()));
  const [from, setFrom] = useState(initial.from);
  const [to, setTo] = useState(initial.to);
  const valid = Date.parse(from) < Date.parse(to);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!valid) return;
    onChoose({
      kind: 'between',
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
    });
  };
  return (
    <form
      className="popover"
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <label>
        From
        <input
          type="datetime-local"
          value={from}
          onChange={(event) => setFrom(event.target.value)}
        />
      </label>
      <label>
        To
        <input type="datetime-local" value={to} onChange={(event) => setTo(event.target.value)} />
      </label>
      <div className="row">
        <button type="submit" className="primary" disabled={!valid}>
          Show
        </button>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        {!valid && <span className="note">From must lie before To.</span>}
      </div>
    </form>
  );
}

function isPreset(range: Range): boolean {
  return range.kind === 'since' && PRESETS.some(({ since }) => since === range.since);
}

const dayAndTime = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

function labelOf(range: Range): string {
  if (range.kind === 'since') return isPreset(range) ? 'Custom' : `Last ${range.since}`;
  return dayAndTime.formatRange(new Date(range.from), new Date(range.to));
}

function boundsOf(range: Range, nowMs: number): { from: string; to: string } {
  return range.kind === 'between'
    ? { from: toLocal(Date.parse(range.from)), to: toLocal(Date.parse(range.to)) }
    : { from: toLocal(nowMs - lengthMsOf(range)), to: toLocal(nowMs) };
}

/** The form that `datetime-local` fields want: local time without an offset. */
function toLocal(ms: number): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${String(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
