/**
 * The emulated run that a board's is held against. It takes over what the board found and nobody chose: whether it was on a
 * network already, and how long joining took. Else what a scenario does at set times would meet the two programs in
 * different places, and every difference behind that would be one of the place and not of the device.
 */
import { type Board, boardOf } from '../../../emulator/device/boards/board.ts';
import { scaled } from '../../../emulator/device/boards/figure.ts';
import { boardByName } from '../../../emulator/device/boards/index.ts';
import { MILLISECOND, type Nanoseconds } from '../../../emulator/world/time.ts';
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { formatDuration } from '../../report/format.ts';
import type { LoadedScenario } from '../../scenario/load.ts';
import { type RunOptions, type RunResult, runScenario } from '../../scenario/run.ts';
import { staysJoined } from '../board/network.ts';
import type { BoardRun } from './board-run.ts';

export interface Twin {
  readonly result: RunResult;
  /** What it took over. */
  readonly remarks: readonly string[];
}

/** Two times of joining are the same that are no further apart: programs look every 100 ms. */
const SAME: Nanoseconds = 200 * MILLISECOND;

/** Of what joining takes in all a network cannot take off more: the rest is DHCP's. */
const LEAST_FACTOR = 0.01;

export async function runTwin(
  loaded: LoadedScenario,
  { joined, figures }: Pick<BoardRun, 'joined' | 'figures'>,
  options: RunOptions,
): Promise<Twin> {
  if (staysJoined(joined))
    return {
      result: await runScenario(loaded, { ...options, staysJoined: true }),
      remarks: [
        'the board was on its network already and stays there, and so does the emulated device: how the program joins Wi-Fi is not tested',
      ],
    };
  const result = await runScenario(loaded, options);
  const [device, spec] = Object.entries(loaded.scenario.devices)[0]!;
  const milliseconds = figures.get('wifi-join') ?? joined.milliseconds!;
  const wanted = milliseconds * MILLISECOND;
  const had = joiningTime(result.events, device);
  if (had === undefined || Math.abs(wanted - had) <= SAME) return { result, remarks: [] };
  const board = joiningIn(options.board ?? boardByName(spec.board), wanted - had);
  return {
    result: await runScenario(loaded, { ...options, board }),
    remarks: [
      `joining Wi-Fi took ${formatDuration(wanted)} on the board, and so it does in the emulated run (${formatDuration(had)} by its profile)`,
    ],
  };
}

/** From the connect() that led to it until there was an address. */
function joiningTime(events: readonly TraceEvent[], device: string): Nanoseconds | undefined {
  const own = events.filter(({ actor }) => actor === device);
  const lease = own.findIndex(({ type }) => type === 'dhcp.lease');
  const begin = own
    .slice(0, Math.max(0, lease))
    .findLast((event) => event.type === 'wifi.state' && event.state === 'scanning');
  return begin && own[lease]!.t - begin.t;
}

/** All steps by one factor: only the whole is seen from outside. */
function joiningIn({ profile }: Board, longer: Nanoseconds): Board {
  const { wifi } = profile;
  const { scan, authenticate, associate, handshake } = wifi;
  const steps = { scan, authenticate, associate, handshake };
  const whole = Object.values(steps).reduce((sum, { value }) => sum + value, 0);
  const factor = Math.max(LEAST_FACTOR, (whole + longer) / whole);
  const changed = Object.fromEntries(
    Object.entries(steps).map(([name, figure]) => [name, scaled(figure, factor, 'as the board joined')]),
  ) as typeof steps;
  return boardOf({ ...profile, wifi: { ...wifi, ...changed } });
}
