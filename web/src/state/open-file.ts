/** Which of the scenario's files the editor shows. */
import { signal } from '@preact/signals';
import { showPane } from './layout.ts';

export const openFile = signal('main.py');

/** Brings it to the front in the editor. */
export function editFile(name: string): void {
  openFile.value = name;
  showPane('main', 'editor');
}
