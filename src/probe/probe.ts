/** The whole question: will a board connect to that server? Observed, put to each board, answered. */
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { PrivateKey } from '../../emulator/crypto/provider.ts';
import type { Board } from '../../emulator/device/boards/board.ts';
import { type AnchorChoice, chooseAnchor } from './anchor.ts';
import { type Observation, observe } from './observe.ts';
import { type Prediction, predict } from './predict.ts';
import { type Subject, shownChain, subjectOf } from './subject.ts';
import type { Target } from './target.ts';
import { type Cause, causesOf } from './verdict.ts';

export interface ProbeOptions {
  readonly boards: readonly Board[];
  /** DER of certificates that the person who asks trusts. */
  readonly authorities: readonly Uint8Array[];
  readonly client?: { readonly certificate: Uint8Array; readonly key: PrivateKey } | undefined;
  readonly timeoutMs: number;
  readonly onStep?: (step: string) => void;
}

export interface ProbeResult {
  readonly subject: Subject;
  /** Undefined for a saved chain. */
  readonly observation: Observation | undefined;
  readonly anchor: AnchorChoice;
  /** In the order of the boards that were asked for. */
  readonly predictions: readonly Prediction[];
  /** Why the first board does not connect; empty when it does. */
  readonly causes: readonly Cause[];
}

export async function probeServer(target: Target, options: ProbeOptions): Promise<ProbeResult> {
  const { client, timeoutMs, onStep } = options;
  const credentials = client && { chain: [client.certificate], key: client.key };
  const observation = await observe(target, { credentials, timeoutMs, ...(onStep && { onStep }) });
  const anchor = chooseAnchor(shownChain(observation), options.authorities, nodeProvider);
  const subject = subjectOf(observation, trusted(anchor), client, now());
  return { observation, ...(await judge(subject, anchor, options)) };
}

/** A chain without a server: as one of today would show it, which speaks TLS 1.2 and 1.3. */
export async function probeChain(
  target: Target,
  chain: readonly Uint8Array[],
  options: ProbeOptions,
): Promise<ProbeResult> {
  const anchor = chooseAnchor(chain, options.authorities, nodeProvider);
  const subject: Subject = {
    target,
    reach: 'tls',
    chain,
    anchors: trusted(anchor),
    client: options.client,
    versions: ['TLSv1.3', 'TLSv1.2'],
    suites: [],
    groups: [],
    demandsCertificate: false,
    roundTripMs: undefined,
    time: now(),
  };
  return { observation: undefined, ...(await judge(subject, anchor, options)) };
}

async function judge(subject: Subject, anchor: AnchorChoice, { boards, onStep }: ProbeOptions) {
  const predictions: Prediction[] = [];
  for (const board of boards) {
    onStep?.(`on a simulated ${board.name}`);
    predictions.push(await predict(subject, board, nodeProvider));
  }
  const causes = causesOf(subject, predictions[0]!, nodeProvider);
  return { subject, anchor, predictions, causes };
}

/** A certificate that the server alone vouches for is trusted for the prediction; the answer says what to compare. */
function trusted({ best }: AnchorChoice): readonly Uint8Array[] {
  return best === undefined ? [] : [best.certificate.der];
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
