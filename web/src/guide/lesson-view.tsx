import { chosenName } from '../state/catalogue.ts';
import { showPane } from '../state/layout.ts';
import { traceEvents, worldState } from '../state/run.ts';
import { runWith } from '../state/run-with.ts';
import type { Lesson, LessonRun } from './lesson.ts';
import { QuestionView } from './question-view.tsx';

export function LessonView({ lesson }: { lesson: Lesson }) {
  const { title, text, runs, looks, question } = lesson;
  return (
    <section class="lesson" aria-label={title}>
      <h2>{title}</h2>
      {text.map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
      <div class="lesson-buttons">
        {runs.map(({ label, scenario, settings = {} }) => (
          <button
            key={label}
            type="button"
            class={scenario === question.scenario ? 'strong' : ''}
            onClick={() => runWith(scenario, settings)}
          >
            ▶ Run: {label}
          </button>
        ))}
      </div>
      <p class="lesson-status" aria-live="polite">
        <Status lesson={lesson} />
      </p>
      <div class="lesson-buttons">
        <span class="faint">Look at</span>
        {looks.map(({ label, area, pane }) => (
          <button key={pane} type="button" class="lesson-look" onClick={() => showPane(area, pane)}>
            {label}
          </button>
        ))}
      </div>
      <QuestionView id={lesson.id} question={question} run={lastRun(question.scenario)} />
    </section>
  );
}

/** Of a scenario of the lesson; the line keeps its place without it. */
function Status({ lesson: { runs } }: { lesson: Lesson }) {
  const { name, phase, verdict, message } = worldState.value;
  const run = runs.find(({ scenario }) => scenario === name);
  if (run === undefined || name !== chosenName.value) return <span class="faint">Not run yet.</span>;
  if (phase === 'refused' || phase === 'broken') return <span class="bad">{message}</span>;
  if (phase === 'over')
    return (
      <>
        {verdict === undefined ? 'Stopped' : 'Has run'}: {run.label}.
      </>
    );
  return (
    <>
      {phase === 'paused' ? 'Paused' : 'Runs'}: {run.label} …
    </>
  );
}

/** The run on the page, if it is of this scenario and came to its end. */
function lastRun(scenario: string): LessonRun | undefined {
  const { name, phase, verdict } = worldState.value;
  if (name !== scenario || phase !== 'over' || verdict === undefined) return undefined;
  return { scenario, events: traceEvents(), verdict };
}
