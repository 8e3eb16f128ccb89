/** A small shop on Express in a CommonJS module: serves a free port, calls itself once with fetch, and ends. */
const express = require('express');
const { currentFeature, FeatureCategory, tracedFeature } = require('@heartwood/instrumentation');

const search = tracedFeature(
  'product_search',
  {
    category: FeatureCategory.DATABASE_OPERATION,
    metadata: (query) => ({ words: query.split(' ').length }),
  },
  /** @param {string} query */
  async (query) => {
    currentFeature()?.setIterations(2);
    return [{ id: 1, name: `${query} one` }];
  },
);

const app = express();
app.get('/products/:word', (req, res, next) => {
  search(req.params.word).then((found) => res.json(found), next);
});

const server = app.listen(0, '127.0.0.1', () => {
  void visit(server.address().port);
});

async function visit(port) {
  const answer = await fetch(`http://127.0.0.1:${port}/products/oak`);
  console.log(JSON.stringify(await answer.json()));
  server.close();
}
