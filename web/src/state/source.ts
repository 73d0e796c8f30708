/** What runs next: the chosen scenario of the catalogue, or what somebody has made of it. */
import { computed, signal } from '@preact/signals';
import type { ScenarioSource } from '../world/protocol.ts';
import { chosen } from './catalogue.ts';

/** A copy that is not the catalogue's any more; undefined while nothing was changed. */
export const edited = signal<ScenarioSource | undefined>(undefined);

export const source = computed<ScenarioSource | undefined>(() => edited.value ?? chosen.value);
