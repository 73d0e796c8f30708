import { reportAttackers } from '../../../../src/report/attackers.ts';
import { type Judgement, type Lesson, type LessonRun, LOOK_AT } from '../lesson.ts';

export const attackers: Lesson = {
  id: 'attackers',
  title: 'Attackers',
  text: [
    'Eve listens. Against her TLS is enough, in every mode. Mallory does more: she stands between the board and the server, in a router that she owns, a Wi-Fi that she offers, or by a false answer of the name server.',
    'She ends the connection of the board herself, with a certificate that she has made this morning and that says api.example.com. Towards the server she is a client like any other. If the board does not look, she reads everything and answers what she likes, and both ends see a lock.',
    'Trent cannot prevent that she makes a certificate. He only does not sign it. The rest is up to the board.',
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
    hint: 'Only one of the three ends the handshake when the certificate is not good. Look at what Mallory reads in the pane Attackers.',
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
        says: 'Mallory has not come to anything, and nobody has stopped her: did the board connect?',
      };
}
