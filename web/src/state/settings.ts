/** What is turned for the next run. */
import { signal } from '@preact/signals';
import type { Settings } from '../world/settings.ts';

export const settings = signal<Settings>({});
