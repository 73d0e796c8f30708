import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BOARDS } from '../../../emulator/device/boards/index.ts';
import { Device } from '../../../emulator/device/device.ts';
import { OpenWorld } from '../../../emulator/device/open-world.ts';
import type { HostCommand } from '../../../emulator/device/protocol.ts';
import type { NodeWorkerPool } from '../../../emulator/device/spawn.node.ts';
import type { Nanoseconds } from '../../../emulator/world/time.ts';
import { World } from '../../../emulator/world/world.ts';
import type { GatewayStack } from '../../gateway/gateway-stack.ts';
import { buildGatewayNetwork } from '../../gateway/network.ts';
import { Reach } from '../../gateway/reach.ts';
import { adoptDeviceWorkers, deviceWorkers } from '../../scenario/device-workers.ts';
import { CAPTURES, openOutputs } from '../captures.ts';
import { answer } from '../command-line.ts';
import { UsageError } from '../exit-codes.ts';
import { type MicroPythonArguments, parseArguments, USAGE } from './arguments.ts';
import { connectTerminal } from './terminal.ts';

/** The actor in traces and captures. */
const DEVICE = 'device';
const STDIN = 0;
const SEEDS = 2 ** 32;

/** Milliseconds that the last bytes of a program get to leave after its end. */
const LINGER = 1000;
const LINGER_STEP = 2;

/** Runs the command line `micropython`; `words` are what follows that one. Ends the process, or sets its status. */
export async function main(words: readonly string[], workers?: NodeWorkerPool): Promise<void> {
  if (workers !== undefined) adoptDeviceWorkers(workers);
  // Listening ports and workers do not outlive the program.
  await answer(async () => process.exit(await run(words)));
}

/**
 * A device that stands in for the command of that name, with the computer for its world.
 * Returns the exit status. Throws UsageError.
 */
async function run(words: readonly string[]): Promise<number> {
  const options = parseArguments(words, process.env.MICROPYPATH);
  if (options.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const write = openOutputs(options, CAPTURES);
  const clockOrigin = hostClock();
  const now = Date.now() / 1000;
  const seed = options.seed ?? randomInt(SEEDS);
  const world = new World({ seed, startTime: Math.floor(now) });
  // Nobody looks at it else, and a program may run for days.
  world.trace.keepsEvents = options.pcap !== undefined || options.keylog !== undefined;
  const refusals = new Set<string>();
  world.trace.listen((event) => {
    if (event.type === 'note' && event.level === 'warning') refusals.add(event.text);
  });
  const enter = (action: () => void) => open.enter(action);
  const { gateway, departures, ...place } = buildGatewayNetwork(world, DEVICE, reachOf(options), enter);
  const board = BOARDS[options.board] ?? (await boardFile(options.board));
  const command = commandOf(options, clockOrigin);
  const device = new Device({
    ...place,
    name: DEVICE,
    world,
    workers: deviceWorkers(),
    board,
    files: [],
    crypto: 'node',
    seed,
    rtc: now,
    command,
  });
  departures.watch(device);
  const open = new OpenWorld({ world, devices: [device], clock: () => hostClock() - clockOrigin });
  connectTerminal({ device, enter, raw: command.echo });
  await open.run();
  // As the end of a process does: what was sent still goes out, what was received is dropped.
  open.enter(() => device.sockets.closeAll());
  await flushed(gateway);
  open.close();
  // A program sees a refused connection as any other; who started it may wonder.
  for (const text of refusals) process.stderr.write(`tls-sandbox: ${text}\n`);
  await write(world.trace.events);
  if (device.exit?.detail !== undefined) {
    process.stderr.write(`tls-sandbox: the interpreter broke: ${device.exit.detail}\n`);
  }
  return device.exit?.status ?? 1;
}

/** Imported when asked for: a command that starts as often as this one has no time for YAML. */
async function boardFile(path: string) {
  return (await import('../../scenario/board-file.ts')).findBoard(path);
}

/** All threads of the process see the same. */
function hostClock(): Nanoseconds {
  return Number(process.hrtime.bigint());
}

function reachOf({ allow }: MicroPythonArguments): Reach {
  try {
    return new Reach(allow);
  } catch (error) {
    throw new UsageError(`--allow: ${(error as Error).message}`);
  }
}

function commandOf(options: MicroPythonArguments, clockOrigin: Nanoseconds): HostCommand {
  const { argv, path, cpu, memory, inspect, optimise } = options;
  const alone = options.program.kind === 'none';
  const interactive = inspect || (alone && process.stdin.isTTY === true);
  // A terminal gives keys as they are typed; the prompt draws its line itself.
  const echo = interactive && process.stdin.isTTY === true;
  if (echo) process.stdin.setRawMode(true);
  const program =
    alone && !interactive ? { kind: 'code' as const, text: readFileSync(STDIN, 'utf8') } : options.program;
  const folder = process.cwd();
  return { program, argv, path, folder, optimise, interactive, echo, cpu, memory, clockOrigin };
}

async function flushed(gateway: GatewayStack): Promise<void> {
  for (let waited = 0; waited < LINGER && !gateway.isFlushed; waited += LINGER_STEP) {
    await new Promise((resolve) => setTimeout(resolve, LINGER_STEP));
  }
}
