/** The tracking plan: what is planned, what breaks it, and plans that come with a question. */
import {
  checkPlanEvent,
  draftPlan,
  importPlan,
  lintPlanFiles,
  readPlan,
  readViolations,
  writeDocument,
  writePlan,
} from '@heartwood/kpi';
import type { PlannedEvent } from '@heartwood/semconv';
import { diffPlans, propertiesOf } from '@heartwood/semconv/plan';
import type { z } from 'zod';
import type { PlanDiff, PlanEventRow, PlanVerdict } from '../contract/plan.ts';
import type { PLAN_ROUTES } from '../contract/routes/plan.ts';
import { toDefinitionProblem } from '../problem.ts';
import { analyticMetaOf } from './analytic.ts';
import { metaOf, windowOf, type HandlersOf } from './context.ts';
import { hear } from './explain-plain.ts';

export const planHandlers: HandlersOf<typeof PLAN_ROUTES> = {
  /** `GET /api/v1/plan` */
  readPlan: ({ definitions: { set } }) => {
    if (set.plan === null) return { data: [], meta: { total: 0, plan: null } };
    const { plan, digest, place, written } = set.plan;
    const data = [...plan.events.values()].map(toRow);
    return {
      data,
      meta: {
        total: data.length,
        plan: {
          id: plan.id,
          revision: plan.revision,
          digest,
          place: { ...place },
          modes: { ...plan.modes },
          written,
        },
      },
    };
  },

  /** `GET /api/v1/plan/violations` */
  listViolations: async (context, { query }) => {
    const window = windowOf(context, query);
    const { event, type, limit } = query;
    const { options, explained } = hear(context, 'listViolations', query);
    const { rows, truncated } = await readViolations(context.reader, window, {
      ...options,
      event,
      type,
      limit,
    });
    const n = rows.reduce((sum, { records }) => sum + records, 0);
    const told = explained(window, { unit: 'events', n });
    const warnings = context.definitions.set.plan === null ? [NO_PLAN] : [];
    const meta = metaOf(window, 'events', { truncated, warnings });
    return { data: [...rows], meta: { ...meta, ...told } };
  },

  /** `POST /api/v1/plan/validate` */
  validateEvent: ({ definitions: { set }, nowMs }, { body: { files, ...event } }) => {
    const plan = files === undefined ? set.plan : readPlan(files, set, nowMs);
    const verdict = checkPlanEvent(plan?.plan ?? null, event);
    return { data: structuredClone(verdict) as z.output<typeof PlanVerdict> };
  },

  /** `POST /api/v1/plan/infer` */
  inferPlan: async (context, { body }) => {
    const window = windowOf(context, body);
    const { events, sample, id } = body;
    const answer = await draftPlan(context.reader, window, {
      plan: context.definitions.set.plan?.plan,
      ...context.options,
      events,
      sample,
      id,
    });
    return {
      data: { plan: answer.data, text: writeDocument(answer.data, 'yaml') },
      meta: analyticMetaOf(window, answer, { explain: body.explain ? 'true' : 'false' }),
    };
  },

  /** `POST /api/v1/plan/lint` */
  lintPlan: async ({ definitions: { set }, nowMs, reader, options }, { body: { files } }) => {
    const names = await reader.read('name/list', { kind: 'event' }, options);
    const seen = names.map(({ name }) => name);
    const { problems, ...report } = lintPlanFiles(files, set, { nowMs, seen });
    return { data: { ...report, problems: problems.map(toDefinitionProblem) } };
  },

  /** `POST /api/v1/plan/diff` */
  diffPlans: ({ definitions: { set }, nowMs }, { body: { before, after } }) => ({
    data: structuredClone(
      diffPlans(readPlan(before, set, nowMs).plan, readPlan(after, set, nowMs).plan),
    ) as z.output<typeof PlanDiff>,
  }),

  /** `POST /api/v1/plan/import` */
  importPlan: (_context, { body: { name, text } }) => {
    const { problems, ...imported } = importPlan(name, text);
    return { data: { ...imported, problems: problems.map(toDefinitionProblem) } };
  },

  /** `POST /api/v1/plan/text` */
  writePlan: ({ definitions: { set }, nowMs }, { body: { files, to } }) => {
    const plan = readPlan(files, set, nowMs);
    return { data: { text: writePlan(plan, to), events: plan.plan.events.size } };
  },
};

const NO_PLAN =
  'There is no tracking plan, so nothing is checked now: write one, or let heartwood plan infer draft it.';

function toRow(event: PlannedEvent): z.output<typeof PlanEventRow> {
  const { name, version, status, replacedBy, section, funnel, kpis, owner, trigger, pii } = event;
  const { root } = event.schema;
  return {
    event: name,
    version,
    status,
    replacedBy,
    section,
    funnel: funnel?.id ?? null,
    step: funnel?.step ?? null,
    kpis: [...kpis],
    owner,
    trigger,
    required: [...root.required],
    planned: [...propertiesOf(root).keys()],
    pii: [...pii.keys()],
    modes: { ...event.modes },
  };
}
