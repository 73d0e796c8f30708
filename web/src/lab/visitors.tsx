import { choices } from '../state/choices.ts';
import { settings } from '../state/settings.ts';
import type { Survey } from '../world/survey.ts';
import { choose, turn } from './turn.ts';

/** Who means ill: the scenario's own, who may stay at home, and two that can come to any scenario. */
export function Visitors({ what: { attackers, servers } }: { what: Survey }) {
  const { absent = [] } = settings.value;
  const { visitors } = choices.value;
  const target = servers[0]?.host;
  return (
    <fieldset>
      <legend>Attackers</legend>
      {attackers.map(({ name, type }) => (
        <Check
          key={name}
          label={`${name} (${type})`}
          checked={!absent.includes(name)}
          onChange={(present) => {
            const others = absent.filter((each) => each !== name);
            const away = present ? others : [...others, name];
            turn('absent', away.length === 0 ? undefined : away);
          }}
        />
      ))}
      <Check
        label="Eve listens to the Wi-Fi"
        checked={visitors.eve === true}
        onChange={(eve) => choose({ visitors: { ...visitors, eve } })}
      />
      {target !== undefined && (
        <Check
          label={`Mallory stands before ${target} with a certificate of her own making`}
          checked={visitors.mallory === true}
          onChange={(mallory) => choose({ visitors: { ...visitors, mallory } })}
        />
      )}
    </fieldset>
  );
}

interface CheckProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

function Check({ label, checked, onChange }: CheckProps) {
  return (
    <label class="lab-check">
      <input
        type="checkbox"
        checked={checked}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}
