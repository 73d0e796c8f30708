/** Says again to a server what a client has said to it, word for word, and listens for an answer. */
import type { TcpSocket } from '../../net/api.ts';
import { looksLikeTls, RecordSplitter } from '../../tls/record/splitter.ts';
import { TcpStream } from '../byte-stream.ts';

export interface ReplayEvents {
  /** The server has taken it for the client's: it answers with data. */
  accepted(): void;
  refused(detail: string): void;
}

export function replay(socket: TcpSocket, words: readonly Uint8Array[], events: ReplayEvents): void {
  const stream = new TcpStream(socket);
  const records = new RecordSplitter();
  let isTls: boolean | undefined;
  let over = false;
  const decide = (action: () => void) => {
    if (over) return;
    over = true;
    action();
  };
  stream.onData = (bytes) => {
    isTls ??= looksLikeTls(bytes);
    if (!isTls) decide(events.accepted);
    for (const { type, fragment } of isTls ? records.push(bytes) : []) {
      if (type === 'application_data') decide(events.accepted);
      if (type === 'alert') decide(() => events.refused(`an alert of ${fragment.length} bytes`));
    }
  };
  stream.onEnd = () => {
    decide(() => events.refused('the server ends the connection'));
    stream.end();
  };
  stream.onError = (message) => decide(() => events.refused(message));
  for (const word of words) stream.write(word);
  stream.start();
}
