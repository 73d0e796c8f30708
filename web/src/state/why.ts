/** What is asked: why does a board say this? */
import { signal } from '@preact/signals';
import { showPane } from './layout.ts';

/** `run`: the run on the page, of which more is known than its texts; `at`: the event that is asked about, by its index. */
export type Question =
  | { readonly about: 'text'; readonly text: string }
  | { readonly about: 'run'; readonly at: number };

export const question = signal<Question>({ about: 'text', text: '' });

/** Opens the pane with the question in it. */
export function askWhy(asked: Question): void {
  question.value = asked;
  showPane('side', 'why');
}
