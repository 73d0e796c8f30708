/** The page from this computer: static files, with the headers that let a browser share memory between workers. */
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import express, { type NextFunction, type Request, type Response } from 'express';
import { CONTENT_SECURITY_POLICY } from './content-security-policy.ts';
import type { Gateway } from './gateway.ts';
import { permitsHost } from './origin.ts';

export interface PageServerOptions {
  /** The built page. No path reads a file outside of it. */
  readonly folder: string;
  /** The address that it listens on. */
  readonly address: string;
  readonly gateway: Gateway;
}

const HEADERS = {
  'Content-Security-Policy': `${CONTENT_SECURITY_POLICY}; frame-ancestors 'none'`,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

/** Milliseconds in which a client must have said what it wants. */
const REQUEST_TIMEOUT = 10_000;

/** The server, not yet listening. */
export function createPageServer({ folder, address, gateway }: PageServerOptions): Server {
  const app = express();
  app.disable('x-powered-by');
  app.use((request: Request, response: Response, next: NextFunction) => {
    response.set(HEADERS);
    if (permitsHost(request.headers.host, address)) next();
    else refuse(response, 403, 'This page answers to its own address only: open the URL that was printed.');
  });
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (request.method === 'GET' || request.method === 'HEAD') next();
    else refuse(response.set('Allow', 'GET, HEAD'), 405, 'Only GET and HEAD.');
  });
  gateway.serve(app);
  // What Vite names by its contents never changes.
  const forever = express.static(join(folder, 'assets'), {
    immutable: true,
    maxAge: '1y',
    redirect: false,
    fallthrough: false,
  });
  app.use('/assets', forever);
  app.use(express.static(folder, { redirect: false, dotfiles: 'ignore', cacheControl: false }));
  app.use((_request: Request, response: Response) => refuse(response, 404, 'There is no such file.'));
  // A path that is none: no stack, no file name.
  app.use((error: { status?: number }, _request: Request, response: Response, _next: NextFunction) =>
    refuse(response, error.status ?? 400, 'There is no such file.'),
  );
  const server = createServer(app);
  gateway.attach(server);
  server.requestTimeout = REQUEST_TIMEOUT;
  server.headersTimeout = REQUEST_TIMEOUT;
  return server;
}

function refuse(response: Response, status: number, text: string): void {
  response.status(status).type('text/plain').send(`${text}\n`);
}
