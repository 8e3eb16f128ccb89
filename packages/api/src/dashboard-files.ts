/** The dashboard at `/`: its built files, or a page that says how to build them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type RequestHandler } from 'express';
import { renderPage } from './docs-page.ts';

/** Serves the folder that the dashboard was built into; undefined or missing gives the page. */
export function serveDashboard(dashboardDir: string | undefined): RequestHandler {
  if (dashboardDir === undefined || !existsSync(join(dashboardDir, 'index.html')))
    return sayUnbuilt;
  return express.static(dashboardDir, {
    redirect: false,
    setHeaders: (response, path) => {
      // The build puts a hash of the content into every name below assets; the page itself must be asked for again.
      const isHashed = /[\\/]assets[\\/][^\\/]+$/u.test(path);
      response.setHeader(
        'Cache-Control',
        isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
}

const sayUnbuilt: RequestHandler = (request, response, next) => {
  if (request.path !== '/' || !['GET', 'HEAD'].includes(request.method)) return next();
  response.type('html').send(UNBUILT_PAGE);
};

const UNBUILT_PAGE = renderPage(
  'Heartwood',
  `<h1>Heartwood</h1><p>The server runs, but its dashboard has not been built. Run <code>npm run build</code> and
start the server again.</p><p>The API works without it: <a href="/docs">/docs</a>.</p>`,
);
