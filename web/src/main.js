// The GraphiQL page: a tab for each example that the server offers, over the server's own endpoint.
import './workers.js';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import './page.css';

async function loadTabs() {
  const response = await fetch('/graphiql/examples.json');
  const examples = await response.json();
  return examples.map(({ query, variables }) => ({ query, variables, headers: '' }));
}

const page = createElement(GraphiQL, {
  fetcher: createGraphiQLFetcher({ url: '/graphql' }),
  // Shown to whoever opens the page for the first time; after that, the tabs as they were left.
  defaultTabs: await loadTabs(),
  defaultEditorToolsVisibility: 'variables',
});
createRoot(document.getElementById('graphiql')).render(page);
