import type PgBoss from "pg-boss";
import type { Database, Sql, SqlValue } from "./database.ts";

/**
 * What pg-boss sees of a database, or of a transaction of it. It sends blocks of `BEGIN; …; COMMIT;` as one text: they run as a
 * transaction of ours, so that a block that fails leaves no connection in the middle of it.
 */
export function bossDatabase(sql: Sql | Database): PgBoss.Db {
  return {
    async executeSql(text: string, values: readonly unknown[] = []) {
      const block = /^\s*BEGIN;(.*)COMMIT;\s*$/s.exec(text)?.[1];
      if (block !== undefined && "transaction" in sql) {
        await sql.transaction((within) => within.script(block));
        return { rows: [] };
      }
      return { rows: [...(await sql.query(text, values.map(sqlValue)))] };
    },
  };
}

function sqlValue(value: unknown): SqlValue {
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(String);
  if (typeof value === "object") return JSON.stringify(value);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  throw new TypeError(`the queue sent a ${typeof value}`);
}
