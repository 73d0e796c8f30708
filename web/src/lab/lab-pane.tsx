/** What can be turned before a run. Each turn runs the scenario again, and shows what it changed. */
import './lab.css';
import { AttackerSwitches } from '../attackers/attacker-switches.tsx';
import { survey } from '../state/survey.ts';
import { BoardAndSeed } from './board-and-seed.tsx';
import { Changes } from './changes.tsx';
import { Links } from './links.tsx';
import { Program } from './program.tsx';
import { Servers } from './servers.tsx';
import { turnBack, turned } from './turn.ts';

export function LabPane() {
  const what = survey.value;
  if (what === undefined) return null;
  return (
    <div class="lab">
      <p class="lab-intro">
        Turn something: the scenario runs again at once.
        <button type="button" disabled={!turned.value} onClick={turnBack}>
          All as it was
        </button>
      </p>
      <Changes />
      <Program what={what} />
      <Servers what={what} />
      <AttackerSwitches title="Attackers" />
      <Links />
      <BoardAndSeed what={what} />
    </div>
  );
}
