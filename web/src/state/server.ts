/** The server that this page came from, where one of ours is: what it may be asked, and with what word. */
import type { ServerAccess } from '../world/protocol.ts';

/** For as long as the tab lives. */
const KEY = 'tls-sandbox/token';

export function keepToken(token: string): void {
  sessionStorage.setItem(KEY, token);
}

/** Undefined on a page that was not opened with a token. */
export function serverAccess(service: 'gateway' | 'mirror'): ServerAccess | undefined {
  const token = sessionStorage.getItem(KEY);
  return token === null ? undefined : { url: new URL(`${service}/`, document.baseURI).href, token };
}

/** What a service says of itself. Rejected with a sentence. */
export async function askStatus<T>({ url, token }: ServerAccess): Promise<T> {
  let response: Response;
  try {
    response = await fetch(new URL('status', url), { headers: { authorization: `Bearer ${token}` } });
  } catch {
    throw new Error('The server of this page does not answer: is tls-sandbox serve still running?');
  }
  if (!response.ok) throw new Error((await response.text()).trim());
  return response.json();
}
