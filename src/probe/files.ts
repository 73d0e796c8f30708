/** What is written for the board: the one certificate to load, and a program that uses it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePem } from '../../emulator/x509/pem.ts';
import { TIMEOUT_S } from './predict.ts';
import type { ProbeResult } from './probe.ts';
import { FILES, programFor } from './program.ts';

export interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
  readonly what: string;
}

/** Writes into the folder, which is made. Without a certificate to load there is nothing that would work. */
export function writeFiles(folder: string, { anchor: { best }, subject }: ProbeResult): WrittenFile[] {
  if (best === undefined) return [];
  const { der } = best.certificate;
  const program = programFor({
    target: subject.target,
    clientCertificate: subject.client !== undefined,
    timeout: TIMEOUT_S,
  });
  mkdirSync(folder, { recursive: true });
  const write = (name: string, content: Uint8Array | string, what: string): WrittenFile => {
    const path = join(folder, name);
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    writeFileSync(path, bytes);
    return { path, bytes: bytes.length, what };
  };
  return [
    write(FILES.ca, der, 'for the flash of the board'),
    write('ca.pem', encodePem('CERTIFICATE', der), 'the same as text'),
    write('main.py', program, 'verifies, sets the clock, times out'),
  ];
}
