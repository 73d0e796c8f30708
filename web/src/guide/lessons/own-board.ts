import { computeFigures } from '../../../../src/report/figures.ts';
import { type Lesson, type LessonRun, LOOK_AT } from '../lesson.ts';

export const ownBoard: Lesson = {
  id: 'own-board',
  title: 'Your own board',
  text: [
    'What runs here is MicroPython itself, on a simulated ESP32. On a real board the same program raises the same exceptions; times and memory differ somewhat. Own board, below, connects a board on USB: its prompt comes into the terminal, and a program runs on it and here, side by side.',
    'Opened by "npx tls-sandbox serve --mirror", this page goes further: your computer plays the servers, and the whole handshake of your board is compared, message by message. In a terminal, "npx tls-sandbox mirror mode2-server-auth --device /dev/ttyUSB0" does the same. "npx tls-sandbox probe api.example.com:443" says whether a board will connect to a real server, and which root it needs.',
    'Before you ship: the time, the root, the name, CERT_REQUIRED; for each board a P-256 key of its own; both exceptions caught, and a pause before the next try.',
  ],
  runs: [{ label: 'mode 3 on an ESP32', scenario: 'mode3-mutual-tls' }],
  looks: [LOOK_AT.gauges, LOOK_AT.board],
  question: {
    kind: 'answer',
    scenario: 'mode3-mutual-tls',
    asks: 'Run mode 3. Which operation takes the most CPU time of the board?',
    hint: 'Open Gauges: the longest bar under CPU time. What is done twice counts twice.',
    options: (run) => [...operations(run)].sort(),
    truth: (run) => operations(run)[0],
    explains:
      'Each certificate of the chain costs one such operation, and so does the key exchange. A shorter chain is the cheapest way to a faster handshake.',
  },
};

/** The most expensive first. */
function operations({ events }: LessonRun): string[] {
  const [device] = computeFigures(events).devices;
  return device?.cpu.map(({ operation }) => operation) ?? [];
}
