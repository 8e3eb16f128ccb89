/** Definitions that are a rule by which units are counted. */
import type { Property } from '@heartwood/store';
import type { AdoptionRule } from '../adoption-rule.ts';
import type { FunnelRule } from '../funnel-rule.ts';
import type { RetentionRule } from '../retention-rule.ts';
import type { Definition } from './definition.ts';

/** How far units get through steps. */
export interface FunnelDefinition extends Definition {
  readonly kind: 'funnel';
  readonly rule: FunnelRule;
  /** By what it is split unless a question says otherwise. */
  readonly breakdown: Property | null;
}

/** How many of those who start return. */
export interface RetentionDefinition extends Definition {
  readonly kind: 'retention';
  readonly rule: RetentionRule;
  /** By what it is split unless a question says otherwise. */
  readonly breakdown: Property | null;
}

/** What it means to adopt a feature. */
export interface AdoptionDefinition extends Definition {
  readonly kind: 'adoption';
  readonly feature: string;
  readonly rule: AdoptionRule;
}
