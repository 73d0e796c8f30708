/** A question of a lesson. What is right is read in the run on the page. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { runWith } from '../state/run-with.ts';
import {
  type AnswerQuestion,
  type ChangeQuestion,
  isAnswer,
  type Judgement,
  type LessonRun,
} from './lesson.ts';
import { markDone } from './progress.ts';

interface Props<Q> {
  readonly id: string;
  readonly question: Q;
  /** Of the question's scenario; undefined until there is one. */
  readonly run: LessonRun | undefined;
}

export function QuestionView({ question, ...rest }: Props<AnswerQuestion | ChangeQuestion>) {
  return (
    <section class="question" aria-label="Question">
      <h3>Question</h3>
      <p>{question.asks}</p>
      {question.kind === 'answer' ? (
        <Answer question={question} {...rest} />
      ) : (
        <Change question={question} {...rest} />
      )}
    </section>
  );
}

function Answer({ id, question, run }: Props<AnswerQuestion>) {
  const answer = useSignal('');
  const judgement = useSignal<Judgement | undefined>(undefined);
  const check = () => {
    judgement.value = run && judge(question, run, answer.value);
    if (judgement.value?.right) markDone(id);
  };
  const options = run && question.options?.(run);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        check();
      }}
    >
      {question.options === undefined ? (
        <input
          type="text"
          aria-label="Your answer"
          autocomplete="off"
          spellcheck={false}
          value={answer.value}
          onInput={({ currentTarget }) => {
            answer.value = currentTarget.value;
          }}
        />
      ) : (
        <select
          aria-label="Your answer"
          disabled={run === undefined}
          value={answer.value}
          onChange={({ currentTarget }) => {
            answer.value = currentTarget.value;
          }}
        >
          <option value="">choose …</option>
          {options?.map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </select>
      )}{' '}
      <button type="submit" disabled={run === undefined || answer.value.trim() === ''}>
        Check
      </button>
      <Outcome
        judgement={judgement.value}
        hint={question.hint}
        otherwise={run === undefined ? 'Run it first: the run knows the answer.' : ''}
      />
    </form>
  );
}

function judge(question: AnswerQuestion, run: LessonRun, answer: string): Judgement {
  const truth = question.truth(run);
  if (truth === undefined)
    return { right: false, says: 'This run does not say: it was changed. Run the lesson again.' };
  return isAnswer(answer, truth)
    ? { right: true, says: `${truth}: so the run shows it. ${question.explains}` }
    : { right: false, says: 'Not so.' };
}

function Change({ id, question, run }: Props<ChangeQuestion>) {
  const choice = useSignal(0);
  const tried = useSignal(false);
  const judgement = run && question.judge(run);
  const right = judgement?.right === true;
  useEffect(() => {
    if (right) markDone(id);
  }, [right, id]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        tried.value = true;
        runWith(question.scenario, question.choices[choice.value]!.settings);
      }}
    >
      <label>
        {question.label}{' '}
        <select
          value={choice.value}
          onChange={({ currentTarget }) => {
            choice.value = Number(currentTarget.value);
          }}
        >
          {question.choices.map(({ label }, i) => (
            <option key={label} value={i}>
              {label}
            </option>
          ))}
        </select>
      </label>{' '}
      <button type="submit">Run so</button>
      <Outcome
        judgement={judgement}
        hint={tried.value ? question.hint : ''}
        otherwise="The run decides whether it is right."
      />
    </form>
  );
}

interface OutcomeProps {
  readonly judgement: Judgement | undefined;
  readonly hint: string;
  readonly otherwise: string;
}

function Outcome({ judgement, hint, otherwise }: OutcomeProps) {
  return (
    <output class="question-outcome" aria-live="polite">
      {judgement === undefined ? (
        <span class="faint">{otherwise}</span>
      ) : (
        <span class={judgement.right ? 'good' : 'warn'}>
          {judgement.right ? '✓' : '✗'} {judgement.says} {judgement.right ? '' : hint}
        </span>
      )}
    </output>
  );
}
