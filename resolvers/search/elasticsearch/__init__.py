"""Answers Selections by an Elasticsearch cluster."""
