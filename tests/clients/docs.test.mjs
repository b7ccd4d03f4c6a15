// The JavaScript in docs/clients.md, run as it stands there.
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { test } from 'node:test';

const text = await readFile(new URL('../../docs/clients.md', import.meta.url), 'utf8');
const blocks = new Map(
  text.split('\n## ').flatMap((section) => {
    const found = section.match(/```js\n([\s\S]*?)```/);
    return found ? [[section.slice(0, section.indexOf('\n')), found[1]]] : [];
  }),
);

const FEED = `
  const CHANGES = 'subscription Changes($company: CompanyRef!, $after: Int) {'
    + ' changes(company: $company, after: $after) { sequence } }';
  const company = { code: 'DEMO' }, enough = 3;
  let after = 0;
`;
const APOLLO = "import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client';";
const EVENTS = (block) =>
  block
    .replace("'graphql-ws'; // or 'graphql-sse'", "'graphql-sse';")
    .replace("({ url: url.replace('http', 'ws') }); // graphql-sse: { url }", '({ url });');

// What each has around it, and what has come of it.
const CASES = {
  'Apollo Client': {
    before: `import { Deliver, delivery } from './typescript/src/deliver.ts';
             const variables = delivery(crypto.randomUUID(), '1');`,
    result: 'data.submitDeliveryNote.errors',
    is: (errors) => assert.deepEqual(errors, []),
  },
  urql: {
    before: `${FEED} const TRIAL_BALANCE =
               '{ trialBalance(company: { code: "DEMO" }) { totals { debit credit } } }';`,
    result: '[error, data.trialBalance.totals]',
    is: ([error, { debit, credit }]) => assert.deepEqual([error, debit], [undefined, credit]),
  },
  'graphql-ws and graphql-sse': {
    before: FEED,
    result: 'after',
    is: (after) => assert.equal(after, 3),
  },
  'Caches that know records by their ids': {
    before: `import { gql } from '@apollo/client';
             const PREVIEW = gql('mutation($document: ID!) {'
               + ' previewCancelDocument(input: { document: { id: $document } }) {'
               + ' document { id status } errors { code } } }');
             const variables = { document: '01900000-0000-7000-8000-000000000103' };
             const RECORD = gql('query($document: ID!) { document(id: $document) { id ...D } }'
               + ' fragment D on Document { status }');
             const answer = await fetch(process.env.PERPETUO_URL, {
               method: 'POST', headers: { 'content-type': 'application/json' },
               body: JSON.stringify({ query: '{ __type(name: "Document") { possibleTypes { name } } }' }) });
             const { possibleTypes: kinds } = (await answer.json()).data.__type;
             const possibleTypes = { Document: kinds.map(({ name }) => name) };
             const STOCK_LEDGER = gql('query($knownAt: DateTime) {'
               + ' stockLedger(company: { code: "DEMO" }, first: 1, knownAt: $knownAt) {'
               + ' nodes { id cost } } }');`,
    result: `[
      data.previewCancelDocument.document.status,
      await apollo.query({ query: RECORD, variables }).then(() =>
        apollo.mutate({ mutation: PREVIEW, variables, fetchPolicy: 'no-cache' })).then(() =>
        cache.readQuery({ query: RECORD, variables }).document.status),
      Object.keys(cache.extract()).filter((key) => key.startsWith('StockMovement')),
      report.data.stockLedger.nodes.length,
    ]`,
    is: (found) => assert.deepEqual(found, ['CANCELLED', 'SUBMITTED', [], 1]),
  },
  'Trusted documents': {
    before: APOLLO,
    result: "await apollo.query({ query: gql('query FromTheDocs { version }') })",
    is: ({ data }) => assert.match(data.version, /^\d/),
  },
};

async function run(name, block, { before, result, is }) {
  const file = new URL(`./docs-${name.replaceAll(/\W+/g, '-')}.tmp.mjs`, import.meta.url);
  const url = 'const url = process.env.PERPETUO_URL;';
  await writeFile(file, `${before}\n${url}\n${block}\nexport const result = ${result};\n`);
  try {
    is((await import(file)).result);
  } finally {
    await rm(file);
  }
}

test('every block of JavaScript in docs/clients.md is tried', () => {
  assert.deepEqual([...blocks.keys()], Object.keys(CASES));
});

for (const [name, given] of Object.entries(CASES)) {
  test(`docs/clients.md: ${name}`, () => run(name, blocks.get(name), given));
}

test('docs/clients.md: graphql-sse likewise', () => {
  const name = 'graphql-ws and graphql-sse';
  const block = EVENTS(blocks.get(name));
  assert.notEqual(block, blocks.get(name));
  return run('graphql-sse', block, CASES[name]);
});
