import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { apiError } from './errors.js';

const notBuilt = apiError('not_found', 'The pages are not built: npm run build.');
/** Files under `assets` have a digest in their names, so they never change. */
const forEver = 'public, max-age=31536000, immutable';

/** Serves the built pages; where they are not built, says so in place of the page. */
export async function servePages(app: FastifyInstance, pagesDir: string): Promise<void> {
  if (!existsSync(join(pagesDir, 'index.html'))) {
    app.get('/', (_request, reply) => reply.code(404).send(notBuilt));
    return;
  }
  await app.register(fastifyStatic, {
    root: pagesDir,
    cacheControl: false,
    dotfiles: 'ignore',
    setHeaders: (reply, path) => {
      const isAsset = path.startsWith(join(pagesDir, 'assets'));
      reply.setHeader('cache-control', isAsset ? forEver : 'no-cache');
    },
  });
}
