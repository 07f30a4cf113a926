/**
 * What runs in the thread of a WebAssembly policy. A text, because the thread is started from the one-file program and from
 * the sources alike. It answers with plain data only, and has no variables of the environment.
 */
export const WASM_WORKER = `
"use strict";
const { parentPort, workerData } = require("node:worker_threads");
const { loadPolicySync } = require(workerData.library);
// What policies print, and what the library complains of, is nobody's output.
for (const name of ["log", "error", "warn"]) console[name] = () => {};
const textOf = (thrown) => String(typeof thrown === "object" && thrown !== null ? thrown.message : thrown).slice(0, 500);
let now = 0;
let policy;
try {
  policy = loadPolicySync(workerData.wasm, { initial: 8, maximum: workerData.maxPages }, {
    "time.now_ns": () => now * 1e6,
  });
  policy.setData(workerData.data);
  parentPort.postMessage({ kind: "ready" });
} catch (thrown) {
  parentPort.postMessage({ kind: "failed", message: textOf(thrown) });
}
parentPort.on("message", ({ entrypoints, input, at }) => {
  now = at;
  try {
    const bytes = new TextEncoder().encode(input);
    const json = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const values = {};
    for (const name of entrypoints) {
      const results = policy.evaluate(json, name);
      if (results.length > 0) values[name] = results[0].result;
    }
    parentPort.postMessage({ kind: "done", text: JSON.stringify(values) });
  } catch (thrown) {
    parentPort.postMessage({ kind: "failed", message: textOf(thrown) });
  }
});
`;
