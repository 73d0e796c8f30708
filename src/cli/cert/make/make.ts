/** From the command line's options to a written folder and the text that says what is in it. */
import { join } from 'node:path';
import { drawOptions } from '../../draw.ts';
import { UsageError } from '../../exit-codes.ts';
import type { MakeOptions } from '../make.ts';
import { checkEnd, now } from '../time-option.ts';
import { type Authority, existingAuthority, newAuthority, withIntermediate } from './authority.ts';
import { type Bundle, makeBundle } from './bundle.ts';
import { copyCommand, deviceFiles, deviceProgram } from './device-program.ts';
import { writeFolder } from './folder.ts';
import { type LeafPlan, planClient, planRequest, planServer } from './leaves.ts';
import { renderBundle } from './report.ts';
import { readSubjectTail } from './subjects.ts';

const DAY = 86_400;

/** Makes and writes everything; returns what to print. Throws UsageError before anything is written. */
export function make(options: MakeOptions): string {
  const time = options.time ?? now();
  // For clocks that are behind, and in the wrong zone.
  const notBefore = time - DAY;
  checkEnd(time + Math.max(options.days, options.caDays) * DAY);
  const plans = planLeaves(options);
  const authority = options.selfSigned ? undefined : chooseAuthority(options, time, notBefore);
  const validity = { notBefore, notAfter: time + options.days * DAY };
  const bundle = makeBundle(plans, authority, options.key, validity);
  writeFolder(options.out, bundle.files, options.force === true);
  return options.json ? json(bundle, options.out) : renderBundle(bundle, options.out, drawOptions());
}

function planLeaves({ host = [], client = [], csr = [], subject, selfSigned }: MakeOptions): LeafPlan[] {
  const tail = readSubjectTail(subject);
  const wanted = selfSigned ? '--host' : '--host, --client or --csr';
  if (host.length + client.length + csr.length === 0) throw new UsageError(`nothing to make: give ${wanted}`);
  return [
    ...(host.length > 0 ? [planServer(host, tail)] : []),
    ...client.map((name) => planClient(name, tail)),
    ...csr.map(planRequest),
  ];
}

function chooseAuthority(options: MakeOptions, time: number, notBefore: number): Authority {
  const { ca, caKeyFile, subject } = options;
  const intermediate = options.intermediate === true;
  const wanted = {
    key: options.caKey,
    intermediate,
    subjectTail: readSubjectTail(subject),
    notBefore,
    notAfter: time + options.caDays * DAY,
  };
  if (ca === undefined && caKeyFile === undefined) return newAuthority(wanted);
  if (ca === undefined)
    throw new UsageError('--ca-key-file wants --ca, the certificate that belongs to the key');
  if (caKeyFile === undefined) throw new UsageError('--ca wants --ca-key-file, the key that signs for it');
  const authority = existingAuthority(ca, caKeyFile, { time, intermediate });
  return intermediate ? withIntermediate(authority, wanted) : authority;
}

function json(bundle: Bundle, folder: string): string {
  const files = bundle.files.map(({ name, bytes, secret, what, use }) => ({
    path: join(folder, name),
    bytes: bytes.length,
    secret,
    what,
    use,
  }));
  const copy = copyCommand(folder, deviceFiles(bundle)).join(' ');
  return `${JSON.stringify({ folder, files, copy, program: deviceProgram(bundle) })}\n`;
}
