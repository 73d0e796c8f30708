/** Light or dark: the system's choice until somebody makes another, which is kept. */
import { effect, signal } from '@preact/signals';
import { recall, remember } from './storage.ts';

export type Theme = 'light' | 'dark';

const KEY = 'theme';
const dark = matchMedia('(prefers-color-scheme: dark)');
const system = (): Theme => (dark.matches ? 'dark' : 'light');

export const theme = signal<Theme>(recall<Theme>(KEY) ?? system());

dark.addEventListener('change', () => {
  if (recall(KEY) === undefined) theme.value = system();
});

effect(() => {
  document.documentElement.dataset.theme = theme.value;
});

export function toggleTheme(): void {
  theme.value = theme.value === 'dark' ? 'light' : 'dark';
  remember(KEY, theme.value);
}
