import { afterAll, beforeAll, expect, it } from "vitest";
import { forEachPlace, REAL_STORES } from "../../src/testing/stores.ts";
import { child, saw, verifiedSize, workshop } from "./drill.ts";

let shop: Awaited<ReturnType<typeof workshop>>;
beforeAll(async () => {
  shop = await workshop();
});
afterAll(() => shop.remove());

forEachPlace(
  "servers that migrate at once",
  (place) => {
    it("all end well, on one schema and one log", async () => {
      const code = `
        const store = must(await openStore(${JSON.stringify(place().address)}, options));
        for (let n = 0; n < 10; n++) must(await store.audit.append([freshEntry()]));
        console.log(store.audit.origin);
        await store.close();`;
      const ends = await Promise.all([1, 2, 3].map(() => child(shop.keyFile, code)));
      expect(ends.map((end) => end.code)).toEqual([0, 0, 0]);
      const origins = new Set(ends.flatMap(({ lines }) => lines));
      expect(origins.size).toBe(1);
      const store = await place().open({ sealer: shop.sealer });
      expect(await verifiedSize(store, shop.sealer.vkey)).toBe(30);
      await store.close();
      saw(
        `${place().kind}: 3 processes made the same store at once; one log \`${[...origins][0]}\`, 30 entries that verify`,
      );
    });
  },
  REAL_STORES,
);
