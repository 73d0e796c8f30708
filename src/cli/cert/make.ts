/** `cert make`: one call makes a folder of certificates and keys that is ready for a device. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { UnixSeconds } from '../../../emulator/world/time.ts';
import type { KeyKind } from './make/keys.ts';
import { timeOption } from './time-option.ts';

export interface MakeOptions {
  readonly out: string;
  readonly host?: readonly string[];
  readonly client?: readonly string[];
  readonly csr?: readonly string[];
  readonly key: KeyKind;
  readonly caKey: KeyKind;
  readonly intermediate?: boolean;
  readonly days: number;
  readonly caDays: number;
  readonly subject: string;
  readonly selfSigned?: boolean;
  readonly ca?: string;
  readonly caKeyFile?: string;
  readonly time?: UnixSeconds;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Spelt out here, so that --help does not load what makes keys. */
const KEYS: readonly KeyKind[] = ['ec-p256', 'ec-p384', 'ec-p521', 'rsa-2048', 'rsa-3072', 'rsa-4096'];

const HELP = `
Examples:
  tls-sandbox cert make --host api.example.com
  tls-sandbox cert make --host api.example.com --host 192.168.1.10 --client sensor-1 --intermediate
  tls-sandbox cert make --ca certs/ca.pem --ca-key-file certs/ca.key --client sensor-2 --out more
  tls-sandbox cert make --ca certs/ca.pem --ca-key-file certs/ca.key --csr sensor.csr --out more

The keys are random and new. Private keys are written unencrypted, as the device wants them, and
readable by you alone. A request's subject, names, purposes and key are taken over, nothing else.

Exit status: 0 made, 2 usage: nothing was written.`;

export function defineMake(command: Command): void {
  command
    .option('--host <name>', 'a name or IP address of the server; more than one may be given', collect)
    .option('--client <name>', 'make a certificate for a device of this name; may be repeated', collect)
    .option('--csr <file>', 'issue a certificate for this request (PEM or DER); may be repeated', collect)
    .option('--out <folder>', 'where the files go', 'certs')
    .addOption(new Option('--key <kind>', 'keys of servers and devices').choices(KEYS).default('ec-p256'))
    .addOption(new Option('--ca-key <kind>', 'keys of new authorities').choices(KEYS).default('ec-p256'))
    .option('--intermediate', 'put an issuing CA between the root and the rest')
    .option('--days <n>', 'how long they are valid', readDays, 365)
    .option('--ca-days <n>', 'how long new authorities are valid', readDays, 3650)
    .option(
      '--subject <name>',
      'what follows the common name in every subject, such as "O=Workshop, C=DE"',
      '',
    )
    .addOption(
      new Option('--self-signed', "no authority: the device trusts the server's very certificate").conflicts([
        'client',
        'csr',
        'intermediate',
        'ca',
        'caKeyFile',
      ]),
    )
    .option('--ca <file>', 'sign with this authority: its certificate, then those above it (PEM or one DER)')
    .option('--ca-key-file <file>', "the authority's private key (PEM or DER, unencrypted)")
    .addOption(timeOption('when they begin to be valid, a day earlier in fact'))
    .option('--force', 'replace files that are there')
    .addOption(new Option('--json', 'what was made as one JSON object'))
    .addHelpText('after', HELP)
    .action(async (options: MakeOptions) => {
      const { make } = await import('./make/make.ts');
      process.stdout.write(make(options));
    });
}

function collect(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}

/** A century: later dates are beyond what a device's clock will see. */
const MOST_DAYS = 36_525;

function readDays(text: string): number {
  const days = Number(text);
  if (!/^\d+$/.test(text) || days < 1 || days > MOST_DAYS)
    throw new InvalidArgumentError(`Expected a whole number of days from 1 to ${MOST_DAYS}.`);
  return days;
}
