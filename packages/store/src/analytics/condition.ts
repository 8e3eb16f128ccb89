/** What may be asked of a single run or event: its properties and conditions on them. */

/** A value that a property is compared with. */
export type Scalar = string | number | boolean;

/** Properties that every run or event may have as such; `event` is the name of an event, `version` that of the feature. */
export type ColumnName =
  | 'feature'
  | 'event'
  | 'category'
  | 'component'
  | 'service'
  | 'version'
  | 'status'
  | 'tier'
  | 'errorType'
  | 'durationMs'
  | 'user'
  | 'session';

/**
 * Something that a run or event may have. `attribute` is what its sender gave under this key; of a run, where it has no
 * such attribute, under `feature.metadata.<key>`. What has none, or null, misses it: untimed runs miss `durationMs` and `tier`.
 */
export type Property =
  | { readonly kind: 'column'; readonly name: ColumnName }
  | { readonly kind: 'attribute'; readonly key: string }
  | { readonly kind: 'resource'; readonly key: string };

/**
 * True or false of every run and event: where the property is missing, every comparison is false, `!=` too, and `not`
 * turns that round. A number is compared with numbers and with texts written as a JSON number; a text or boolean with the
 * text of the value, which is JSON unless it is a text itself.
 */
export type Condition =
  | {
      readonly kind: 'compare';
      readonly property: Property;
      readonly op: '=' | '!=' | '<' | '<=' | '>' | '>=';
      readonly value: Scalar;
    }
  | { readonly kind: 'in'; readonly property: Property; readonly values: readonly Scalar[] }
  | {
      readonly kind: 'contains' | 'startsWith';
      readonly property: Property;
      readonly value: string;
    }
  | { readonly kind: 'exists'; readonly property: Property }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition };
