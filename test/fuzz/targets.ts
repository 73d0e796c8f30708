/** What is fuzzed: both roles and profiles in the versions they speak, and certificates. */
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { TlsClientConfig, TlsServerConfig } from '../../emulator/tls/config.ts';
import type { Fault } from '../../emulator/tls/faults.ts';
import { CERTIFICATES } from '../tls/certificates.ts';
import { type DtlsHostOptions, dtlsClient, dtlsServer } from '../tls/dtls/support.ts';
import { ascii, clientEnd, converse, type End, serverEnd } from '../tls/support.ts';
import { certificateTarget } from './certificates.ts';
import { dtlsTarget } from './dtls.ts';
import { memoised } from './memo-provider.ts';
import type { Target } from './outcome.ts';
import type { Side } from './recorded.ts';
import { faultTarget } from './tls-faults.ts';
import { recordTarget } from './tls-records.ts';

/** A pair of ends, by how they are set up. */
interface Setting {
  readonly name: string;
  readonly client: Omit<TlsClientConfig, 'connection'>;
  readonly server: Omit<TlsServerConfig, 'connection'>;
}

const MUTUAL = {
  client: { credentials: CERTIFICATES.p256, serverName: 'api.example.com' },
  server: { credentials: [CERTIFICATES.p256], clientAuth: 'request' },
} as const;

const PSK = { identity: ascii('sensor'), key: new Uint8Array(32).fill(7) };

const SETTINGS: readonly Setting[] = [
  {
    name: 'TLS 1.2, mbedtls',
    client: { profile: 'mbedtls', ...MUTUAL.client },
    server: { profile: 'mbedtls', ...MUTUAL.server },
  },
  {
    name: 'TLS 1.2, modern',
    client: { profile: 'modern', versions: [0x0303], ...MUTUAL.client },
    server: { profile: 'modern', versions: [0x0303], ...MUTUAL.server },
  },
  {
    name: 'TLS 1.2, PSK',
    client: { profile: 'mbedtls', psk: PSK },
    server: { profile: 'mbedtls', credentials: [], clientAuth: 'none', preSharedKey: () => PSK.key },
  },
  {
    name: 'TLS 1.3',
    client: { profile: 'modern', versions: [0x0304], ...MUTUAL.client },
    server: { profile: 'modern', versions: [0x0304], ...MUTUAL.server },
  },
];

export function makeTargets(seed: number): readonly Target[] {
  const crypto = memoised(nodeProvider);
  const pair = ({ client, server }: Setting, faulty?: Side, faults?: readonly Fault[]) => ({
    client: () => clientEnd({ ...client, ...(faulty === 'client' && { faults }) }, { crypto }),
    server: () => serverEnd({ ...server, ...(faulty === 'server' && { faults }) }, { crypto }),
  });
  return [
    ...SETTINGS.flatMap((setting) => {
      const make = (side: Side): End => pair(setting)[side]();
      const faulty = (side: Side, faults: readonly Fault[]) => {
        const ends = pair(setting, side, faults);
        return { client: ends.client(), server: ends.server() };
      };
      return [
        recordTarget(setting.name, 6, seed, make, 'client'),
        recordTarget(setting.name, 6, seed, make, 'server'),
        faultTarget(setting.name, 3, seed, faulty, saidIn(make)),
      ];
    }),
    ...(['client', 'server'] as const).map((side) =>
      dtlsTarget('DTLS 1.2', 5, seed, (which) => DTLS_ENDS[which]({ crypto }), side),
    ),
    certificateTarget(8, seed, CHAINS, crypto),
  ];
}

const DTLS_ENDS = {
  client: (options: DtlsHostOptions) => dtlsClient({ credentials: CERTIFICATES.p256 }, options),
  server: (options: DtlsHostOptions) => dtlsServer({ clientAuth: 'request' }, options),
};

function saidIn(make: (side: Side) => End): Record<Side, string[]> {
  const ends = { client: make('client'), server: make('server') };
  converse(ends.client, ends.server);
  return { client: ends.client.messages('sent'), server: ends.server.messages('sent') };
}

/** When the test certificates are valid, which were made later than the tests' own time. */
const VALID = Date.UTC(2027, 0, 1) / 1000;

const CHAINS = Object.values(CERTIFICATES).map(({ chain }) => ({
  chain,
  anchors: chain,
  host: 'api.example.com',
  time: VALID,
}));
