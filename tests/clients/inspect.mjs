// What changed between two schemas, told by GraphQL Inspector: inspect.mjs OLD NEW.
// Exit code 1 when a client that works with the old one may break on the new one.
import { readFileSync } from 'node:fs';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';

const [before, after] = process.argv.slice(2).map((path) => buildSchema(readFileSync(path, 'utf8')));
const changes = await diff(before, after);
const breaking = changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking);
for (const { message, path } of breaking) console.log(`breaking: ${message} (${path})`);
console.log(`${changes.length} changes, ${breaking.length} of them breaking`);
process.exit(breaking.length ? 1 : 0);
