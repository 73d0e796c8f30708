/** A scenario with a real board in the place of its device: the peers on real ports here, the program there. */
import { createHash } from 'node:crypto';
import { Random } from '../../../emulator/world/random.ts';
import { type Nanoseconds, SECOND } from '../../../emulator/world/time.ts';
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { WORLD } from '../../scenario/addressing.ts';
import { flashFiles } from '../../scenario/flash.ts';
import type { LoadedScenario } from '../../scenario/load.ts';
import { buildPki } from '../../scenario/pki/build.ts';
import { datetimeOf, pythonDictionary } from '../board/clock.ts';
import { BoardFolder } from '../board/files.ts';
import {
  addressTowards,
  type Credentials,
  type Joined,
  join,
  leaveNetwork,
  type Reached,
  reach,
} from '../board/network.ts';
import type { BoardSession } from '../board/session.ts';
import shim from '../board/shim.py';
import { MirrorError } from '../problem.ts';
import { pythonString } from '../raw-repl/python-text.ts';
import { NoAnswer } from '../raw-repl/raw-repl.ts';
import { RealPeers } from '../real-peers.ts';
import { Control } from './control.ts';
import { Records } from './records.ts';

/** On the board: nothing of anybody else's is called so. */
const FOLDER = 'tls-sandbox-mirror';
const SHIM = 'tls_sandbox_shim';
const EPOCH_2000 = 946_684_800;

/** Milliseconds in which the last segments of a program arrive after its end. */
const LINGER = 300;

export interface BoardRunOptions {
  readonly seed?: number | undefined;
  /** Address of this computer that the board can reach; else found out. */
  readonly host?: string | undefined;
  readonly wifi?: Credentials | undefined;
  /** The folder stays on the board. */
  readonly keep?: boolean;
  /** Wall time that the program may take. */
  readonly timeLimit: Nanoseconds;
  /** What is done now, for somebody who waits; empty when it is over. */
  readonly onProgress?: (text: string) => void;
}

export interface BoardRun {
  readonly events: readonly TraceEvent[];
  /** What the shim measured, by name: "heap-before", "idf-least-after", "milliseconds", … */
  readonly figures: ReadonlyMap<string, number>;
  /** Modules that the board does not have and the shim stood in for. */
  readonly stoodIn: readonly string[];
  readonly joined: Joined;
  readonly reached: Reached;
  /** Whether the program came to its end. */
  readonly ended: boolean;
}

/** Throws MirrorError; the board's folder and the network are then left in any case. */
export async function runOnBoard(
  session: BoardSession,
  loaded: LoadedScenario,
  options: BoardRunOptions,
): Promise<BoardRun> {
  const { onProgress = () => {} } = options;
  onProgress('joining the network');
  const joined = await join(session, options.wifi);
  const candidates = await addressesFor(session, joined, options.host);
  const control = await Control.open(candidates);
  const folder = new BoardFolder(session.repl, session.board, FOLDER);
  let peers: RealPeers | undefined;
  const isAtPrompt = false;
  try {
    onProgress('looking for this computer from there');
    const reached = await reach(session, candidates, control.port);
    await leaveNetwork(session, joined);
    const seed = options.seed ?? loaded.scenario.seed;
    peers = await RealPeers.build(loaded, { seed, address: reached.host });
    control.serve(peers);
    await folder.copy(await filesFor(loaded, seed), {
      digest: (bytes) => createHash('sha256').update(bytes).digest('hex'),
      onProgress: (done, total, path) =>
        onProgress(path === '' ? '' : `copying ${path}, ${done} of ${total} bytes`),
    });
    await session.refresh();
    onProgress('the program runs');
    return {
      ...(await runProgram(session, loaded, peers, control, folder, reached, joined, options)),
      joined,
      reached,
    };
  } finally {
    onProgress('');
    control.close();
    await peers?.close();
    await restore(session, folder, isAtPrompt, options.keep ?? false);
  }
}

/** Those that the board may reach, best first. */
async function addressesFor(
  { board, localAddress }: BoardSession,
  { address }: Joined,
  host: string | undefined,
): Promise<string[]> {
  if (host !== undefined) return [host];
  const LOOPBACK = '127.0.0.1';
  const byRoute = address === undefined ? undefined : await addressTowards(address);
  // A process, or an emulated board, may have no other way than the computer's loopback.
  const own = board.isProcess ? [LOOPBACK, byRoute, localAddress] : [byRoute, localAddress, LOOPBACK];
  return [...new Set(own.filter((each) => each !== undefined).map(withoutMapping))];
}

/** An IPv4 address that came by an IPv6 socket. */
function withoutMapping(address: string): string {
  return address.replace(/^::ffff:/, '');
}

async function filesFor({ scenario, files }: LoadedScenario, seed: number) {
  const [device] = Object.values(scenario.devices);
  const { nodeProvider } = await import('../../../emulator/crypto/node.node.ts');
  // The same part of the seed as in the world, and so the same certificates.
  const pki = buildPki(scenario, files, new Random(seed).fork('pki'), nodeProvider);
  const flash = flashFiles(device!, files, pki).map(({ path, bytes }) => ({ path: path.slice(1), bytes }));
  return [...flash, { path: `${SHIM}.py`, bytes: new TextEncoder().encode(shim) }];
}

async function runProgram(
  session: BoardSession,
  loaded: LoadedScenario,
  peers: RealPeers,
  control: Control,
  folder: BoardFolder,
  reached: Reached,
  joined: Joined,
  options: BoardRunOptions,
): Promise<Omit<BoardRun, 'joined' | 'reached'>> {
  const { world, guest } = peers;
  const figures = new Map<string, number>();
  let stoodIn: readonly string[] = [];
  const exception = { name: '', message: '', traceback: '' };
  let status: number | undefined;
  let begun = false;
  const begin = () => {
    if (begun) return;
    begun = true;
    const rtc = new Date(
      (session.board.canSetClock ? clockOf(loaded) : loaded.scenario.time) * 1000,
    ).toISOString();
    peers.start();
    peers.enter(() =>
      world.trace.append(guest, { type: 'device.boot', board: session.board.machine, rtc, reason: 'mirror' }),
    );
  };
  control.onQuestion = begin;
  const records = new Records({
    output: (text) => {
      if (!begun) return;
      const said = inScenarioTerms(text, [
        [joined.address, peers.guestAddress],
        [reached.host, control.lastTarget],
      ]);
      peers.enter(() => world.trace.append(guest, { type: 'device.output', text: said }));
    },
    record: (name, value) => {
      if (name === 'begin') begin();
      else if (name === 'stood-in') stoodIn = value.split(' ');
      else if (name === 'exception') exception.name = value;
      else if (name === 'text') exception.message = value;
      else if (name === 'traceback') exception.traceback = ownFrames(value);
      else if (name === 'exit') status = Number(value);
      else figures.set(name, Number(value));
    },
  });
  const timeout = Math.round((options.timeLimit / SECOND) * 1000);
  const failed = await execute(
    session,
    programFor(session, loaded, control, folder, reached, peers, options),
    timeout,
    (text) => records.accept(text),
  );
  if (failed !== '')
    throw new MirrorError(`the shim failed on the board: ${failed.trim().split('\n').at(-1)}`);
  begin();
  await new Promise((resolve) => setTimeout(resolve, LINGER));
  peers.enter(() => {
    if (exception.name !== '') world.trace.append(guest, { type: 'device.exception', ...exception });
    if (status !== undefined)
      world.trace.append(guest, {
        type: 'device.exit',
        status,
        reason: exception.name === '' ? 'end' : 'exception',
      });
    world.trace.append(WORLD, { type: 'run.end', outcome: status === undefined ? 'time-limit' : 'finished' });
  });
  return { events: [...world.trace.events], figures, stoodIn, ended: status !== undefined };
}

/** The traceback of what went wrong outside the program; empty when nothing did, or when the time was up. */
async function execute(
  session: BoardSession,
  program: string,
  timeout: number,
  onOutput: (text: string) => void,
): Promise<string> {
  try {
    return (await session.repl.execute(program, { timeout, onOutput })).error;
  } catch (error) {
    if (error instanceof NoAnswer) return '';
    throw error;
  }
}

function programFor(
  { board }: BoardSession,
  loaded: LoadedScenario,
  control: Control,
  folder: BoardFolder,
  { host }: Reached,
  { guestAddress }: RealPeers,
  { wifi }: BoardRunOptions,
): string {
  const { network } = loaded.scenario;
  const pair = (ssid: string, password: string) => `(${pythonString(ssid)},${pythonString(password)})`;
  const clock = board.canSetClock ? clockOf(loaded) : undefined;
  const configuration = pythonDictionary({
    host,
    control: control.port,
    folder: folder.path,
    main: 'main.py',
    address: guestAddress,
    clock: { python: clock === undefined ? 'None' : datetimeOf(clock) },
    wifi: {
      python:
        wifi === undefined
          ? 'None'
          : `{'scenario':${pair(network.wifi.ssid, network.wifi.password)},'real':${pair(wifi.ssid, wifi.password)}}`,
    },
  });
  return [
    'import sys',
    `sys.path.insert(0,${pythonString(folder.path)})`,
    `import ${SHIM}`,
    'sys.path.pop(0)',
    `${SHIM}.run(${configuration})`,
    `del sys.modules[${pythonString(SHIM)}]`,
  ].join('\n');
}

/** What the scenario has the device's clock show at power-on, Unix seconds. */
function clockOf({ scenario }: LoadedScenario): number {
  const [device] = Object.values(scenario.devices);
  const rtc = device!.rtc;
  return rtc === 'unset' ? EPOCH_2000 : rtc === 'set' ? scenario.time : rtc;
}

/** Addresses of the network at hand, as they are in the scenario: each real one with what stands for it there. */
function inScenarioTerms(
  text: string,
  addresses: readonly (readonly [real: string | undefined, scenario: string | undefined])[],
): string {
  return addresses.reduce((said, [real, scenario]) => {
    if (real === undefined || scenario === undefined) return said;
    return said.replaceAll(new RegExp(`(?<![\\d.])${real.replaceAll('.', '\\.')}(?![\\d.])`, 'g'), scenario);
  }, text);
}

/** Without the frames of the shim and of what called it. */
function ownFrames(traceback: string): string {
  return traceback
    .split('\n')
    .filter((line) => !/File "(<stdin>|<string>|[^"]*tls_sandbox_shim\.py)"/.test(line))
    .join('\n');
}

/** What can still be done for the board; an error of the run itself says more than one from here. */
async function restore(
  session: BoardSession,
  folder: BoardFolder,
  isAtPrompt: boolean,
  keep: boolean,
): Promise<void> {
  try {
    if (!isAtPrompt) await session.repl.enter();
    await session.refresh();
    if (!keep) await folder.remove();
  } catch {
    // The line is gone; who comes next finds the folder and takes it for ours.
  }
}
