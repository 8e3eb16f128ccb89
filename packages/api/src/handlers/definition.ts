/** Definitions: what is in force, and whether files would be. */
import { checkKpiReach, msToInstant, parseDefinitions, type DefinitionSet } from '@heartwood/kpi';
import type { DefinitionRow } from '../contract/definition.ts';
import type { DEFINITION_ROUTES } from '../contract/routes/definition.ts';
import { toDefinitionProblem } from '../problem.ts';
import { windowOf, type HandlersOf } from './context.ts';

export const definitionHandlers: HandlersOf<typeof DEFINITION_ROUTES> = {
  /** `GET /api/v1/definitions` */
  listDefinitions: ({ definitions: { folder, set, problems, readAtMs } }) => ({
    data: toRows(set),
    meta: {
      folder,
      digest: set.digest,
      loadedAt: msToInstant(set.loadedAtMs),
      readAt: msToInstant(readAtMs),
      problems: problems.map(toDefinitionProblem),
    },
  }),

  /** `POST /api/v1/definitions/check` */
  checkDefinitions: async (context, { body }) => {
    const { reader, nowMs, options } = context;
    const loaded = parseDefinitions(body.files, nowMs);
    const problems = loaded.ok
      ? [
          ...loaded.set.warnings,
          ...(await checkKpiReach(reader, loaded.set, windowOf(context, {}), options)),
        ]
      : loaded.problems;
    return {
      data: {
        valid: loaded.ok,
        definitions: loaded.ok ? toRows(loaded.set).length : 0,
        problems: problems.map(toDefinitionProblem),
      },
    };
  },
};

const toRows = ({ all }: DefinitionSet): DefinitionRow[] =>
  all.map(({ kind, id, title, owner = null, revision, digest, place, written }) => ({
    kind,
    id,
    title,
    owner,
    revision,
    digest,
    place: { ...place },
    written,
  }));
