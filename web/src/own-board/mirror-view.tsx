/** The scenario at hand on the board, its peers played by the server of this page, and where it agrees with the emulator. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { hasParity, totalsInWords, totalsOf } from '../../../src/mirror/parity/report.ts';
import type { TimedRow } from '../../../src/mirror/parity/row.ts';
import { toTexts } from '../../../src/scenario/file-texts.ts';
import { serverAccess } from '../state/server.ts';
import { settings } from '../state/settings.ts';
import { edited, foreign, source } from '../state/source.ts';
import type { ScenarioSource } from '../world/protocol.ts';
import type { Settings } from '../world/settings.ts';
import { phase, portName } from './connection.ts';
import { askMirrorStatus, mirrorStatus, statusProblem } from './mirror-server.ts';
import { ParityReportView } from './parity-report.tsx';
import { promote, promotion, promotionProblem } from './promotion.ts';
import { mirrorRemotely } from './remote-mirror.ts';
import { workAtBoard } from './work.ts';
import { WorkBar } from './work-bar.tsx';

const result = signal<TimedRow | undefined>(undefined);
const problem = signal('');

export function MirrorView() {
  useEffect(() => void askMirrorStatus(), []);
  const scenario = source.value;
  const isOn = mirrorStatus.value?.isOn === true;
  const { obstacles = [] } = promotion.value ?? {};
  const isReady = phase.value === 'connected' && isOn && obstacles.length === 0 && scenario !== undefined;
  return (
    <div class="own-board-work">
      <Intended />
      {isOn ? <Reaches /> : <NoServer />}
      <WorkBar
        label={labelOf()}
        isReady={isReady && promotionProblem.value === ''}
        problem={problem.value}
        outcome={outcomeOf(result.value)}
        onStart={() => void start(scenario!, settings.peek())}
      />
      {result.value !== undefined && <ParityReportView row={result.value} />}
    </div>
  );
}

/** Names what it will reach; what came with a link is told apart. */
function labelOf(): string {
  const board = phase.value === 'connected' ? portName.value : 'the board';
  return foreign.value ? `▶ Mirror somebody else's scenario on ${board}` : `▶ Mirror on ${board}`;
}

async function start(scenario: ScenarioSource, turned: Settings): Promise<void> {
  problem.value = '';
  result.value = undefined;
  try {
    const access = serverAccess('mirror');
    if (access === undefined) throw new Error('this page came from no server');
    const { source: written } = await promote(scenario, turned);
    const { seed, board } = turned;
    result.value = await workAtBoard(`${scenario.name} is mirrored`, (context) =>
      mirrorRemotely(
        access,
        {
          name: written.name,
          files: toTexts(written.files),
          ...(seed !== undefined && { seed }),
          ...(board !== undefined && { board }),
        },
        context,
      ),
    );
  } catch (error) {
    problem.value = (error as Error).message;
  }
}

function outcomeOf(row: TimedRow | undefined): string {
  if (row?.report === undefined) return '';
  const { report, milliseconds } = row;
  const took = `${(milliseconds / 1000).toFixed(1)} s`;
  return `${hasParity(report) ? 'Parity' : 'No parity'}: ${totalsInWords(totalsOf(report))}; it took ${took}.`;
}

/** Which scenario, and what of it a board cannot meet. */
function Intended() {
  const scenario = source.value;
  if (scenario === undefined) return null;
  const isTurned = Object.keys(settings.value).length > 0;
  const { title, obstacles, remarks } = promotion.value ?? { title: '', obstacles: [], remarks: [] };
  return (
    <>
      <h2>
        {scenario.name}
        {edited.value !== undefined && !foreign.value && <small class="faint"> as changed</small>}
        {isTurned && <small class="faint"> with what is turned in the Lab</small>}
      </h2>
      <p>{title}</p>
      {promotionProblem.value !== '' && <p class="bad own-board-text">{promotionProblem.value}</p>}
      {obstacles.length > 0 && (
        <div class="warn">
          It cannot run on a board:
          <List items={obstacles} />
        </div>
      )}
      {obstacles.length === 0 && remarks.length > 0 && (
        <div>
          What will be otherwise than in the emulator:
          <List items={remarks} />
        </div>
      )}
    </>
  );
}

function List({ items }: { items: readonly string[] }) {
  return (
    <ul>
      {items.map((item) => (
        <li key={item}>{item}</li>
      ))}
    </ul>
  );
}

/** What a click will reach. */
function Reaches() {
  const hasWifi = mirrorStatus.value?.hasWifi === true;
  return (
    <>
      <p>
        {foreign.value ? <b>Somebody else's program</b> : 'Its program'} runs on your board, with the
        scenario's files in the folder <code>/tls-sandbox-mirror</code>, and in{' '}
        {hasWifi ? 'the Wi-Fi network that the server was told of' : 'the network that the board is in'}; its
        hosts and attackers play on this computer. Then the board is as it was.
      </p>
      {!hasWifi && (
        <p class="warn">
          The server knows no Wi-Fi network: a board that is not in one by itself cannot be mirrored. End the
          server, set <code>TLS_SANDBOX_WIFI_SSID</code> and <code>TLS_SANDBOX_WIFI_PASSWORD</code>, or write{' '}
          <code>--wifi FILE</code>, and start it again.
        </p>
      )}
    </>
  );
}

function NoServer() {
  const isServed = serverAccess('mirror') !== undefined;
  if (statusProblem.value !== '') return <p class="bad">{statusProblem.value}</p>;
  // It has not answered yet.
  if (isServed && mirrorStatus.value === undefined) return <p class="faint">…</p>;
  return (
    <>
      <p class="warn">
        {isServed
          ? 'The server of this page mirrors nothing: it was started without --mirror.'
          : 'This page comes from no server that could play the hosts of a scenario: a browser cannot be connected to.'}
      </p>
      <p>
        To mirror a scenario, run <code>npx tls-sandbox serve --mirror</code> on this computer, and open the
        URL that it prints. The terminal, and programs of your own, work without.
      </p>
    </>
  );
}
