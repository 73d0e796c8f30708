import { settings } from '../state/settings.ts';
import { VERIFY_MODES, type VerifyMode } from '../world/settings.ts';
import type { Survey } from '../world/survey.ts';
import { Select } from './select.tsx';
import { turn } from './turn.ts';

const WORDS: Readonly<Record<VerifyMode, string>> = {
  CERT_NONE: 'CERT_NONE: does not look',
  CERT_OPTIONAL: 'CERT_OPTIONAL: looks, and goes on in any case',
  CERT_REQUIRED: 'CERT_REQUIRED: the peer must prove who it is',
};

/** How strictly the program looks at its peer. */
export function Program({ what: { verifyMode } }: { what: Survey }) {
  return (
    <fieldset>
      <legend>Program</legend>
      <Select
        label="Verification"
        hint="Takes the place of each verify_mode in the programs"
        value={settings.value.verifyMode}
        usual={verifyMode === undefined ? 'the programs set none' : `as written: ${verifyMode}`}
        disabled={verifyMode === undefined}
        options={VERIFY_MODES.map((mode) => ({ value: mode, text: WORDS[mode] }))}
        onChoose={(mode) => turn('verifyMode', mode as VerifyMode | undefined)}
      />
    </fieldset>
  );
}
