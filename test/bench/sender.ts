/** Who sends what a benchmark stores: one service with one scope, and the words that its records use. */
import { setId, setText, type BenchBatch } from './columns.ts';

/** Writes the words under their ids, and a resource and a scope of the id 1; `serviceId` is that of the service's name. */
export function writeSender(
  { vocabulary, resources, scopes }: BenchBatch,
  words: ReadonlyMap<number, string>,
  serviceId: number,
): void {
  for (const [id, text] of words) {
    vocabulary.reserve(1);
    const row = vocabulary.rows++;
    setId(vocabulary, vocabulary.offset.id, row, id);
    setId(vocabulary, vocabulary.offset.hash, row, id);
    setText(vocabulary, vocabulary.offset.text, row, text);
  }
  resources.reserve(1);
  resources.rows = 1;
  resources.words[resources.offset.id >> 2] = 1;
  setId(resources, resources.offset.hash, 0, 1);
  setId(resources, resources.offset.service_id, 0, serviceId);
  const name = words.get(serviceId);
  const resource = { attributes: { 'service.name': name }, droppedAttributes: 0, schemaUrl: '' };
  setText(resources, resources.offset.content, 0, JSON.stringify(resource));
  scopes.reserve(1);
  scopes.rows = 1;
  scopes.words[scopes.offset.id >> 2] = 1;
  setId(scopes, scopes.offset.hash, 0, 1);
  const scope = { name, version: '1', attributes: {}, droppedAttributes: 0, schemaUrl: '' };
  setText(scopes, scopes.offset.content, 0, JSON.stringify(scope));
}
