import { graphql } from 'relay-runtime';

export const series = graphql`
  fragment SeriesRow_series on Series {
    seriesInstanceUID
    modality
    objectKind
    sizeBytes
    license {
      shortName
      url
    }
  }
`;
