import { access, constants, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ok, type Problem, problemText, type Result } from "../../base/index.ts";
import { findBinary } from "../../observe/sources/tofu/index.ts";
import { type AppOptions, openSession, type Session } from "../session.ts";

export interface DoctorItem {
  readonly name: string;
  readonly state: "ok" | "warning" | "failed";
  /** What was found, or what is wrong and what to do. */
  readonly says: string;
}

/** Looks at everything that a scan or check needs, and says what is missing. Changes nothing, makes no key. */
export async function doctor(
  options: AppOptions,
): Promise<Result<readonly DoctorItem[], readonly Problem[]>> {
  const node = nodeVersion();
  const opened = await openSession(options);
  if (!opened.ok)
    return ok([node, ...opened.error.map((found) => failed("configuration", problemText(found)))]);
  const session = opened.value;
  return ok([
    node,
    configuration(session),
    ...(await policies(session)),
    await exceptions(session),
    await source(session),
    await keys(session),
    await dataFolder(session),
  ]);
}

const fine = (name: string, says: string): DoctorItem => ({ name, state: "ok", says });
const warning = (name: string, says: string): DoctorItem => ({ name, state: "warning", says });
const failed = (name: string, says: string): DoctorItem => ({ name, state: "failed", says });

function nodeVersion(): DoctorItem {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const says = `${process.versions.node}, ${process.platform} ${process.arch}`;
  return major > 20 || (major === 20 && minor >= 20)
    ? fine("Node.js", says)
    : failed("Node.js", `${says}; 20.20 or newer is needed`);
}

function configuration({ configFile, config }: Session): DoctorItem {
  const { workspace } = config.environment;
  return configFile === null
    ? warning("configuration", "no trueup.yaml: the defaults hold; `trueup init` writes one")
    : fine("configuration", `${configFile}, workspace ${workspace}`);
}

async function policies(session: Session): Promise<readonly DoctorItem[]> {
  const loaded = await session.policies([]);
  if (!loaded.ok) return loaded.error.map((found) => failed("policies", problemText(found)));
  return loaded.value.sets.map((set) => {
    const levels = ["hard-mandatory", "soft-mandatory", "advisory"]
      .map((level) => `${set.policies.filter((policy) => policy.level === level).length} ${level}`)
      .join(", ");
    return fine(
      `policies ${set.name}`,
      `${set.policies.length} policies (${levels}), revision ${set.revision.slice(0, 19)}`,
    );
  });
}

async function exceptions(session: Session): Promise<DoctorItem> {
  const covers = await session.covers();
  if (!covers.ok) return failed("exceptions", covers.error.map(problemText).join("; "));
  const live = covers.value.filter((cover) => Date.parse(cover.until) > session.now);
  const ended = covers.value.length - live.length;
  const says = `${live.length} live${ended > 0 ? `, ${ended} ended: remove or renew them` : ""}`;
  return ended > 0 ? warning("exceptions", says) : fine("exceptions", says);
}

async function source({ config, fromRoot, options }: Session): Promise<DoctorItem> {
  if (config.source === null) return warning("source", "none configured: name one with --plan or --dir");
  const { kind, path } = config.source.from;
  const found = await stat(fromRoot(path)).catch(() => null);
  if (found === null) return failed("source", `\`${path}\` does not exist`);
  if (kind !== "dir") return fine("source", `${kind} ${path}`);
  const tool = findBinary(config.source.binary ?? undefined, options.variables["PATH"]);
  return tool === null
    ? failed(
        "source",
        "neither tofu nor terraform is on PATH: install one, or name it under `source.tofu.binary`",
      )
    : fine("source", `${path}, planned by ${tool}`);
}

async function keys({ keyFolder, config, fromRoot }: Session): Promise<DoctorItem> {
  const file = config.audit.key === null ? join(keyFolder, "audit-key.pem") : fromRoot(config.audit.key);
  const found = await stat(file).catch(() => null);
  if (found === null) {
    return (await can(await nearest(dirname(file)), constants.W_OK))
      ? fine("signing key", `none yet; it is made at first use, in ${file}`)
      : failed("signing key", `none, and ${dirname(file)} cannot be written`);
  }
  const exposed = process.platform !== "win32" && (found.mode & 0o077) !== 0;
  return exposed
    ? failed("signing key", `${file} can be read by others: chmod 600`)
    : fine("signing key", file);
}

async function dataFolder({ dataFolder: folder }: Session): Promise<DoctorItem> {
  const found = await stat(folder).catch(() => null);
  if (found !== null && !found.isDirectory()) return failed("data", `${folder} is a file`);
  if (!(await can(await nearest(folder), constants.W_OK)))
    return failed("data", `${folder} cannot be written`);
  const note = "safe against a killed process, not against a power cut";
  return fine("data", found === null ? `${folder}, made at first use; ${note}` : `${folder}; ${note}`);
}

/** The folder itself, or the nearest one above it that exists. */
async function nearest(path: string): Promise<string> {
  const parent = dirname(path);
  return parent === path || (await can(path, constants.F_OK)) ? path : nearest(parent);
}

function can(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
