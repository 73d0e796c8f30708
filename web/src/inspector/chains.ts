/** The chains that were shown in this run, and which of them the chosen row is about. */
import { computed } from '@preact/signals';
import { nobleProvider } from '../../../emulator/crypto/noble.ts';
import { type ShownChain, shownChains } from '../../../src/report/certificates.ts';
import { eventCount, traceEvents, worldNumber, worldState } from '../state/run.ts';
import { selected } from '../state/selection.ts';

/** How many Certificate messages and verdicts there are: more of them, more to show. */
const shownCount = computed(() => {
  void worldNumber.value;
  void worldState.value.phase;
  void eventCount.value;
  return traceEvents().filter(
    ({ type, ...event }) =>
      type === 'x509.verdict' ||
      (type === 'tls.message' && 'message' in event && event.message === 'Certificate'),
  ).length;
});

export const chains = computed((): readonly ShownChain[] => {
  void worldNumber.value;
  return shownCount.value === 0 ? [] : shownChains(traceEvents(), nobleProvider);
});

/** Undefined when nothing of the kind is chosen. */
export const chosenChain = computed((): number | undefined => {
  const event = selected.value === undefined ? undefined : traceEvents()[selected.value];
  if (event === undefined || !('connection' in event)) return undefined;
  const at = chains.value.findIndex(
    (each) =>
      each.connection === event.connection &&
      (event.type === 'x509.verdict' ? each.verdict === event : isOf(each, event)),
  );
  return at < 0 ? undefined : at;
});

/** A Certificate message, as its sender and as its receiver saw it. */
function isOf({ shownTo }: ShownChain, event: ReturnType<typeof traceEvents>[number]): boolean {
  if (event.type !== 'tls.message' || event.message !== 'Certificate') return true;
  return (event.actor === shownTo) === (event.direction === 'received');
}
