"use strict";

// The queries that a newcomer finds in the editor; the button at the top runs
// the one that is chosen, or the one under the cursor.
const examples = `# Answers tell what companies declare in their policies. Every practice has the
# sentence that it rests on. Ctrl-Space completes, Ctrl-Enter runs.

# Who shares data with Google, or with a brand or product of its group?
query WhoSharesWithGoogle {
  organization(by: {name: "Google"}) {
    sharedBy(first: 20, includeSubsidiaries: true) {
      totalCount
      edges {
        node { name }
        via { name }
        dataTypes { label }
        purposes { label }
        practices(first: 3) { nodes { evidence { quote version { policy { url } } } } }
      }
    }
  }
}

# Who keeps payment data longer than a year?
query WhoKeepsPaymentDataLongerThanAYear {
  practices(
    filter: {action: RETAIN, stance: STATED, dataType: {in: "pd:Financial"}, retention: {maxAtLeast: "P366D"}}
    orderBy: LONGEST_RETENTION
    first: 20
  ) {
    nodes {
      company { name }
      retention { min max scope }
      evidence { quote }
    }
  }
}

# Who moves data out of the European Economic Area, and under which safeguard?
query WhoTransfersDataOutsideTheEEA {
  practices(filter: {stance: STATED, place: {outside: EEA, role: TRANSFER}}, first: 20) {
    nodes {
      company { name }
      places { place { name } }
      safeguards { label }
      evidence { quote }
    }
  }
}
`;

ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({url: "/graphql"}),
    defaultQuery: examples,
  }),
);
