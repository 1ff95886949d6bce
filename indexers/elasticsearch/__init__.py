"""The release as Elasticsearch indices: what their documents hold, and how they are filled and put into service."""
