/**
 * One MicroPython instance with the device's firmware in it. It is made before it is needed, without a
 * session, and serves one run: after the run its heap is full of the program's remains.
 */
import { SECOND } from '../../world/time.ts';
import type { HostCommand } from '../protocol.ts';
import { createBridge } from './bridge/index.ts';
import { FIRMWARE, FIRMWARE_FOLDER } from './firmware-files.ts';
import type { HostComputer } from './host-computer.ts';
import type { LoadMicroPython, MicroPython } from './micropython.ts';
import { type Session, Unwind } from './session.ts';

/** The module through which the firmware's Python reaches this worker. */
const BRIDGE_MODULE = '_esp32';

/**
 * Words for Python frames. About 150 nested calls of a small function, as a 16 KiB task stack allows.
 */
const PYSTACK = 16_384;
const INITIAL_HEAP = 1_048_576;

/** A defect of the emulator that came up below Python code. */
export class BridgeFault extends Error {
  override readonly name = 'BridgeFault';
}

export class Interpreter {
  private readonly python: MicroPython;
  private readonly attach: (session: Session) => void;

  private constructor(python: MicroPython, attach: (session: Session) => void) {
    this.python = python;
    this.attach = attach;
  }

  /** `ahead`: compile all of the firmware now, not when a program imports it. */
  static async create(load: LoadMicroPython, ahead: boolean): Promise<Interpreter> {
    let session: Session | undefined;
    const current = () => {
      if (session === undefined) throw new BridgeFault('the firmware called its worker before the boot');
      return session;
    };
    const python = await load({
      pystack: PYSTACK,
      heapsize: INITIAL_HEAP,
      linebuffer: false,
      stdin: () => readConsole(current()),
      stdout: (bytes) => writeConsole(current(), bytes),
      // A board has one serial line.
      stderr: (bytes) => writeConsole(current(), bytes),
    });
    python.registerJsModule(BRIDGE_MODULE, createBridge(current, python));
    const encoder = new TextEncoder();
    for (const [name, text] of Object.entries(FIRMWARE)) {
      writeFile(python, `${FIRMWARE_FOLDER}/${name}`, encoder.encode(text));
    }
    python.runPython(`__import__('sys').path.append('${FIRMWARE_FOLDER}')\n__import__('_boot').prepare()`);
    if (ahead) python.runPython(`__import__('_boot').compile_ahead()`);
    return new Interpreter(python, (attached) => {
      session = attached;
    });
  }

  /** Runs the session's program; how it ended is what the unwinding says. */
  run(session: Session): Unwind {
    this.attach(session);
    for (const { path, bytes } of session.boot.files) {
      writeFile(this.python, path.startsWith('/') ? path : `/${path}`, bytes);
    }
    try {
      if (session.host === undefined) this.python.runPython(`__import__('_boot').run()`);
      else return this.runCommand(session.boot.command!, session.host);
    } catch (error) {
      if (error instanceof Unwind) return error;
      throw error;
    }
    return new Unwind('end', 0);
  }

  private runCommand(command: HostCommand, host: HostComputer): Unwind {
    host.mountFiles(this.python.FS, command.folder);
    const status = this.python.runPython(`__import__('_command').run()`) ?? 0;
    if (command.interactive) this.prompt(host);
    return new Unwind('exit', Number(status));
  }

  /** MicroPython's own prompt, until Ctrl-D or the end of the input. */
  private prompt(host: HostComputer): void {
    this.python.replInit();
    for (let byte = host.readByte(); byte >= 0; byte = host.readByte()) {
      if (this.python.replProcessChar(byte) !== 0) return;
    }
  }
}

/** Makes the folders above it, too. */
function writeFile({ FS }: MicroPython, path: string, bytes: Uint8Array): void {
  FS.mkdirTree(path.slice(0, path.lastIndexOf('/')) || '/');
  FS.writeFile(path, bytes);
}

function writeConsole(session: Session, bytes: Uint8Array): void {
  session.host?.write('stdout', bytes);
  session.console.write(bytes);
  session.chargeLocal(bytes.length * session.board.consoleByte);
}

/** With nobody on its serial line, a program that reads it waits until the world ends. */
function readConsole(session: Session): number {
  if (session.host !== undefined) return session.host.readByte();
  if (session.boot.serial) return session.call('serial.read').value;
  for (;;) session.call('time.sleep', 3600 * SECOND);
}
