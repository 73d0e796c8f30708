/**
 * A serial port, by the package `serialport`, which is optional. DTR and RTS are left as the system sets them when it opens
 * the port: on boards of Espressif one of them without the other is a reset or the way into the bootloader
 * (docs.espressif.com, "Boot Mode Selection"), and a USB console inside the chip says nothing without DTR.
 */
import { MirrorError, MirrorUsageError } from '../problem.ts';
import { called, EmitterTransport } from './emitter.ts';
import type { Transport } from './transport.ts';

type SerialPort = import('serialport').SerialPort;

/** MicroPython's. */
const DEFAULT_BAUD = 115_200;

export async function openSerial(path: string, baud = DEFAULT_BAUD): Promise<Transport> {
  const { SerialPort } = await loadSerialport(path);
  const port = new SerialPort({ path, baudRate: baud, autoOpen: false, lock: true, hupcl: false });
  await new Promise<void>((resolve, reject) =>
    port.open((error) => (error === null ? resolve() : reject(notOpened(path, error)))),
  );
  return new SerialTransport(path, port);
}

/** Throws MirrorError where it is not installed, or has no build for this system. */
export async function loadSerialport(wantedFor: string): Promise<typeof import('serialport')> {
  try {
    return await import('serialport');
  } catch {
    throw new MirrorError(
      `${wantedFor}: serial ports need the package serialport, which is not installed here: npm install serialport. ` +
        'Without it there are socket://, rfc2217:// and ws://',
    );
  }
}

export const MISSING = 'there is no such port (tls-sandbox ports shows what there is)';
export const NO_PORT = 'is not a serial port (tls-sandbox ports shows what there is)';
export const BUSY =
  'the port is busy: close the other program that has it (a serial monitor, mpremote, Thonny, ModemManager)';

/** MirrorUsageError where there is no port, MirrorError where it is and cannot be had. */
export function notOpened(name: string, { code, message }: NodeJS.ErrnoException): MirrorError {
  const text = `${code ?? ''} ${message}`;
  if (/ENOENT|No such file|File not found/i.test(text)) return new MirrorUsageError(`${name}: ${MISSING}`);
  if (/Inappropriate ioctl|ENOTTY/i.test(text)) return new MirrorUsageError(`${name} ${NO_PORT}`);
  return new MirrorError(`${name}: ${whyRefused(text) ?? message}`);
}

function whyRefused(text: string): string | undefined {
  if (/EBUSY|EAGAIN|lock|Resource temporarily|busy/i.test(text)) return BUSY;
  if (/Access denied/i.test(text))
    return 'the port is busy or not allowed: close the other program that has it';
  if (/EACCES|EPERM|Permission/i.test(text))
    return 'this user may not open it: on Linux join the group that owns it (sudo usermod -a -G dialout $USER) and log in again';
  return undefined;
}

class SerialTransport extends EmitterTransport {
  readonly survivesReset = true;
  private readonly port: SerialPort;

  constructor(name: string, port: SerialPort) {
    super(name);
    this.port = port;
    this.follow(port, 'the port is gone');
  }

  write(bytes: Uint8Array): Promise<void> {
    return called((done) => this.port.write(bytes, () => this.port.drain(done)));
  }

  async close(): Promise<void> {
    this.forgetEnd();
    if (this.port.isOpen) await called((done) => this.port.close(done));
  }
}
