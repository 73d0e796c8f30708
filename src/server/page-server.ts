/** The page from this computer: static files, with the headers that let a browser share memory between workers. */
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import express, { type NextFunction, type Request, type Response } from 'express';
import { type Admission, refuse } from './admission.ts';
import { CONTENT_SECURITY_POLICY } from './content-security-policy.ts';
import { permitsHost } from './origin.ts';
import { type PageService, WebSockets } from './web-sockets.ts';

export interface PageServerOptions {
  /** The built page. No path reads a file outside of it. */
  readonly folder: string;
  /** The address that it listens on. */
  readonly address: string;
  readonly admission: Admission;
  readonly services: readonly PageService[];
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

const ELSEWHERE = 'This page answers to its own address only: open the URL that was printed.';
const NO_FILE = 'There is no such file.';

/** The server, not yet listening. */
export function createPageServer({ folder, address, admission, services }: PageServerOptions): Server {
  const app = express();
  app.disable('x-powered-by');
  app.use((request: Request, response: Response, next: NextFunction) => {
    response.set(HEADERS);
    if (permitsHost(request.headers.host, address)) next();
    else refuse(response, { status: 403, text: ELSEWHERE });
  });
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (request.method === 'GET' || request.method === 'HEAD') next();
    else refuse(response.set('Allow', 'GET, HEAD'), { status: 405, text: 'Only GET and HEAD.' });
  });
  for (const service of services) service.serve(app);
  // What Vite names by its contents never changes.
  const forever = express.static(join(folder, 'assets'), {
    immutable: true,
    maxAge: '1y',
    redirect: false,
    fallthrough: false,
  });
  app.use('/assets', forever);
  app.use(express.static(folder, { redirect: false, dotfiles: 'ignore', cacheControl: false }));
  app.use((_request: Request, response: Response) => {
    refuse(response, { status: 404, text: NO_FILE });
  });
  // A path that is none: no stack, no file name.
  app.use((error: { status?: number }, _request: Request, response: Response, _next: NextFunction) => {
    refuse(response, { status: error.status ?? 400, text: NO_FILE });
  });
  const server = createServer(app);
  const endpoints = services.map(({ endpoint }) => endpoint);
  new WebSockets(admission, endpoints).attach(server);
  server.requestTimeout = REQUEST_TIMEOUT;
  server.headersTimeout = REQUEST_TIMEOUT;
  return server;
}
