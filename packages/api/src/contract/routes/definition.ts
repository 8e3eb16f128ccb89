/** Definitions: those in force, and looking at files before they are. */
import { z } from 'zod';
import { listOf } from '../answer.ts';
import {
  DefinitionCheck,
  DefinitionCheckBody,
  DefinitionListMeta,
  DefinitionRow,
} from '../definition.ts';
import { definePost, defineRoute } from '../route.ts';
import { NoParams, NoQuery } from '../system.ts';

export const DEFINITION_ROUTES = {
  listDefinitions: defineRoute({
    method: 'get',
    path: '/api/v1/definitions',
    tag: 'definitions',
    summary: 'Definitions in force, and what is wrong with their files.',
    scope: 'read',
    params: NoParams,
    query: NoQuery,
    answer: listOf(DefinitionRow, DefinitionListMeta),
    errors: [],
  }),
  checkDefinitions: definePost({
    method: 'post',
    path: '/api/v1/definitions/check',
    tag: 'definitions',
    summary: 'Whether files would be taken as definitions, and all that is wrong with them.',
    scope: 'read',
    params: NoParams,
    query: NoQuery,
    body: DefinitionCheckBody,
    maxBodyBytes: 262_144,
    answer: z.object({ data: DefinitionCheck }),
    errors: [],
  }),
};
