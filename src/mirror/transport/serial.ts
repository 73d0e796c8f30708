/**
 * A serial port, by the package `serialport`, which is optional. DTR and RTS are left as the system sets them when it opens
 * the port: on boards of Espressif one of them without the other is a reset or the way into the bootloader
 * (docs.espressif.com, "Boot Mode Selection"), and a USB console inside the chip says nothing without DTR.
 */
import { MirrorError } from '../problem.ts';
import { called, EmitterTransport } from './emitter.ts';
import type { Transport } from './transport.ts';

type SerialPort = import('serialport').SerialPort;

/** MicroPython's. */
const DEFAULT_BAUD = 115_200;

export async function openSerial(path: string, baud = DEFAULT_BAUD): Promise<Transport> {
  const { SerialPort } = await loadSerialport(path);
  const port = new SerialPort({ path, baudRate: baud, autoOpen: false, lock: true, hupcl: false });
  await new Promise<void>((resolve, reject) =>
    port.open((error) =>
      error === null ? resolve() : reject(new MirrorError(`${path}: ${whyNotOpened(error)}`)),
    ),
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

export const BUSY =
  'the port is busy: close the other program that has it (a serial monitor, mpremote, Thonny, ModemManager)';

export function whyNotOpened({ code, message }: NodeJS.ErrnoException): string {
  const text = `${code ?? ''} ${message}`;
  if (/ENOENT|No such file|File not found/i.test(text))
    return 'there is no such port (tls-sandbox ports shows what there is)';
  if (/EBUSY|EAGAIN|lock|Resource temporarily|busy/i.test(text)) return BUSY;
  if (/Access denied/i.test(text))
    return 'the port is busy or not allowed: close the other program that has it';
  if (/EACCES|EPERM|Permission/i.test(text))
    return 'this user may not open it: on Linux join the group that owns it (sudo usermod -a -G dialout $USER) and log in again';
  return message;
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
