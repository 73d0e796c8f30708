import { type Judgement, type Lesson, type LessonRun, LOOK_AT } from '../lesson.ts';

export const embeddedTips: Lesson = {
  id: 'embedded-tips',
  title: 'Tips for boards',
  text: [
    'A board is not just a small computer. Its clock stops with the power: an ESP32 wakes up in the year 2000, when every certificate of today lies in the future. Ask for the time (ntptime) before the first connection.',
    'It has little memory, and TLS wants large pieces of it: one buffer for records is 16,717 bytes, from a heap that gc.mem_free() does not show. And it is slow: to verify one signature on the curve P-256 takes an ESP32 about 0.3 s.',
    'And ssl.SSLContext starts with CERT_NONE. Three lines make it safe: verify_mode = CERT_REQUIRED, load_verify_locations with the root, and server_hostname. Catch ValueError as well as OSError: a refused certificate is a ValueError.',
  ],
  runs: [{ label: 'a board that nobody told the time', scenario: 'clock-not-set' }],
  looks: [LOOK_AT.ladder, LOOK_AT.why, LOOK_AT.gauges],
  question: {
    kind: 'change',
    scenario: 'clock-not-set',
    asks: 'Nothing is wrong with the server, and yet the board refuses it. Change something so that it connects and still knows to whom.',
    hint: 'What does the exception say about the certificate? Nothing is wrong with the certificate itself.',
    label: 'What to change',
    choices: [
      { label: 'nothing', settings: {} },
      { label: 'turn the check off: CERT_NONE', settings: { verifyMode: 'CERT_NONE' } },
      { label: 'take a faster board: ESP32-S3', settings: { board: 'esp32-s3' } },
      {
        label: 'set the clock before it starts',
        settings: { patch: { devices: { sensor: { rtc: 'set' } } } },
      },
    ],
    judge,
  },
};

function judge({ verdict: { summary } }: LessonRun): Judgement {
  const [handshake] = summary;
  if (handshake === undefined) return { right: false, says: 'No handshake was begun in this run.' };
  if (handshake.outcome === 'failed') {
    const checks = [...new Set(handshake.failingChecks)].join(', ');
    return {
      right: false,
      says: `The board still refuses${checks === '' ? '' : `: the check of ${checks} fails`}.`,
    };
  }
  return handshake.serverAuthenticated
    ? {
        right: true,
        says: 'It connects, and the server has proved who it is. On a real board ntptime does this.',
      }
    : {
        right: false,
        says: 'It connects, and the board does not know to whom: with the check turned off, Mallory would do as well.',
      };
}
