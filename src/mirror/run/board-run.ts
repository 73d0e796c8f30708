/** A scenario with a real board in the place of its device: the peers on real ports here, the program there. */
import { createHash } from 'node:crypto';
import { Random } from '../../../emulator/world/random.ts';
import type { Nanoseconds } from '../../../emulator/world/time.ts';
import { flashFiles } from '../../scenario/flash.ts';
import type { LoadedScenario } from '../../scenario/load.ts';
import { buildPki } from '../../scenario/pki/build.ts';
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
import sockets from '../board/sockets.py';
import { RealPeers } from '../real-peers.ts';
import { Control } from './control.ts';
import { type ProgramResult, ProgramRun, SHIM, SHIM_SOCKETS } from './program-run.ts';
import { promotionOf } from './promotable.ts';

/** On the board: nothing of anybody else's is called so. */
const FOLDER = 'tls-sandbox-mirror';

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

export interface BoardRun extends ProgramResult {
  readonly joined: Joined;
  readonly reached: Reached;
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
  const control = await Control.open(candidates).catch(async (error) => {
    await session.undisturbed(() => leaveNetwork(session, joined));
    throw error;
  });
  const folder = new BoardFolder(session.repl, session.board, FOLDER);
  let peers: RealPeers | undefined;
  try {
    onProgress('looking for this computer from there');
    const reached = await reach(session, candidates, control.port);
    await leaveNetwork(session, joined);
    const seed = options.seed ?? loaded.scenario.seed;
    peers = await RealPeers.build(loaded, { seed, address: reached.host });
    control.serve(peers);
    peers.onFailure = (error) => session.repl.line.stop(error);
    await folder.copy(await filesFor(loaded, seed), {
      digest: (bytes) => createHash('sha256').update(bytes).digest('hex'),
      onProgress: (done, total, path) =>
        onProgress(path === '' ? '' : `copying ${path}, ${done} of ${total} bytes`),
    });
    await session.refresh();
    onProgress('the program runs');
    const { wifi, timeLimit } = options;
    const program = new ProgramRun({ session, loaded, peers, control, folder, reached, joined, wifi });
    return { ...(await program.run(timeLimit)), joined, reached };
  } finally {
    onProgress('');
    control.close();
    await peers?.close();
    await session.undisturbed(() => restore(session, folder, joined, options.keep ?? false));
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

async function filesFor(loaded: LoadedScenario, seed: number) {
  const { scenario, files } = loaded;
  const [device] = Object.values(scenario.devices);
  const { nodeProvider } = await import('../../../emulator/crypto/node.node.ts');
  // The same part of the seed as in the world, and so the same certificates.
  const pki = buildPki(scenario, files, new Random(seed).fork('pki'), nodeProvider);
  const flash = flashFiles(device!, files, pki).map(({ path, bytes }) => ({ path: path.slice(1), bytes }));
  const ours = { [SHIM]: shim, ...(promotionOf(loaded).connectsByAddress && { [SHIM_SOCKETS]: sockets }) };
  const encoder = new TextEncoder();
  return [
    ...flash,
    ...Object.entries(ours).map(([name, text]) => ({ path: `${name}.py`, bytes: encoder.encode(text) })),
  ];
}

/** What can still be done for the board; an error of the run itself says more than one from here. */
async function restore(
  session: BoardSession,
  folder: BoardFolder,
  joined: Joined,
  keep: boolean,
): Promise<void> {
  try {
    if (!session.repl.isAtPrompt) await session.repl.enter();
    await session.refresh();
    if (!keep) await folder.remove();
    await leaveNetwork(session, joined);
  } catch {
    // The line is gone; who comes next finds the folder and takes it for ours.
  }
}
