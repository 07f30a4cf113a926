import { err, isJsonObject, type Json, ok, type Problem, type Result } from "../../base/index.ts";
import { localPrincipal } from "../local-principal.ts";
import {
  askServer,
  askServerForAll,
  findServer,
  type ServerAddress,
  type ServerCall,
  strange,
} from "../server-client.ts";
import { type Governing, localDirectory } from "../service/govern/index.ts";
import { type AppOptions, openSession, type Session } from "../session.ts";

type Done<T> = Promise<Result<T, readonly Problem[]>>;

/** One step of governance, twice: as a request to the server that runs, and over the store where none does. */
export interface Step<T> {
  readonly call: ServerCall;
  /** Member of the answer that carries the `schema`, and its value: an answer of another kind is refused. */
  readonly answers: readonly [member: string, schema: string];
  readonly local: (governing: Governing) => Promise<Result<T, Problem>>;
  /** Does it need the names and levels of the loaded policies? */
  readonly policies?: boolean;
}

export async function step<T extends object>(options: AppOptions, wanted: Step<T>): Done<T> {
  return withServerOr(
    options,
    async (server) => {
      const answer = await askServer(server, wanted.call, options.signal);
      if (!answer.ok) return answer;
      const view = viewOf<T>(answer.value, wanted.answers);
      return view === null ? err(strange(server)) : ok(view);
    },
    wanted.local,
    wanted.policies ?? false,
  );
}

export async function list<T extends object>(
  options: AppOptions,
  wanted: {
    readonly path: string;
    readonly answers: Step<T>["answers"];
    readonly local: (governing: Governing) => Promise<Result<readonly T[], Problem>>;
  },
): Done<readonly T[]> {
  return withServerOr<readonly T[]>(
    options,
    async (server) => {
      const items = await askServerForAll(server, wanted.path, options.signal);
      if (!items.ok) return items;
      const views = items.value.flatMap((item) => viewOf<T>(item, wanted.answers) ?? []);
      return views.length === items.value.length ? ok(views) : err(strange(server));
    },
    wanted.local,
  );
}

/** A text, such as a report. */
export async function textOf(
  options: AppOptions,
  path: string,
  local: (governing: Governing) => Promise<Result<string, Problem>>,
): Done<string> {
  return withServerOr(
    options,
    async (server) => {
      const answer = await askServer(server, { method: "GET", path }, options.signal);
      if (!answer.ok) return answer;
      return typeof answer.value === "string" ? ok(answer.value) : err(strange(server));
    },
    local,
  );
}

async function withServerOr<T>(
  options: AppOptions,
  remote: (server: ServerAddress) => Promise<Result<T, Problem>>,
  local: (governing: Governing) => Promise<Result<T, Problem>>,
  policies = false,
): Done<T> {
  const opened = await openSession(options);
  if (!opened.ok) return opened;
  const session = opened.value;
  const server = await findServer(options.variables, session.dataFolder);
  if (!server.ok) return err([server.error]);
  const { value: address } = server;
  return address === null ? overStore(session, local, policies) : inList(await remote(address));
}

/**
 * The person is the user of the operating system, whatever variables say: a name that can be set would make anybody somebody else,
 * and "never the requester" a matter of typing.
 */
async function overStore<T>(
  session: Session,
  use: (governing: Governing) => Promise<Result<T, Problem>>,
  needsPolicies: boolean,
): Done<T> {
  const { config, options } = session;
  // A policy that does not load must not stand in the way of an emergency.
  const loaded = needsPolicies ? await session.policies([]) : ok({ sets: [] });
  if (!loaded.ok) return loaded;
  const { sets } = loaded.value;
  return session.withStore(async (store) => {
    const service = { config, clock: options.clock, store, policies: { sets }, changed: () => undefined };
    return inList(await use({ service, principal: localPrincipal(), directory: localDirectory }));
  });
}

function inList<T>(done: Result<T, Problem>): Result<T, readonly Problem[]> {
  return done.ok ? done : err([done.error]);
}

/** What a server of this version answers is what the use case made; the schema says that it is. */
function viewOf<T extends object>(value: Json, [member, schema]: Step<T>["answers"]): T | null {
  if (!isJsonObject(value)) return null;
  const document = value[member];
  if (document === undefined || !isJsonObject(document) || document["schema"] !== schema) return null;
  return value as object as T;
}
