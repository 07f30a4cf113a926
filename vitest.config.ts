import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "tools/**/*.test.ts", "test/e2e/**/*.test.ts"],
    // Two workers: the machines that run this have two cores, and PGlite holds about 300 MB a worker.
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
