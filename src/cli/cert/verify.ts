import { type Command, Option } from 'commander';
import { nodeProvider } from '../../../emulator/crypto/node.node.ts';
import type { UnixSeconds } from '../../../emulator/world/time.ts';
import type { CertificateCheck } from '../../../emulator/world/trace-events.ts';
import { type Comparison, compare } from '../../../emulator/x509/compare.ts';
import { type ChainVerdict, type VerifyRequest, verifyChain } from '../../../emulator/x509/verify.ts';
import { painter } from '../../report/canvas.ts';
import { drawOptions } from '../draw.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { readCertificates, readOcspResponse, readRevocationLists } from './files.ts';
import { now, timeOption } from './time-option.ts';

interface Options {
  readonly x509Profile: 'mbedtls' | 'rfc5280';
  readonly anchors: string;
  readonly chain: string;
  readonly host?: string;
  readonly time?: UnixSeconds;
  readonly purpose: 'server' | 'client';
  readonly crl?: string;
  readonly ocsp?: readonly string[];
  readonly staple?: string;
  readonly policy?: readonly string[];
  readonly compare?: boolean;
  readonly json?: boolean;
}

export function defineVerify(command: Command): void {
  command
    .addOption(
      new Option(
        '--x509-profile <profile>',
        'mbedtls: as the ESP32 does; rfc5280: as RFC 5280 and the web ask',
      )
        .choices(['mbedtls', 'rfc5280'])
        .default('mbedtls'),
    )
    .requiredOption('--anchors <file>', 'certificates that are trusted (PEM bundle or one DER)')
    .requiredOption(
      '--chain <file>',
      'what the peer sends, its own certificate first (PEM bundle or one DER)',
    )
    .option('--host <name>', 'host name or IP address that the certificate must be for')
    .addOption(timeOption('when'))
    .addOption(
      new Option('--purpose <role>', "what the certificate is used as: a server's or a client's")
        .choices(['server', 'client'])
        .default('server'),
    )
    .option('--crl <file>', 'certificate revocation lists (PEM or one DER)')
    .option('--ocsp <files...>', 'OCSP responses that were fetched, each in DER (rfc5280)')
    .option('--staple <file>', "the OCSP response stapled to the peer's own certificate, in DER (rfc5280)")
    .option('--policy <oids...>', 'demand that the chain is valid for one of these policies (rfc5280)')
    .addOption(
      new Option('--compare', 'both profiles, and where they part in words').conflicts('x509Profile'),
    )
    .addOption(new Option('--json', 'the verdict, or the comparison, as one JSON object'))
    .addHelpText('after', '\nExit status: 0 accepted (with --compare by both), 1 refused, 2 usage.')
    .action((options: Options) => {
      const request = readRequest(options);
      if (options.compare) showComparison(compare(request), options);
      else showVerdict(verifyChain({ ...request, profile: options.x509Profile }), options);
    });
}

function showVerdict(verdict: ChainVerdict, { json, x509Profile }: Options): void {
  process.stdout.write(json ? `${JSON.stringify(verdict)}\n` : render(verdict, x509Profile));
  process.exitCode = verdict.accepted ? EXIT.pass : EXIT.failed;
}

function showComparison(comparison: Comparison, { json }: Options): void {
  process.stdout.write(json ? `${JSON.stringify(comparison)}\n` : renderComparison(comparison));
  const { device, browser } = comparison;
  process.exitCode = device.accepted && browser.accepted ? EXIT.pass : EXIT.failed;
}

function readRequest(options: Options): Omit<VerifyRequest, 'profile'> {
  const { crl, ocsp, staple, policy } = options;
  return {
    chain: readCertificates(options.chain),
    anchors: readCertificates(options.anchors),
    purpose: options.purpose,
    host: options.host,
    time: options.time ?? now(),
    crypto: nodeProvider,
    ...(crl === undefined ? {} : { crls: readRevocationLists(crl) }),
    ...(ocsp === undefined ? {} : { ocspResponses: ocsp.map(readOcspResponse) }),
    ...(staple === undefined ? {} : { staples: [readOcspResponse(staple)] }),
    ...(policy === undefined ? {} : { policies: { initial: policy.map(readOid), requireExplicit: true } }),
  };
}

function readOid(text: string): string {
  if (/^[0-2](\.\d+)+$/.test(text)) return text;
  throw new UsageError(`--policy ${text}: expected an object identifier such as 2.23.140.1.2.1`);
}

const MARKS = { pass: '✓', fail: '✗', unchecked: '–' } as const;
const WHO = { mbedtls: 'the ESP32 (mbedTLS)', rfc5280: 'RFC 5280' } as const;

/** The verdict, then each check under the certificate it looked at. */
function render(verdict: ChainVerdict, profile: Options['x509Profile']): string {
  const paint = painter(drawOptions().color);
  const tones = { pass: 'good', fail: 'bad', unchecked: 'quiet' } as const;
  const alert = verdict.alert === undefined ? '' : `, alert ${verdict.alert}`;
  const outcome = verdict.accepted
    ? `accepts ${verdict.subject}`
    : `refuses ${verdict.subject}: ${verdict.detail}${alert}`;
  const lines = [paint(`${WHO[profile]} ${outcome}`, verdict.accepted ? 'good' : 'bad')];
  for (const [certificate, checks] of byCertificate(verdict.checks)) {
    lines.push(`  ${certificate}`);
    for (const { check, outcome, detail } of checks) {
      lines.push(`    ${paint(MARKS[outcome], tones[outcome])} ${check.padEnd(WIDEST_CHECK)}  ${detail}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** The sentences, then both verdicts in full. */
function renderComparison({ device, browser, sentences }: Comparison): string {
  return `${sentences.join('\n')}\n\n${render(device, 'mbedtls')}\n${render(browser, 'rfc5280')}`;
}

const WIDEST_CHECK = 'signature-algorithm'.length;

function byCertificate(checks: readonly CertificateCheck[]): Map<string, CertificateCheck[]> {
  const groups = new Map<string, CertificateCheck[]>();
  for (const check of checks) {
    const place = check.depth < 0 ? 'trust anchor' : `depth ${check.depth}`;
    const key = `${check.certificate} (${place})`;
    groups.set(key, [...(groups.get(key) ?? []), check]);
  }
  return groups;
}
