/**
 * Sentinel strings are byte sequences. Inside the engine a string is a JavaScript string with one character (0-255)
 * a byte, so that length, slices and comparison count bytes without any work; ASCII text is the same in both forms.
 */
const NON_ASCII = /[^\x00-\x7f]/;
const NON_ASCII_RUN = /[^\x00-\x7f]+/g;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Keys and names are short: looking at each character is then faster than an expression. */
const SHORT = 48;

function isAscii(text: string): boolean {
  const { length } = text;
  if (length > SHORT) {
    return !NON_ASCII.test(text);
  }
  for (let i = 0; i < length; i += 1) {
    if (text.charCodeAt(i) > 127) {
      return false;
    }
  }
  return true;
}

/** Text (UTF-16) to a byte string (UTF-8). Lone surrogates become U+FFFD. */
export function bytesOf(text: string): string {
  if (isAscii(text)) {
    return text;
  }
  return binaryString(encoder.encode(text));
}

/** A byte string to text; bytes that are not UTF-8 become U+FFFD. */
export function textOf(bytes: string): string {
  // No character of UTF-8 mixes ASCII with other bytes, so each run of the others can be read alone.
  return isAscii(bytes) ? bytes : bytes.replace(NON_ASCII_RUN, decodeRun);
}

/** Reports hold single arrows and ticks: one character of two or three bytes is not worth a decoder's call. */
function decodeRun(run: string): string {
  const lead = run.charCodeAt(0);
  const next = run.charCodeAt(1) ^ 0x80;
  if (run.length === 2 && lead >= 0xc2 && lead < 0xe0 && next < 0x40) {
    return String.fromCharCode(((lead & 0x1f) << 6) | next);
  }
  const last = run.charCodeAt(2) ^ 0x80;
  if (run.length === 3 && lead >= 0xe0 && lead < 0xf0 && next < 0x40 && last < 0x40) {
    const code = ((lead & 0x0f) << 12) | (next << 6) | last;
    if (code >= 0x800 && (code < 0xd800 || code > 0xdfff)) {
      return String.fromCharCode(code);
    }
  }
  return decoder.decode(byteArray(run));
}

function byteArray(bytes: string): Uint8Array {
  const array = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i += 1) {
    array[i] = bytes.charCodeAt(i);
  }
  return array;
}

function binaryString(array: Uint8Array): string {
  let out = "";
  for (let i = 0; i < array.length; i += 8192) {
    out += String.fromCharCode(...array.subarray(i, i + 8192));
  }
  return out;
}
