/**
 * One MicroPython instance with the device's firmware in it. It is made before it is needed, without a
 * session. A run fills its heap with the program's remains; before the next it is made what it was.
 */
import { CTRL_C } from '../console.ts';
import type { HostCommand } from '../protocol.ts';
import { Bridge } from './bridge/index.ts';
import { FIRMWARE, FIRMWARE_FOLDER } from './firmware-files.ts';
import { FlashFiles } from './flash-files.ts';
import type { HostComputer } from './host-computer.ts';
import { type Image, type ImageKind, loadedState, putImage, takeImage } from './image.ts';
import { loadWatched } from './load-watched.ts';
import type { LoadMicroPython, MicroPython } from './micropython.ts';
import { Prompt, type PromptMode } from './prompt.ts';
import { RestartPoint } from './restart-point.ts';
import { type Session, Unwind } from './session.ts';

/** The module through which the firmware's Python reaches this worker. */
const BRIDGE_MODULE = '_esp32';

/**
 * Words for Python frames. About 150 nested calls of a small function, as a 16 KiB task stack allows.
 */
const PYSTACK = 16_384;
const INITIAL_HEAP = 1_048_576;

const STDIN = 0;
/** Standard output and standard error. */
const OUTPUTS = [1, 2];
const NO_BYTE = -1;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Of the port's image, as its banner says it. */
const VERSION = 'v1.29.0 on 2026-08-25';
const SOFT_REBOOT = new TextEncoder().encode('MPY: soft reboot\r\n');

/** A defect of the emulator that came up below Python code. */
export class BridgeFault extends Error {
  override readonly name = 'BridgeFault';
}

export class Interpreter {
  private readonly python: MicroPython;
  private readonly attach: (session: Session) => void;
  private readonly restartPoint: RestartPoint | undefined;

  private constructor(
    python: MicroPython,
    restartPoint: RestartPoint | undefined,
    attach: (session: Session) => void,
  ) {
    this.python = python;
    this.attach = attach;
    this.restartPoint = restartPoint;
  }

  /**
   * `ahead`: compile all of the firmware now, not when a program imports it, and be ready to serve program after
   * program; else it serves one, which waits for it. With an image of that kind nothing is compiled.
   */
  static async create(load: LoadMicroPython, ahead: boolean, image?: Image): Promise<Interpreter> {
    let session: Session | undefined;
    const current = () => {
      if (session === undefined) throw new BridgeFault('the firmware called its worker before the boot');
      return session;
    };
    const { python, stack, bridge } = await loadWithBridge(load, current);
    connectStandardInput(python, current);
    connectStandardOutput(python, current);
    const isReady = image !== undefined && putImage(python, stack, bridge.functions, image);
    writeFirmware(python);
    if (!isReady) compileFirmware(python, bridge, ahead);
    const restartPoint = ahead
      ? new RestartPoint(python, stack, isReady ? image.memory : undefined)
      : undefined;
    return new Interpreter(python, restartPoint, (attached) => {
      session = attached;
      bridge.renew();
    });
  }

  /** For the build: what `create` is given. */
  static async makeImage(load: LoadMicroPython, kind: ImageKind): Promise<Image> {
    const nobody = () => {
      throw new BridgeFault('the firmware called its worker before the boot');
    };
    const { python, stack, bridge } = await loadWithBridge(load, nobody);
    const loaded = loadedState(python);
    writeFirmware(python);
    compileFirmware(python, bridge, kind === 'ahead');
    return takeImage(python, stack, bridge.functions, loaded);
  }

  /** Makes it ready for the next run. False when it has had its day: mounted folders, or a heap grown large. */
  reset(): boolean {
    return this.restartPoint?.restore() ?? false;
  }

  /** Runs the session's program; how it ended is what the unwinding says. */
  run(session: Session): Unwind {
    this.attach(session);
    session.isInterruptible = () => this.python._module._mp_hal_get_interrupt_char() === CTRL_C;
    session.onInterrupt = () => this.python._module._mp_sched_keyboard_interrupt();
    const { files, folders } = session.boot.flash;
    session.flash = new FlashFiles(this.python.FS, session.board.flash.fileSystem, () => session.rtc);
    session.flash.load(files, folders);
    try {
      if (session.host !== undefined) return this.runCommand(session, session.boot.command!, session.host);
      if (session.boot.prompt !== undefined) return this.runAtConsole(session, session.boot.prompt);
      this.python.runPython(`__import__('_boot').run()`);
    } catch (error) {
      if (error instanceof Unwind) return error;
      throw error;
    }
    return new Unwind('end', 0);
  }

  /** The programs in flash, then the prompt, until the board shall start again. */
  private runAtConsole(session: Session, mode: PromptMode): Unwind {
    const main = mode === 'friendly' ? 'True' : 'False';
    this.python.runPython(`__import__('_console').run_programs(${main})`);
    this.prompt(session, () => session.readInput() ?? NO_BYTE, mode);
    session.print(SOFT_REBOOT);
    return new Unwind('soft-reset', 0);
  }

  private runCommand(session: Session, command: HostCommand, host: HostComputer): Unwind {
    host.mountFiles(this.python.FS, command.folder, () => session.flash?.opensData === false);
    const status = this.python.runPython(`__import__('_command').run()`) ?? 0;
    const end = new Unwind('exit', Number(status));
    const read = () => {
      const byte = session.readInput();
      if (byte === null) throw end;
      return byte;
    };
    if (command.interactive) this.prompt(session, read, 'friendly');
    return end;
  }

  /** Until Ctrl-D. */
  private prompt(session: Session, read: () => number, mode: PromptMode): void {
    session.prompt = new Prompt({
      python: this.python,
      read,
      write: (bytes, raw) => session.print(bytes, raw),
      banner: `MicroPython ${VERSION}; ${session.board.machine}`,
    });
    session.prompt.run(mode);
  }
}

async function loadWithBridge(load: LoadMicroPython, current: () => Session) {
  const { python, stack, guard } = await loadWatched(load, {
    pystack: PYSTACK,
    heapsize: INITIAL_HEAP,
    linebuffer: false,
    stdout: (bytes) => writeConsole(current(), bytes),
    // A board has one serial line.
    stderr: (bytes) => writeConsole(current(), bytes),
  });
  return { python, stack, bridge: new Bridge(current, python, guard) };
}

function writeFirmware({ FS }: MicroPython): void {
  const paths = Object.keys(FIRMWARE).map((name) => `${FIRMWARE_FOLDER}/${name}`);
  // Each once: of a folder that is there Emscripten learns by an exception.
  for (const folder of new Set(paths.map((path) => path.slice(0, path.lastIndexOf('/')))))
    FS.mkdirTree(folder);
  const encoder = new TextEncoder();
  for (const [i, text] of Object.values(FIRMWARE).entries()) FS.writeFile(paths[i]!, encoder.encode(text));
}

function compileFirmware(python: MicroPython, bridge: Bridge, ahead: boolean): void {
  python.registerJsModule(BRIDGE_MODULE, bridge.functions);
  python.runPython(`__import__('sys').path.append('${FIRMWARE_FOLDER}')\n__import__('_boot').prepare()`);
  if (ahead) python.runPython(`__import__('_boot').compile_ahead()`);
}

function writeConsole(session: Session, bytes: Uint8Array): void {
  if (session.prompt === undefined) session.print(bytes);
  else session.prompt.accept(bytes);
}

/**
 * Reading descriptor 0, as `sys.stdin` does: a byte a time, so that none lies in a buffer where the prompt, or
 * select, would not find it.
 */
function connectStandardInput({ FS }: MicroPython, current: () => Session): void {
  const stdin = FS.streams[STDIN]!;
  stdin.stream_ops = {
    ...stdin.stream_ops,
    read(_stream, buffer, offset) {
      const session = current();
      const byte = session.host === undefined ? asText(session.readInput()) : readHostInput(session);
      if (byte === null) return 0;
      buffer[offset] = byte;
      return 1;
    },
  };
}

/** Descriptors 1 and 2, each write of a program's as one: the package would hand it on byte by byte. */
function connectStandardOutput({ FS }: MicroPython, current: () => Session): void {
  for (const descriptor of OUTPUTS) {
    const stream = FS.streams[descriptor]!;
    stream.stream_ops = {
      ...stream.stream_ops,
      write(_stream, source, offset, length) {
        writeConsole(current(), Uint8Array.from(source.subarray(offset, offset + length)));
        return length;
      },
    };
  }
}

/** Enter is \r on the line, and \n to a program. */
function asText(byte: number | null): number | null {
  return byte === RETURN ? NEWLINE : byte;
}

function readHostInput(session: Session): number | null {
  const byte = session.readInput();
  if (byte === null || session.boot.command?.echo !== true) return byte;
  const read = byte === RETURN ? NEWLINE : byte;
  writeConsole(session, Uint8Array.of(read));
  return read;
}
