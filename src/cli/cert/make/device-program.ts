/** What to do with the files: what goes to the board, and the program that uses it there. */
import { join } from 'node:path';
import type { AltNameSpec } from '../../../../emulator/x509/build-extensions.ts';
import { type Bundle, chainName, type Leaf } from './bundle.ts';

export interface DeviceFiles {
  /** What the device trusts. */
  readonly anchor: string;
  /** Its own certificate and key, in mutual TLS. */
  readonly client?: { readonly certificate: string; readonly key: string };
}

/** For the first device: each of several gets its own certificate. */
export function deviceFiles({ authority, leaves }: Bundle): DeviceFiles {
  const anchor = authority === undefined ? 'server.der' : 'ca.der';
  const client = leaves.find(({ plan, key }) => key !== undefined && plan.name !== 'server');
  if (client === undefined) return { anchor };
  const { plan } = client;
  // DER holds one certificate; a chain takes PEM.
  const certificate = authority?.intermediates.length ? chainName(plan) : `${plan.name}.der`;
  return { anchor, client: { certificate, key: `${plan.name}.key.der` } };
}

export function copyCommand(folder: string, { anchor, client }: DeviceFiles): string[] {
  const names = client === undefined ? [anchor] : [anchor, client.certificate, client.key];
  return ['mpremote cp', ...names.map((name) => pathIn(folder, name)), ':'];
}

/** Something to connect to before there is a server of one's own; undefined without its certificate. */
export function serverCommand(folder: string, { authority, leaves }: Bundle): string[] | undefined {
  if (!leaves.some(({ plan }) => plan.name === 'server')) return undefined;
  const file = (option: string, name: string) => `${option} ${pathIn(folder, name)}`;
  const mutual = leaves.some(({ plan }) => plan.roles.includes('client'));
  return [
    'openssl s_server -accept 8443 -www',
    file('-cert', 'server.pem'),
    file('-key', 'server.key'),
    ...(authority?.intermediates.length ? [file('-cert_chain', 'intermediate.pem')] : []),
    ...(mutual ? [file('-CAfile', 'ca.pem'), '-Verify 2'] : []),
  ];
}

/** Quoted for a shell where it has to be. */
function pathIn(folder: string, name: string): string {
  const path = join(folder, name);
  return /^[\w./@:~-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** MicroPython: connects to the server, and lets no other pass for it. */
export function deviceProgram(bundle: Bundle): string {
  const { anchor, client } = deviceFiles(bundle);
  const host = serverName(bundle.leaves);
  const lines = [
    'import ntptime, socket, ssl',
    '',
    `HOST = '${host ?? 'api.example.com'}'${host === undefined ? '  # your server' : ''}`,
    'PORT = 443',
    'ntptime.settime()  # at the boot time of 2000 no certificate is valid yet',
    '',
    'context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)',
    'context.verify_mode = ssl.CERT_REQUIRED',
    `with open('/${anchor}', 'rb') as file:`,
    '    context.load_verify_locations(cadata=file.read())',
    ...(client === undefined ? [] : [`context.load_cert_chain('/${client.certificate}', '/${client.key}')`]),
    '',
    'sock = socket.socket()',
    'sock.connect(socket.getaddrinfo(HOST, PORT)[0][-1])',
    'tls = context.wrap_socket(sock, server_hostname=HOST)',
    'print(tls.cipher())',
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** A name that the server's certificate is for; one under a wildcard stands for it. */
function serverName(leaves: readonly Leaf[]): string | undefined {
  const [first] = leaves.find(({ plan }) => plan.name === 'server')?.plan.subjectAltNames ?? [];
  return first && hostOf(first)?.replace('*.', 'www.');
}

function hostOf(name: AltNameSpec): string | undefined {
  if ('dns' in name) return name.dns;
  return 'ip' in name ? name.ip : undefined;
}
