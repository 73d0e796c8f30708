/** The life of a device's worker, the same in Node and in a browser: be booted, run, say how it ended. */
import type { CryptoProvider } from '../../crypto/provider.ts';
import { ChannelEnd } from '../channel.ts';
import type { BootMessage, FaultMessage, WorkerMessage, WorldMessage } from '../protocol.ts';
import type { HostComputer } from './host-computer.ts';
import type { Image, ImageKind } from './image.ts';
import { Interpreter } from './interpreter.ts';
import type { LoadMicroPython } from './micropython.ts';
import { type Channel, Session } from './session.ts';

export interface WorkerPlatform {
  readonly memory: SharedArrayBuffer;
  readonly loadMicroPython: LoadMicroPython;
  /** Loads a provider when a boot asks for it. */
  cryptoProvider(name: BootMessage['crypto']): Promise<CryptoProvider>;
  /** Compile the firmware before there is a program; for a program that waits already it would take longer. */
  readonly compileAhead: boolean;
  /** The interpreter as the build made it, where there is one. */
  image?(kind: ImageKind): Image | undefined;
  /** Called before each report to the world: the build keeps what has been compiled until then. */
  beforeReport?(): void;
  /** Where there is a computer that a program may use. */
  readonly host?: HostComputer;
}

/** Never returns; the worker ends by being terminated. */
export async function runDeviceWorker(platform: WorkerPlatform): Promise<never> {
  const channel: Channel = new ChannelEnd<WorkerMessage, WorldMessage>(platform.memory, 'device');
  let report: WorkerMessage = { kind: 'idle' };
  let last: Interpreter | FaultMessage | undefined;
  for (;;) {
    platform.beforeReport?.();
    channel.send(report);
    // The world has other things to do before the next boot: it then finds the interpreter ready. After the one
    // program of a worker that serves one, the process ends, and would have to wait for an interpreter in the making.
    const isEarly = platform.compileAhead || last === undefined;
    const early = isEarly ? await nextInterpreter(platform, last).catch(fault) : undefined;
    const message = channel.receive()!;
    const interpreter = early ?? (await nextInterpreter(platform, last).catch(fault));
    last = interpreter;
    if (!(interpreter instanceof Interpreter)) report = interpreter;
    else if (message.kind !== 'boot') report = fault(`no program runs, yet the world sent "${message.kind}"`);
    else report = await runProgram(platform, channel, interpreter, message).catch(fault);
  }
}

async function nextInterpreter(
  { loadMicroPython, compileAhead, image }: WorkerPlatform,
  last: Interpreter | FaultMessage | undefined,
): Promise<Interpreter> {
  if (last instanceof Interpreter && last.reset()) return last;
  return await Interpreter.create(loadMicroPython, compileAhead, image?.(compileAhead ? 'ahead' : 'plain'));
}

async function runProgram(
  platform: WorkerPlatform,
  channel: Channel,
  interpreter: Interpreter,
  boot: BootMessage,
): Promise<WorkerMessage> {
  const crypto = await platform.cryptoProvider(boot.crypto);
  const session = new Session({ channel, boot, crypto, host: boot.command && platform.host });
  const end = interpreter.run(session);
  return session.exitMessage(end);
}

function fault(error: unknown): FaultMessage {
  return { kind: 'fault', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
