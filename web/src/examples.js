// The list of examples beside the editor: each opens in a tab, its own if that is still there.
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { createElement } from 'react';

export async function loadExamples() {
  const response = await fetch('/graphiql/examples.json');
  return response.json();
}

function Icon() {
  const lines = createElement('path', {
    d: 'M4 6h3M4 12h3M4 18h3M10 6h10M10 12h10M10 18h10',
    stroke: 'currentColor',
    strokeWidth: 1.5,
    strokeLinecap: 'round',
  });
  return createElement('svg', { viewBox: '0 0 24 24', fill: 'none' }, lines);
}

export function examplesPlugin(examples) {
  function List() {
    const { tabs, queryEditor, variableEditor } = useGraphiQL((state) => ({
      tabs: state.tabs,
      queryEditor: state.queryEditor,
      variableEditor: state.variableEditor,
    }));
    const { addTab, changeTab } = useGraphiQLActions();
    function open({ query, variables }) {
      const index = tabs.findIndex((tab) => tab.query === query);
      if (index >= 0) {
        changeTab(index);
        return;
      }
      addTab();
      queryEditor.setValue(query);
      variableEditor.setValue(variables);
    }
    const entries = examples.map((example) =>
      createElement(
        'li',
        { key: example.title },
        createElement('button', { type: 'button', onClick: () => open(example) }, example.title),
      ),
    );
    return createElement(
      'section',
      { className: 'perpetuo-examples' },
      createElement('div', { className: 'graphiql-doc-explorer-title' }, 'Examples'),
      createElement('ul', null, ...entries),
    );
  }
  return { title: 'Examples', icon: Icon, content: List };
}
