import { type Command, Option } from 'commander';
import type { Board } from '../../../emulator/device/boards/board.ts';
import { BOARDS } from '../../../emulator/device/boards/index.ts';
import { toHex } from '../../../emulator/world/bytes.ts';
import { MILLISECOND, type Nanoseconds } from '../../../emulator/world/time.ts';
import { parseCertificate } from '../../../emulator/x509/certificate.ts';
import { encodePublicKey } from '../../../emulator/x509/keys.ts';
import { type WrittenFile, writeFiles } from '../../probe/files.ts';
import { type ProbeOptions, type ProbeResult, probeChain, probeServer } from '../../probe/probe.ts';
import { renderProbe } from '../../probe/render.ts';
import { parseTarget, type Target, targetText } from '../../probe/target.ts';
import { findBoard } from '../../scenario/board-file.ts';
import { readCertificates, readPrivateKey } from '../cert/files.ts';
import { drawOptions } from '../draw.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { writing } from '../files.ts';
import { durationOption } from '../options.ts';

interface Options {
  readonly chain?: string;
  readonly name?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly board?: readonly Board[];
  readonly output?: string | false;
  readonly timeout: Nanoseconds;
  readonly json?: boolean;
}

/** `probe`: will a stock MicroPython board connect to that server? */
export function define(command: Command): void {
  command
    .argument('[host:port]', 'the server; port 443 where none is given')
    .option('--chain <file>', "a server's saved chain instead (PEM, leaf first): nothing is connected to")
    .option('--name <name>', 'ask for this name, and check the certificate against it (default: the host)')
    .option('--ca <file>', 'certificates that you trust, beside those that browsers do')
    .option('--cert <file>', 'certificate that the board shows')
    .option('--key <file>', 'its private key')
    .addOption(
      new Option(
        '--board <name or file>',
        `may be repeated; the first is answered for (default: ${Object.keys(BOARDS).join(', ')})`,
      ).argParser((text: string, before: readonly Board[] = []) => [...before, findBoard(text)]),
    )
    .option('--output <folder>', 'where ca.der, ca.pem and main.py go (default: probe-NAME)')
    .option('--no-output', 'write no files')
    .addOption(durationOption('--timeout <duration>', 'end a connection that lasts longer', '10s'))
    .addOption(new Option('--json', 'machine-readable output alone on stdout'))
    .addHelpText('after', '\nExit status: 0 the board connects, 1 it does not, 2 usage.')
    .action(probe);
}

async function probe(place: string | undefined, options: Options): Promise<void> {
  const { chain, output, json } = options;
  if ((place === undefined) === (chain === undefined)) {
    throw new UsageError('probe: name either a server, HOST:PORT, or a file with its chain, --chain FILE');
  }
  const result =
    chain === undefined
      ? await probeServer(readTarget(place!, options.name), probeOptions(options))
      : await savedChain(chain, options);
  endProgress();
  const folder = output === undefined ? `probe-${result.subject.target.name}` : output;
  const written = folder === false ? [] : write(folder, result);
  process.stdout.write(json ? jsonOf(result, written) : renderProbe(result, written, drawOptions()));
  process.exitCode = result.predictions[0]!.connects ? EXIT.pass : EXIT.failed;
}

async function savedChain(file: string, options: Options): Promise<ProbeResult> {
  const chain = readCertificates(file);
  const name = options.name ?? nameIn(chain[0]!);
  if (name === undefined) {
    throw new UsageError(`probe: ${file}: its first certificate is for no host; say for which with --name`);
  }
  return probeChain({ host: name, port: 443, name }, chain, probeOptions(options));
}

/** The first DNS name without a wildcard; what a wildcard stands for is anybody's choice. */
function nameIn(leaf: Uint8Array): string | undefined {
  try {
    const { subjectAltNames = [] } = parseCertificate(leaf);
    const names = subjectAltNames.filter(({ kind }) => kind === 'dNSName').map(({ text }) => text);
    return names.find((name) => !name.includes('*')) ?? names[0]?.replace('*', 'www');
  } catch {
    return undefined;
  }
}

function readTarget(place: string, name: string | undefined): Target {
  const target = parseTarget(place, name);
  if (target === undefined) {
    throw new UsageError(`probe: cannot read '${place}' as HOST:PORT, such as api.example.com:443`);
  }
  return target;
}

function probeOptions({ ca, cert, key, board, timeout, json }: Options): ProbeOptions {
  return {
    boards: board ?? Object.values(BOARDS),
    authorities: ca === undefined ? [] : readCertificates(ca),
    client: readClient(cert, key),
    timeoutMs: timeout / MILLISECOND,
    ...(!json && process.stderr.isTTY && { onStep: showProgress }),
  };
}

function readClient(cert: string | undefined, key: string | undefined): ProbeOptions['client'] {
  if ((cert === undefined) !== (key === undefined)) {
    throw new UsageError('probe: --cert and --key belong together');
  }
  if (cert === undefined) return undefined;
  const certificate = readCertificates(cert)[0]!;
  const privateKey = readPrivateKey(key!);
  const same =
    toHex(encodePublicKey(privateKey.publicKey)) ===
    toHex(parseCertificate(certificate).subjectPublicKey.raw);
  if (!same) throw new UsageError(`probe: the key in ${key} does not belong to the certificate in ${cert}`);
  return { certificate, key: privateKey };
}

function write(folder: string, result: ProbeResult): WrittenFile[] {
  return writing(folder, () => writeFiles(folder, result));
}

function showProgress(step: string): void {
  process.stderr.write(`\r\x1b[Kasking … ${step}`);
}

function endProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}

function jsonOf(result: ProbeResult, written: readonly WrittenFile[]): string {
  const { subject, observation, anchor, predictions, causes } = result;
  const { target, reach, versions, suites, groups, demandsCertificate, roundTripMs } = subject;
  const pem = (der: Uint8Array) => Buffer.from(der).toString('base64');
  const report = {
    target: targetText(target),
    name: target.name,
    connects: predictions[0]!.connects,
    reach,
    address: observation?.modern.address,
    roundTripMs,
    versions,
    suites,
    groups,
    demandsCertificate,
    chain: subject.chain.map(pem),
    causes,
    boards: predictions.map(({ events: _, ...prediction }) => prediction),
    load: anchor.best && {
      source: anchor.best.source,
      subject: anchor.best.certificate.subject.text,
      der: pem(anchor.best.certificate.der),
    },
    files: written,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
