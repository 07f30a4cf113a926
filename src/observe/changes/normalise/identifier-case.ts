import type { Normaliser } from "./normaliser.ts";

/**
 * Azure Resource Manager compares resource ids without regard to case and answers in whichever case a service
 * likes.
 */
export const identifierCase: Normaliser = {
  name: "identifier-case",
  removes: "an Azure resource id in another case",
  isNoise: ({ before, after, resource }) =>
    (resource.provider === "azurerm" || resource.provider === "azapi") &&
    typeof before === "string" &&
    typeof after === "string" &&
    isResourceId(before) &&
    before.toLowerCase() === after.toLowerCase(),
};

function isResourceId(text: string): boolean {
  return /^\/(subscriptions|providers)\//i.test(text);
}
