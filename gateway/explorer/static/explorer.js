"use strict";

// GraphiQL reads this name and puts the nonce on the <style> elements it adds.
window.__webpack_nonce__ = document.currentScript.nonce;

const storage = GraphiQL.createLocalStorage({ namespace: "idc-gateway" });

async function fetcher(request, { headers = {} } = {}) {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/graphql-response+json, application/json",
      ...headers,
    },
    body: JSON.stringify(request),
  });
  try {
    return await response.json();
  } catch {
    return { errors: [{ message: `HTTP ${response.status}: the answer is not JSON.` }] };
  }
}

// Without a query, GraphiQL adds an empty tab to those it kept from the last visit; so it is given the tab last open.
function lastTab() {
  try {
    const { tabs, activeTabIndex } = JSON.parse(storage.getItem("graphiql:tabState"));
    const { query, variables } = tabs[activeTabIndex];
    return { query: query ?? "", variables: variables ?? "" };
  } catch {
    return {};
  }
}

const explorer = React.createElement(
  GraphiQL,
  {
    ...lastTab(),
    fetcher,
    storage,
    defaultTabs: JSON.parse(document.getElementById("examples").textContent),
    defaultEditorToolsVisibility: "variables",
  },
  React.createElement(GraphiQL.Logo, null, ""),
);
ReactDOM.createRoot(document.getElementById("graphiql")).render(explorer);
