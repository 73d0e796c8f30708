/** Pairs of runs that are worth a look side by side: the same world, with one thing otherwise. */
import type { Settings } from '../world/settings.ts';

export interface Side {
  readonly label: string;
  readonly scenario: string;
  readonly settings: Settings;
}

export interface Pair {
  readonly title: string;
  readonly sides: readonly [Side, Side];
  /** What to look at. */
  readonly look: string;
}

/** Every key of the chain that the server shows. */
const keys = (key: string): Settings => ({
  patch: {
    pki: {
      roots: { root: { key } },
      intermediates: { issuing: { key } },
      leaves: { api: { key } },
    },
    // The scenario expects a suite with ECDSA.
    expect: null,
  },
});

const versions = (version: string): Settings => ({
  patch: {
    hosts: {
      'api.example.com': {
        services: { 0: { tls: { versions: [version] } } },
      },
    },
  },
});

export const PAIRS: readonly Pair[] = [
  {
    title: 'Mode 1 against mode 3',
    sides: [
      { label: 'mode 1', scenario: 'mode1-no-auth', settings: {} },
      { label: 'mode 3', scenario: 'mode3-mutual-tls', settings: {} },
    ],
    look: 'What it costs to check each other: the board verifies two certificates and signs once, and sends a certificate of its own.',
  },
  {
    title: 'P-256 against RSA-4096',
    sides: [
      { label: 'P-256', scenario: 'mode2-server-auth', settings: keys('ec-p256') },
      { label: 'RSA-4096', scenario: 'mode2-server-auth', settings: keys('rsa-4096') },
    ],
    look: 'RSA is quick to verify, and its certificates are large: look at the bytes from the server and at the heap, then at the time.',
  },
  {
    title: 'TLS 1.2 against TLS 1.3',
    sides: [
      { label: 'TLS 1.2', scenario: 'gateway-mutual-tls', settings: versions('TLSv1.2') },
      { label: 'TLS 1.3', scenario: 'gateway-mutual-tls', settings: versions('TLSv1.3') },
    ],
    look: 'TLS 1.3 is not in stock firmware of an ESP32, so a gateway speaks it here, to the cloud (gateway and api.example.com): one round trip less. What the boards say to the gateway is TLS 1.2 both times.',
  },
];
