import { type Lesson, LOOK_AT } from '../lesson.ts';

/** What a server may hear from a board that does not like its certificate, and what else one might think of. */
const ALERTS = [
  'bad_certificate',
  'certificate_expired',
  'certificate_unknown',
  'handshake_failure',
  'unknown_ca',
];

export const certificatesAndChains: Lesson = {
  id: 'certificates-and-chains',
  title: 'Certificates and chains',
  text: [
    'A certificate says: this public key belongs to this name, until this day. It is worth something because somebody trusted has signed it: Trent, the authority. The board has his root certificate in its flash, and there every check ends.',
    'Trent keeps the key of his root in a safe, and signs day to day with the key of an intermediate authority. So the server has to send two certificates: its own, and the intermediate’s. The board follows the signatures from one to the next until it reaches a root that it trusts: that is the chain.',
    'Browsers remember intermediates, or fetch them, so a server that forgets to send its intermediate seems to work. A board does neither.',
  ],
  runs: [
    { label: 'the whole chain', scenario: 'cert-chain-intermediate' },
    { label: 'the intermediate is missing', scenario: 'refuse-incomplete-chain' },
  ],
  looks: [LOOK_AT.ladder, LOOK_AT.attackers, LOOK_AT.why],
  question: {
    kind: 'answer',
    scenario: 'refuse-incomplete-chain',
    asks: 'Run it without the intermediate. Which alert does the server see?',
    hint: 'Look at the ladder, after the certificate of the server: the board ends the handshake with an alert.',
    options: () => ALERTS,
    truth: ({ events }) =>
      events
        .filter((event) => event.type === 'tls.alert')
        .find(({ direction, level }) => direction === 'received' && level === 'fatal')?.description,
    explains:
      'The server is told that its authority is unknown, and no more. The remedy is on the server: send the full chain. Another root on the board is not the remedy.',
  },
};
