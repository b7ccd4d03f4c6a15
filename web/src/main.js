// The GraphiQL page: a tab for each example that the server offers, over the server's own endpoint.
import './workers.js';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { Kind, parse } from 'graphql';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import './page.css';

async function loadTabs() {
  const response = await fetch('/graphiql/examples.json');
  const examples = await response.json();
  return examples.map(({ query, variables }) => ({ query, variables, headers: '' }));
}

const send = createGraphiQLFetcher({ url: '/graphql' });

// Right after a change of tab the editor may still name an operation of the tab before.
function withKnownName(request) {
  try {
    const names = parse(request.query)
      .definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
      .map(({ name }) => name?.value);
    const known = names.includes(request.operationName);
    return known ? request : { ...request, operationName: names[0] };
  } catch {
    return request; // not GraphQL: the server says what is wrong with it
  }
}

const page = createElement(GraphiQL, {
  fetcher: (request, options) => send(withKnownName(request), options),
  // Shown to whoever opens the page for the first time; after that, the tabs as they were left.
  defaultTabs: await loadTabs(),
  defaultEditorToolsVisibility: 'variables',
});
createRoot(document.getElementById('graphiql')).render(page);
