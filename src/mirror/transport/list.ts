/** The serial ports of this computer, and what seems to be behind each. */
import { loadSerialport } from './serial.ts';

export interface ListedPort {
  readonly path: string;
  /** In words. */
  readonly is: string;
  /** Whether a board may be there. */
  readonly mayBeBoard: boolean;
  readonly serialNumber: string | undefined;
  /** "10c4:ea60" */
  readonly usb: string | undefined;
}

/** By USB vendor and product; a product of "" stands for all of the vendor's. */
const KNOWN: Readonly<Record<string, string>> = {
  '10c4:ea60': 'CP210x bridge, as on many ESP32 boards',
  '1a86:7523': 'CH340 bridge, as on many ESP32 boards',
  '1a86:7522': 'CH340 bridge, as on many ESP32 boards',
  '1a86:55d4': 'CH9102 bridge, as on many ESP32 boards',
  '1a86:55d3': 'CH343 bridge, as on many ESP32 boards',
  '0403:6001': 'FTDI FT232 bridge',
  '0403:6010': 'FTDI FT2232 bridge, as on ESP-WROVER-KIT and ESP-Prog',
  '0403:6015': 'FTDI FT231X bridge',
  '303a:1001': 'USB serial and JTAG of an ESP32-C3, -C6, -H2 or -S3',
  '303a:4001': 'MicroPython on an ESP32-S2 or -S3, by its own USB',
  '303a:': 'a device of Espressif',
  '2e8a:0005': 'MicroPython on a Raspberry Pi Pico',
  'f055:9800': 'a pyboard',
  'f055:': 'MicroPython, by its own USB',
};

/** Throws MirrorError without the package serialport. */
export async function listPorts(): Promise<ListedPort[]> {
  const { SerialPort } = await loadSerialport('ports');
  return (await SerialPort.list()).map((port) => {
    const { path, manufacturer, serialNumber, vendorId, productId } = port;
    const usb = vendorId && `${vendorId.toLowerCase()}:${(productId ?? '').toLowerCase()}`;
    const known = usb === undefined ? undefined : (KNOWN[usb] ?? KNOWN[`${usb.split(':')[0]}:`]);
    return {
      path,
      is:
        known ??
        (usb === undefined
          ? 'not on USB'
          : `USB ${usb}${manufacturer === undefined ? '' : ` of ${manufacturer}`}`),
      mayBeBoard: usb !== undefined,
      serialNumber,
      usb,
    };
  });
}
