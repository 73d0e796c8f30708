import { reportAttackers } from '../../../../src/report/attackers.ts';
import { type Judgement, type Lesson, type LessonRun, LOOK_AT } from '../lesson.ts';

export const attackers: Lesson = {
  id: 'attackers',
  title: 'Attackers',
  text: [
    'Eve listens. Against her any mode of TLS is enough. Mallory does more: she puts herself between the board and the server, in a router that she has taken over, with a Wi-Fi of the same name, or by a false answer from the name server.',
    'She answers the board herself, with a certificate that she made this morning and that says api.example.com. To the server she is a client like any other. If the board does not look, she reads everything and answers what she likes, and both ends believe that they are safe.',
    'Trent cannot stop her from making a certificate; he just does not sign it. The rest is up to the board.',
  ],
  runs: [
    {
      label: 'a board that does not look',
      scenario: 'mallory-in-the-middle-mode2',
      settings: { verifyMode: 'CERT_NONE' },
    },
  ],
  looks: [LOOK_AT.attackers, LOOK_AT.ladder],
  question: {
    kind: 'change',
    scenario: 'mallory-in-the-middle-mode2',
    asks: 'Change verify_mode so that Mallory fails.',
    hint: 'Only one of the three ends the handshake over a bad certificate. The Attackers pane shows what Mallory reads.',
    label: 'verify_mode in the program of the board',
    choices: [
      { label: 'CERT_NONE', settings: { verifyMode: 'CERT_NONE' } },
      { label: 'CERT_OPTIONAL', settings: { verifyMode: 'CERT_OPTIONAL' } },
      { label: 'CERT_REQUIRED', settings: { verifyMode: 'CERT_REQUIRED' } },
    ],
    judge,
  },
};

function judge({ events }: LessonRun): Judgement {
  const mallory = reportAttackers(events).find(({ name }) => name === 'mallory');
  if (mallory === undefined)
    return { right: false, says: 'Mallory was not there. That she stays at home does not count.' };
  if (mallory.achieved.length > 0) {
    const reads = mallory.achieved.includes('read') ? ' and reads what it says' : '';
    return { right: false, says: `The board takes Mallory for its server${reads}.` };
  }
  return mallory.stopped.length > 0
    ? {
        right: true,
        says: `Mallory is stopped: ${mallory.stopped[0]!.detail}. Not one byte of the request has left the board.`,
      }
    : {
        right: false,
        says: 'Mallory has achieved nothing, and nobody has stopped her: did the board connect?',
      };
}
