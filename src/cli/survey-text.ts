import { columns } from "./columns.ts";

/** What a survey tells, as the command line shows it. */
export interface SurveyView {
  readonly resources: number;
  readonly rows: readonly {
    readonly type: string;
    readonly count: number;
    readonly class: string;
    readonly unknownType: boolean;
    readonly policies: readonly string[];
    readonly gap: boolean;
  }[];
}

/** Types with count, class and covering policies; what no policy covers is said at the end. */
export function surveyText({ resources, rows }: SurveyView): string {
  const table = columns(
    ["TYPE", "COUNT", "RISK", "POLICIES THAT NAME IT"],
    rows.map((row) => [
      row.type,
      String(row.count),
      row.unknownType ? `${row.class} (no rule knows this type)` : row.class,
      row.policies.length > 0 ? row.policies.join(", ") : row.gap ? "none: write one" : "none",
    ]),
  );
  const gaps = rows.filter((row) => row.gap);
  const summary = `${resources} resources of ${rows.length} types; ${gaps.length} high or critical types that no policy names.`;
  return rows.length === 0 ? "There is no resource." : `${table}\n\n${summary}`;
}
