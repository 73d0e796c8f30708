/** OpenSSL as the engine of simulated hosts: a peer that nobody here wrote. Node's own copy of it, no process. */
import { constants } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createSecureContext, type TlsOptions } from 'node:tls';
import type { HostContext } from '../../emulator/hosts/host.ts';
import type { TlsEndpointOptions } from '../../emulator/hosts/tls-endpoint.ts';
import { CannotPlay, type TlsEngine } from '../../emulator/hosts/tls-engine.ts';
import type { TcpSocket } from '../../emulator/net/api.ts';
import { groupById } from '../../emulator/tls/groups.ts';
import { describeSuite } from '../../emulator/tls/suites.ts';
import { TLS13 } from '../../emulator/tls/versions.ts';
import { isValidAt } from '../../emulator/x509/certificate.ts';
import { encodePrivateKey } from '../../emulator/x509/keys.ts';
import { readCertificate } from '../../emulator/x509/known-certificates.ts';
import { encodePem } from '../../emulator/x509/pem.ts';
import { opensslSuite } from './openssl-names.ts';
import { OpensslStream } from './openssl-stream.ts';

/** SSL_OP_NO_TICKET. */
const NO_TICKET = constants.SSL_OP_NO_TICKET;

/** OpenSSL's names of groups that are not those of the RFCs. */
const GROUPS: Readonly<Record<string, string>> = {
  secp256r1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
  x25519: 'X25519',
};

/** Turns of the event loop without a byte until OpenSSL is taken to have nothing more to say. */
const QUIET_TURNS = 4;

export class OpensslEngine implements TlsEngine {
  private moved = false;

  check(options: TlsEndpointOptions, host: HostContext): void {
    const reason = refusalOf(options);
    if (reason !== undefined) throw new CannotPlay(`OpenSSL as ${host.name}: ${reason}`);
    if ((options.clientAnchors ?? []).every((der) => isValidAt(readCertificate(der), Date.now() / 1000)))
      return;
    // What OpenSSL judges, it judges by the computer's clock.
    throw new CannotPlay(`OpenSSL as ${host.name}: the authorities of its clients are not valid today`);
  }

  accept(host: HostContext, socket: TcpSocket, options: TlsEndpointOptions): OpensslStream {
    return new OpensslStream({
      socket,
      tls: opensslOptions(options),
      emit: (event) => host.world.trace.append(host.name, event),
      touched: () => {
        this.moved = true;
      },
    });
  }

  /** Resolves when all that has been said to OpenSSL is answered. */
  async idle(): Promise<void> {
    while (this.moved) {
      this.moved = false;
      for (let turn = 0; turn < QUIET_TURNS && !this.moved; turn++) await nextTurn();
    }
  }
}

const utf8 = new TextEncoder();

/** What a service asks of TLS, as Node's `tls` is told it. Throws Error for what OpenSSL does not take. */
function opensslOptions(options: TlsEndpointOptions): TlsOptions {
  const [first] = options.credentials;
  const { versions, suites, groups, sessions, preSharedKey, faults } = options.tls ?? {};
  if (faults !== undefined && faults.length > 0) throw new Error('OpenSSL does not misbehave on purpose');
  const names = (suites ?? []).map((id) => {
    const name = opensslSuite(describeSuite(id));
    if (name === undefined) throw new Error(`OpenSSL has no suite ${describeSuite(id)}`);
    return name;
  });
  return {
    cert: first!.chain.map((der) => encodePem('CERTIFICATE', der)).join(''),
    key: encodePem('PRIVATE KEY', encodePrivateKey(first!.key, 'pkcs8')),
    minVersion: versions?.includes(TLS13) === true && versions.length === 1 ? 'TLSv1.3' : 'TLSv1.2',
    maxVersion: versions?.includes(TLS13) === false ? 'TLSv1.2' : 'TLSv1.3',
    // A scenario may want keys and hashes that OpenSSL calls too weak.
    ciphers: names.length > 0 ? `${names.join(':')}:@SECLEVEL=0` : 'DEFAULT:@SECLEVEL=0',
    honorCipherOrder: true,
    ...(groups && { ecdhCurve: groups.map((id) => GROUPS[groupById(id)!]!).join(':') }),
    ...(sessions === undefined && { secureOptions: NO_TICKET }),
    ...(options.clientAnchors && {
      ca: options.clientAnchors.map((der) => encodePem('CERTIFICATE', der)).join(''),
    }),
    ...(preSharedKey && {
      pskCallback: (_socket: unknown, identity: string) =>
        Buffer.from(preSharedKey(utf8.encode(identity)) ?? []),
    }),
    requestCert: (options.clientAuth ?? 'none') !== 'none',
    rejectUnauthorized: options.clientAuth === 'require',
  };
}

/** Undefined when OpenSSL takes it, else the reason. */
function refusalOf(options: TlsEndpointOptions): string | undefined {
  try {
    createSecureContext(opensslOptions(options));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
