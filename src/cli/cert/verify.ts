import { type Command, Option } from 'commander';
import { nodeProvider } from '../../../emulator/crypto/node.node.ts';
import type { UnixSeconds } from '../../../emulator/world/time.ts';
import type { CertificateCheck } from '../../../emulator/world/trace-events.ts';
import { type ChainVerdict, verifyChain } from '../../../emulator/x509/verify.ts';
import { painter } from '../../report/canvas.ts';
import { drawOptions } from '../draw.ts';
import { EXIT } from '../exit-codes.ts';
import { readCertificates, readRevocationLists } from './files.ts';
import { now, timeOption } from './time-option.ts';

interface Options {
  readonly x509Profile: 'mbedtls' | 'rfc5280';
  readonly anchors: string;
  readonly chain: string;
  readonly host?: string;
  readonly time?: UnixSeconds;
  readonly purpose: 'server' | 'client';
  readonly crl?: string;
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
    .addOption(new Option('--json', 'the verdict as one JSON object'))
    .addHelpText('after', '\nExit status: 0 accepted, 1 refused, 2 usage.')
    .action((options: Options) => {
      const verdict = verify(options);
      process.stdout.write(options.json ? `${JSON.stringify(verdict)}\n` : render(verdict, options));
      process.exitCode = verdict.accepted ? EXIT.pass : EXIT.failed;
    });
}

function verify(options: Options): ChainVerdict {
  return verifyChain({
    chain: readCertificates(options.chain),
    anchors: readCertificates(options.anchors),
    profile: options.x509Profile,
    purpose: options.purpose,
    host: options.host,
    time: options.time ?? now(),
    crypto: nodeProvider,
    ...(options.crl === undefined ? {} : { crls: readRevocationLists(options.crl) }),
  });
}

const MARKS = { pass: '✓', fail: '✗', unchecked: '–' } as const;
const WHO = { mbedtls: 'the ESP32 (mbedTLS)', rfc5280: 'RFC 5280' } as const;

/** The verdict, then each check under the certificate it looked at. */
function render(verdict: ChainVerdict, { x509Profile }: Options): string {
  const paint = painter(drawOptions().color);
  const tones = { pass: 'good', fail: 'bad', unchecked: 'quiet' } as const;
  const alert = verdict.alert === undefined ? '' : `, alert ${verdict.alert}`;
  const outcome = verdict.accepted
    ? `accepts ${verdict.subject}`
    : `refuses ${verdict.subject}: ${verdict.detail}${alert}`;
  const lines = [paint(`${WHO[x509Profile]} ${outcome}`, verdict.accepted ? 'good' : 'bad')];
  for (const [certificate, checks] of byCertificate(verdict.checks)) {
    lines.push(`  ${certificate}`);
    for (const { check, outcome, detail } of checks) {
      lines.push(`    ${paint(MARKS[outcome], tones[outcome])} ${check.padEnd(WIDEST_CHECK)}  ${detail}`);
    }
  }
  return `${lines.join('\n')}\n`;
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
