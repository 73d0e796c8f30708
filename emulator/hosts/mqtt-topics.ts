/** Topic names and filters (MQTT 3.1.1 and 5, section 4.7). */

const LEVEL = '/';
const ONE = '+';
const REST = '#';

/** Octets; the length field has 16 bits. */
const LONGEST = 65_535;

/** A topic somebody may publish to. */
export function isTopicName(topic: string): boolean {
  return isTopic(topic) && !topic.includes(ONE) && !topic.includes(REST);
}

/** A wildcard stands alone in its level, and `#` in the last one only. */
export function isTopicFilter(filter: string): boolean {
  if (!isTopic(filter)) return false;
  const levels = filter.split(LEVEL);
  return levels.every(
    (level, index) =>
      level === ONE ||
      (level === REST && index === levels.length - 1) ||
      !(level.includes(ONE) || level.includes(REST)),
  );
}

export function topicMatches(filter: string, topic: string): boolean {
  const wanted = filter.split(LEVEL);
  const levels = topic.split(LEVEL);
  // Section 4.7.2: what a server says of itself is not found by a wildcard.
  if (topic.startsWith('$') && (wanted[0] === ONE || wanted[0] === REST)) return false;
  for (const [index, level] of wanted.entries()) {
    if (level === REST) return true;
    if (index >= levels.length || (level !== ONE && level !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}

function isTopic(text: string): boolean {
  return text.length > 0 && !text.includes('\0') && new TextEncoder().encode(text).length <= LONGEST;
}
