// The GraphiQL page: a tab for each example that the server offers, over the server's own endpoint.
import './workers.js';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { Kind, parse } from 'graphql';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { examplesPlugin, loadExamples } from './examples.js';
import './page.css';

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

const examples = await loadExamples();
const plugin = examplesPlugin(examples);
const page = createElement(GraphiQL, {
  fetcher: (request, options) => send(withKnownName(request), options),
  // Shown to whoever opens the page for the first time; after that, the tabs as they were left.
  defaultTabs: examples.map(({ query, variables }) => ({ query, variables, headers: '' })),
  plugins: [plugin, HISTORY_PLUGIN],
  visiblePlugin: plugin,
  defaultEditorToolsVisibility: 'variables',
});
createRoot(document.getElementById('graphiql')).render(page);
