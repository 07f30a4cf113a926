import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: new URL("../..", import.meta.url).pathname,
    include: ["test/real/**/*.test.ts"],
    globalSetup: ["test/real/global-setup.ts"],
    // One file after the other: each starts servers, and two clusters at once only slow each other down.
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
