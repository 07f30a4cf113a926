import type { Problem, Result } from "../../base/index.ts";
import type { OpenRequest } from "../../govern/breakglass/index.ts";
import {
  agreeToBreakGlass,
  closeBreakGlass,
  type GrantStory,
  type GrantView,
  listBreakGlass,
  openBreakGlass,
  showBreakGlass,
} from "../service/govern/index.ts";
import type { AppOptions } from "../session.ts";
import { list, step } from "./governed.ts";

type Done<T> = Promise<Result<T, readonly Problem[]>>;

const GRANT = ["grant", "trueup.grant/v1"] as const;
const at = (id: string): string => `/breakglass/${encodeURIComponent(id)}`;

/** `trueup breakglass open`. */
export function breakglassOpen(options: AppOptions, request: OpenRequest): Done<GrantView> {
  return step(options, {
    call: { method: "POST", path: "/breakglass", body: request },
    answers: GRANT,
    local: (governing) => openBreakGlass(governing, request),
  });
}

/** `trueup breakglass agree`. */
export function breakglassAgree(options: AppOptions, id: string): Done<GrantView> {
  return step(options, {
    call: { method: "POST", path: `${at(id)}/agree` },
    answers: GRANT,
    local: (governing) => agreeToBreakGlass(governing, id),
  });
}

/** `trueup breakglass close`. */
export function breakglassClose(
  options: AppOptions,
  { id, because }: { readonly id: string; readonly because: string },
): Done<GrantView> {
  return step(options, {
    call: { method: "POST", path: `${at(id)}/close`, body: { because } },
    answers: GRANT,
    local: (governing) => closeBreakGlass(governing, { id, because }),
  });
}

/** `trueup breakglass list`. */
export function breakglassList(
  options: AppOptions,
  query: { readonly unreviewed: boolean },
): Done<readonly GrantView[]> {
  return list(options, {
    path: `/breakglass?unreviewed=${query.unreviewed}`,
    answers: GRANT,
    local: (governing) => listBreakGlass(governing, query),
  });
}

/** `trueup breakglass show`. */
export function breakglassShow(options: AppOptions, id: string): Done<GrantStory> {
  return step(options, {
    call: { method: "GET", path: at(id) },
    answers: GRANT,
    local: (governing) => showBreakGlass(governing, id),
  });
}
