import { graphql } from 'relay-runtime';

// A portal's list: the same where for the page, the facets and the numbers.
export const list = graphql`
  query CohortListQuery($where: SeriesWhere, $by: [FacetBy!]!, $count: Int!, $cursor: String) {
    counts(where: $where) {
      patients
      series
      sizeBytes
    }
    facets(where: $where, by: $by) {
      facets {
        __typename
        key
        buckets {
          label
          selected
          counts {
            patients
          }
        }
      }
    }
    ...CohortList_query @arguments(where: $where, count: $count, cursor: $cursor)
  }
`;

export const page = graphql`
  fragment CohortList_query on Query
  @refetchable(queryName: "CohortListPageQuery")
  @argumentDefinitions(
    where: { type: "SeriesWhere" }
    count: { type: "Int!" }
    cursor: { type: "String" }
  ) {
    series(where: $where, first: $count, after: $cursor) @connection(key: "CohortList_series") {
      edges {
        node {
          ...SeriesRow_series
        }
      }
    }
  }
`;
