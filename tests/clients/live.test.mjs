// Subscriptions and mutations over WebSocket and server-sent events, broken off and resumed.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { ApolloClient, InMemoryCache, gql } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { Client, cacheExchange, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient as createEvents } from 'graphql-sse';
import { createClient as createSocket } from 'graphql-ws';
import WebSocket from 'ws';
import { post } from './posting.mjs';

const url = process.env.PERPETUO_URL;
const company = { code: 'DEMO' };

const CHANGES = `
  subscription Changes($company: CompanyRef!, $after: Int) {
    changes(company: $company, after: $after) { sequence kind document { id number } }
  }
`;
const LATEST = '{ changes(company: { code: "DEMO" }, first: 1) { latestSequence } }';

const socket = () =>
  createSocket({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });

async function latestSequence() {
  const body = JSON.stringify({ query: LATEST });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body });
  return (await answer.json()).data.changes.latestSequence;
}

/** The first `count` changes after a sequence; then the subscription is broken off. */
async function changesAfter(client, after, count) {
  const found = [];
  const variables = { company, after };
  for await (const { data, errors } of client.iterate({ query: CHANGES, variables })) {
    assert.equal(errors, undefined);
    found.push(data.changes);
    if (found.length === count) break;
  }
  return found;
}

for (const [name, connect] of [
  ['graphql-ws', socket],
  ['graphql-sse', () => createEvents({ url, retryAttempts: 0 })],
]) {
  test(`${name}: what is posted is told, and a subscription goes on where it was broken off`, async () => {
    const client = connect();
    const begun = await latestSequence();
    const told = changesAfter(client, begun, 2);
    const posted = [await post(url), await post(url), await post(url)];
    const first = await told;
    const resumed = await changesAfter(client, first[1].sequence, 1);
    const all = [...first, ...resumed];
    assert.deepEqual(all.map(({ sequence }) => sequence), [begun + 1, begun + 2, begun + 3]);
    assert.deepEqual(all.map(({ document }) => document.id), posted.map(({ id }) => id));
    client.dispose();
  });

  test(`${name}: a wrong subscription is an error of the request`, async () => {
    const client = connect();
    const run = async () => {
      for await (const { errors } of client.iterate({ query: 'subscription { nothing }' })) {
        if (errors) throw errors;
      }
    };
    await assert.rejects(run, (error) => /nothing/.test(JSON.stringify(error) + error.message));
    client.dispose();
  });
}

test('graphql-ws: queries and mutations too', async () => {
  const client = socket();
  const { id, input, query } = post.request(randomUUID());
  const answers = [];
  for (let sent = 0; sent < 2; sent++) {
    for await (const { data } of client.iterate({ query, variables: { input } })) {
      answers.push(data.submitPurchaseReceipt);
    }
  }
  assert.deepEqual(answers.map(({ replayed }) => replayed), [false, true]);
  assert.deepEqual(answers.map(({ purchaseReceipt }) => purchaseReceipt.id), [id, id]);
  client.dispose();
});

test('Apollo: a subscription over graphql-ws', async () => {
  const client = new ApolloClient({
    link: new GraphQLWsLink(socket()),
    cache: new InMemoryCache(),
  });
  const after = await latestSequence();
  const told = new Promise((resolve, reject) => {
    client
      .subscribe({ query: gql(CHANGES), variables: { company, after } })
      .subscribe({ next: resolve, error: reject });
  });
  const { id } = await post(url);
  assert.equal((await told).data.changes.document.id, id);
  client.stop();
});

const urqlOf = {
  'server-sent events': () =>
    new Client({ url, exchanges: [cacheExchange, fetchExchange], fetchSubscriptions: true }),
  'graphql-ws': () => {
    const connection = socket();
    const forwardSubscription = (request) => ({
      subscribe: (sink) => ({
        unsubscribe: connection.subscribe({ ...request, query: request.query ?? '' }, sink),
      }),
    });
    return new Client({
      url,
      exchanges: [cacheExchange, fetchExchange, subscriptionExchange({ forwardSubscription })],
    });
  },
};

for (const [transport, connect] of Object.entries(urqlOf)) {
  test(`urql: a subscription over ${transport}, and a query by the same client`, async () => {
    const client = connect();
    const after = await latestSequence();
    let ended;
    const told = new Promise((resolve) => {
      ended = client.subscription(CHANGES, { company, after }).subscribe(resolve);
    });
    const { id } = await post(url);
    const { data, error } = await told;
    assert.equal(error, undefined);
    assert.equal(data.changes.document.id, id);
    ended.unsubscribe();
    const latest = await client.query(LATEST, {}).toPromise();
    assert.equal(latest.error, undefined);
    assert.equal(latest.data.changes.latestSequence, after + 1);
  });
}
