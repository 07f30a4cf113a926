/** Formats by the name that `--format` takes. Apart from their renderers, so that `--help` loads none. */
export const FORMATS = ["table", "json", "sarif", "junit", "markdown"] as const;
export type Format = (typeof FORMATS)[number];
