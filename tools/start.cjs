#!/usr/bin/env node
"use strict";
// Starts the bundle with V8's code cache, which the build made beside it: compiling a megabyte of JavaScript costs more than
// a small check does. V8 refuses a cache of another version or other flags; then the bundle is compiled as usual.
const { readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const vm = require("node:vm");

const filename = join(__dirname, "trueup-bundle.cjs");
// The build writes ASCII only.
const source = readFileSync(filename, "latin1");
let cachedData;
try {
  cachedData = readFileSync(join(__dirname, "trueup-bundle.cache"));
} catch {
  // No cache is no failure.
}
const wrapper = "(function (exports, require, module, __filename, __dirname, trueupImport) {";
const script = new vm.Script(`${wrapper} ${source}\n})`, { filename, cachedData });
const target = process.env.TRUEUP_WRITE_CODE_CACHE;
if (target) process.on("exit", () => writeFileSync(target, script.createCachedData()));
script.runInThisContext()(exports, require, module, filename, __dirname, (path) => import(path));
