/** Obeys the page: one world at a time, and what is asked about the last one. */
import type { BrowserWorkerPool } from '../../../emulator/device/spawn.browser.ts';
import { computeFigures } from '../../../src/report/figures.ts';
import { type PlacedProblem, ScenarioTextError } from '../../../src/scenario/parse.ts';
import { ScenarioError } from '../../../src/scenario/problem.ts';
import { asTurned } from './as-turned.ts';
import { ClosedRun } from './closed-run.ts';
import { writeFile } from './device-files.ts';
import { exportRun, packScenario } from './exports.ts';
import { changeFlash } from './flash-change.ts';
import { changeFolder } from './folder-change.ts';
import { GatewayRefusal } from './gateway/page-gateway.ts';
import { LiveWorld, SPARE } from './live-world.ts';
import type { ModuleMembers } from './modules.ts';
import { Outbox } from './outbox.ts';
import type { Answers, Command, Report, Request } from './protocol.ts';
import type { RunningWorld } from './running-world.ts';
import type { Settings } from './settings.ts';
import { loadSource } from './source.ts';
import { survey } from './survey.ts';

type Start = Extract<Command, { kind: 'run' | 'open' }>;

export class Stage {
  private readonly pool: BrowserWorkerPool;
  private readonly newPool: () => BrowserWorkerPool;
  private readonly post: (report: Report) => void;
  private members: Promise<ModuleMembers> | undefined;
  private world: RunningWorld | undefined;
  private run = 0;
  private name = '';
  /** Fulfilled when the last world is over: the next one begins after that. */
  private over: Promise<void> = Promise.resolve();

  constructor(newPool: () => BrowserWorkerPool, pool: BrowserWorkerPool, post: (report: Report) => void) {
    this.newPool = newPool;
    this.pool = pool;
    this.post = post;
  }

  obey(command: Command): void {
    switch (command.kind) {
      case 'run':
      case 'open':
        this.world?.stop();
        this.run = command.run;
        this.over = this.over.then(() => this.play(command));
        return;
      case 'request':
        void this.answer(command.id, command.request);
        return;
      case 'type':
        if (command.run === this.run) this.world?.type(command.device, command.bytes);
        return;
      default:
        if (command.run !== this.run) return;
        // One that is not built yet is not begun.
        if (command.kind === 'stop') this.run = 0;
        this.world?.[command.kind]();
    }
  }

  private async play(command: Start): Promise<void> {
    const { run, source } = command;
    try {
      const outbox = new Outbox(run, this.post);
      const world = run === this.run ? await this.build(command, outbox) : undefined;
      // Somebody may have stopped it, or have asked for another one, meanwhile.
      if (world === undefined || run !== this.run) {
        this.post({ kind: 'ended', run, verdict: undefined });
        return;
      }
      this.world = world;
      this.name = source.name;
      const verdict = await world.run();
      outbox.flush();
      this.post({
        kind: 'ended',
        run,
        verdict,
        ...(verdict && { figures: computeFigures(this.bench.world.trace.events) }),
      });
    } catch (error) {
      this.post(failed(run, error));
    }
  }

  private async build(command: Start, outbox: Outbox): Promise<RunningWorld> {
    const { run, source } = command;
    const access = command.kind === 'open' ? command.gateway : undefined;
    const settings = access === undefined ? command.settings : today(command.settings);
    const loaded = loadSource(source, settings);
    const devices = Object.keys(loaded.scenario.devices).length;
    const common = { run, loaded, settings, workers: this.pool, outbox, post: this.post };
    if (command.kind === 'open') {
      await this.pool.prepare(devices + SPARE);
      return new LiveWorld({ ...common, access });
    }
    await this.pool.prepare(devices);
    return new ClosedRun({ ...common, pace: command.pace });
  }

  private async answer(id: number, request: Request): Promise<void> {
    try {
      this.post({ kind: 'answer', id, value: await this.carryOut(request) });
    } catch (error) {
      this.post({ kind: 'cannot', id, message: error instanceof Error ? error.message : String(error) });
    }
  }

  private async carryOut(request: Request): Promise<Answers[keyof Answers]> {
    switch (request.what) {
      case 'check':
        return problemsOf(() => loadSource(request.source, request.settings));
      case 'survey':
        return survey(request.source);
      case 'lint':
        return (await import('./advice.ts')).advice(request.source);
      case 'promotion':
        return (await import('./promotion.ts')).promoted(request.source, request.settings);
      case 'schema':
        return (await import('../../../src/scenario/json-schema.ts')).scenarioJsonSchema();
      case 'modules':
        return this.modules();
      case 'change-flash':
        return changeFlash(request);
      case 'change-folder':
        return changeFolder(request.source, request.change);
      case 'as-turned':
        return asTurned(request.source, request.settings);
      case 'pack':
        return packScenario(request.source);
      case 'export':
        return exportRun(this.name, this.bench.world.trace.events, request.format);
      case 'files':
        return this.filesOf(request.device).map(({ path, bytes }) => ({ path, size: bytes.length }));
      case 'read-file': {
        const file = this.filesOf(request.device).find(({ path }) => path === request.path);
        if (file === undefined) throw new Error(`${request.device} has no file ${request.path}`);
        return file.bytes;
      }
      case 'write-file': {
        const line = this.world?.line(request.device);
        if (line === undefined) throw new Error('files are written at the prompt of a live world');
        await writeFile(line, request.path, request.contents);
        return undefined;
      }
    }
  }

  /** Always the same: asked of a device once. */
  private modules(): Promise<ModuleMembers> {
    this.members ??= import('./modules.ts').then(({ readModules }) => readModules(this.newPool()));
    return this.members;
  }

  private get bench() {
    const bench = this.world?.bench;
    if (bench === undefined) throw new Error('nothing has run yet');
    return bench;
  }

  private filesOf(name: string) {
    const device = this.bench.devices.find((each) => each.name === name);
    if (device === undefined) throw new Error(`there is no device ${name}`);
    return device.flash.files.map(({ path, bytes }) => ({
      path: path.startsWith('/') ? path : `/${path}`,
      bytes,
    }));
  }
}

/** Real hosts have certificates of today: the world's clock then shows what the computer's does. */
function today(settings: Settings): Settings {
  const time = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  return { ...settings, patch: { ...settings.patch, time } };
}

function problemsOf(load: () => unknown): readonly PlacedProblem[] {
  try {
    load();
    return [];
  } catch (error) {
    if (error instanceof ScenarioTextError) return error.placed;
    if (error instanceof ScenarioError) return [{ line: 1, column: 1, message: error.message }];
    throw error;
  }
}

/** A scenario that is wrong is told of where it is wrong; all else is a defect. */
function failed(run: number, error: unknown): Report {
  if (error instanceof GatewayRefusal) return { kind: 'refused', run, message: error.message, problems: [] };
  if (error instanceof ScenarioError) {
    const problems = error instanceof ScenarioTextError ? error.placed : [];
    return { kind: 'refused', run, message: error.message, problems };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { kind: 'broken', run, message };
}
