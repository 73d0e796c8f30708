/** A description as a table, and the file it stands in. */
import type { Paint, Tone } from '../../../report/canvas.ts';
import { formatBytes, plural } from '../../../report/format.ts';
import { clean, pad, wrap } from '../../../report/text.ts';
import type { ExtensionFacts, Inspected, KeyFacts, Malformed, Period } from './inspected.ts';

interface Row {
  readonly name: string;
  readonly text: string;
  readonly tone?: Tone;
}

/** Names in the first column. */
const NAME_WIDTH = 10;
const INDENT = 2 + NAME_WIDTH + 2;

/** So many entries of a list are shown; --json has them all. */
const MOST_ENTRIES = 20;

/** "server.pem:1  certificate  ·  462 B in DER, 680 B in PEM" */
export function renderTitle(file: string, subject: Inspected | Malformed, paint: Paint): string {
  const place = subject.line === undefined ? file : `${file}:${subject.line}`;
  const sizes =
    'derBytes' in subject
      ? `  ·  ${formatBytes(subject.derBytes)} in DER, ${formatBytes(subject.pemBytes)} in PEM`
      : '';
  return `${paint(clean(place), 'strong')}  ${clean(subject.kind)}${paint(sizes, 'quiet')}`;
}

export function renderInspected(inspected: Inspected, paint: Paint, width: number): string[] {
  return rowsOf(inspected).flatMap((row) => renderRow(row, paint, width));
}

export function renderMalformed({ problem }: Malformed, paint: Paint, width: number): string[] {
  return renderRow({ name: 'malformed', text: problem, tone: 'bad' }, paint, width);
}

export function renderRow({ name, text, tone = 'plain' }: Row, paint: Paint, width: number): string[] {
  return wrap(clean(text), width - INDENT).map((line, i) => {
    const head = i === 0 ? paint(pad(name, NAME_WIDTH), 'quiet') : ' '.repeat(NAME_WIDTH);
    return `  ${head}  ${paint(line, tone)}`;
  });
}

function rowsOf(inspected: Inspected): Row[] {
  const { subject, subjectAltNames, issuer, serialNumber, version, responder, responseStatus } = inspected;
  const { validity, publicKey, privateKey, device, fingerprints } = inspected;
  return [
    ...row('status', responseStatus),
    ...row('subject', subject === '' ? '(empty)' : subject),
    ...row('names', subjectAltNames?.map(({ kind, value }) => `${kind} ${value}`).join(', ')),
    ...row('issuer', issuer === subject && issuer !== undefined ? 'itself' : issuer),
    ...row('responder', responder),
    ...row('serial', serialNumber),
    ...(version === undefined || version === 3 ? [] : row('version', `v${version}`)),
    ...(validity === undefined ? [] : [periodRow(validity)]),
    ...row('format', privateKey && privateText(privateKey.format)),
    ...(publicKey === undefined ? [] : row('public key', keyText(publicKey))),
    ...signatureRows(inspected),
    ...(inspected.attributes ?? []).map(({ name, text }) => ({
      name: 'attribute',
      text: `${name}: ${text}`,
    })),
    ...extensionRows(inspected.extensions ?? []),
    ...listRows(
      'revoked',
      (inspected.revoked ?? []).map((entry) => `${entry.serialNumber} ${entry.text}`),
    ),
    ...(inspected.responses ?? []).map(responseRow),
    ...row('key id', publicKey?.keyIdentifier),
    ...row('pin', publicKey && `sha256/${publicKey.pin}`),
    ...row('SHA-256', fingerprints?.sha256),
    ...row('SHA-1', fingerprints?.sha1),
    ...(device === undefined
      ? []
      : [
          {
            name: 'device',
            text: `${device.accepted ? '✓' : '✗'} ${device.text}`,
            tone: tone(device.accepted),
          },
        ]),
    ...inspected.remarks.map((text): Row => ({ name: 'remark', text, tone: 'warning' })),
  ];
}

function row(name: string, text: string | undefined): Row[] {
  return text === undefined ? [] : [{ name, text }];
}

function tone(good: boolean): Tone {
  return good ? 'good' : 'bad';
}

function periodRow({ from, until, state, text }: Period): Row {
  const span = until === undefined ? `from ${from}` : `${from} … ${until}`;
  return { name: 'valid', text: `${span}: ${text}`, tone: tone(state === 'valid') };
}

function privateText(format: string): string {
  return format === 'encrypted' ? 'encrypted' : `${format}, not encrypted; its numbers are not shown`;
}

const KINDS: Readonly<Record<string, string>> = {
  rsa: 'RSA',
  ec: 'EC',
  ed25519: 'Ed25519',
  unknown: 'unknown',
};

function keyText({ kind, bits, curve }: KeyFacts): string {
  const size = bits === 0 ? 'of a kind not known here' : plural(bits, 'bit');
  return [`${KINDS[kind]}`, ...(curve === undefined ? [] : [curve]), size].join(', ');
}

function signatureRows({ signature, kind }: Inspected): Row[] {
  if (signature === undefined) return [];
  const { algorithm, selfSigned } = signature;
  if (selfSigned === undefined) return row('signature', algorithm);
  const own = kind === 'certificate request' ? 'with the key in it' : 'with its own key';
  const text = `${algorithm}, ${selfSigned ? 'verified' : 'does not verify'} ${own}`;
  return [{ name: 'signature', text, tone: selfSigned ? 'plain' : 'bad' }];
}

function extensionRows(extensions: readonly ExtensionFacts[]): Row[] {
  return extensions.map(({ name, critical, text }, i) => ({
    name: i === 0 ? 'extensions' : '',
    text: `${name}${critical ? ', critical' : ''}: ${text}`,
  }));
}

function listRows(name: string, entries: readonly string[]): Row[] {
  const shown = entries.slice(0, MOST_ENTRIES);
  const more = entries.length - shown.length;
  if (more > 0) shown.push(`… and ${more} more (--json shows all)`);
  return shown.map((text, i) => ({ name: i === 0 ? name : '', text }));
}

function responseRow({ serialNumber, status, validity }: NonNullable<Inspected['responses']>[number]): Row {
  const until = validity.until === undefined ? '' : ` … ${validity.until}`;
  return {
    name: 'response',
    text: `serial ${serialNumber}: ${status}; ${validity.from}${until}, ${validity.text}`,
    tone: tone(status === 'good' && validity.state === 'valid'),
  };
}
