/** One source text with its name; finds lines and columns of offsets. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/** A place in a source file. `line` and `column` count from 1, columns in characters; `offset` is in bytes of UTF-8. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** The place of a UTF-16 offset. Linear in the offset: used for errors, traces and prints only. */
export function placeAt(file: SourceFile, pos: number): Place {
  const { text } = file;
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf("\n"); at !== -1 && at < pos; at = text.indexOf("\n", at + 1)) {
    line += 1;
    lineStart = at + 1;
  }
  let offset = 0;
  for (let i = 0; i < pos && i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    // A surrogate pair is four bytes: two for each half.
    offset += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3;
  }
  return { file: file.name, line, column: pos - lineStart + 1, offset };
}

export function placeText(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`;
}
