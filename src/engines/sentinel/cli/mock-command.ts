import { joinPath } from "../config/paths.ts";
import type { SentinelHost } from "../host/host.ts";
import { objectOf } from "../terraform/plan-json.ts";
import { tfconfigV2 } from "../terraform/tfconfig-v2.ts";
import { tfplanV2 } from "../terraform/tfplan-v2.ts";
import { tfstateV2 } from "../terraform/tfstate-v2.ts";
import type { CommandResult } from "./flags.ts";
import { parseFlags, usageError } from "./flags.ts";
import { mockSource } from "./mock-source.ts";

const FLAGS = { out: "text" } as const;

/** Imports that a plan can be captured as, with the file each goes to. */
const FILES = {
  "tfplan/v2": "mock-tfplan-v2.sentinel",
  "tfconfig/v2": "mock-tfconfig-v2.sentinel",
  "tfstate/v2": "mock-tfstate-v2.sentinel",
} as const;

/** The mock modules of a plan, by file name. Redacting the plan first is the caller's part. */
export function mocksOfPlan(document: unknown): Readonly<Record<string, string>> {
  const plan = objectOf(document);
  const { raw: _raw, ...tfplan } = tfplanV2(plan, false);
  return {
    [FILES["tfplan/v2"]]: mockSource(built(tfplan)),
    [FILES["tfconfig/v2"]]: `${STRIP_INDEX}\n${mockSource(built(tfconfigV2(plan)))}`,
    [FILES["tfstate/v2"]]: mockSource(built(tfstateV2(plan))),
  };
}

/** Works for addresses whose keys hold no bracket, as generated mocks always did. */
const STRIP_INDEX = `import "strings"

strip_index = func(addr) {
	s = strings.split(addr, ".")

	for s as i, v {
		s[i] = strings.split(v, "[")[0]
	}

	return strings.join(s, ".")
}
`;

function built(members: Readonly<Record<string, () => unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).map(([name, make]) => [name, make()]));
}

/** `sentinel mock [-out DIR] PLAN.json`: writes the mocks and a `sentinel.hcl` part that names them. */
export function mockCommand(args: readonly string[], host: SentinelHost): CommandResult {
  const flags = parseFlags(args, FLAGS);
  if (!flags.ok) {
    return usageError(flags.error, 9);
  }
  const [path, ...more] = flags.value.rest;
  if (path === undefined || more.length > 0) {
    return usageError("`mock` takes one plan as JSON (`terraform show -json`)", 9);
  }
  const text = host.readFile(path);
  if (text === null) {
    return usageError(`the file \`${path}\` cannot be read`, 9);
  }
  let plan: unknown;
  try {
    plan = JSON.parse(text);
  } catch {
    return usageError(`the file \`${path}\` is not JSON`, 9);
  }
  const folder = flags.value.text("out") ?? ".";
  const written: string[] = [];
  for (const [name, source] of Object.entries(mocksOfPlan(plan))) {
    const target = joinPath(folder, name);
    host.writeFile(target, source);
    written.push(target);
  }
  const blocks = Object.entries(FILES).map(
    ([name, file]) => `mock "${name}" {\n  module {\n    source = "${file}"\n  }\n}\n`,
  );
  return {
    stdout: blocks.join("\n"),
    stderr: written.map((target) => `wrote ${target}\n`).join(""),
    exitCode: 0,
  };
}
