// Ids are made on the phone, so that sending the same entry twice is one entry.

/** A UUIDv7: milliseconds first, the rest random. */
export function uuid7(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let place = 5, left = now; place >= 0; place -= 1, left = Math.floor(left / 256)) bytes[place] = left % 256;
  return written(bytes, 7);
}

/** A UUIDv5: the same for the same name, on the phone and at the clinic. */
export async function uuid5(namespace, name) {
  const text = new Uint8Array([...bytesOf(namespace), ...new TextEncoder().encode(name)]);
  const digest = await crypto.subtle.digest("SHA-1", text);
  return written(new Uint8Array(digest).slice(0, 16), 5);
}

/** The id of a course's first session on a day of the clinic. */
export const sessionId = (courseId, day, number = 1) => uuid5(courseId, `${day}/${number}`);

function bytesOf(uuid) {
  return uuid.replaceAll("-", "").match(/../g).map((pair) => Number.parseInt(pair, 16));
}

function written(bytes, version) {
  bytes[6] = (bytes[6] & 0x0f) | (version << 4);
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
