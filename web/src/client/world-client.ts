/** The page's end of the world's worker. */
import type {
  Answers,
  Command,
  Pace,
  Report,
  Request,
  ScenarioSource,
  ServerAccess,
} from '../world/protocol.ts';
import type { Settings } from '../world/settings.ts';

/** Milliseconds that a world has to stop by itself; one that waits for a program that computes without end cannot. */
const STOP_PATIENCE = 700;

interface Waiting {
  readonly resolve: (value: Answers[keyof Answers]) => void;
  readonly reject: (error: Error) => void;
}

export class WorldClient {
  private readonly onReport: (report: Report) => void;
  private worker: Worker;
  private runs = 0;
  private requests = 0;
  private readonly waiting = new Map<number, Waiting>();
  private stopping: ReturnType<typeof setTimeout> | undefined;

  /** `onReport` hears what belongs to the world asked for last. */
  constructor(onReport: (report: Report) => void) {
    this.onReport = onReport;
    this.worker = this.start();
  }

  /** Begins a closed world in place of the last one. */
  run(source: ScenarioSource, settings: Settings, pace: Pace): void {
    this.begin({ kind: 'run', run: ++this.runs, source, settings, pace });
  }

  /** Begins a live world in place of the last one. */
  open(source: ScenarioSource, settings: Settings, gateway?: ServerAccess): void {
    this.begin({ kind: 'open', run: ++this.runs, source, settings, ...(gateway && { gateway }) });
  }

  control(kind: 'pause' | 'continue' | 'step'): void {
    this.send({ kind, run: this.runs });
  }

  /** The world reports that it has ended; one that does not hear is ended with its worker. */
  stop(): void {
    this.send({ kind: 'stop', run: this.runs });
    this.replaceUnlessItEnds();
  }

  type(device: string, bytes: Uint8Array): void {
    this.send({ kind: 'type', run: this.runs, device, bytes });
  }

  /** Rejected with a sentence. */
  request<R extends Request>(request: R): Promise<Answers[R['what']]> {
    const id = ++this.requests;
    this.send({ kind: 'request', id, request });
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
    });
  }

  private begin(command: Command): void {
    if (this.stopping !== undefined) this.replace();
    this.send(command);
  }

  private send(command: Command): void {
    this.worker.postMessage(command);
  }

  private start(): Worker {
    const worker = new Worker(new URL('../world/worker.ts', import.meta.url), {
      type: 'module',
      name: 'world',
    });
    worker.onmessage = ({ data }: MessageEvent<Report>) => this.hear(data);
    worker.onerror = (event) => {
      const message = event.message ?? 'its script did not load';
      this.hear({ kind: 'broken', run: this.runs, message: `the world's worker: ${message}` });
    };
    return worker;
  }

  private hear(report: Report): void {
    if (report.kind === 'answer' || report.kind === 'cannot') {
      const waiting = this.waiting.get(report.id);
      this.waiting.delete(report.id);
      if (report.kind === 'answer') waiting?.resolve(report.value);
      else waiting?.reject(new Error(report.message));
      return;
    }
    if (report.kind === 'ready') {
      this.onReport(report);
      return;
    }
    if (report.run !== this.runs && report.run !== 0) return;
    if (report.kind === 'ended' || report.kind === 'broken') this.clearStopping();
    this.onReport(report);
  }

  private replaceUnlessItEnds(): void {
    this.clearStopping();
    this.stopping = setTimeout(() => {
      this.replace();
      this.onReport({ kind: 'ended', run: this.runs, verdict: undefined });
    }, STOP_PATIENCE);
  }

  private replace(): void {
    this.clearStopping();
    this.worker.terminate();
    for (const { reject } of this.waiting.values()) reject(new Error('the world was stopped'));
    this.waiting.clear();
    this.worker = this.start();
  }

  private clearStopping(): void {
    clearTimeout(this.stopping);
    this.stopping = undefined;
  }
}
