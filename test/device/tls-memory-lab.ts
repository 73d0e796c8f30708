/** A device that tries one TLS connection, for tests of what that takes of memory and time. */
import type { Board } from '../../emulator/device/boards/board.ts';
import type { HeapPressure } from '../../emulator/device/heap-pressure.ts';
import { HttpsServer } from '../../emulator/hosts/https-server.ts';
import type { TlsEndpointOptions } from '../../emulator/hosts/tls-endpoint.ts';
import type { Credentials } from '../../emulator/tls/engine.ts';
import { type Bench, type NodeWorkerPool, run } from './bench.ts';
import { createLab, type Identity, keyPem, pem } from './lab.ts';

export interface Attempt extends Partial<TlsEndpointOptions> {
  readonly pool: NodeWorkerPool;
  readonly server: Credentials;
  /** The device verifies with it; without it, it does not look. */
  readonly ca?: Identity;
  readonly client?: Identity;
  readonly board?: Board;
  readonly heapPressure?: HeapPressure;
}

/** Prints "ok", or the exception of the first step that fails. */
export function attempt({ pool, server, ca, client, board, heapPressure, ...endpoint }: Attempt): Bench {
  const lab = createLab();
  new HttpsServer(lab.server, { port: 443, credentials: [server], routes: new Map(), ...endpoint });
  const files = {
    ...(ca && { 'ca.pem': pem(ca.der) }),
    ...(client && { 'client.pem': pem(client.der), 'client.key': keyPem(client.key) }),
  };
  const lines = [
    'import tls, socket, machine',
    'machine.RTC().datetime((2026, 6, 1, 0, 0, 0, 0, 0))',
    's = None',
    'try:',
    '    s = socket.socket()',
    '    s.connect(("192.168.4.2", 443))',
    '    ctx = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)',
    ca ? '    ctx.load_verify_locations(open("ca.pem", "rb").read())' : '    ctx.verify_mode = tls.CERT_NONE',
    client ? '    ctx.load_cert_chain(open("client.pem").read(), open("client.key").read())' : '',
    '    w = ctx.wrap_socket(s, server_hostname="api.example.com")',
    '    print("ok")',
    '    w.close()',
    'except Exception as error:',
    '    print(repr(error))',
    '    if s: s.close()',
  ];
  return run(lines.join('\n'), {
    pool,
    world: lab.world,
    stacks: lab.stacks,
    files,
    ...(board && { board }),
    ...(heapPressure && { heapPressure }),
  });
}
