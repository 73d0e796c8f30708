/** What runs next: the chosen scenario of the catalogue, or what somebody has made of it. */
import { computed, signal } from '@preact/signals';
import type { ScenarioSource } from '../world/protocol.ts';
import { chosen } from './catalogue.ts';

/** A copy that is not the catalogue's any more; undefined while nothing was changed. */
export const edited = signal<ScenarioSource | undefined>(undefined);

/**
 * It came with a link, and nobody has said yet that it may stay. Nothing of it may reach a gateway or a board without a
 * click that names what it will reach.
 */
export const foreign = signal(false);

export const source = computed<ScenarioSource | undefined>(() => edited.value ?? chosen.value);
