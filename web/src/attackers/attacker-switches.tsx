/** Eve, Mallory, Trent's holiday and a scenario's own attackers, each with a switch. */
import './attackers.css';
import { useComputed } from '@preact/signals';
import { runScenario, worldState } from '../state/run.ts';
import { settings } from '../state/settings.ts';
import { source } from '../state/source.ts';
import type { Settings } from '../world/settings.ts';
import { capital } from './capital.ts';
import { type Place, placeOf } from './place.ts';
import {
  canAddEve,
  canAddMallory,
  hasEve,
  isHoliday,
  isPresent,
  MALLORY,
  namesOfServers,
  type Papers,
  papersOf,
  withEve,
  withHoliday,
  withMallory,
  withOwn,
} from './switches.ts';

/** A switch is seen at once, unless somebody is typing at a prompt. */
function turn(changed: Settings): void {
  settings.value = changed;
  const { live, phase } = worldState.peek();
  const next = source.peek();
  if (next !== undefined && !(live && phase === 'running')) runScenario(next, changed);
}

const TYPES: Readonly<Record<string, string>> = {
  eavesdropper: 'listens',
  'man-in-the-middle': 'stands in the way',
  'dns-spoofer': 'gives false addresses',
  'fake-access-point': 'has a Wi-Fi of the same name',
};

export function AttackerSwitches({ title }: { title: string }) {
  const place = useComputed(() => source.value && placeOf(source.value));
  if (place.value === undefined) return <p>The scenario cannot be read at the moment.</p>;
  return <Switches title={title} place={place.value} />;
}

function Switches({ title, place }: { title: string; place: Place }) {
  const now = settings.value;
  const { own } = place;
  return (
    <fieldset class="attackers-switches">
      <legend>{title}</legend>
      {own.map(({ name, type }) => (
        <Switch
          key={name}
          on={isPresent(now, name)}
          onTurn={(on) => turn(withOwn(now, name, on))}
          who={capital(name)}
          what={`${TYPES[type] ?? type}, as the scenario has it`}
        />
      ))}
      {canAddEve(place) && (
        <Switch
          on={hasEve(now)}
          onTurn={(on) => turn(withEve(now, on))}
          who="Eve"
          what="listens in the Wi-Fi and changes nothing"
        />
      )}
      {canAddMallory(place) && <Mallory place={place} />}
      {namesOfServers(place).length > 0 && (
        <Switch
          on={isHoliday(now, place)}
          onTurn={(on) => turn(withHoliday(now, place, on))}
          who="Trent's holiday"
          what="the certificates of the servers ended yesterday, and nobody has renewed them"
        />
      )}
      {worldState.value.live && <p class="faint">For the next run, or the next prompt.</p>}
    </fieldset>
  );
}

interface SwitchProps {
  readonly on: boolean;
  readonly onTurn: (on: boolean) => void;
  readonly who: string;
  readonly what: string;
}

function Switch({ on, onTurn, who, what }: SwitchProps) {
  return (
    <label>
      <input type="checkbox" checked={on} onChange={({ currentTarget }) => onTurn(currentTarget.checked)} />
      <span>
        <b>{who}</b> <span class="faint">{what}</span>
      </span>
    </label>
  );
}

const PAPERS: Readonly<Record<Papers, string>> = {
  made: 'a certificate that she has made herself',
  stolen: "the server's certificate, with its stolen key",
  none: 'nothing: she passes on what she gets',
};

function Mallory({ place }: { place: Place }) {
  const now = settings.value;
  const at = now.attackers?.[MALLORY];
  const { victims } = place;
  const chosen =
    victims.find(
      ({ host, port }) => at?.type === 'man-in-the-middle' && at.victim === host && (at.port ?? 443) === port,
    ) ??
    victims.find(({ certificate }) => certificate !== undefined) ??
    victims[0]!;
  const papers = papersOf(now);
  const usual: Papers = chosen.certificate === undefined ? 'none' : 'made';
  return (
    <div>
      <Switch
        on={papers !== undefined}
        onTurn={(on) => turn(withMallory(now, place, chosen, on ? usual : undefined))}
        who="Mallory"
        what={`stands between the board and ${chosen.host}`}
      />
      {papers !== undefined && (
        <div class="attackers-choices">
          {victims.length > 1 && (
            <label>
              before{' '}
              <select
                value={victims.indexOf(chosen)}
                onChange={({ currentTarget }) => {
                  const victim = victims[Number(currentTarget.value)]!;
                  turn(withMallory(now, place, victim, victim.certificate === undefined ? 'none' : papers));
                }}
              >
                {victims.map(({ host, port }, i) => (
                  <option key={`${host}:${port}`} value={i}>
                    {host}, port {port}
                  </option>
                ))}
              </select>
            </label>
          )}
          {chosen.certificate !== undefined && (
            <label>
              shows{' '}
              <select
                value={papers}
                onChange={({ currentTarget }) =>
                  turn(withMallory(now, place, chosen, currentTarget.value as Papers))
                }
              >
                {Object.entries(PAPERS).map(([each, words]) => (
                  <option key={each} value={each}>
                    {words}
                  </option>
                ))}
              </select>
            </label>
          )}
        </div>
      )}
    </div>
  );
}
