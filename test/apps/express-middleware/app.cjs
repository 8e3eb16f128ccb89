/** A shop whose routes are features through the middleware; asked for each way that a request can end, then it ends. */
const http = require('node:http');
const express = require('express');
const { tracedFeature } = require('@heartwood/instrumentation');
const { featureMiddleware } = require('@heartwood/instrumentation/express');

const look = tracedFeature('look', /** @param {string} id */ (id) => `product ${id}`);

const app = express();
app.use(
  featureMiddleware({
    component: 'shop',
    timeoutMs: 40,
    user: (req) => req.headers['x-user'],
    session: (req) => req.headers['x-session'],
    name: (req) => ({ '/named': 'by_name', '/hidden': false, '/none': null })[req.route?.path],
  }),
);
const products = express.Router();
products.get('/:id', (req, res) => res.send(look(req.params.id)));
app.use('/products', products);
app.get('/named', (req, res) => res.sendStatus(204));
app.get('/hidden', (req, res) => res.sendStatus(204));
app.get('/none', (req, res) => res.sendStatus(204));
app.get('/broken', () => {
  throw new Error('out of stock');
});
app.get('/slow', (req, res) => setTimeout(() => res.send('late'), 80));
app.get('/left', (req, res) => {
  res.write('one ');
  res.on('close', () => process.emit('left'));
});
// Express tells an error handler by its four parameters.
app.use((error, req, res, _next) => res.status(500).send(error.message));

const server = app.listen(0, '127.0.0.1', () => {
  void visit(`http://127.0.0.1:${server.address().port}`);
});

async function visit(url) {
  const headers = { 'x-user': 'ada', 'x-session': 'visit-1' };
  const paths = ['/products/7', '/named', '/hidden', '/none', '/broken', '/slow', '/nowhere'];
  for (const path of paths) console.log(path, (await fetch(url + path, { headers })).status);
  const left = new Promise((resolve) => process.once('left', resolve));
  const request = http.get(`${url}/left`, { headers }, (response) => {
    response.once('data', () => request.destroy());
    response.on('error', () => {});
  });
  request.on('error', () => {});
  await left;
  server.close();
  server.closeAllConnections();
}
