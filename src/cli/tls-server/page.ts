/** What the server says over HTTP: which connection the request came by. */
import type { HttpRequest, HttpResponse } from '../../../emulator/hosts/http1.ts';
import type { ConnectionObserver } from './observer.ts';

export function answer(request: HttpRequest, connection: ConnectionObserver): HttpResponse {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { status: 405, headers: { Allow: 'GET, HEAD' }, body: `${request.method} is not served here\n` };
  }
  const path = request.path.split('?')[0]!;
  if (path !== '/') return { status: 404, body: `no such path here: ${path}\n` };
  return { status: 200, body: describe(connection) };
}

function describe({ negotiated, serverName }: ConnectionObserver): string {
  const rows = [
    ['version', negotiated?.version],
    ['cipher suite', negotiated?.suite],
    ['group', negotiated?.group ?? 'none'],
    ['session', negotiated?.resumed ? 'resumed' : 'new'],
    ['server name', serverName ?? 'none'],
    ['client certificate', negotiated?.clientCertificate ?? 'none'],
  ];
  return `tls-sandbox tls-server\n\n${rows.map(([name, value]) => `${name!.padEnd(20)}${value}\n`).join('')}`;
}
