// Relay's own runtime with what relay-compiler made of relay/src.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { registerHooks } from 'node:module';
import { test } from 'node:test';
import relay from 'relay-runtime';
import { post } from './posting.mjs';

// relay-compiler leaves out the ending of what it imports, which bundlers add.
registerHooks({
  resolve: (name, context, next) => next(name.replace(/\.graphql$/, '.graphql.ts'), context),
});
const made = async (name) => (await import(`./relay/src/__generated__/${name}.graphql`)).default;
const itemsList = await made('itemsList');
const nextPage = await made('itemsListPaginationQuery');
const firstPage = await made('itemsPageQuery');
const readAgain = await made('itemsReadAgainQuery');
const receive = await made('itemsReceiveMutation');
const refetch = await made('itemsRowRefetchQuery');
const row = await made('itemsRow');

const { Environment, Network, RecordSource, Store, commitMutation, fetchQuery } = relay;
const { createOperationDescriptor, getSingularSelector, getRequest } = relay;
const url = process.env.PERPETUO_URL;
const company = { code: 'DEMO' };

const environment = () =>
  new Environment({
    network: Network.create(async ({ text }, variables) => {
      const body = JSON.stringify({ query: text, variables });
      const headers = { 'content-type': 'application/json' };
      return (await fetch(url, { method: 'POST', headers, body })).json();
    }),
    store: new Store(new RecordSource()),
  });

/** What the store has in the list, with each row's own fragment read. */
function shown(store, variables) {
  const operation = createOperationDescriptor(getRequest(firstPage), variables);
  const page = store.lookup(operation.fragment).data;
  const list = store.lookup(getSingularSelector(itemsList, page)).data;
  const rows = list.items.edges.map(({ node }) => store.lookup(getSingularSelector(row, node)).data);
  return { rows, pageInfo: list.items.pageInfo };
}

test('Relay: a connection grows page by page in the store', async () => {
  const store = environment();
  const operation = createOperationDescriptor(getRequest(firstPage), { company });
  store.retain(operation);
  await fetchQuery(store, firstPage, { company }).toPromise();
  const { rows, pageInfo } = shown(store, { company });
  assert.equal(rows.length, 2);
  assert.equal(pageInfo.hasNextPage, true);
  const variables = { company, count: 1, cursor: pageInfo.endCursor };
  const next = await fetchQuery(store, nextPage, variables).toPromise();
  const list = store.lookup(getSingularSelector(itemsList, next)).data;
  const more = list.items.edges.map(({ node }) => store.lookup(getSingularSelector(row, node)).data);
  const skus = more.map(({ sku }) => sku);
  assert.equal(new Set(skus).size, 3);
  assert.deepEqual(skus, [...skus].sort());
});

test('Relay: an id is enough to read a record again', async () => {
  const store = environment();
  await fetchQuery(store, firstPage, { company }).toPromise();
  const operation = createOperationDescriptor(getRequest(firstPage), { company });
  store.retain(operation);
  const [first] = shown(store, { company }).rows;
  const { node } = await fetchQuery(store, readAgain, { id: first.id }).toPromise();
  assert.deepEqual([node.__typename, node.id], ['Item', first.id]);
  const again = await fetchQuery(store, refetch, { id: first.id }).toPromise();
  assert.deepEqual(store.lookup(getSingularSelector(row, again.node)).data, first);
  const missing = await fetchQuery(store, readAgain, { id: randomUUID() }).toPromise();
  assert.equal(missing.node, null);
});

test('Relay: a mutation, and the same again', async () => {
  const store = environment();
  const { input } = post.request(randomUUID());
  const send = () =>
    new Promise((resolve, reject) => {
      commitMutation(store, {
        mutation: receive,
        variables: { input },
        onCompleted: (data, errors) => (errors ? reject(errors) : resolve(data)),
        onError: reject,
      });
    });
  const first = (await send()).submitPurchaseReceipt;
  const second = (await send()).submitPurchaseReceipt;
  assert.deepEqual([first.replayed, second.replayed], [false, true]);
  assert.deepEqual(second.purchaseReceipt, first.purchaseReceipt);
  assert.equal(first.purchaseReceipt.grandTotal, '600.00');
});
