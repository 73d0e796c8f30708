/** The server that is asked about: where it is reached, and what its certificate must be for. */

export interface Target {
  /** Name or address to connect to. */
  readonly host: string;
  readonly port: number;
  /** What the client asks for (server_name) and checks the certificate against. */
  readonly name: string;
}

const DEFAULT_PORT = 443;

/** Reads HOST, HOST:PORT, [IPV6]:PORT or an https URL; undefined when it is none of them. */
export function parseTarget(text: string, name?: string): Target | undefined {
  const place = parsePlace(text.replace(/^(https|mqtts|wss):\/\//, '').replace(/\/.*$/, ''));
  return place && { ...place, name: name ?? place.host };
}

function parsePlace(text: string): { host: string; port: number } | undefined {
  const match = /^(?:\[([0-9a-f:.%]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/i.exec(text);
  if (match === null) return undefined;
  const [, bracketed, plain, digits] = match;
  const port = digits === undefined ? DEFAULT_PORT : Number(digits);
  return port >= 1 && port <= 65_535 ? { host: bracketed ?? plain!, port } : undefined;
}

/** "api.example.com:443", "[2001:db8::1]:8883". */
export function targetText({ host, port }: Target): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
