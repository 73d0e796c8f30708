/** A scenario's program on a board, told into the trace of its peers as it goes. */
import type { Endpoint } from '../../../emulator/net/api.ts';
import { type Nanoseconds, SECOND } from '../../../emulator/world/time.ts';
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import { WORLD } from '../../scenario/addressing.ts';
import type { LoadedScenario } from '../../scenario/load.ts';
import { datetimeOf, pythonDictionary } from '../board/clock.ts';
import type { BoardFolder } from '../board/files.ts';
import { type Credentials, type Joined, type Reached, staysJoined } from '../board/network.ts';
import type { BoardSession } from '../board/session.ts';
import { MirrorError } from '../problem.ts';
import { pythonString } from '../raw-repl/python-text.ts';
import { NoAnswer } from '../raw-repl/raw-repl.ts';
import type { RealPeers } from '../real-peers.ts';
import type { Control } from './control.ts';
import { promotionOf } from './promotable.ts';
import { Records, WholeLines } from './records.ts';

/** The module in the scenario's folder. */
export const SHIM = 'tls_sandbox_shim';
/** Beside it, for a program that names addresses. */
export const SHIM_SOCKETS = 'tls_sandbox_sockets';

const EPOCH_2000 = 946_684_800;

/** Milliseconds in which the last segments of a program arrive after its end. */
const LINGER = 300;

export interface ProgramStage {
  readonly session: BoardSession;
  readonly loaded: LoadedScenario;
  readonly peers: RealPeers;
  readonly control: Control;
  readonly folder: BoardFolder;
  readonly reached: Reached;
  readonly joined: Joined;
  readonly wifi: Credentials | undefined;
}

export interface ProgramResult {
  readonly events: readonly TraceEvent[];
  /** What the shim measured, by name: "heap-before", "idf-least-after", "milliseconds", … */
  readonly figures: ReadonlyMap<string, number>;
  /** Modules that the board does not have and the shim stood in for. */
  readonly stoodIn: readonly string[];
  /** Whether the program came to its end. */
  readonly ended: boolean;
  /** Addresses that the program wanted to reach and that nobody in the scenario has. */
  readonly nobodys: readonly string[];
}

export class ProgramRun {
  private readonly stage: ProgramStage;
  private readonly figures = new Map<string, number>();
  private readonly exception = { name: '', message: '', traceback: '' };
  private stoodIn: readonly string[] = [];
  private status: number | undefined;
  private begun = false;

  constructor(stage: ProgramStage) {
    this.stage = stage;
  }

  /** Throws MirrorError when something outside the program goes wrong. */
  async run(timeLimit: Nanoseconds): Promise<ProgramResult> {
    const { peers, control } = this.stage;
    control.onQuestion = () => this.begin();
    const lines = new WholeLines((text) => this.printed(text));
    const records = new Records({
      output: (text) => lines.accept(text),
      record: (name, value) => {
        lines.flush();
        this.told(name, value);
      },
    });
    const failed = await this.execute(Math.round((1000 * timeLimit) / SECOND), (text) =>
      records.accept(text),
    );
    lines.flush();
    if (failed !== '')
      throw new MirrorError(`the shim failed on the board: ${failed.trim().split('\n').at(-1)}`);
    this.begin();
    await new Promise((resolve) => setTimeout(resolve, LINGER));
    peers.enter(() => this.end());
    const { figures, stoodIn, status } = this;
    const nobodys = [...control.nobodys];
    return { events: [...peers.trace.events], figures, stoodIn, ended: status !== undefined, nobodys };
  }

  /** The program's start, or its first question, whichever is heard first. */
  private begin(): void {
    if (this.begun) return;
    this.begun = true;
    const { session, loaded, peers } = this.stage;
    const { canSetClock, machine: board } = session.board;
    const rtc = new Date((canSetClock ? clockOf(loaded) : loaded.scenario.time) * 1000).toISOString();
    peers.start();
    peers.enter(() => peers.trace.append(peers.guest, { type: 'device.boot', board, rtc, reason: 'mirror' }));
  }

  private printed(text: string): void {
    if (!this.begun) return;
    const { peers, control, reached, joined, wifi, loaded } = this.stage;
    const { ssid, password } = loaded.scenario.network.wifi;
    const said = inScenarioTerms(withMeantPorts(text, reached.host, control.meant), [
      [joined.address, peers.guestAddress],
      [reached.host, control.lastTarget],
      // What the network at hand is called is nobody's business.
      [wifi?.ssid, ssid],
      [wifi?.password, password],
    ]);
    peers.enter(() => peers.trace.append(peers.guest, { type: 'device.output', text: said }));
  }

  private told(name: string, value: string): void {
    if (name === 'begin') this.begin();
    else if (name === 'stood-in') this.stoodIn = value.split(' ');
    else if (name === 'exception') this.exception.name = value;
    else if (name === 'text') this.exception.message = value;
    else if (name === 'traceback') this.exception.traceback = ownFrames(value);
    else if (name === 'exit') this.status = Number(value);
    else this.figures.set(name, Number(value));
  }

  private end(): void {
    const { exception, status } = this;
    const { trace, guest } = this.stage.peers;
    const raised = exception.name !== '';
    if (raised) trace.append(guest, { type: 'device.exception', ...exception });
    if (status !== undefined)
      trace.append(guest, { type: 'device.exit', status, reason: raised ? 'exception' : 'end' });
    trace.append(WORLD, { type: 'run.end', outcome: status === undefined ? 'time-limit' : 'finished' });
  }

  /** The traceback of what went wrong outside the program; empty when nothing did, or when the time was up. */
  private async execute(timeout: number, onOutput: (text: string) => void): Promise<string> {
    try {
      return (await this.stage.session.repl.execute(this.program(), { timeout, onOutput })).error;
    } catch (error) {
      if (error instanceof NoAnswer) return '';
      throw error;
    }
  }

  private program(): string {
    const { folder } = this.stage;
    return [
      'import sys',
      `sys.path.insert(0,${pythonString(folder.path)})`,
      `import ${SHIM}`,
      'sys.path.pop(0)',
      `${SHIM}.run(${this.configuration()})`,
      `del sys.modules[${pythonString(SHIM)}]`,
    ].join('\n');
  }

  private configuration(): string {
    const { session, loaded, peers, control, folder, reached, joined, wifi } = this.stage;
    const pair = ({ ssid, password }: Credentials) => `(${pythonString(ssid)},${pythonString(password)})`;
    const real = wifi === undefined || staysJoined(joined) ? 'None' : pair(wifi);
    return pythonDictionary({
      host: reached.host,
      control: control.port,
      folder: folder.path,
      main: 'main.py',
      address: peers.guestAddress,
      addresses: { python: promotionOf(loaded).connectsByAddress ? 'True' : 'False' },
      clock: { python: session.board.canSetClock ? datetimeOf(clockOf(loaded)) : 'None' },
      wifi: { python: `{'scenario':${pair(loaded.scenario.network.wifi)},'real':${real}}` },
    });
  }
}

/** What the scenario has the device's clock show at power-on, Unix seconds. */
function clockOf({ scenario }: LoadedScenario): number {
  const [device] = Object.values(scenario.devices);
  const rtc = device!.rtc;
  return rtc === 'unset' ? EPOCH_2000 : rtc === 'set' ? scenario.time : rtc;
}

/** "192.168.1.5:40123" and "('192.168.1.5', 40123)", what getaddrinfo() gave, as the end points that they stand for. */
function withMeantPorts(text: string, host: string, meant: ReadonlyMap<number, Endpoint>): string {
  const pattern = new RegExp(`(?<![\\w.])${escaped(host)}(['"]?(?::|, ?))(\\d+)(?!\\w)`, 'g');
  return text.replaceAll(pattern, (whole, between: string, port: string) => {
    const target = meant.get(Number(port));
    return target === undefined ? whole : `${target.address}${between}${target.port}`;
  });
}

function escaped(text: string): string {
  return text.replaceAll(/[^\w\s]/g, '\\$&');
}

/** What is of the network at hand, as it is in the scenario: each real word with what stands for it there. */
function inScenarioTerms(
  text: string,
  words: readonly (readonly [real: string | undefined, scenario: string | undefined])[],
): string {
  return words.reduce((said, [real, scenario]) => {
    if (!real || scenario === undefined) return said;
    return said.replaceAll(new RegExp(`(?<![\\w.])${escaped(real)}(?![\\w]|\\.\\d)`, 'g'), () => scenario);
  }, text);
}

/** Without the frames of the shim and of what called it. */
function ownFrames(traceback: string): string {
  return traceback
    .split('\n')
    .filter((line) => !/File "(<stdin>|<string>|[^"]*tls_sandbox_(?:shim|sockets)\.py)"/.test(line))
    .join('\n');
}
