"""GraphQL over HTTP: how a request is read, bounded, executed once and answered."""
