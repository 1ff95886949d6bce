"""The sister commons of the Imaging Data Commons: which of their records are of the same patients."""
