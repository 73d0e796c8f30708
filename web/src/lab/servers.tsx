import { choices, DEFECTS, type Defect, serverId } from '../state/choices.ts';
import type { Survey, TlsServer } from '../world/survey.ts';
import { Select } from './select.tsx';
import { chooseServer } from './turn.ts';

const VERSIONS = [
  { value: 'TLSv1.2', text: 'TLS 1.2 only' },
  { value: 'TLSv1.3', text: 'TLS 1.3 only' },
  { value: 'TLSv1.2 TLSv1.3', text: 'TLS 1.2 and 1.3' },
];

/** What servers show, and how they speak. */
export function Servers({ what: { servers, keyTypes } }: { what: Survey }) {
  return servers.map((server) => <Server key={serverId(server)} server={server} keyTypes={keyTypes} />);
}

function Server({ server, keyTypes }: { server: TlsServer; keyTypes: readonly string[] }) {
  const id = serverId(server);
  const { key, defect, versions } = choices.value.servers[id] ?? {};
  return (
    <fieldset>
      <legend>
        Server {server.host} <small>{server.type}</small>
      </legend>
      <Select
        label="Key"
        hint="Kind of the key pair in its certificate: signing with RSA costs a device little to check, the handshake many bytes"
        value={key}
        usual={`as written: ${server.key}`}
        options={keyTypes.map((type) => ({ value: type, text: type }))}
        onChoose={(type) => chooseServer(id, { key: type })}
      />
      <Select
        label="Certificate"
        value={defect}
        usual="as written"
        options={Object.entries(DEFECTS).map(([value, text]) => ({ value, text }))}
        onChoose={(wrong) => chooseServer(id, { defect: wrong as Defect | undefined })}
      />
      <Select
        label="Speaks"
        hint="MicroPython on an ESP32 speaks TLS 1.2 only"
        value={versions?.join(' ')}
        usual={`as written${server.versions ? `: ${server.versions.join(', ')}` : ''}`}
        options={VERSIONS}
        onChoose={(chosen) => chooseServer(id, { versions: chosen?.split(' ') })}
      />
    </fieldset>
  );
}
