/** The certificates of a run: what stands in them, who checked what, and what the other profile would have said. */
import './details.css';
import './certificates.css';
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { nobleProvider } from '../../../emulator/crypto/noble.ts';
import { fromHex } from '../../../emulator/world/bytes.ts';
import type { CertificateCheck } from '../../../emulator/world/trace-events.ts';
import { type Comparison, compare } from '../../../emulator/x509/compare.ts';
import { certificateFields, certificateOrNot } from '../../../src/report/certificate-fields.ts';
import type { Judgement, ShownChain } from '../../../src/report/certificates.ts';
import { type CheckRow, checkRows } from '../../../src/report/check-rows.ts';
import { BytesView } from './bytes-view.tsx';
import { chains, chosenChain } from './chains.ts';
import { explainDer } from './der-meanings.ts';

export function CertificatesPane() {
  const all = chains.value;
  const wish = useSignal<number | undefined>(undefined);
  if (all.length === 0) {
    return <p class="details faint">Nobody has shown a certificate in this run.</p>;
  }
  const at = Math.min(all.length - 1, chosenChain.value ?? wish.value ?? 0);
  return (
    <article class="details certificates" aria-label="Certificates">
      {all.length > 1 && (
        <p>
          <label>
            Chain{' '}
            <select
              value={at}
              disabled={chosenChain.value !== undefined}
              onChange={({ currentTarget }) => {
                wish.value = Number(currentTarget.value);
              }}
            >
              {all.map(({ shownTo, connection }, i) => (
                <option key={`${shownTo} ${connection}`} value={i}>
                  shown to {shownTo}, {connection}
                </option>
              ))}
            </select>
          </label>
        </p>
      )}
      <Chain key={at} shown={all[at]!} />
    </article>
  );
}

function Chain({ shown }: { shown: ShownChain }) {
  const { chain, shownTo, verdict, judgements } = shown;
  const comparison = useMemo(() => compared(shown), [shown]);
  return (
    <>
      <h2>
        {chain.length === 1 ? 'A certificate' : `${chain.length} certificates`}, shown to {shownTo}
      </h2>
      {judgements.length === 0 ? (
        <p class="faint">
          {verdict === undefined ? 'It did not come to a check.' : 'Nobody asked for a check.'}
        </p>
      ) : (
        <>
          <Sentences comparison={comparison} judgements={judgements} />
          <Checks judgements={judgements} />
        </>
      )}
      <h3>The chain, from the sender’s own certificate upwards</h3>
      {chain.map((der, depth) => (
        <CertificateView key={depth} der={der} depth={depth} />
      ))}
    </>
  );
}

function compared({ chain, verdict }: ShownChain): Comparison | undefined {
  const question = verdict?.question;
  if (question === undefined) return undefined;
  const { purpose, host, time } = question;
  const anchors = question.anchors.map(fromHex);
  return compare({ chain, anchors, purpose, host, time, crypto: nobleProvider });
}

const OUTCOMES = {
  accepted: { class: 'good', mark: '✓' },
  refused: { class: 'bad', mark: '✗' },
  ignored: { class: 'warn', mark: '!' },
} as const;
const PROFILES = { mbedtls: 'mbedTLS, as on the board', rfc5280: 'RFC 5280, as a browser' } as const;

function Sentences({
  comparison,
  judgements,
}: {
  comparison: Comparison | undefined;
  judgements: readonly Judgement[];
}) {
  return (
    <>
      <ul class="verdicts">
        {judgements.map(({ profile, outcome, inTheRun }) => (
          <li key={profile} class={OUTCOMES[outcome].class}>
            {OUTCOMES[outcome].mark} {PROFILES[profile]}: <b>{outcome}</b>
            <small class="faint"> {inTheRun ? 'in this run' : 'asked by this page'}</small>
          </li>
        ))}
      </ul>
      {comparison?.sentences.map((sentence) => (
        <p key={sentence} class="sentence">
          {sentence}
        </p>
      ))}
    </>
  );
}

function Checks({ judgements }: { judgements: readonly Judgement[] }) {
  const rows = checkRows(judgements);
  return (
    <table class="checks">
      <caption>Each check, under both sets of rules</caption>
      <thead>
        <tr>
          <th scope="col">check</th>
          {judgements.map(({ profile }) => (
            <th key={profile} scope="col">
              {PROFILES[profile]}
            </th>
          ))}
        </tr>
      </thead>
      {rows.map(({ title, rows: own }) => (
        <tbody key={title}>
          <tr>
            <th class="of" colSpan={judgements.length + 1} scope="rowgroup">
              {title}
            </th>
          </tr>
          {own.map((row) => (
            <CheckLine key={row.check} row={row} judgements={judgements} />
          ))}
        </tbody>
      ))}
    </table>
  );
}

const MARKS = {
  pass: { class: 'good', mark: '✓' },
  fail: { class: 'bad', mark: '✗' },
  unchecked: { class: 'faint', mark: '–' },
} as const;

function CheckLine({ row, judgements }: { row: CheckRow; judgements: readonly Judgement[] }) {
  return (
    <tr class={row.by.flat().some(({ outcome }) => outcome === 'fail') ? 'failed' : ''}>
      <th scope="row">{row.check.replaceAll('-', ' ')}</th>
      {row.by.map((checks, i) => (
        <td key={judgements[i]!.profile} data-profile={PROFILES[judgements[i]!.profile]}>
          {checks.length === 0 && <span class="faint">says nothing of it</span>}
          {checks.map((check) => (
            <CheckText key={check.detail} check={check} />
          ))}
        </td>
      ))}
    </tr>
  );
}

function CheckText({ check: { outcome, detail } }: { check: CertificateCheck }) {
  return (
    <div class={MARKS[outcome].class}>
      {MARKS[outcome].mark} {outcome === 'unchecked' ? `not checked: ${detail}` : detail}
    </div>
  );
}

function CertificateView({ der, depth }: { der: Uint8Array; depth: number }) {
  const open = useSignal(false);
  const certificate = useMemo(() => certificateOrNot(der), [der]);
  if (certificate === undefined) {
    return (
      <p class="bad">
        {depth}: {der.length} bytes that cannot be read as a certificate
      </p>
    );
  }
  return (
    <section class="certificate">
      <h4>
        {depth}: {certificate.subject.text || '(no subject)'}
      </h4>
      <dl>
        {certificateFields(certificate, nobleProvider).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <details
        onToggle={({ currentTarget }) => {
          open.value = currentTarget.open;
        }}
      >
        <summary>The {der.length} bytes of it (DER)</summary>
        {open.value && (
          <BytesView bytes={der} fields={certificate.fields} explain={explainDer} section="RFC 5280 §4.1" />
        )}
      </details>
    </section>
  );
}
