/** One scenario in the emulator and on a board, and where the two agree. */
import type { Board } from '../../emulator/device/boards/board.ts';
import { boardByName } from '../../emulator/device/boards/index.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import type { RunResult } from '../scenario/run.ts';
import { type Capabilities, describeBoard } from './board/capabilities.ts';
import type { BoardSession } from './board/session.ts';
import { compare } from './parity/compare.ts';
import { expectationsOnBoard } from './parity/expectations.ts';
import { type Observed, observe, withFigures } from './parity/observed.ts';
import type { ParityReport } from './parity/report.ts';
import { type BoardRun, type BoardRunOptions, runOnBoard } from './run/board-run.ts';
import { promotable } from './run/promotable.ts';
import { runTwin } from './run/twin.ts';

export interface MirrorOptions extends Omit<BoardRunOptions, 'onProgress'> {
  /** As `--device` names it. */
  readonly device: string;
  /** Instead of the scenario's, in the emulator. */
  readonly board?: Board | undefined;
  /** See `CompareOptions`. */
  readonly tolerance: number;
  readonly onProgress?: (text: string) => void;
  /** Somebody may have enough; the session was opened with the same. */
  readonly signal?: AbortSignal | undefined;
  /** What the reader shall know before anything runs. */
  readonly onRemark?: (text: string) => void;
}

export interface Mirrored {
  readonly report: ParityReport;
  readonly emulated: RunResult;
  readonly onBoard: BoardRun;
  /** What the board says it is. */
  readonly boardSays: Pick<Capabilities, 'machine'>;
  readonly observed: { readonly emulated: Observed; readonly board: Observed };
}

/**
 * Throws MirrorError: the scenario cannot be promoted, or the board or its network are not as they must be. The board is
 * left as it was found either way, also where the reason of `signal` is thrown.
 */
export async function mirror(
  session: BoardSession,
  loaded: LoadedScenario,
  options: MirrorOptions,
): Promise<Mirrored> {
  const { remarks, hasRandomTimes } = promotable(loaded);
  const { scenario, remark } = atBoardsTime(session, loaded);
  const before = [...remarks, ...remark];
  for (const each of before) options.onRemark?.(each);
  const onBoard = await runOnBoard(session, scenario, options);
  options.onProgress?.('the emulated run');
  const { result: emulated, remarks: takenOver } = await runTwin(scenario, onBoard, {
    ...(options.seed !== undefined && { seed: options.seed }),
    ...(options.board !== undefined && { board: options.board }),
    timeLimit: options.timeLimit,
    idle: untilStopped(options.signal),
  });
  options.onProgress?.('');
  const [device, spec] = Object.entries(scenario.scenario.devices)[0]!;
  const observed = {
    emulated: observe(emulated.events, device),
    board: withFigures(observe(onBoard.events, device), onBoard.figures),
  };
  const report = {
    name: loaded.name,
    title: loaded.scenario.title,
    device: options.device,
    boardIs: describeBoard(session.board),
    probe: { ...session.board, modules: [...session.board.modules] },
    network: { joining: onBoard.joined.milliseconds, roundTrip: onBoard.reached.roundTrip },
    profile: (options.board ?? boardByName(spec.board)).name,
    remarks: [...before, ...takenOver, ...afterwards(emulated, onBoard, observed.board, scenario === loaded)],
    lines: compare(observed.emulated, observed.board, { tolerance: options.tolerance, hasRandomTimes }),
    expectations: expectationsOnBoard(scenario.scenario, onBoard.events, emulated.events),
  };
  return { report, emulated, onBoard, observed, boardSays: session.board };
}

/** Milliseconds between two looks whether somebody has had enough. */
const LOOK_INTERVAL = 20;

/** What an emulated run waits for now and then, so that this process goes on with all else. */
function untilStopped(signal: AbortSignal | undefined): () => Promise<void> {
  let looked = performance.now();
  return async () => {
    if (performance.now() - looked >= LOOK_INTERVAL) {
      await new Promise((resolve) => setImmediate(resolve));
      looked = performance.now();
    }
    signal?.throwIfAborted();
  };
}

/** A clock that cannot be set is right for itself: then the scenario plays at its time, on both sides. */
function atBoardsTime(
  { board, clockNow }: BoardSession,
  loaded: LoadedScenario,
): { scenario: LoadedScenario; remark: string[] } {
  if (board.canSetClock || clockNow === undefined) return { scenario: loaded, remark: [] };
  const time = clockNow;
  const devices = Object.fromEntries(
    Object.entries(loaded.scenario.devices).map(([name, device]) => [
      name,
      { ...device, rtc: 'set' as const },
    ]),
  );
  const shown = new Date(time * 1000).toISOString().slice(0, 19).replace('T', ' ');
  return {
    scenario: { ...loaded, scenario: { ...loaded.scenario, time, devices } },
    remark: [`the board's clock cannot be set: both runs play at its time, ${shown}, with the clock right`],
  };
}

function afterwards(
  emulated: RunResult,
  { stoodIn, ended, nobodys }: BoardRun,
  board: Observed,
  atOwnTime: boolean,
): string[] {
  return [
    ...(emulated.passed || !atOwnTime
      ? []
      : ['the emulated run itself does not come out as the scenario expects']),
    ...(stoodIn.length === 0
      ? []
      : [
          `the board has no module ${stoodIn.join(', no module ')}: the shim stood in for ${stoodIn.length === 1 ? 'it' : 'them'}`,
        ]),
    ...(ended ? [] : ['the program did not end on the board in the time it had (--time-limit)']),
    ...(nobodys.length === 0
      ? []
      : [
          `nobody in the scenario has the address ${nobodys.join(' or ')}, and silence cannot be played: the board was refused there at once (ECONNREFUSED)`,
        ]),
    ...(board.handshakes.length === 0 && emulated.summary.length > 0
      ? ['no ClientHello of the board reached a peer']
      : []),
  ];
}
