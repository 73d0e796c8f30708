/** OpenSSL as the other end: certificates it made, its server, its client. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credentials, TlsConnection } from '../../emulator/tls/engine.ts';
import { parseCertificate } from '../../emulator/x509/certificate.ts';
import { parsePrivateKey } from '../../emulator/x509/keys.ts';
import { decodePem } from '../../emulator/x509/pem.ts';

export const NO_OPENSSL: string | false =
  spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is not installed';

/** Milliseconds after which a conversation is given up. */
const PATIENCE = 30_000;

/** A folder with an authority and certificates that it issued, by name. */
export class OpensslCertificates {
  readonly folder = mkdtempSync(join(tmpdir(), 'tls-openssl-'));

  constructor() {
    const ca = ['-subj', '/CN=Test Root', '-addext', 'basicConstraints=critical,CA:TRUE'];
    this.openssl('req', '-x509', ...newKey('P-256'), ...ca, ...this.out('ca'));
  }

  issue(name: string, key: string, purpose: 'serverAuth' | 'clientAuth'): void {
    const extensions = [
      '-addext',
      'subjectAltName=DNS:api.example.com',
      '-addext',
      `extendedKeyUsage=${purpose}`,
    ];
    const issuer = ['-CA', this.path('ca.pem'), '-CAkey', this.path('ca.key')];
    this.openssl(
      'req',
      '-x509',
      ...newKey(key),
      '-subj',
      `/CN=${name}`,
      ...extensions,
      ...issuer,
      ...this.out(name),
    );
  }

  path(file: string): string {
    return join(this.folder, file);
  }

  /** The arguments that make OpenSSL show it. */
  files(name: string): string[] {
    return ['-cert', this.path(`${name}.pem`), '-key', this.path(`${name}.key`)];
  }

  /** DER of an OCSP response of the authority: the certificate is good. */
  ocspResponse(name: string): Uint8Array {
    const serial = execFileSync('openssl', ['x509', '-in', this.path(`${name}.pem`), '-noout', '-serial']);
    const line = `V\t400101000000Z\t\t${serial.toString().trim().slice('serial='.length)}\tunknown\t/CN=${name}\n`;
    writeFileSync(this.path('index.txt'), line);
    const issuer = ['-CA', this.path('ca.pem'), '-issuer', this.path('ca.pem')];
    const signer = ['-rsigner', this.path('ca.pem'), '-rkey', this.path('ca.key'), '-ndays', '7'];
    const question = ['-cert', this.path(`${name}.pem`), '-index', this.path('index.txt')];
    this.openssl('ocsp', ...issuer, ...question, ...signer, '-respout', this.path(`${name}.ocsp`));
    return readFileSync(this.path(`${name}.ocsp`));
  }

  credentials(name: string): Credentials {
    const chain = decodePem(readFileSync(this.path(`${name}.pem`), 'utf8')).map(({ der }) => der);
    const pem = readFileSync(this.path(`${name}.key`), 'utf8');
    const { publicKey } = parseCertificate(chain[0]!);
    if (publicKey?.kind !== 'ed25519') return { chain, key: parsePrivateKey(pem) };
    // OpenSSL leaves out the public half, which nothing here could compute.
    return { chain, key: { kind: 'ed25519', seed: decodePem(pem)[0]!.der.slice(-32), publicKey } };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private out(name: string): string[] {
    return ['-nodes', '-days', '3650', '-keyout', this.path(`${name}.key`), '-out', this.path(`${name}.pem`)];
  }

  private openssl(...args: string[]): void {
    execFileSync('openssl', args, { stdio: 'pipe' });
  }
}

function newKey(kind: string): string[] {
  if (kind.startsWith('rsa') || kind === 'ed25519') return ['-newkey', kind];
  return ['-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${kind}`];
}

function version(args: readonly string[]): string[] {
  return args.includes('-tls1_3') ? [] : ['-tls1_2'];
}

/** What came of it: the application bytes received, and what OpenSSL printed. */
export interface Outcome {
  readonly received: Uint8Array;
  readonly printed: string;
}

/** What to type into OpenSSL, one after the other, each when what the one before it brought about is there. */
export interface Command {
  readonly type: string;
  readonly until: () => boolean;
}

/** Our client against `openssl s_server -rev`, which sends each line back reversed. */
export async function talkToOpensslServer(
  args: readonly string[],
  client: TlsConnection,
  line: Uint8Array,
): Promise<Outcome> {
  return withOpensslServer(args, (talk) => talk(client, line));
}

/** The same for several clients of one server, one after the other. */
export async function withOpensslServer<T>(
  args: readonly string[],
  action: (talk: (client: TlsConnection, line: Uint8Array) => Promise<Outcome>) => Promise<T>,
): Promise<T> {
  const server = new Program('openssl', [
    's_server',
    '-accept',
    '127.0.0.1:0',
    '-rev',
    ...version(args),
    ...args,
  ]);
  try {
    const port = Number(await server.waitFor(/ACCEPT 127\.0\.0\.1:(\d+)/));
    return await action(async (client, line) => {
      const socket = createConnection({ host: '127.0.0.1', port });
      const received = await converse(socket, client, (bytes) => bytes.length >= line.length, line);
      return { received, printed: server.printed };
    });
  } finally {
    await server.stop();
  }
}

/** Our server, which echoes, against `openssl s_client`. */
export async function serveOpensslClient(
  args: readonly string[],
  server: TlsConnection,
  line: string,
  commands: readonly Command[] = [],
): Promise<Outcome> {
  const listener = createServer();
  await new Promise<void>((ready) => listener.listen(0, '127.0.0.1', ready));
  const { port } = listener.address() as { port: number };
  const accepted = new Promise<Socket>((resolve) => listener.once('connection', resolve));
  const client = new Program('openssl', [
    's_client',
    '-connect',
    `127.0.0.1:${port}`,
    // Quiet, it would not show the response either, nor take commands.
    ...(args.includes('-status') || commands.length > 0 ? [] : ['-quiet']),
    ...version(args),
    ...args,
  ]);
  try {
    const conversation = converse(await accepted, server, (bytes) => bytes.length >= line.length, 'echo');
    for (const { type, until } of commands) {
      await waitUntil(() => server.state !== 'handshaking');
      client.type(type);
      await waitUntil(until);
    }
    client.type(line);
    const received = await conversation;
    await client.waitFor(new RegExp(`(${line.trim().slice(0, 40)})`)).catch(() => undefined);
    return { received, printed: client.printed };
  } finally {
    await client.stop();
    listener.close();
  }
}

/** Pumps bytes between engine and socket until `enough` application data has come, or the connection is over. */
export function converse(
  socket: Socket,
  tls: TlsConnection,
  enough: (received: Uint8Array) => boolean,
  say: Uint8Array | 'echo',
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let received: Uint8Array = new Uint8Array(0);
    let said = false;
    const finish = (): void => {
      socket.end(tls.take());
      resolve(received);
    };
    const step = (action: () => void): void => {
      try {
        action();
      } catch {
        finish();
        return;
      }
      const bytes = tls.read(Number.MAX_SAFE_INTEGER);
      received = Buffer.concat([received, bytes]);
      // Who speaks last in the handshake is done with it only when that was taken.
      socket.write(tls.take());
      if (say === 'echo') tls.send(bytes);
      else if (tls.state === 'established' && !said) said = tls.send(say) > 0;
      socket.write(tls.take());
      if (enough(received)) {
        tls.close();
        finish();
      }
    };
    socket.setTimeout(PATIENCE, () => reject(new Error(`no word from the other end, state ${tls.state}`)));
    socket.on('error', reject);
    socket.on('data', (bytes) => step(() => tls.receive(new Uint8Array(bytes))));
    socket.on('end', () => step(() => tls.receiveEnd()));
    socket.on('close', () => resolve(received));
    step(() => tls.start());
  });
}

async function waitUntil(condition: () => boolean): Promise<void> {
  const giveUp = Date.now() + PATIENCE;
  while (!condition()) {
    if (Date.now() > giveUp) throw new Error('what was waited for did not happen');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The other end, or what runs it. */
export class Program {
  printed = '';
  private readonly process: ChildProcess;
  private readonly ended: Promise<void>;

  constructor(command: string, args: readonly string[]) {
    this.process = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const collect = (text: Buffer): void => {
      this.printed += text.toString('latin1');
    };
    this.process.stdout!.on('data', collect);
    this.process.stderr!.on('data', collect);
    this.process.stdin!.on('error', () => {});
    // Not `exit`: what it printed last may still be on its way then.
    this.ended = new Promise((resolve) => this.process.on('close', () => resolve()));
  }

  type(text: string): void {
    this.process.stdin!.write(text);
  }

  endInput(): void {
    this.process.stdin!.end();
  }

  /** The first group of the pattern, once it was printed. */
  async waitFor(pattern: RegExp): Promise<string> {
    const giveUp = Date.now() + PATIENCE;
    for (;;) {
      const match = pattern.exec(this.printed);
      if (match !== null) return match[1]!;
      if (Date.now() > giveUp || this.process.exitCode !== null) {
        throw new Error(`${this.process.spawnfile} did not print ${pattern}, but: ${this.printed}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** What it printed, once it has ended by itself. */
  async finish(): Promise<string> {
    const giveUp = setTimeout(() => this.process.kill(), PATIENCE);
    await this.ended;
    clearTimeout(giveUp);
    return this.printed;
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null) this.process.kill();
    await this.ended;
  }
}
