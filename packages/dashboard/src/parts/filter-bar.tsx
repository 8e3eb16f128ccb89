/** Narrows the page: search in the rows, category, service, status. */
import { FEATURE_STATUSES } from '@heartwood/semconv';
import type { ReactNode } from 'react';
import { toLabel, toVisible } from '../format.ts';
import type { Navigation } from '../navigation.ts';
import type { Filter } from '../router.ts';

interface FilterBarProps {
  readonly navigation: Navigation;
  readonly categories: readonly string[];
  readonly services: readonly string[];
  readonly children?: ReactNode;
}

/** Choices are those of the range; a choice that has no runs in it stays selected. */
export function FilterBar({
  navigation,
  categories,
  services,
  children,
}: FilterBarProps): ReactNode {
  const { view, go, replace } = navigation;
  const { filter, search } = view;
  const choose = (key: keyof Filter, value: string): void => {
    const { [key]: _dropped, ...rest } = filter;
    go({ filter: value === '' ? rest : { ...rest, [key]: value } });
  };
  const filtered = Object.keys(filter).length > 0 || search !== '';
  return (
    <div className="filters" role="search">
      <input
        id="search"
        type="search"
        placeholder="Search features  /"
        aria-label="Search features"
        value={search}
        onChange={(event) => replace({ search: event.target.value })}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <Choice
        label="Category"
        all="All categories"
        value={filter.category}
        values={categories}
        onChoose={(value) => choose('category', value)}
      />
      <Choice
        label="Service"
        all="All services"
        value={filter.service}
        values={services}
        onChoose={(value) => choose('service', value)}
      />
      <Choice
        label="Status"
        all="Any status"
        value={filter.status}
        values={FEATURE_STATUSES}
        onChoose={(value) => choose('status', value)}
      />
      {filtered && (
        <button type="button" className="quiet" onClick={() => go({ filter: {}, search: '' })}>
          Clear
        </button>
      )}
      <span className="push" />
      {children}
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly all: string;
  readonly value: string | undefined;
  readonly values: readonly string[];
  readonly onChoose: (value: string) => void;
}

function Choice({ label, all, value = '', values, onChoose }: ChoiceProps): ReactNode {
  const known = value === '' || values.includes(value) ? values : [...values, value];
  return (
    <select
      aria-label={label}
      value={value}
      className={value === '' ? undefined : 'chosen'}
      onChange={(event) => onChoose(event.target.value)}
    >
      <option value="">{all}</option>
      {known.map((name) => (
        <option key={name} value={name}>
          {toVisible(toLabel(name))}
        </option>
      ))}
    </select>
  );
}
