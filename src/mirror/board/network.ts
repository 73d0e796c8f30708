/** The board's way to this computer: the Wi-Fi network, and which of the computer's addresses it reaches. */
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { whyUnreadable } from '../../scenario/file-errors.ts';
import { MirrorError, MirrorUsageError } from '../problem.ts';
import { pythonString } from '../raw-repl/python-text.ts';
import type { BoardSession } from './session.ts';
import wifiProgram from './wifi.py';

export interface Credentials {
  readonly ssid: string;
  readonly password: string;
}

/** Milliseconds. */
const JOIN_PATIENCE = 20_000;
const REACH_PATIENCE = 30_000;

export interface Joined {
  /** The board's own address; undefined for one that has no module to ask. */
  readonly address: string | undefined;
  /** Milliseconds that joining took; undefined when it was there already. */
  readonly milliseconds: number | undefined;
}

/** A board that was on a network when it was found stays there: its console may come by it, and it is left as it was. */
export function staysJoined({ milliseconds }: Joined): boolean {
  return milliseconds === undefined;
}

/** From the environment, or from a file with SSID and password on a line each. Throws MirrorUsageError. */
export function readCredentials(
  file: string | undefined,
  environment: NodeJS.ProcessEnv,
): Credentials | undefined {
  if (file !== undefined) {
    const [ssid, password = ''] = contents(file).split(/\r?\n/);
    if (!ssid)
      throw new MirrorUsageError(
        `${file}: expected the network's name on the first line, its password on the second`,
      );
    return { ssid, password };
  }
  const { TLS_SANDBOX_WIFI_SSID: ssid, TLS_SANDBOX_WIFI_PASSWORD: password = '' } = environment;
  return ssid === undefined ? undefined : { ssid, password };
}

function contents(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new MirrorUsageError(`${file}: ${whyUnreadable(error)}`);
  }
}

/** Wants the prompt; leaves the functions of wifi.py there. Throws MirrorError that says why it is not on a network. */
export async function join(session: BoardSession, credentials: Credentials | undefined): Promise<Joined> {
  const { repl, board } = session;
  await repl.ask(wifiProgram);
  if (!board.modules.has('network')) return { address: undefined, milliseconds: undefined };
  const { ssid, password } = credentials ?? { ssid: '', password: '' };
  const patience = credentials === undefined ? 0 : JOIN_PATIENCE;
  const program = [
    credentials === undefined
      ? "import network;_wlan=network.WLAN(network.STA_IF);_how='was' if _wlan.isconnected() else ''"
      : `_wlan,_how=join(${pythonString(ssid)},${pythonString(password)},${patience},${session.wasOffline ? 'False' : 'True'})`,
    "print('how',_how)",
    "if _how: print('address',_wlan.ifconfig()[0])",
  ].join('\n');
  const told = toldBy(await repl.ask(program, { timeout: JOIN_PATIENCE + 10_000 }));
  if (!told.get('how')) throw new MirrorError(whyNotJoined(told, credentials));
  const milliseconds = told.has('joined') ? Number(told.get('joined')) : undefined;
  session.wasOffline ||= milliseconds !== undefined;
  return { address: told.get('address'), milliseconds };
}

function whyNotJoined(told: ReadonlyMap<string, string>, credentials: Credentials | undefined): string {
  if (credentials === undefined)
    return 'the board is on no network: set TLS_SANDBOX_WIFI_SSID and TLS_SANDBOX_WIFI_PASSWORD, or give --wifi FILE';
  const status = told.get('status') ?? '';
  const network = 'the board did not join the Wi-Fi network';
  if (/WRONG_PASSWORD|HANDSHAKE_TIMEOUT|ASSOC_FAIL|CONNECT_FAIL/.test(status))
    return `${network}: the password is wrong (${status}); look at TLS_SANDBOX_WIFI_PASSWORD, or the file of --wifi`;
  if (/NO_AP_FOUND/.test(status))
    return `${network}: it hears none of that name (${status}); an ESP32 has 2.4 GHz alone; look at TLS_SANDBOX_WIFI_SSID, or the file of --wifi`;
  return `${network} (status ${status || 'unknown'}): are name and password right?`;
}

export interface Reached {
  /** Of this computer, as the board reaches it. */
  readonly host: string;
  /** Milliseconds of one round trip. */
  readonly roundTrip: number;
}

/** Has the board connect to each of the addresses; wants what `join` has left. Throws MirrorError when none answers. */
export async function reach(
  { repl }: BoardSession,
  addresses: readonly string[],
  port: number,
): Promise<Reached> {
  const list = `(${addresses.map((address) => `${pythonString(address)},`).join('')})`;
  const told = toldBy(await repl.ask(`reach(${list},${port})`, { timeout: REACH_PATIENCE }));
  const host = told.get('reaches');
  if (host === undefined)
    throw new MirrorError(
      `the board cannot reach this computer at ${addresses.join(' or ')}, port ${port} (${told.get('unreachable')?.replace(/^\S+ /, '') ?? 'no answer'}): ` +
        'does a firewall here keep it out, are both in one network, does the access point keep its stations apart? --host takes another address of this computer',
    );
  return { host, roundTrip: Number(told.get('trip')) / 1000 };
}

/** Takes the board off a network that `join` or a program has put it on: it survives a soft reset. Wants the prompt. */
export async function leaveNetwork({ repl }: BoardSession, joined: Joined): Promise<void> {
  if (!staysJoined(joined)) await repl.ask('import network;network.WLAN(network.STA_IF).active(False)');
}

/** The address of this computer from which a packet to the board would go. */
export function addressTowards(board: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const done = (address: string | undefined) => {
      socket.close();
      resolve(address);
    };
    socket.once('error', () => done(undefined));
    // Nothing is sent: connecting a UDP socket only asks the routes.
    socket.connect(9, board, () => done(socket.address().address));
  });
}

function toldBy(output: string): ReadonlyMap<string, string> {
  return new Map(
    output
      .split('\n')
      .map((line) => /^(\S+) (.*)$/.exec(line.trim()))
      .flatMap((match) => (match === null ? [] : [[match[1]!, match[2]!] as const])),
  );
}
