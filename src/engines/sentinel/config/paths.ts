/** Paths with `/`, as configuration files write them; the engine imports nothing of the host. */

function isAbsolute(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path);
}

/** Joins and removes `.` and `..`; `..` above the start of a relative path stays. */
export function joinPath(base: string, path: string): string {
  const full = isAbsolute(path) || base === "" ? path : `${base}/${path}`;
  const parts: string[] = [];
  for (const part of full.split("/")) {
    if (part === "" || part === ".") {
      continue;
    }
    const last = parts[parts.length - 1];
    if (part === ".." && last !== undefined && last !== "..") {
      parts.pop();
    } else {
      parts.push(part);
    }
  }
  const joined = parts.join("/");
  return full.startsWith("/") ? `/${joined}` : joined === "" ? "." : joined;
}

export function directoryOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash === -1 ? "." : slash === 0 ? "/" : path.slice(0, slash);
}

export function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** True for sources that are not paths: `git::…`, `https://…`, `github.com/…`, archives and registries. */
export function isRemoteSource(source: string): boolean {
  return (
    /^[a-z0-9]+::/i.test(source) ||
    /^[a-z][a-z0-9+.-]*:\/\//i.test(source) ||
    /^[a-z0-9-]+\.(?:com|org|io)\//i.test(source)
  );
}
