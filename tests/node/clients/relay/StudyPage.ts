import { graphql } from 'relay-runtime';

// A page that refetches one object by its global id, and pages through what lies under it.
export const page = graphql`
  query StudyPageQuery($id: ID!) {
    node(id: $id) {
      __typename
      id
      ...StudyPage_study @alias(as: "study")
    }
  }
`;

export const study = graphql`
  fragment StudyPage_study on Study
  @refetchable(queryName: "StudyPageSeriesQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 50 }, cursor: { type: "String" }) {
    studyInstanceUID
    studyDate
    viewerURL
    series(first: $count, after: $cursor) @connection(key: "StudyPage_series") {
      totalCount
      edges {
        node {
          ...SeriesRow_series
        }
      }
    }
  }
`;
