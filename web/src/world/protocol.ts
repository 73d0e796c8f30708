/**
 * What the page and the world's worker say to each other. The page sends commands; the world reports what happens, in
 * batches, and answers requests. At most one world exists at a time; each has a number, and what an older one still
 * reports is not for anybody.
 *
 *     page: run (closed world) or open (live world)
 *     world: began │ refused
 *     world: events, console, phase …                 as it goes on
 *     page: pause, continue, step, stop, type
 *     world: ended
 *
 * A closed world goes as fast as it can and repeats itself to the byte. A live one keeps pace with the wall clock, and
 * has a prompt at each device.
 */

import type { Nanoseconds } from '../../../emulator/world/time.ts';
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import type { NamedFinding } from '../../../src/lint/lint.ts';
import type { Figures } from '../../../src/report/figures.ts';
import type { PlacedProblem } from '../../../src/scenario/parse.ts';
import type { RunResult } from '../../../src/scenario/simulate.ts';
import type { ScenarioSource } from '../../../src/scenario/source.ts';
import type { FolderChange } from './folder-change.ts';
import type { ModuleMembers } from './modules.ts';
import type { PromotedSource } from './promotion.ts';
import type { Settings } from './settings.ts';
import type { Survey } from './survey.ts';

/** How a run begins: at full speed, or with a stop at each message. */
export type Pace = 'run' | 'step';

export type { ScenarioSource } from '../../../src/scenario/source.ts';

export type Command =
  | {
      readonly kind: 'run';
      readonly run: number;
      readonly source: ScenarioSource;
      readonly settings: Settings;
      readonly pace: Pace;
    }
  | {
      readonly kind: 'open';
      readonly run: number;
      readonly source: ScenarioSource;
      readonly settings: Settings;
      /** The way to real hosts, when the page is served with one. */
      readonly gateway?: ServerAccess;
    }
  | { readonly kind: 'pause' | 'continue' | 'step' | 'stop'; readonly run: number }
  | { readonly kind: 'type'; readonly run: number; readonly device: string; readonly bytes: Uint8Array }
  | { readonly kind: 'request'; readonly id: number; readonly request: Request };

/** What the server that the page came from may be asked, and with what word. */
export interface ServerAccess {
  /** Of one of its services, with a slash at the end. */
  readonly url: string;
  readonly token: string;
}

/** What is asked for and answered once. */
export type Request =
  /** What is wrong with a scenario; nothing runs. */
  | { readonly what: 'check'; readonly source: ScenarioSource; readonly settings: Settings }
  /** What there is to turn in a scenario. */
  | { readonly what: 'survey'; readonly source: ScenarioSource }
  /** Advice on its programs. */
  | { readonly what: 'lint'; readonly source: ScenarioSource }
  /** What of it a real board cannot meet, and what would be sent to one. */
  | { readonly what: 'promotion'; readonly source: ScenarioSource; readonly settings: Settings }
  /** The JSON Schema of scenario.yaml. */
  | { readonly what: 'schema' }
  /** What a program can import on a board, and what is in it. */
  | { readonly what: 'modules' }
  /** A scenario with another file in a device's flash; undefined contents take it away. */
  | {
      readonly what: 'change-flash';
      readonly source: ScenarioSource;
      readonly device: string;
      readonly path: string;
      readonly contents: Uint8Array | undefined;
    }
  /** A scenario with a file more, less, or called otherwise. */
  | { readonly what: 'change-folder'; readonly source: ScenarioSource; readonly change: FolderChange }
  /** The trace of the last world in a format. */
  | { readonly what: 'export'; readonly format: ExportFormat }
  | { readonly what: 'pack'; readonly source: ScenarioSource }
  /** A scenario with the settings written into its files. */
  | { readonly what: 'as-turned'; readonly source: ScenarioSource; readonly settings: Settings }
  /** The device's flash, as of its boot or its last prompt. */
  | { readonly what: 'files'; readonly device: string }
  | { readonly what: 'read-file'; readonly device: string; readonly path: string }
  /** At a prompt; undefined contents take the file away. */
  | {
      readonly what: 'write-file';
      readonly device: string;
      readonly path: string;
      readonly contents: Uint8Array | undefined;
    };

export interface Answers {
  readonly check: readonly PlacedProblem[];
  readonly survey: Survey;
  readonly lint: readonly NamedFinding[];
  readonly promotion: PromotedSource;
  readonly schema: object;
  readonly modules: ModuleMembers;
  readonly 'change-flash': ScenarioSource;
  readonly 'change-folder': ScenarioSource;
  readonly export: ExportedFile;
  readonly pack: ExportedFile;
  readonly 'as-turned': ScenarioSource;
  readonly files: readonly FlashEntry[];
  readonly 'read-file': Uint8Array;
  readonly 'write-file': undefined;
}

export const EXPORT_FORMATS = ['pcapng', 'keylog', 'html', 'svg', 'mermaid', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportedFile {
  readonly name: string;
  readonly type: string;
  readonly contents: string | Uint8Array;
}

export interface FlashEntry {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

export interface DeviceInfo {
  readonly name: string;
  readonly board: string;
}

/** Somebody who has a lane in the ladder before anything has happened. */
export interface ExpectedActor {
  readonly actor: string;
  /** What it is called until it has said who it is; that of a device is known when it has joined a network. */
  readonly address?: string;
  readonly isDevice: boolean;
  readonly isAttacker: boolean;
}

/** `paused`: somebody stopped it, or a step has been done. `reading`: programs wait for somebody to type. */
export type Phase = 'running' | 'paused' | 'reading';

/** The result of a run without its events: those have come already. */
export type Verdict = Omit<RunResult, 'events'>;

export type Report =
  /** The worker is loaded, and MicroPython with it. */
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'began';
      readonly run: number;
      readonly live: boolean;
      readonly devices: readonly DeviceInfo[];
      /** Who will probably speak to whom, from left to right. */
      readonly actors: readonly ExpectedActor[];
    }
  /** The scenario cannot run. */
  | {
      readonly kind: 'refused';
      readonly run: number;
      readonly message: string;
      readonly problems: readonly PlacedProblem[];
    }
  | { readonly kind: 'events'; readonly run: number; readonly events: readonly TraceEvent[] }
  | { readonly kind: 'console'; readonly run: number; readonly device: string; readonly bytes: Uint8Array }
  /** Where the world stands; with virtual time. */
  | { readonly kind: 'phase'; readonly run: number; readonly phase: Phase; readonly now: Nanoseconds }
  /** `verdict` is undefined where somebody stopped the world, or it was a live one. */
  | {
      readonly kind: 'ended';
      readonly run: number;
      readonly verdict: Verdict | undefined;
      /** With a verdict. */
      readonly figures?: Figures;
    }
  | { readonly kind: 'answer'; readonly id: number; readonly value: Answers[keyof Answers] }
  | { readonly kind: 'cannot'; readonly id: number; readonly message: string }
  /** The emulator has a defect. */
  | { readonly kind: 'broken'; readonly run: number; readonly message: string };
