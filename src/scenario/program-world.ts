/**
 * A program without a scenario, in a world that has what a first program wants. It is written as a scenario is, so that
 * the way from a bare program to a scenario of one's own is to copy this.
 */
import type { LoadedScenario } from './parse.ts';
import { type ScenarioInput, scenarioSchema } from './schema.ts';

/** The world in words, for the command's help. */
export const PROGRAM_WORLD = `A program (FILE.py) runs on an ESP32 beside the access point 'workshop', password 'correct horse'.
Its clock is unset; the other .py files of its folder lie in flash with it, and so do /root.der, /root.pem,
/device.der, /device-key.der, /device.pem and /device-key.pem. On the internet of 2026-03-01 are
  api.example.com    https, and plain http on port 80    GET / and GET /v1/config
  mtls.example.com   https that asks for the device's certificate
  pool.ntp.org       ntp
and a DNS server that knows them.`;

const routes = {
  '/': { body: 'It works.\n' },
  '/v1/config': { body: '{"interval": 60}' },
};

const world: Omit<ScenarioInput, 'title' | 'devices'> = {
  why: 'A program of your own in the default world.',
  pki: {
    roots: {
      root: { subject: 'CN=Sandbox Root CA, O=Sandbox' },
      fleet: { subject: 'CN=Fleet CA, O=Sandbox' },
    },
    intermediates: { issuing: { issuer: 'root', subject: 'CN=Sandbox Issuing CA, O=Sandbox' } },
    leaves: {
      api: { issuer: 'issuing', subject: 'CN=api.example.com', san: ['api.example.com'] },
      mtls: { issuer: 'issuing', subject: 'CN=mtls.example.com', san: ['mtls.example.com'] },
      device: { issuer: 'fleet', subject: 'CN=device, O=Sandbox', extendedKeyUsage: ['clientAuth'] },
    },
  },
  hosts: {
    'ns.example.net': { address: '198.51.100.53', services: [{ type: 'dns' }] },
    'pool.ntp.org': { address: '198.51.100.123', services: [{ type: 'ntp' }] },
    'api.example.com': {
      address: '203.0.113.10',
      services: [
        { type: 'https', certificate: 'api', chain: ['issuing'], routes },
        { type: 'http', routes },
      ],
    },
    'mtls.example.com': {
      address: '203.0.113.11',
      services: [{ type: 'https', certificate: 'mtls', chain: ['issuing'], clientCa: ['fleet'], routes }],
    },
  },
};

const credentials = {
  '/root.der': { certificate: 'root' },
  '/root.pem': { certificate: 'root' },
  '/device.der': { certificate: 'device' },
  '/device-key.der': { key: 'device' },
  '/device.pem': { certificate: 'device' },
  '/device-key.pem': { key: 'device' },
};

/** `files`: the program, named by `main`, and the modules that lie in flash with it. */
export function programScenario(main: string, files: ReadonlyMap<string, Uint8Array>): LoadedScenario {
  const modules = [...files.keys()].filter((name) => name !== main);
  const input: ScenarioInput = {
    ...world,
    title: main,
    devices: {
      device: {
        main,
        files: { ...credentials, ...Object.fromEntries(modules.map((name) => [`/${name}`, { file: name }])) },
      },
    },
  };
  return { name: main, scenario: scenarioSchema.parse(input), files };
}
