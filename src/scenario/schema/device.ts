/** One microcontroller: which board, what lies in its flash, what its clock says. */
import * as z from 'zod/mini';
import { BOARDS } from '../../../emulator/device/boards/index.ts';
import { parseTime } from '../units.ts';
import { doc, localFile, name, quantity, size } from './terms.ts';

export const DEFAULT_MAIN = 'main.py';

/** Where a file in flash comes from: exactly one of FLASH_SOURCES, which references.ts sees to. */
const flashFile = z.strictObject({
  certificate: doc('A certificate, by name.', z.optional(name)),
  chain: doc(
    'Several certificates, by name, one after the other (PEM only).',
    z.optional(z.array(name).check(z.minLength(1))),
  ),
  key: doc('The private key of a certificate, by the name of the certificate.', z.optional(name)),
  crl: doc('A revocation list, by name.', z.optional(name)),
  ocsp: doc('An OCSP response, by name.', z.optional(name)),
  fingerprints: doc('SHA-256 of certificates, by name: in hex, one a line.', z.optional(z.array(name))),
  file: doc('A file beside scenario.yaml.', z.optional(localFile)),
  text: doc('Text, as written here.', z.optional(z.string())),
  format: doc(
    'Encoding of a certificate or key. By default PEM for a chain and for a path that ends in .pem, else DER.',
    z.optional(z.enum(['der', 'pem'])),
  ),
});

const clock = quantity(
  (text) => (text === 'unset' || text === 'set' ? text : parseTime(text)),
  'unset, set, or a UTC time such as 2026-03-01',
);

const heapPressure = z.strictObject({
  idf: doc('Taken from the IDF heap, in blocks of 1 KiB.', z.prefault(size, '0B')),
  python: doc(
    "Taken from MicroPython's heap, which grows by areas of the IDF heap when it is full.",
    z.prefault(size, '0B'),
  ),
  largestBlock: doc('Fragments the IDF heap: no larger allocation finds room.', z.optional(size)),
});

export const device = z.strictObject({
  board: doc('Board profile.', z._default(z.enum(Object.keys(BOARDS)), 'esp32')),
  main: doc('The program, beside scenario.yaml.', z._default(localFile, DEFAULT_MAIN)),
  files: doc(
    'What else lies in flash, by absolute path.',
    z._default(
      z.record(z.string().check(z.regex(/^\/./, 'expected an absolute path such as /root.der')), flashFile),
      () => ({}),
    ),
  ),
  rtc: doc(
    'Clock at power-on: "unset" is 2000-01-01, as after a cold boot; "set" is the time of the world; or a time.',
    z.prefault(clock, 'unset'),
  ),
  boots: doc(
    'How often the board starts at most: the run is over for it when it would start once more. For programs that sleep and begin again for ever.',
    z.optional(z.int().check(z.minimum(1))),
  ),
  heapPressure: doc(
    'Memory that the parts of the program which the scenario leaves out hold.',
    z.optional(heapPressure),
  ),
  secureElement: doc(
    'Gives the board a secure element that holds the private key of this certificate (P-256).',
    z.optional(name),
  ),
});

export type Device = z.output<typeof device>;
export type FlashFile = z.output<typeof flashFile>;
