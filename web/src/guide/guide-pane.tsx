/** Seven lessons: each a text, a scenario that runs beside it, and a question that the run answers. */
import './guide.css';
import { visibleArea } from '../state/layout.ts';
import { LessonView } from './lesson-view.tsx';
import { LESSONS } from './lessons/index.ts';
import { done, open, openLesson } from './progress.ts';

const CAST: readonly (readonly [string, string])[] = [
  ['Alice', 'calls: here, mostly a board'],
  ['Bob', 'is called: the server'],
  ['Eve', 'listens'],
  ['Mallory', 'stands in the way, and changes what she can'],
  ['Trent', 'is trusted: the authority that signs certificates'],
];

export function GuidePane() {
  const at = Math.max(
    0,
    LESSONS.findIndex(({ id }) => id === openLesson.value),
  );
  const lesson = LESSONS[at]!;
  const next = LESSONS[at + 1];
  return (
    <article class="guide">
      <nav aria-label="Lessons">
        <ol>
          {LESSONS.map(({ id, title }) => (
            <li key={id}>
              <button
                type="button"
                aria-current={id === lesson.id ? 'step' : undefined}
                onClick={() => open(id)}
              >
                {title}
                {done.value.includes(id) && (
                  <span class="good">
                    {' '}
                    <span aria-hidden="true">✓</span>
                    <span class="unseen">done</span>
                  </span>
                )}
              </button>
            </li>
          ))}
        </ol>
        <p class="guide-count faint">
          {done.value.length} of {LESSONS.length} done
        </p>
      </nav>
      <details>
        <summary>Who is who</summary>
        <dl>
          {CAST.map(([name, what]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </details>
      <LessonView key={lesson.id} lesson={lesson} />
      {next && (
        <button
          type="button"
          onClick={() => {
            open(next.id);
            visibleArea.value = 'left';
          }}
        >
          Next: {next.title}
        </button>
      )}
    </article>
  );
}
