// Generate the types of the control API from its OpenAPI document: `node generate.mjs FOLDER < control.json`.
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import openapiTS, { astToString } from "openapi-typescript";

const HEAD = "// Generated from the OpenAPI document of the control API by `make types`.\n";
const [folder] = process.argv.slice(2);
const source = await text(process.stdin);
const openapi = JSON.parse(source);
const digest = createHash("sha256").update(source.trim().replaceAll("\r\n", "\n")).digest("hex");

/** Return the name of the method that adds a record, such as `addPaymentMethod`. */
function methodName(singular) {
  return `add ${singular}`.replace(/[ _]([a-z])/g, (_, letter) => letter.toUpperCase());
}

/** Return the component that a reference names. */
function resolve({ $ref }) {
  return openapi.components.schemas[$ref.split("/").at(-1)];
}

/** Return the collection of each method, by API. */
function collections() {
  const found = {};
  const state = openapi.components.schemas.State;
  for (const [api, reference] of Object.entries(state.properties)) {
    if (!reference.$ref || !resolve(reference).properties) continue;
    const lists = Object.entries(resolve(reference).properties);
    found[api] = Object.fromEntries(lists.map(([name, list]) => [methodName(list["x-singular"]), name]));
  }
  return found;
}

const types = astToString(await openapiTS(openapi, { defaultNonNullable: false }));
await mkdir(folder, { recursive: true });
await writeFile(join(folder, "control.ts"), `${HEAD}// SHA-256 of the document: ${digest}\n\n${types}`);
const methods = JSON.stringify(collections(), null, 2);
const comment = "/** The collection that each method adds records to, by API. */\n";
await writeFile(join(folder, "collections.ts"), `${HEAD}\n${comment}export const METHODS = ${methods} as const;\n`);
