"""How a request arrives, is bounded, executed and answered; the command line and the settings."""
