/** What a lesson is: data, a file each in lessons/. Whether an answer is right is read in the run, and nowhere else. */
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import type { AreaName } from '../state/layout.ts';
import type { Verdict } from '../world/protocol.ts';
import type { Settings } from '../world/settings.ts';

export interface Lesson {
  readonly id: string;
  readonly title: string;
  /** Paragraphs. */
  readonly text: readonly string[];
  readonly runs: readonly LessonScenario[];
  /** Where to look while it runs. */
  readonly looks: readonly Look[];
  readonly question: AnswerQuestion | ChangeQuestion;
}

export interface LessonScenario {
  readonly label: string;
  readonly scenario: string;
  readonly settings?: Settings;
}

export interface Look {
  readonly label: string;
  readonly area: AreaName;
  readonly pane: string;
}

/** A run of the page that came to its end. */
export interface LessonRun {
  readonly scenario: string;
  readonly events: readonly TraceEvent[];
  readonly verdict: Verdict;
}

interface QuestionBase {
  readonly asks: string;
  /** For who has answered wrongly. */
  readonly hint: string;
  /** The scenario whose run answers it. */
  readonly scenario: string;
}

/** Something to find out in the run. */
export interface AnswerQuestion extends QuestionBase {
  readonly kind: 'answer';
  /** What can be chosen; without it the answer is typed. */
  readonly options?: (run: LessonRun) => readonly string[];
  /** What the run says; undefined when it was changed so that it says nothing. */
  readonly truth: (run: LessonRun) => string | undefined;
  /** What the right answer means. */
  readonly explains: string;
}

/** Something to change until a run comes out as asked. */
export interface ChangeQuestion extends QuestionBase {
  readonly kind: 'change';
  readonly label: string;
  readonly choices: readonly { readonly label: string; readonly settings: Settings }[];
  readonly judge: (run: LessonRun) => Judgement;
}

export interface Judgement {
  readonly right: boolean;
  readonly says: string;
}

export const LOOK_AT = {
  ladder: { label: 'Ladder', area: 'main', pane: 'ladder' },
  gauges: { label: 'Gauges', area: 'main', pane: 'gauges' },
  attackers: { label: 'Attackers', area: 'side', pane: 'attackers' },
  about: { label: 'About', area: 'side', pane: 'about' },
  why: { label: 'Why', area: 'side', pane: 'why' },
  terminal: { label: 'Terminal', area: 'bottom', pane: 'terminal' },
  board: { label: 'Own board', area: 'main', pane: 'own-board' },
} as const satisfies Readonly<Record<string, Look>>;

/** Typed answers may be quoted, and written large or small. */
export function isAnswer(typed: string, truth: string): boolean {
  const plain = (text: string) =>
    text
      .trim()
      .replaceAll(/^["'`]+|["'`]+$/g, '')
      .toLowerCase();
  return plain(typed) === plain(truth);
}
