/** On a narrow screen one area is seen at a time; this chooses which. */
import { AREAS, type AreaName, visibleArea } from '../state/layout.ts';

const NAMES: Readonly<Record<AreaName, string>> = {
  left: 'Scenarios',
  main: 'Ladder',
  side: 'Details',
  bottom: 'Terminal',
};

export function AreaSwitch() {
  return (
    <nav class="area-switch" aria-label="Parts of the page">
      {AREAS.map((area) => (
        <button
          key={area}
          type="button"
          aria-pressed={visibleArea.value === area}
          onClick={() => {
            visibleArea.value = area;
          }}
        >
          {NAMES[area]}
        </button>
      ))}
    </nav>
  );
}
