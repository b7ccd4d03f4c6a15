// What frontend teams use, against the server at PERPETUO_URL with the demo company open.
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { Client, cacheExchange, fetchExchange } from '@urql/core';
import { auditServer } from 'graphql-http';
import { Deliver, Trial, delivery, outcome } from './typescript/src/deliver.ts';

const url = process.env.PERPETUO_URL;
const apollo = () => new ApolloClient({ link: new HttpLink({ uri: url }), cache: new InMemoryCache() });

const TRIAL_BALANCE = gql`
  query {
    trialBalance(company: { code: "DEMO" }) {
      totals { debit credit }
    }
  }
`;

const RECEIVE = gql`
  mutation Receive($input: SubmitPurchaseReceiptInput!) {
    submitPurchaseReceipt(input: $input) {
      purchaseReceipt { id number grandTotal }
      errors { code path }
      replayed
    }
  }
`;

const DELIVER = gql`
  mutation Deliver($input: SubmitDeliveryNoteInput!) {
    submitDeliveryNote(input: $input) {
      deliveryNote { number }
      errors {
        code
        path
        message
        ... on InsufficientStock { item available requested }
      }
    }
  }
`;

const line = (quantity) => ({
  item: { sku: 'RM0001' },
  warehouse: { code: 'Stores' },
  quantity,
  rate: '200',
});

test('GraphQL over HTTP: every audit of the specification passes', async () => {
  const audits = await auditServer({ url, fetchFn: fetch });
  const failed = audits.filter(({ status }) => status !== 'ok');
  assert.deepEqual(failed.map(({ id, name, reason }) => ({ id, name, reason })), []);
  assert.ok(audits.length >= 61);
});

test('Apollo: money arrives as exact text', async () => {
  const { data } = await apollo().query({ query: TRIAL_BALANCE });
  const { debit, credit } = data.trialBalance.totals;
  assert.match(debit, /^\d+\.\d\d$/);
  assert.equal(debit, credit);
});

test('Apollo: a document sent again under its id is not posted again', async () => {
  const input = {
    id: randomUUID(),
    company: { code: 'DEMO' },
    supplier: { code: 'ARCU' },
    postingDate: '2026-02-02',
    lines: [line('3')],
  };
  const send = () => apollo().mutate({ mutation: RECEIVE, variables: { input } });
  const first = (await send()).data.submitPurchaseReceipt;
  const second = (await send()).data.submitPurchaseReceipt;
  assert.deepEqual([first.errors, first.replayed, second.replayed], [[], false, true]);
  assert.equal(first.purchaseReceipt.grandTotal, '600.00');
  assert.deepEqual(second.purchaseReceipt, first.purchaseReceipt);
});

test("Apollo: a person's mistake is data, in the person's language", async () => {
  const { data } = await apollo().mutate({
    mutation: DELIVER,
    variables: {
      input: {
        company: { code: 'DEMO' },
        customer: { code: 'UTAH' },
        postingDate: '2026-02-03',
        lines: [line('1000000')],
      },
    },
    context: { headers: { 'accept-language': 'es' } },
  });
  const [mistake] = data.submitDeliveryNote.errors;
  assert.equal(data.submitDeliveryNote.deliveryNote, null);
  assert.equal(mistake.code, 'INSUFFICIENT_STOCK');
  assert.deepEqual(mistake.path, ['lines', '0', 'quantity']);
  assert.deepEqual([mistake.item, mistake.requested], ['RM0001', '1000000']);
  assert.match(mistake.message, /se necesitan 1000000/);
});

test('Apollo: a wrong query is an error of the request', async () => {
  await assert.rejects(
    apollo().query({ query: gql('{ thisFieldDoesNotExist }') }),
    (error) => CombinedGraphQLErrors.is(error) && /thisFieldDoesNotExist/.test(error.message),
  );
});

test('Apollo: persisted queries go by their hash, and by GET', async () => {
  const sent = [];
  const counting = (uri, options) => {
    sent.push(options.method + (/"query"|[?&]query=/.test(options.body ?? uri) ? ' text' : ' hash'));
    return fetch(uri, options);
  };
  const sha256 = (text) => createHash('sha256').update(text).digest('hex');
  const persisted = new PersistedQueryLink({ sha256, useGETForHashedQueries: true });
  const link = persisted.concat(new HttpLink({ uri: url, fetch: counting }));
  const apollo = new ApolloClient({ link, cache: new InMemoryCache() });
  const query = gql`query Persisted${randomUUID().slice(0, 8)} { version }`;
  for (let asked = 0; asked < 2; asked++) {
    const { data } = await apollo.query({ query, fetchPolicy: 'network-only' });
    assert.match(data.version, /^\d/);
  }
  assert.deepEqual(sent, ['GET hash', 'POST text', 'GET hash']);
});

for (const preferGetMethod of ['force', false]) {
  test(`urql: a query by ${preferGetMethod ? 'GET' : 'POST'}`, async () => {
    const exchanges = [cacheExchange, fetchExchange];
    const client = new Client({ url, exchanges, preferGetMethod });
    const { data, error } = await client.query(TRIAL_BALANCE, {}).toPromise();
    assert.equal(error, undefined);
    assert.equal(data.trialBalance.totals.debit, data.trialBalance.totals.credit);
  });
}

test('Apollo: documents made by graphql-codegen, and mistakes by their type', async () => {
  const send = async (quantity) => {
    const variables = delivery(randomUUID(), quantity);
    return (await apollo().mutate({ mutation: Deliver, variables })).data;
  };
  assert.match(outcome(await send('1')), /^DN-2026-\d{5}$/);
  assert.match(outcome(await send('1000000')), /^RM0001: \d+ of 1000000$/);
  const variables = { company: { code: 'DEMO' }, asOf: '2026-01-31' };
  const { data } = await apollo().query({ query: Trial, variables });
  const stores = data.trialBalance.rows.find(({ account }) => account.code === 'Stores');
  assert.equal(stores.closingDebit, '6756.00');
});
