/** What a server's key costs a board: a small world for each, in which the device connects once and looks. */
import type { Board } from '../../emulator/device/boards/board.ts';
import type { Nanoseconds } from '../../emulator/world/time.ts';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { computeFigures } from '../report/figures.ts';
import { defineScenario } from '../scenario/define.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { type RunOptions, runScenario } from '../scenario/run.ts';
import type { ScenarioInput } from '../scenario/schema.ts';

/** In the order of the table: what is used most first. */
export const SERVER_KEYS = ['ec-p256', 'ec-p384', 'rsa-2048', 'rsa-3072', 'rsa-4096'] as const;
export type ServerKey = (typeof SERVER_KEYS)[number];

/** The bits that a key's strength is quoted by: of the modulus or of the field. */
const KEY_BITS: Readonly<Record<ServerKey, number>> = {
  'ec-p256': 256,
  'ec-p384': 384,
  'rsa-2048': 2048,
  'rsa-3072': 3072,
  'rsa-4096': 4096,
};

/** Sizes are bytes. */
export interface Measurement {
  readonly board: string;
  readonly key: ServerKey;
  readonly keyBits: number;
  /** Of the server's certificate, signed with a key of the same kind. */
  readonly certificate: number;
  /** Records of the handshake in both directions. */
  readonly handshakeBytes: number;
  /** Virtual, from ClientHello to established at the device. Estimated. */
  readonly handshakeTime: Nanoseconds;
  /** Of the IDF heap, beyond what was in use before the connection. Estimated. */
  readonly heapPeak: number;
}

const HOST = 'api.example.com';
const DEVICE = 'device';

const PROGRAM = `
import network, ntptime, socket, ssl, time
wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)
ntptime.settime()
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile='/root.der')
sock = socket.socket()
sock.connect(socket.getaddrinfo('${HOST}', 443)[0][-1])
tls = context.wrap_socket(sock, server_hostname='${HOST}')
print(len(tls.getpeercert(True)))
tls.close()
`;

/** Throws when the board cannot connect: that it could not would be a result without figures. */
export async function measure(key: ServerKey, board: Board, options: RunOptions = {}): Promise<Measurement> {
  const { events, failures } = await runScenario(worldWith(key), { ...options, board });
  if (failures.length > 0) {
    throw new Error(`${board.name} did not connect to a server with ${key}: ${failures[0]!.observed}`);
  }
  const figures = computeFigures(events);
  const { handshake, clientToServer, serverToClient } = figures.connections[0]!;
  const heap = figures.devices.find(({ device }) => device === DEVICE)!.heap!;
  return {
    board: board.name,
    key,
    keyBits: KEY_BITS[key],
    certificate: printedNumber(events),
    handshakeBytes: clientToServer.handshakeBytes + serverToClient.handshakeBytes,
    handshakeTime: handshake!,
    heapPeak: heap.connections[0]!.peak,
  };
}

function worldWith(key: ServerKey): LoadedScenario {
  const input: ScenarioInput = {
    title: `A server with ${key}`,
    why: 'To compare what keys cost.',
    pki: {
      roots: { root: { subject: 'CN=Sandbox Root CA, O=Sandbox', key } },
      leaves: { api: { issuer: 'root', subject: `CN=${HOST}`, san: [HOST], key } },
    },
    hosts: {
      'ns.example.net': { address: '198.51.100.53', services: [{ type: 'dns' }] },
      'pool.ntp.org': { address: '198.51.100.123', services: [{ type: 'ntp' }] },
      [HOST]: { address: '203.0.113.10', services: [{ type: 'https', certificate: 'api', routes: {} }] },
    },
    devices: { [DEVICE]: { files: { '/root.der': { certificate: 'root' } } } },
    expect: { devices: { [DEVICE]: { exit: 0 } } },
  };
  return defineScenario(input, { name: `compare ${key}`, files: { 'main.py': PROGRAM } });
}

function printedNumber(events: readonly TraceEvent[]): number {
  const printed = events.flatMap((event) => (event.type === 'device.output' ? [event.text] : []));
  return Number(printed.join(''));
}
